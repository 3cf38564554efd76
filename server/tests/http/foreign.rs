//! What another site makes a browser send changes nothing.

use axum::body::Body;
use domain::PgPool;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use http::{HeaderName, Method};

use crate::harness::{ANNA, FORM, House};
use crate::permissions::TABLE;
use crate::viewing::all_of_it;

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_post_from_another_site_is_refused_before_anything_happens(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let before = house.count("select count(*) from audit_event").await;
    for (name, value) in [
        ("sec-fetch-site", Some("cross-site")),
        ("sec-fetch-site", Some("same-site")),
        ("sec-fetch-site", Some("none")),
        ("origin", Some("https://evil.example")),
        ("origin", Some("null")),
        ("origin", None),
    ] {
        for path in ["/?do=sign_out", "/api/sign_out", "/licenses/add?do=add_code"] {
            let request =
                anna.request(Method::POST, path).header(ACCEPT, "application/json").header(CONTENT_TYPE, FORM);
            let mut request = request.body(Body::empty()).unwrap();
            request.headers_mut().remove("sec-fetch-site");
            if let Some(value) = value {
                request.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
            }
            let answer = anna.send(request).await;
            assert_eq!(answer.status, 403, "{path} with {name}: {value:?}");
        }
    }
    assert_eq!(house.count("select count(*) from audit_event").await, before);
    anna.get("/licenses", 200).await;
}

/// I01, of every function, by script and by its form, from somebody who may call it.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn no_function_is_called_from_another_site(db: PgPool) {
    let house = House::demo(db).await;
    let (anna, lena) = (house.signed_in(ANNA).await, house.lena().await);
    let (events, before) = (house.count("select count(*) from audit_event").await, all_of_it(&house).await);
    for (function, _, fields) in TABLE {
        for browser in [&anna, &lena] {
            for (path, content_type) in [
                (format!("/api/{function}"), FORM),
                (format!("/?do={function}"), FORM),
                (format!("/api/{function}"), "text/plain"),
            ] {
                let request = browser.request(Method::POST, &path).header(CONTENT_TYPE, content_type);
                let mut request = request.body(Body::from(crate::harness::encoded(fields))).unwrap();
                request.headers_mut().insert("sec-fetch-site", HeaderValue::from_static("cross-site"));
                request.headers_mut().insert("origin", HeaderValue::from_static("https://evil.example"));
                assert_eq!(browser.clone().send(request).await.status, 403, "{path}");
            }
        }
    }
    assert_eq!(house.count("select count(*) from audit_event").await, events);
    assert_eq!(all_of_it(&house).await, before);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_browser_without_fetch_metadata_may_post_from_our_own_pages(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let request = anna.request(Method::POST, "/?do=sign_out").header(CONTENT_TYPE, FORM);
    let mut request = request.header("origin", "http://latchkey.test").body(Body::empty()).unwrap();
    request.headers_mut().remove("sec-fetch-site");
    assert_eq!(anna.send(request).await.status, 303);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn reading_a_server_function_or_a_deed_does_nothing(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let before = house.count("select count(*) from audit_event").await;
    for method in [Method::GET, Method::HEAD, Method::PUT, Method::DELETE] {
        let request = anna.request(method.clone(), "/api/show_code").header(ACCEPT, "application/json");
        assert_eq!(anna.send(request.body(Body::empty()).unwrap()).await.status, 405, "{method}");
    }
    anna.get("/?do=sign_out", 200).await;
    let form = anna.request(Method::POST, "/api/sign_out").header(ACCEPT, "text/html").header(CONTENT_TYPE, FORM);
    assert_eq!(anna.send(form.body(Body::empty()).unwrap()).await.status, 406, "a browser's own form goes to its page");
    assert_eq!(house.count("select count(*) from audit_event").await, before);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_address_and_country_that_a_stranger_claims_are_not_believed(db: PgPool) {
    use axum::extract::ConnectInfo;
    use tower::ServiceExt;

    let house = House::demo(db).await;
    let device = house.device();
    let form = crate::harness::encoded(&[("client_id", "latchkey-client"), ("device_name", "Far away")]);
    let request = device.request(Method::POST, "/oauth/device_authorization").header(CONTENT_TYPE, FORM);
    let mut request = request.body(Body::from(form)).unwrap();
    let peer: std::net::SocketAddr = "198.51.100.9:443".parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(peer));
    assert_eq!(device.router.clone().oneshot(request).await.unwrap().status(), 200);
    assert_eq!(house.count("select count(*) from device_link where name = 'Far away' and country is null").await, 1);
}
