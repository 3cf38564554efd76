//! A seller's key opens the seller's routes, as long as it lives, and nothing else.

use domain::PgPool;
use domain::cx::Cx;
use domain::seller;
use http::Method;
use http::header::WWW_AUTHENTICATE;
use serde_json::json;

use crate::harness::{ANNA, House};
use crate::shop::{INDIA, Shop};

const ROUTES: [(&str, Method); 10] = [
    ("/api/v1/orders", Method::POST),
    ("/api/v1/orders", Method::GET),
    ("/api/v1/orders/W-1", Method::GET),
    ("/api/v1/orders/W-1/cancel", Method::POST),
    ("/api/v1/subscriptions/W-1/renewal", Method::POST),
    ("/api/v1/subscriptions/W-1/suspension", Method::POST),
    ("/api/v1/subscriptions/W-1/resumption", Method::POST),
    ("/api/v1/subscriptions/W-1/cancellation", Method::POST),
    ("/api/v1/webhooks", Method::GET),
    ("/api/v1/webhooks/00000000-0000-0000-0000-000000000000/replay", Method::POST),
];

async fn is_shut_out(shop: &Shop) {
    for (path, method) in ROUTES {
        let body = (method == Method::POST).then(|| json!({}));
        let answer = shop.try_call(method.clone(), path, body.as_ref()).await;
        assert_eq!(answer.status, 401, "{method} {path}: {}", answer.text());
        assert!(answer.headers[WWW_AUTHENTICATE].to_str().unwrap().starts_with("Bearer"), "{method} {path}");
        assert_eq!(answer.headers["content-type"], "application/problem+json");
    }
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn nobody_without_a_living_key_reaches_a_sellers_route(db: PgPool) {
    let house = House::demo(db).await;
    let shop = house.shop(INDIA).await;
    for key in ["", "lks_", "lks_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &shop.key[4..], &shop.key[..46], "é"] {
        is_shut_out(&shop.with_key(key)).await;
    }
    shop.get("/api/v1/orders", 200).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_device_is_no_seller_and_a_seller_no_device(db: PgPool) {
    let house = House::demo(db).await;
    let shop = house.shop(INDIA).await;
    let mut anna = house.signed_in(ANNA).await;
    let mut device = house.linked(&mut anna, "windows").await;
    is_shut_out(&shop.with_key(&device.token)).await;
    device.token.clone_from(&shop.key);
    device.get("/api/v1/device", 401).await;
    assert_eq!(device.try_activate("AAAAA-AAAAA-AAAAA-AAAAA").await.status, 401);
    assert_eq!(device.post("/api/v1/heartbeat", "{}", "application/json").await.status, 401);
    device.get("/licenses", 303).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn somebody_signed_in_is_no_seller(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    anna.get("/api/v1/orders", 401).await;
    house.sam().await.get("/api/v1/orders", 401).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_revoked_key_opens_nothing_and_the_sellers_other_keys_go_on(db: PgPool) {
    let house = House::demo(db).await;
    let other = house.shop(INDIA).await;
    let made = seller::create_key(Cx::system(&house.world), INDIA, None).await.unwrap();
    let shop = other.with_key(&made.key);
    shop.get("/api/v1/orders", 200).await;
    for _ in 0..2 {
        seller::revoke_key(Cx::system(&house.world), made.id).await.unwrap();
    }
    is_shut_out(&shop).await;
    other.get("/api/v1/orders", 200).await;
    assert_eq!(house.count("select count(*) from audit_event where event = 'seller_key_revoked'").await, 1);
    assert_eq!(house.count("select count(*) from audit_event where event = 'seller_key_created'").await, 2);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_a_seller_does_is_recorded_under_the_seller(db: PgPool) {
    let house = House::demo(db).await;
    house.shop(INDIA).await.sell(&house.order("W-1")).await;
    let recorded = "select count(*) from audit_event a join seller s on s.id = a.actor_id
                    where a.actor_kind = 'seller' and s.code = 'NW-IN' and a.event = 'order_placed'";
    assert_eq!(house.count(recorded).await, 1);
}
