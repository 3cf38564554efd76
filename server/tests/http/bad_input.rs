//! What nobody should send is answered with what is wrong with it, never with a failure of ours.

use axum::body::Body;
use domain::PgPool;
use http::Method;
use http::header::{ACCEPT, CONTENT_TYPE};
use leptos::server_fn::axum::server_fn_paths;

use crate::harness::{ANNA, FORM, House};
use crate::log::Log;
use crate::permissions::{May, TABLE};

const JSON: &str = "application/json";

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn no_server_function_fails_over_what_it_is_sent(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    for (path, _) in server_fn_paths() {
        // it would end the session, and takes nothing
        if path.ends_with("sign_out") {
            continue;
        }
        let nonsense: [(&str, Vec<u8>); 8] = [
            (FORM, b"".to_vec()),
            (FORM, b"%%%=%&&&".to_vec()),
            (FORM, b"id=x&device=x&code=%00&number=%00&token=%00&user_code=%00&email=%00&password=%00".to_vec()),
            (FORM, b"\xff\xfe=\xff".to_vec()),
            (FORM, b"id[a]=1&id[a][b]=2&code[]=1".to_vec()),
            (JSON, b"{".to_vec()),
            ("text/plain", b"a".to_vec()),
            (FORM, [b"code=", "A".repeat(70 * 1024).as_bytes()].concat()),
        ];
        for (number, (content_type, body)) in nonsense.into_iter().enumerate() {
            let request = anna.request(Method::POST, path).header(ACCEPT, JSON).header(CONTENT_TYPE, content_type);
            let answer = anna.send(request.body(Body::from(body)).unwrap()).await;
            assert!(answer.status.as_u16() < 500, "{path} {number}: {} {}", answer.status, answer.text());
        }
        anna.get("/devices", 200).await;
        // five wrong passwords end the session, and those who ask for one may come in a row
        sqlx::query("delete from attempt").execute(&house.db).await.unwrap();
    }
}

/// I10: what means something to SQL, in each field of each function, is text like any other.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn no_field_of_any_function_means_anything_to_the_database(db: PgPool) {
    let house = House::demo(db).await;
    let long = "A".repeat(10_000);
    let log = Log::kept();
    for (function, may, fields) in TABLE.iter().filter(|(function, ..)| !function.ends_with("sign_out")) {
        let mut browser = match may {
            May::Reader | May::Person | May::Caretaker | May::SignedIn | May::Everyone => house.signed_in(ANNA).await,
            May::Staff | May::Decider | May::Lead | May::Overseer | May::Newcomer => house.lena().await,
        };
        for (field, _) in *fields {
            for text in ["'", "\"", "\\", "\0", "$$", "%' or '1'='1", &long] {
                let sent: Vec<(&str, &str)> =
                    fields.iter().map(|(name, value)| (*name, if name == field { text } else { *value })).collect();
                let answer = browser.try_call(function, &sent).await;
                assert!(answer.status.as_u16() < 500, "{function} {field}: {} {}", answer.status, answer.text());
            }
        }
        sqlx::query("delete from attempt").execute(&house.db).await.unwrap();
        house.world.clock.shift(time::Duration::seconds(31));
    }
    assert!(!log.text().contains("syntax error"), "{}", log.text());
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_plain_form_that_is_none_is_refused(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    for (content_type, body, expected) in [
        ("text/plain", "code=A".to_owned(), 415),
        ("multipart/form-data; boundary=x", "--x--".to_owned(), 415),
        (FORM, format!("code={}", "A".repeat(70 * 1024)), 413),
    ] {
        let request = anna.request(Method::POST, "/licenses/add?do=add_code").header(CONTENT_TYPE, content_type);
        let answer = anna.send(request.body(Body::from(body)).unwrap()).await;
        assert_eq!(answer.status, expected, "{content_type}: {}", answer.text());
    }
    for unknown in ["no_such_deed", "sign_in%2f", "..", "Sign_In", ""] {
        let request = anna.request(Method::POST, &format!("/licenses?do={unknown}")).header(CONTENT_TYPE, FORM);
        let answer = anna.send(request.body(Body::empty()).unwrap()).await;
        assert!(answer.status.is_client_error(), "{unknown}: {}", answer.status);
    }
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_page_with_a_strange_address_is_not_found(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    for path in ["/nowhere", "/licenses/x", "/licenses/%00", "/requests/R00-0000-0000", "/requests/%ff%fe"] {
        let request = anna.request(Method::GET, path).header(ACCEPT, "text/html").body(Body::empty()).unwrap();
        let answer = anna.send(request).await;
        assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
    }
    for path in ["/link?code=%00%ff", "/licenses/add?code=%3Cscript%3E", "/sign-in?next=%ff", "/disclosed?token=%00"] {
        let request = anna.request(Method::GET, path).header(ACCEPT, "text/html").body(Body::empty()).unwrap();
        let answer = anna.send(request).await;
        assert!(answer.status.as_u16() < 500, "{path}: {}", answer.status);
        assert!(!answer.text().contains("value=\"<script>"), "{path}");
    }
}
