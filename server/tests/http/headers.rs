//! The headers that every answer carries.

use domain::PgPool;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};

use crate::harness::{ANNA, Answer, House};

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
