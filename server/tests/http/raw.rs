//! What no browser sends: requests that a proxy in front could read otherwise than we do (I11), and names that pretend to be
//! files (I09).

use domain::PgPool;
use server::listen;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::harness::{ANNA, House};

/// What comes back for these bytes until the connection is closed or nothing more comes.
async fn sent(address: std::net::SocketAddr, bytes: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer);
    let _ = tokio::time::timeout(std::time::Duration::from_secs(8), read).await;
    String::from_utf8_lossy(&answer).into_owned()
}

fn statuses(answer: &str) -> Vec<u16> {
    answer.match_indices("HTTP/1.1 ").map(|(at, _)| answer[at + 9..at + 12].parse().unwrap()).collect()
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_request_that_can_be_read_in_two_ways_is_refused(db: PgPool) {
    let house = House::demo(db).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(listen::serve(listener, house.browser().router, 16, std::future::pending()));
    let before = house.count("select count(*) from audit_event").await;
    let smuggled = "GET /nowhere HTTP/1.1\r\nhost: a\r\n\r\n";
    for (what, bytes, expected) in [
        ("trace", "TRACE / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n".to_owned(), vec![403]),
        (
            "two lengths",
            "POST /?do=sign_in HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\ncontent-length: 5\r\n\r\nabcde".to_owned(),
            vec![400],
        ),
        (
            "chunks that are named twice",
            format!("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n{smuggled}"),
            vec![400],
        ),
        (
            "a length and chunks",
            format!(
                "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n{smuggled}"
            ),
            vec![400],
        ),
        (
            "chunks and a length",
            format!(
                "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n{smuggled}"
            ),
            vec![400],
        ),
        (
            "chunks for a program",
            format!("POST /oauth/token HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n{smuggled}"),
            vec![400],
        ),
        ("no host and a broken line", "GET / HTTP/1.1\r\nbroken\r\n\r\n".to_owned(), vec![400]),
    ] {
        let answer = sent(address, &bytes).await;
        assert_eq!(statuses(&answer), expected, "{what}: {answer}");
    }
    assert_eq!(house.count("select count(*) from audit_event").await, before);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_method_that_a_header_claims_is_not_believed_and_a_page_is_no_file(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let before = house.count("select count(*) from session").await;
    for (name, value) in [("x-http-method-override", "POST"), ("x-method-override", "DELETE")] {
        let request = anna.request(http::Method::GET, "/?do=sign_out&_method=POST").header(name, value);
        let request = request.header("accept", "text/html").body(axum::body::Body::empty()).unwrap();
        assert_eq!(anna.send(request).await.status, 200);
    }
    assert_eq!(house.count("select count(*) from session").await, before);
    for path in ["/licenses/1/x.css", "/licenses/1%00.js", "/settings.css", "/devices/x.png", "/settings%2f..%2fx.js"] {
        let request = anna.request(http::Method::GET, path).body(axum::body::Body::empty()).unwrap();
        let answer = anna.send(request).await;
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.headers["cache-control"], "no-store", "{path}");
    }
}
