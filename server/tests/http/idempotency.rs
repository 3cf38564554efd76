//! Sent again under its Idempotency-Key, a request does nothing more and is answered as before (X08–X10).

use domain::PgPool;
use domain::cx::Cx;
use domain::idempotency::{self, Begun, Keyed};
use http::Method;
use serde_json::{Value, json};
use time::Duration;
use tokio::task::JoinSet;

use crate::abandoned::{all_at_rest, drop_after};
use crate::harness::{ANNA, Answer, Device, House};
use crate::shop::INDIA;

const ACTIVATIONS: &str = "/api/v1/activations";
const BOUND: &str = "select count(*) from audit_event where event = 'seat_bound'";
const KEPT: &str = "select count(*) from idempotent_answer";

fn activation(code: &str) -> Value {
    json!({ "code": code, "accept_agreement": true })
}

fn is_replay(answer: &Answer) -> bool {
    answer.headers.get("idempotent-replayed").is_some_and(|value| value == "true")
}

/// A house, a device of Anna's, and a code nobody has used.
async fn house(db: PgPool) -> (House, Device, String) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let device = house.linked(&mut anna, "windows").await;
    let code = house.code("desktop=1").await;
    (house, device, code)
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_repeated_request_is_answered_as_before(db: PgPool) {
    let (house, device, code) = house(db).await;
    let first = device.post_once("a", ACTIVATIONS, &activation(&code)).await;
    assert_eq!(first.status, 201, "{}", first.text());
    assert!(!is_replay(&first));
    let bound = house.count(BOUND).await;
    let again = device.post_once("\"a\"", ACTIVATIONS, &activation(&code)).await;
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    assert_eq!(again.headers["content-type"], first.headers["content-type"]);
    assert_eq!(again.headers["cache-control"], "no-store");
    assert!(is_replay(&again));
    assert_eq!(house.count(BOUND).await, bound);
    let refused = device.post_once("b", ACTIVATIONS, &activation("A")).await;
    let again = device.post_once("b", ACTIVATIONS, &activation("A")).await;
    assert_eq!((refused.status.as_u16(), again.status.as_u16()), (422, 422));
    assert_eq!(again.headers["content-type"], "application/problem+json");
    assert_eq!(again.body, refused.body);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn of_fifty_requests_at_once_under_one_key_one_takes_effect(db: PgPool) {
    let (house, device, code) = house(db).await;
    let before = house.count(BOUND).await;
    let mut tries = JoinSet::new();
    for _ in 0..50 {
        let (device, body) = (device.clone(), activation(&code));
        tries.spawn(async move { device.post_once("click", ACTIVATIONS, &body).await });
    }
    let (mut ran, mut bodies) = (0, Vec::new());
    for answer in tries.join_all().await {
        match answer.status.as_u16() {
            201 => {
                ran += usize::from(!is_replay(&answer));
                bodies.push(answer.body);
            }
            409 => {
                assert_eq!(answer.json()["type"], "urn:latchkey:problem:idempotency-key-running");
                assert_eq!(answer.headers["retry-after"], "1");
            }
            status => panic!("{status}: {}", answer.text()),
        }
    }
    assert_eq!(ran, 1);
    bodies.dedup();
    assert_eq!(bodies.len(), 1);
    assert_eq!(house.count(BOUND).await, before + 1);
    assert!(is_replay(&device.post_once("click", ACTIVATIONS, &activation(&code)).await));
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_key_stands_for_one_request_of_one_owner(db: PgPool) {
    let (house, device, code) = house(db).await;
    let before = house.count(BOUND).await;
    let first = device.post_once("a", ACTIVATIONS, &activation("A")).await;
    assert_eq!(first.status, 422);
    let other = device.post_once("a", ACTIVATIONS, &activation(&code)).await;
    assert_eq!(other.status, 422);
    assert_eq!(other.json()["type"], "urn:latchkey:problem:idempotency-key-used");
    assert_eq!(house.count(BOUND).await, before);
    assert_eq!(device.post_once("a", "/api/v1/heartbeat", &json!({})).await.status, 200);
    let mut anna = house.signed_in(ANNA).await;
    let neighbor = house.linked(&mut anna, "mac").await;
    let theirs = neighbor.post_once("a", ACTIVATIONS, &activation(&code)).await;
    assert_eq!(theirs.status, 201);
    assert!(!is_replay(&theirs));
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_answer_waits_for_whoever_hung_up(db: PgPool) {
    let (house, device, code) = house(db).await;
    let before = house.count(BOUND).await;
    let (mut replays, mut asked) = (0, 0);
    for round in 0..40 {
        let key = format!("round-{round}");
        let finished = drop_after(1 + round % 8, device.post_once(&key, ACTIVATIONS, &activation(&code))).await;
        let mut answer = device.post_once(&key, ACTIVATIONS, &activation(&code)).await;
        while answer.status == 409 && asked < 110 {
            all_at_rest(&house.db).await;
            answer = device.post_once(&key, ACTIVATIONS, &activation(&code)).await;
            asked += 1;
        }
        assert!(answer.status.is_success(), "{}", answer.text());
        replays += usize::from(!finished && is_replay(&answer));
    }
    assert!(replays > 0, "nobody hung up after the request had begun");
    assert_eq!(house.count(BOUND).await, before + 1);
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_run_that_died_is_run_again_when_its_lease_is_over(db: PgPool) {
    let (house, device, code) = house(db).await;
    device.activate(&code, 201).await;
    let body = activation(&code);
    let text = body.to_string();
    let keyed = Keyed {
        token: &device.token,
        method: "POST",
        path: ACTIVATIONS,
        key: "died",
        content: [b"", b"application/json", text.as_bytes()],
    };
    let begun = idempotency::begin(&Cx::system(&house.world), keyed).await.unwrap();
    assert!(matches!(begun, Begun::Run(_)));
    let answer = device.post_once("died", ACTIVATIONS, &body).await;
    assert_eq!((answer.status.as_u16(), &answer.headers["retry-after"]), (409, &"1".parse().unwrap()));
    house.world.clock.shift(Duration::seconds(31));
    let answer = device.post_once("died", ACTIVATIONS, &body).await;
    assert_eq!((answer.status.as_u16(), is_replay(&answer)), (200, false), "{}", answer.text());
    assert_eq!(answer.json()["outcome"], "repeated");
    assert!(is_replay(&device.post_once("died", ACTIVATIONS, &body).await));
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_answer_is_kept_sealed_for_a_day(db: PgPool) {
    let (house, device, code) = house(db).await;
    let answer = device.post_once("a", ACTIVATIONS, &activation(&code)).await;
    let secret = answer.json()["device"]["license"]["license_key"].as_str().unwrap().to_owned();
    let rows: String = sqlx::query_scalar("select string_agg(a::text, ' ') from idempotent_answer a")
        .fetch_one(&house.db)
        .await
        .unwrap();
    let hidden = |text: &str| {
        let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
        !rows.contains(text) && !rows.contains(&hex)
    };
    assert!(hidden(&secret) && hidden(&code) && hidden(&device.token) && hidden("license_key"), "{rows}");
    house.world.clock.shift(Duration::hours(24) - Duration::minutes(1));
    domain::housekeeping::run(&Cx::system(&house.world)).await.unwrap();
    assert!(is_replay(&device.post_once("a", ACTIVATIONS, &activation(&code)).await));
    house.world.clock.shift(Duration::minutes(1));
    let later = device.post_once("a", ACTIVATIONS, &activation(&code)).await;
    assert_eq!((later.status.as_u16(), is_replay(&later)), (200, false));
    house.world.clock.shift(Duration::hours(24));
    domain::housekeeping::run(&Cx::system(&house.world)).await.unwrap();
    assert_eq!(house.count(KEPT).await, 0);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_passes_by_itself_is_not_kept(db: PgPool) {
    let (house, device, _) = house(db).await;
    let wrong = activation("QQQQQ-QQQQQ-QQQQQ-QQQQQ");
    let mut refused = 0;
    for number in 0..8 {
        let answer = device.post_once(&number.to_string(), ACTIVATIONS, &wrong).await;
        if answer.status == 429 {
            refused += 1;
            assert!(!is_replay(&device.post_once(&number.to_string(), ACTIVATIONS, &wrong).await));
        }
    }
    assert!(refused > 0);
    assert_eq!(house.count(KEPT).await, 8 - refused);
    let mut stranger = house.device();
    stranger.token = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned();
    assert_eq!(stranger.post_once("a", ACTIVATIONS, &wrong).await.status, 401);
    assert_eq!(house.count(KEPT).await, 8 - refused);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn every_deed_of_the_api_takes_a_key(db: PgPool) {
    let (house, device, _) = house(db).await;
    let seller = Device { token: house.shop(INDIA).await.key, ..device.clone() };
    let document = server::device_api::openapi::document();
    let mut deeds = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let operation = &item[method.as_str().to_lowercase()];
            if operation.is_null() || !path.starts_with("/api/v1/") {
                continue;
            }
            deeds += 1;
            let asker = if operation["security"][0]["seller_key"].is_array() { &seller } else { &device };
            for expected in [false, true] {
                let request = asker.request(method.clone(), &path.replace(['{', '}'], ""));
                let request = request.header("content-type", "application/json").header("idempotency-key", "walk");
                let answer = crate::harness::send(&asker.router, request.body("{}".into()).unwrap()).await;
                assert_eq!(is_replay(&answer), expected, "{method} {path}: {} {}", answer.status, answer.text());
            }
        }
    }
    assert!(deeds > 15, "only {deeds} deeds were found");
    for key in ["", "a b", "é", &"a".repeat(256)] {
        let answer = device.post_once(key, "/api/v1/heartbeat", &json!({})).await;
        assert_eq!(answer.status, 400, "{key}");
        assert_eq!(answer.json()["type"], "urn:latchkey:problem:idempotency-key");
    }
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_sellers_order_gives_the_same_codes_again(db: PgPool) {
    let (house, device, _) = house(db).await;
    let shop = house.shop(INDIA).await;
    let seller = Device { token: shop.key.clone(), ..device };
    let order = house.order("W-1");
    let first = seller.post_once("W-1", "/api/v1/orders", &order).await;
    let again = seller.post_once("W-1", "/api/v1/orders", &order).await;
    assert_eq!((first.status.as_u16(), again.status.as_u16(), &again.body), (201, 201, &first.body));
    assert!(is_replay(&again) && first.json()["codes"][0]["code"].is_string());
    assert!(again.headers["ratelimit-policy"].to_str().unwrap().contains("q=1200"));
}
