//! How often programs may ask, and how they are told.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use domain::PgPool;
use http::{Method, Request, StatusCode};
use server::device_api::limits::{DEVICE, NETWORK};
use tower::ServiceExt;

use crate::harness::{ANNA, Answer, Device, House, send};

fn remaining(answer: &Answer) -> (String, u32) {
    let policy = answer.headers["ratelimit-policy"].to_str().unwrap().to_owned();
    let standing = answer.headers["ratelimit"].to_str().unwrap();
    let rest = standing.strip_prefix("\"default\";r=").unwrap();
    let (rest, seconds) = rest.split_once(";t=").unwrap();
    assert!((1..=60).contains(&seconds.parse::<u32>().unwrap()), "{standing}");
    (policy, rest.parse().unwrap())
}

fn is_too_many(answer: &Answer) -> bool {
    if answer.status != StatusCode::TOO_MANY_REQUESTS {
        return false;
    }
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    assert_eq!(answer.json()["type"], "urn:latchkey:problem:too-many-requests");
    let seconds: u32 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
    assert_eq!(remaining(answer).1, 0);
    true
}

async fn ask(device: &Device, path: &str) -> Answer {
    send(&device.router, device.request(Method::GET, path).body(Body::empty()).unwrap()).await
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_device_that_asks_too_often_is_told_when_to_come_back(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let eager = house.linked(&mut anna, "windows").await;
    let mut calm = house.linked(&mut anna, "mac").await;
    calm.address = eager.address.clone();
    for left in (0..DEVICE).rev() {
        let answer = ask(&eager, "/api/v1/device").await;
        assert_eq!(answer.status, 200);
        assert_eq!(remaining(&answer), ("\"default\";q=120;w=60".to_owned(), left));
    }
    assert!(is_too_many(&ask(&eager, "/api/v1/device").await));
    let elsewhere = Device { address: "198.51.100.9".to_owned(), ..eager.clone() };
    assert!(is_too_many(&ask(&elsewhere, "/api/v1/device").await));
    assert_eq!(ask(&calm, "/api/v1/device").await.status, 200);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn invented_tokens_and_forged_addresses_move_no_limit(db: PgPool) {
    let house = House::demo(db).await;
    let stranger = house.device();
    for number in 0..NETWORK {
        let forged = Device {
            address: format!("10.0.{}.{}, {}", number / 250, number % 250, stranger.address),
            token: format!("invented-{number}"),
            ..stranger.clone()
        };
        // neither an address that is not there nor one that needs no token makes a token known
        let path = ["/api/v1/nowhere", "/api/v1/openapi.json", "/api/v1/device"][number as usize % 3];
        let answer = ask(&forged, path).await;
        assert!(answer.status != 429, "{number}");
        assert_eq!(remaining(&answer), ("\"default\";q=600;w=60".to_owned(), NETWORK - number - 1));
    }
    for token in ["", "another"] {
        let forged =
            Device { address: format!("192.0.2.1, {}", stranger.address), token: token.to_owned(), ..stranger.clone() };
        assert!(is_too_many(&ask(&forged, "/api/v1/openapi.json").await));
    }
    assert_eq!(ask(&house.device(), "/api/v1/openapi.json").await.status, 200);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_peer_that_is_no_proxy_of_ours_is_counted_by_its_own_address(db: PgPool) {
    let house = House::demo(db).await;
    let router = house.device().router;
    let mut last = StatusCode::OK;
    for number in 0..=NETWORK {
        let mut request = Request::get("/api/v1/openapi.json")
            .header("x-forwarded-for", format!("10.0.{}.{}", number / 250, number % 250))
            .body(Body::empty())
            .unwrap();
        request.extensions_mut().insert(ConnectInfo::<SocketAddr>("198.51.100.7:1".parse().unwrap()));
        last = router.clone().oneshot(request).await.unwrap().status();
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}
