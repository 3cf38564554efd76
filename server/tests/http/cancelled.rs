//! An order that is taken back: everything that came of it is over, at once and for good (R87).

use domain::PgPool;
use http::Method;
use serde_json::json;
use tokio::task::JoinSet;

use crate::harness::{ANNA, Device, House};
use crate::shop::{INDIA, Shop};

async fn cancel(shop: &Shop, number: &str) -> serde_json::Value {
    shop.post(&format!("/api/v1/orders/{number}/cancel"), &json!({ "reason": "The payment failed." }), 200).await
}

/// Has the code of order W-2 wait on the device that runs on W-1.
async fn wait_behind(house: &House) {
    sqlx::query(
        "insert into reserve (id, account_id, device_id, code_id, added_at, state, due_at)
         select gen_random_uuid(), s.account_id, s.device_id, c.id, now(), 'waiting', l.expires_at
         from activation_code c join purchase o on o.id = c.purchase_id and o.order_number = 'W-2',
              seat s join license l on l.id = s.license_id join activation_code r on r.id = l.code_id
              join purchase p on p.id = r.purchase_id and p.order_number = 'W-1'
         where s.released_at is null",
    )
    .execute(&house.db)
    .await
    .unwrap();
}

async fn level(device: &Device) -> String {
    device.get("/api/v1/device", 200).await.json()["level"].as_str().unwrap().to_owned()
}

/// J03: what was charged back is dead at once.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_devices_of_a_cancelled_order_stop(db: PgPool) {
    let house = House::demo(db).await;
    house.watch().await;
    let shop = house.shop(INDIA).await;
    let mut anna = house.signed_in(ANNA).await;
    let code = shop.sell(&house.order("W-1")).await;
    let mut devices = Vec::new();
    for status in [201, 200, 200] {
        let device = house.linked(&mut anna, "windows").await;
        device.activate(&code, status).await;
        assert_eq!(level(&device).await, "full");
        devices.push(device);
    }
    let cancelled = cancel(&shop, "W-1").await;
    assert_eq!((&cancelled["state"], &cancelled["codes"][0]["state"]), (&json!("cancelled"), &json!("cancelled")));
    for device in &devices {
        assert_eq!(level(device).await, "stopped");
        assert_eq!(device.activate(&code, 409).await["code"], "E05");
    }
    let released = "select count(*) from audit_event where event = 'seat_released' and facts ->> 'reason' = 'refund'";
    assert_eq!(house.count(released).await, 3);
    assert_eq!(house.count("select count(*) from seat where release_reason = 'refund'").await, 3);

    let again = cancel(&shop, "W-1").await;
    assert_eq!(again, cancelled, "an order is taken back once");
    assert_eq!(house.count(released).await, 3);
    assert_eq!(house.count("select count(*) from audit_event where event = 'order_cancelled'").await, 1);
    house.assert_told().await;
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_cancellation_says_why(db: PgPool) {
    let house = House::demo(db).await;
    let shop = house.shop(INDIA).await;
    shop.sell(&house.order("W-1")).await;
    for asked in [json!({}), json!({ "reason": " " }), json!({ "reason": "x", "refund": true })] {
        shop.post("/api/v1/orders/W-1/cancel", &asked, 422).await;
    }
    assert_eq!(shop.get("/api/v1/orders/W-1", 200).await["state"], "paid");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn of_cancelling_and_activating_at_once_cancelling_wins(db: PgPool) {
    let house = House::demo(db).await;
    house.watch().await;
    let shop = house.shop(INDIA).await;
    let mut anna = house.signed_in(ANNA).await;
    let mut devices = Vec::new();
    for _ in 0..4 {
        devices.push(house.linked(&mut anna, "windows").await);
    }
    let (mut came_first, mut came_late) = (0, 0);
    for round in 0..50 {
        let number = format!("W-{round}");
        let code = shop.sell(&house.order(&number)).await;
        let mut tries = JoinSet::new();
        for device in devices.clone() {
            let code = code.clone();
            tries.spawn(async move { device.try_activate(&code).await });
        }
        let cancelling = async {
            // let the activations come some steps on their way, in each round others
            for _ in 0..round % 25 {
                tokio::task::yield_now().await;
            }
            cancel(&shop, &number).await
        };
        let (_, answers) = tokio::join!(cancelling, tries.join_all());
        for answer in answers {
            match answer.status.as_u16() {
                200 | 201 => came_first += 1,
                409 => {
                    assert_eq!(answer.json()["code"], "E05", "{}", answer.text());
                    came_late += 1;
                }
                _ => panic!("{} {}", answer.status, answer.text()),
            }
        }
        let held = "select count(*) from seat s join license l on l.id = s.license_id join activation_code c on c.id = l.code_id
                    where c.cancelled_at is not null and (s.released_at is null or l.cancelled_at is null)";
        assert_eq!(house.count(held).await, 0, "round {round}");
    }
    assert_eq!(came_first + came_late, 200);
    for device in &devices {
        assert_eq!(level(device).await, "stopped");
    }
    house.assert_told().await;
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_renewal_that_only_waits_is_gone_and_the_running_license_stays(db: PgPool) {
    let house = House::demo(db).await;
    let shop = house.shop(INDIA).await;
    let mut anna = house.signed_in(ANNA).await;
    let device = house.linked(&mut anna, "windows").await;
    device.activate(&shop.sell(&house.order("W-1")).await, 201).await;
    let before = device.get("/api/v1/device", 200).await.json()["license"].clone();
    let mut renewal = house.order("W-2");
    renewal["items"][0]["kind"] = json!("renewal");
    renewal["items"][0]["reduced_term_days"] = json!(180);
    shop.sell(&renewal).await;
    wait_behind(&house).await;
    cancel(&shop, "W-2").await;
    let failed =
        "select count(*) from reserve where state = 'failed' and settled_at is not null and trouble = '\"Cancelled\"'";
    assert_eq!(house.count(failed).await, 1);
    assert_eq!(house.count("select count(*) from audit_event where event = 'reserve_failed'").await, 1);
    let after = device.get("/api/v1/device", 200).await.json();
    assert_eq!((&after["license"], &after["level"]), (&before, &json!("full")));
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_waits_behind_a_cancelled_license_has_its_turn(db: PgPool) {
    let house = House::demo(db).await;
    let shop = house.shop(INDIA).await;
    let mut anna = house.signed_in(ANNA).await;
    let device = house.linked(&mut anna, "windows").await;
    device.activate(&shop.sell(&house.order("W-1")).await, 201).await;
    shop.sell(&house.order("W-2")).await;
    wait_behind(&house).await;
    cancel(&shop, "W-1").await;
    let due = "select count(*) from reserve where state = 'waiting' and due_at <= clock_timestamp()";
    assert_eq!(house.count(due).await, 1);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_same_order_sent_after_its_cancellation_stays_cancelled(db: PgPool) {
    let house = House::demo(db).await;
    let shop = house.shop(INDIA).await;
    let order = house.order("W-1");
    let code = shop.sell(&order).await;
    cancel(&shop, "W-1").await;
    let again = shop.try_call(Method::POST, "/api/v1/orders", Some(&order)).await;
    assert_eq!((again.status.as_u16(), again.json()["state"].clone()), (200, json!("cancelled")));
    assert_eq!(again.json()["codes"][0]["code"], json!(code));
}
