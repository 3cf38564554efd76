//! The headers of every kind of answer, judged as Mozilla's Observatory judges a site (S-2).

use domain::PgPool;
use domain::demo::PASSWORD;
use http::HeaderMap;
use http::header::{CONTENT_TYPE, SET_COOKIE};

use crate::harness::{ANNA, Answer, House};
use crate::session::own_license;

/// What the site sets for cookies; all of an answer's site count, not those of the one answer.
type Cookies = [String];

fn one<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?.to_str().ok()?;
    // said twice is said by nobody
    values.next().is_none().then_some(first)
}

/// The directives of a policy by name; none at all where one stands twice.
fn directives(policy: &str) -> Option<Vec<(&str, &str)>> {
    let parts = policy.split(';').map(str::trim).filter(|part| !part.is_empty());
    let found: Vec<(&str, &str)> = parts.map(|part| part.split_once(' ').unwrap_or((part, ""))).collect();
    let unique = found.iter().enumerate().all(|(at, (name, _))| !found[..at].iter().any(|(before, _)| before == name));
    unique.then_some(found)
}

/// The score: a hundred less what is missing; and from ninety on what is better than it has to be.
fn score(answer: &Answer, cookies: &Cookies) -> i32 {
    let headers = &answer.headers;
    let (mut base, mut bonus) = (100, 0);
    let mut judge = |holds: bool, penalty: i32, gain: i32| if holds { bonus += gain } else { base -= penalty };
    let policy = one(headers, "content-security-policy").and_then(directives).unwrap_or_default();
    let says = |name: &str| policy.iter().find(|(own, _)| *own == name).map(|(_, value)| *value);
    let scripts = says("script-src").or(says("default-src"));
    let unsafe_inline = scripts.is_none_or(|value| value.contains("'unsafe-inline'"));
    let unsafe_eval = scripts.is_none_or(|value| value.contains("'unsafe-eval'"));
    let open =
        scripts.is_none_or(|value| value.split(' ').any(|source| ["*", "http:", "https:", "data:"].contains(&source)));
    judge(!policy.is_empty(), 25, 0);
    judge(!unsafe_inline, 20, 0);
    judge(!unsafe_eval, 10, 0);
    judge(!open, 20, 0);
    let styles = says("style-src").unwrap_or_default();
    judge(!styles.contains("'unsafe-inline'"), 0, 0);
    judge(says("default-src") == Some("'none'") && !unsafe_inline && !unsafe_eval, 0, 10);
    let framed = says("frame-ancestors").is_some_and(|value| value == "'none'" || value == "'self'");
    judge(framed || one(headers, "x-frame-options") == Some("DENY"), 20, 0);
    judge(framed, 0, 5);
    let guarded = |part: &str| cookies.iter().all(|cookie| cookie.contains(part));
    judge(guarded("Secure"), 40, 0);
    judge(guarded("HttpOnly"), 30, 0);
    judge(!cookies.is_empty() && guarded("Secure") && guarded("HttpOnly") && guarded("SameSite=Lax"), 0, 5);
    judge(!headers.contains_key("access-control-allow-origin"), 50, 0);
    let long = one(headers, "strict-transport-security").and_then(|value| value.strip_prefix("max-age="));
    judge(
        long.and_then(|value| value.split(';').next()?.parse::<u32>().ok()).is_some_and(|age| age >= 15_768_000),
        20,
        0,
    );
    judge(one(headers, "x-content-type-options") == Some("nosniff"), 5, 0);
    let referrer = one(headers, "referrer-policy");
    judge(referrer.is_some_and(|policy| ["no-referrer", "same-origin"].contains(&policy)), 5, 5);
    judge(one(headers, "cross-origin-resource-policy") == Some("same-origin"), 0, 10);
    judge(one(headers, "cross-origin-embedder-policy") == Some("require-corp"), 0, 10);
    judge(one(headers, "cross-origin-opener-policy") == Some("same-origin"), 0, 10);
    let is_page = headers.get(CONTENT_TYPE).is_some_and(|value| value.to_str().unwrap().starts_with("text/html"));
    // scripts of other sites without their hashes
    judge(!is_page || !answer.text().contains("<script src=\"http"), 50, 0);
    if base >= 90 { base + bonus } else { base }
}

#[test]
fn what_is_missing_is_seen() {
    let answer = Answer { status: http::StatusCode::OK, headers: HeaderMap::new(), body: axum::body::Bytes::new() };
    assert!(score(&answer, &["a=1".to_owned()]) < 0);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn every_kind_of_answer_scores_a_hundred_and_fifty_five(db: PgPool) {
    let house = House::demo(db).await.at("https://latchkey.test");
    let mut anna = house.browser();
    let entry = anna.post_form("/sign-in?do=sign_in", &[("email", ANNA), ("password", PASSWORD)], 303).await;
    let cookies: Vec<String> =
        entry.headers.get_all(SET_COOKIE).iter().map(|cookie| cookie.to_str().unwrap().to_owned()).collect();
    let license = own_license(&house).await;
    let device = house.linked(&mut anna, "windows").await;
    let show = format!("/licenses/{license}?do=show_code");
    let shown = anna.post_form(&show, &[("id", &license), ("password", PASSWORD)], 200).await;
    let mut answers = vec![
        ("signing in", house.browser().get("/sign-in", 200).await),
        ("being signed in", entry),
        ("a license", anna.get(&format!("/licenses/{license}"), 200).await),
        ("a shown code", shown),
        ("nothing", anna.get("/nowhere", 404).await),
        ("a way on", house.browser().get("/licenses", 303).await),
        ("a file", house.browser().get("/pkg/latchkey.x.wasm", 200).await),
        ("the API", device.get("/api/v1/device", 200).await),
        ("a function", anna.call("get_licenses", &[], 200).await),
    ];
    sqlx::query("alter table license rename to license_gone").execute(&house.db).await.unwrap();
    answers.push(("a failure", anna.get(&format!("/licenses/{license}"), 500).await));
    for (what, answer) in &answers {
        let score = score(answer, &cookies);
        assert!(score >= 155, "{what}: {score} {:?}", answer.headers);
    }
}
