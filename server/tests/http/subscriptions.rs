//! Subscriptions as their provider steers them: renewed, suspended, resumed, ended.

use domain::PgPool;
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};
use tokio::task::JoinSet;

use crate::harness::{ANNA, Device, House};
use crate::shop::{INDIA, Shop};

async fn told(shop: &Shop, deed: &str, body: &Value) -> Value {
    shop.post(&format!("/api/v1/subscriptions/S-1/{deed}"), body, 200).await
}

fn instant(value: &Value) -> OffsetDateTime {
    OffsetDateTime::parse(value.as_str().unwrap(), &Rfc3339).unwrap()
}

fn end(status: &Value) -> OffsetDateTime {
    instant(&status["subscriptions"][0]["license"]["expires_at"])
}

async fn stands(device: &Device) -> (String, String) {
    let status = device.get("/api/v1/device", 200).await.json();
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    (word(&status["level"]), word(&status["license"]["standing"]))
}

fn as_told(level: &str, standing: &str) -> (String, String) {
    (level.to_owned(), standing.to_owned())
}

/// A subscription that runs on a device.
async fn running(house: &House) -> (Shop, Device, String) {
    let (shop, _) = house.shop_with(INDIA, Some("https://shop.example/hooks")).await;
    let mut anna = house.signed_in(ANNA).await;
    let code = shop.sell(&house.subscription("S-1")).await;
    let device = house.linked(&mut anna, "windows").await;
    device.activate(&code, 201).await;
    (shop, device, code)
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_payment_lengthens_a_subscription_once(db: PgPool) {
    let house = House::demo(db).await;
    house.watch().await;
    let (shop, device, _) = running(&house).await;
    let starts_at = instant(&device.get("/api/v1/device", 200).await.json()["license"]["starts_at"]);
    let paid = json!({ "period_days": 30, "payment": "P-1" });
    let mut tries = JoinSet::new();
    for _ in 0..20 {
        let (shop, paid) = (shop.clone(), paid.clone());
        tries.spawn(async move { told(&shop, "renewal", &paid).await });
    }
    for status in tries.join_all().await {
        assert_eq!(end(&status), starts_at + Duration::days(60));
        let grace = instant(&status["subscriptions"][0]["license"]["grace_until"]);
        assert_eq!(grace, starts_at + Duration::days(65), "grace days move along");
    }
    let other = json!({ "period_days": 31, "payment": "P-1" });
    let refused = shop.post("/api/v1/subscriptions/S-1/renewal", &other, 422).await;
    assert_eq!(refused["fields"][0]["field"], "payment");
    let second = told(&shop, "renewal", &json!({ "period_days": 30, "payment": "P-2" })).await;
    assert_eq!(end(&second), starts_at + Duration::days(90));
    assert_eq!(house.count("select count(*) from audit_event where event = 'subscription_renewed'").await, 2);
    assert_eq!(house.count("select count(*) from webhook where event = 'subscription.renewed'").await, 2);
    let marked =
        "select count(*) from license where kind = 'subscription' and term_changed_at is not null and auto_renew";
    assert_eq!(house.count(marked).await, 1);
    house.assert_told().await;
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_renewal_until_an_instant_never_shortens(db: PgPool) {
    let house = House::demo(db).await;
    let (shop, ..) = running(&house).await;
    let until = house.world.clock.now() + Duration::days(60);
    let body = |until: OffsetDateTime| json!({ "until": until.format(&Rfc3339).unwrap() });
    for at in [until, until, until - Duration::days(20)] {
        assert_eq!(end(&told(&shop, "renewal", &body(at)).await), until);
    }
    assert_eq!(house.count("select count(*) from audit_event where event = 'subscription_renewed'").await, 1);
    let renewal = "/api/v1/subscriptions/S-1/renewal";
    shop.post(renewal, &body(house.world.clock.now() - Duration::DAY), 422).await;
    shop.post(renewal, &json!({ "period_days": 30 }), 422).await;
    shop.post(renewal, &json!({}), 422).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_suspended_subscription_restricts_its_devices_and_takes_no_further_one(db: PgPool) {
    let house = House::demo(db).await;
    house.watch().await;
    let (shop, device, code) = running(&house).await;
    let mut anna = house.signed_in(ANNA).await;
    let second = house.linked(&mut anna, "mac").await;
    for _ in 0..2 {
        assert_eq!(told(&shop, "suspension", &json!({})).await["subscriptions"][0]["suspended"], true);
    }
    assert_eq!(stands(&device).await, as_told("restricted", "suspended"));
    assert_eq!(second.activate(&code, 409).await["code"], "E35");
    for _ in 0..2 {
        assert_eq!(told(&shop, "resumption", &json!({})).await["subscriptions"][0]["suspended"], false);
    }
    assert_eq!(stands(&device).await, as_told("full", "active"));
    second.activate(&code, 200).await;
    for (event, message) in
        [("subscription_suspended", "subscription.suspended"), ("subscription_resumed", "subscription.resumed")]
    {
        let events = sqlx::query_scalar::<_, i64>(
            "select (select count(*) from audit_event where event = $1) * 10 + (select count(*) from webhook where event = $2)",
        );
        assert_eq!(events.bind(event).bind(message).fetch_one(&house.db).await.unwrap(), 11, "{event}");
    }
    house.assert_told().await;
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_ended_subscription_runs_to_its_end_and_through_its_grace_days(db: PgPool) {
    let house = House::demo(db).await;
    let (shop, device, _) = running(&house).await;
    told(&shop, "renewal", &json!({ "period_days": 30, "payment": "P-1" })).await;
    for _ in 0..2 {
        assert_eq!(told(&shop, "cancellation", &json!({})).await["renews"], false);
    }
    assert_eq!(stands(&device).await, as_told("full", "active"));
    house.world.clock.shift(Duration::days(60));
    assert_eq!(stands(&device).await, as_told("full", "grace"));
    house.world.clock.shift(Duration::days(5));
    assert_eq!(stands(&device).await, as_told("restricted", "expired"));
    // whoever pays again goes on from that day
    let again = told(&shop, "renewal", &json!({ "period_days": 30, "payment": "P-2" })).await;
    assert_eq!(again["renews"], true);
    assert_eq!((end(&again) - house.world.clock.now()).whole_days(), 29);
    assert_eq!(stands(&device).await, as_told("full", "active"));
    assert_eq!(house.count("select count(*) from audit_event where event = 'subscription_cancelled'").await, 1);
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_is_paid_before_the_first_activation_is_not_lost(db: PgPool) {
    let house = House::demo(db).await;
    house.watch().await;
    let shop = house.shop(INDIA).await;
    let code = shop.sell(&house.subscription("S-1")).await;
    let renewed = told(&shop, "renewal", &json!({ "period_days": 30, "payment": "P-1" })).await;
    assert_eq!(renewed["subscriptions"][0]["term_days"], 60);
    told(&shop, "suspension", &json!({})).await;
    let mut anna = house.signed_in(ANNA).await;
    let device = house.linked(&mut anna, "windows").await;
    assert_eq!(device.activate(&code, 409).await["code"], "E35");
    told(&shop, "resumption", &json!({})).await;
    device.activate(&code, 201).await;
    let license = device.get("/api/v1/device", 200).await.json()["license"].clone();
    assert_eq!(instant(&license["expires_at"]) - instant(&license["starts_at"]), Duration::days(60));
    house.assert_told().await;
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn only_what_is_a_subscription_and_was_not_taken_back_is_steered(db: PgPool) {
    let house = House::demo(db).await;
    let shop = house.shop(INDIA).await;
    shop.sell(&house.order("W-1")).await;
    shop.sell(&house.subscription("S-1")).await;
    shop.post("/api/v1/orders/S-1/cancel", &json!({ "reason": "The payment failed." }), 200).await;
    for (deed, body) in [
        ("renewal", json!({ "period_days": 30, "payment": "P-1" })),
        ("suspension", json!({})),
        ("resumption", json!({})),
        ("cancellation", json!({})),
    ] {
        shop.post(&format!("/api/v1/subscriptions/W-1/{deed}"), &body, 404).await;
        shop.post(&format!("/api/v1/subscriptions/nowhere/{deed}"), &body, 404).await;
        let refused = shop.post(&format!("/api/v1/subscriptions/S-1/{deed}"), &body, 409).await;
        assert_eq!(refused["code"], "E05", "{deed}");
    }
}
