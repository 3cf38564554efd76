//! The headers that every answer carries.

use axum::body::Body;
use domain::PgPool;
use http::Method;
use http::header::{ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};

use crate::harness::{ANNA, Answer, FORM, House};

fn assert_hardened(answer: &Answer, what: &str) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-embedder-policy", "require-corp"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(answer.headers[name], value, "{what}: {name}");
    }
    assert!(answer.headers.contains_key("x-request-id"), "{what}");
    assert!(!answer.headers.contains_key("server"), "{what}");
    let policy = answer.headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
    for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "object-src 'none'"] {
        assert!(policy.contains(part), "{what}: {part} is not in {policy}");
    }
    assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{what}: {policy}");
}

fn nonce(answer: &Answer) -> &str {
    let policy = answer.headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
    policy.split_once("'nonce-").unwrap().1.split_once('\'').unwrap().0
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn every_answer_is_hardened_and_kept_nowhere(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let device = house.linked(&mut anna, "windows").await;
    let answers = [
        ("a page", anna.get("/licenses", 200).await),
        ("a page of strangers", house.browser().get("/sign-in", 200).await),
        ("a page that is not there", anna.get("/nowhere", 404).await),
        ("a redirect", house.browser().get("/licenses", 303).await),
        ("a server function", anna.call("get_licenses", &[], 200).await),
        ("a refusal", house.browser().call("get_licenses", &[], 401).await),
        ("the device API", device.get("/api/v1/device", 200).await),
        ("a problem", device.get("/api/v1/nowhere", 404).await),
    ];
    for (what, answer) in &answers {
        assert_hardened(answer, what);
        assert_eq!(answer.headers[CACHE_CONTROL], "no-store", "{what}");
    }
    assert_hardened(&house.browser().get("/robots.txt", 200).await, "a file");
}

/// I07: the same on every answer that is no success.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn every_refusal_is_hardened_too(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let device = house.linked(&mut anna, "windows").await;
    let mut answers = vec![
        (200, house.browser().get("/pkg/latchkey.x.wasm", 200).await),
        (404, house.browser().get("/pkg/nothing.js", 404).await),
        (401, device.post("/oauth/token", "client_id=another", FORM).await),
        (415, device.post("/api/v1/heartbeat", "{}", "text/plain").await),
        (422, device.try_activate("AAAAA").await),
        (413, device.post("/api/v1/heartbeat", "x".repeat(2_000_000), "application/json").await),
        (422, anna.call("rename_own", &[("name", "")], 422).await),
    ];
    for (expected, method, path, content_type, length) in [
        (405, Method::PUT, "/api/show_code", FORM, 0),
        (415, Method::POST, "/licenses/add?do=add_code", "text/plain", 0),
        (413, Method::POST, "/licenses/add?do=add_code", FORM, 70 * 1024),
        (415, Method::POST, "/requests/new?do=open_case", "multipart/form-data; boundary=x", 40_000_000),
        (404, Method::DELETE, "/nowhere", FORM, 0),
    ] {
        let request = anna.request(method, path).header(CONTENT_TYPE, content_type).header(ACCEPT, "application/json");
        let body = Body::from(vec![b'a'; length]);
        answers.push((expected, anna.send(request.body(body).unwrap()).await));
    }
    for _ in 0..7 {
        answers.push((0, anna.try_call("find_link", &[("user_code", "BCDF-VWXZ")]).await));
    }
    assert!(answers.iter().any(|(_, answer)| answer.status == 429), "one is told to wait");
    for (expected, answer) in &answers {
        let what = format!("{expected} {}", answer.status);
        assert!(*expected == 0 || answer.status == *expected, "{what}: {}", answer.text());
        assert_hardened(answer, &what);
        let kept = answer.headers[CACHE_CONTROL].to_str().unwrap();
        assert_eq!(kept == "no-store", answer.status != 200, "{what}: {kept}");
    }
}

/// I08: no other site is told anything.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn no_other_origin_is_let_in(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    for origin in ["https://evil.example", "null", "http://latchkey.test.evil.example"] {
        for (method, path) in [
            (Method::GET, "/licenses"),
            (Method::OPTIONS, "/api/get_licenses"),
            (Method::POST, "/api/get_licenses"),
            (Method::OPTIONS, "/api/v1/device"),
            (Method::GET, "/pkg/latchkey.x.wasm"),
            (Method::GET, "/status.json"),
        ] {
            let request = anna.request(method.clone(), path).header("origin", origin);
            let request = request.header("access-control-request-method", "POST").body(Body::empty()).unwrap();
            let answer = anna.send(request).await;
            let told = answer.headers.keys().find(|name| name.as_str().starts_with("access-control-"));
            assert_eq!(told, None, "{method} {path} from {origin}");
        }
    }
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn every_page_has_a_nonce_of_its_own_on_every_script(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let pages = [anna.get("/licenses", 200).await, anna.get("/licenses", 200).await, anna.get("/nowhere", 404).await];
    for page in &pages {
        let nonce = format!("nonce=\"{}\"", nonce(page));
        for tag in page.text().split("<script").skip(1) {
            let tag = tag.split('>').next().unwrap();
            assert!(tag.contains(&nonce), "a script without the nonce: <script{tag}>");
        }
        assert!(!page.text().contains("style=\""), "the policy blocks style attributes");
    }
    assert_ne!(nonce(&pages[0]), nonce(&pages[1]));
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_page_whose_address_is_a_secret_is_told_to_nobody(db: PgPool) {
    let house = House::demo(db).await;
    for path in ["/confirm?token=x", "/reset?token=x"] {
        assert_eq!(house.browser().get(path, 200).await.headers["referrer-policy"], "no-referrer", "{path}");
    }
}
