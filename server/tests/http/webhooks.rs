//! Messages to sellers' systems: signed, sent until taken, each by one, none held up by another.

use std::time::Duration as Wait;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::PgPool;
use domain::cx::Cx;
use domain::webhook::store::{create_endpoint, replay_any};
use serde_json::json;
use sha2::{Digest, Sha256};
use time::Duration;

use crate::harness::{ANNA, House};
use crate::shop::{BRITAIN, INDIA, Received, Receiver, courier};

const INSIDE: &[&str] = &["--allow-private-webhooks"];

/// HMAC-SHA-256 as RFC 2104 writes it down.
fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut block = [0; 64];
    block[..key.len()].copy_from_slice(key);
    let inner = Sha256::digest([&block.map(|byte| byte ^ 0x36)[..], message].concat());
    Sha256::digest([&block.map(|byte| byte ^ 0x5c)[..], &inner].concat()).to_vec()
}

/// The signature as a receiver computes it from the secret it was given.
fn is_signed(received: &Received, secret: &str) -> bool {
    let key = STANDARD.decode(secret.trim_start_matches("whsec_")).unwrap();
    let head = format!("{}.{}.", received.header("webhook-id"), received.header("webhook-timestamp"));
    let mac = hmac(&key, &[head.as_bytes(), &received.body].concat());
    received.header("webhook-signature") == format!("v1,{}", STANDARD.encode(mac))
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_happens_to_an_order_is_told_signed_and_without_codes(db: PgPool) {
    let house = House::demo(db).await;
    let mut receiver = Receiver::start(&[]).await;
    let (shop, secret) = house.shop_with(INDIA, Some(&receiver.url)).await;
    let code = shop.sell(&house.order("W-1")).await;
    let mut anna = house.signed_in(ANNA).await;
    house.linked(&mut anna, "windows").await.activate(&code, 201).await;
    shop.post("/api/v1/orders/W-1/cancel", &json!({ "reason": "The payment failed." }), 200).await;
    assert_eq!(courier(INSIDE).deliver_due(&house.world).await, Ok(3));

    let mut events = Vec::new();
    for message in receiver.all() {
        assert!(is_signed(&message, secret.as_deref().unwrap()), "{}", message.header("webhook-signature"));
        assert_eq!((message.path.as_str(), message.header("content-type")), ("/hooks?of=latchkey", "application/json"));
        let body = message.json();
        assert_eq!(body["data"]["order_number"], "W-1");
        assert!(!body.to_string().contains(&code[..11]), "{body}");
        assert!(body.to_string().contains(&code[18..]), "{body}");
        events.push(body["type"].as_str().unwrap().to_owned());
    }
    events.sort();
    assert_eq!(events, ["code.activated", "order.cancelled", "order.paid"]);
    let told = shop.get("/api/v1/webhooks", 200).await;
    let states: Vec<_> = told["entries"].as_array().unwrap().iter().map(|entry| &entry["state"]).collect();
    assert_eq!(states, ["delivered"; 3]);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_message_that_is_refused_twice_comes_again_as_the_same_and_once_it_is_taken_no_more(db: PgPool) {
    let house = House::demo(db).await;
    // a redirect is followed nowhere: it is a refusal
    let mut receiver = Receiver::start(&[500, 307, 200]).await;
    let (shop, secret) = house.shop_with(INDIA, Some(&receiver.url)).await;
    let courier = courier(INSIDE);
    shop.sell(&house.order("W-1")).await;
    for wait in [0, 46, 91] {
        house.world.clock.shift(Duration::seconds(wait));
        assert_eq!(courier.deliver_due(&house.world).await, Ok(1));
        assert_eq!(courier.deliver_due(&house.world).await, Ok(0), "the next try has its time");
    }
    house.world.clock.shift(Duration::days(1));
    assert_eq!(courier.deliver_due(&house.world).await, Ok(0));
    let received = receiver.all();
    assert_eq!(received.len(), 3);
    let moments: Vec<_> = received.iter().map(|message| message.header("webhook-timestamp")).collect();
    assert!(moments[0] < moments[1] && moments[1] < moments[2], "{moments:?}");
    for message in &received {
        assert_eq!(message.header("webhook-id"), received[0].header("webhook-id"));
        assert!(is_signed(message, secret.as_deref().unwrap()) && message.path.starts_with("/hooks"));
    }
    let entry = shop.get("/api/v1/webhooks", 200).await["entries"][0].clone();
    assert_eq!(
        (&entry["state"], &entry["tries"], &entry["last_status"]),
        (&json!("delivered"), &json!(3), &json!(200))
    );
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn two_senders_at_once_send_each_message_once(db: PgPool) {
    let house = House::demo(db).await;
    let mut receiver = Receiver::start(&[]).await;
    let (shop, _) = house.shop_with(INDIA, Some(&receiver.url)).await;
    for number in 0..40 {
        shop.sell(&house.order(&format!("W-{number}"))).await;
    }
    let (one, other) = (courier(INSIDE), courier(INSIDE));
    loop {
        let sent = tokio::join!(one.deliver_due(&house.world), other.deliver_due(&house.world));
        if sent == (Ok(0), Ok(0)) {
            break;
        }
    }
    let mut ids: Vec<_> = receiver.all().iter().map(|message| message.header("webhook-id").to_owned()).collect();
    assert_eq!(ids.len(), 40);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 40);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_sender_that_died_leaves_its_messages_to_the_next(db: PgPool) {
    let house = House::demo(db).await;
    let mut receiver = Receiver::start(&[]).await;
    let (shop, _) = house.shop_with(INDIA, Some(&receiver.url)).await;
    shop.sell(&house.order("W-1")).await;
    let now = house.world.clock.now();
    let taken = domain::webhook::store::for_delivery(&house.world, now, 10).await.unwrap();
    assert_eq!(taken.len(), 1);
    drop(taken);
    assert_eq!(courier(INSIDE).deliver_due(&house.world).await, Ok(0), "it is still the first one's");
    house.world.clock.shift(Duration::seconds(61));
    assert_eq!(courier(INSIDE).deliver_due(&house.world).await, Ok(1));
    assert_eq!(receiver.all().len(), 1);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_message_is_given_up_after_eight_tries_and_can_be_replayed(db: PgPool) {
    let house = House::demo(db).await;
    let mut receiver = Receiver::start(&[503; 8]).await;
    let (shop, _) = house.shop_with(INDIA, Some(&receiver.url)).await;
    let other = house.shop(BRITAIN).await;
    shop.sell(&house.order("W-1")).await;
    let courier = courier(INSIDE);
    let mut sent = 0;
    for _ in 0..12 {
        sent += courier.deliver_due(&house.world).await.unwrap();
        house.world.clock.shift(Duration::hours(2));
    }
    assert_eq!(sent, 8);
    let entry = shop.get("/api/v1/webhooks", 200).await["entries"][0].clone();
    assert_eq!((&entry["state"], &entry["last_error"]), (&json!("dead"), &json!("refused")));

    let replay = format!("/api/v1/webhooks/{}/replay", entry["id"].as_str().unwrap());
    other.post(&replay, &json!({}), 404).await;
    shop.post("/api/v1/webhooks/none/replay", &json!({}), 404).await;
    assert_eq!(shop.post(&replay, &json!({}), 200).await["state"], "waiting");
    assert_eq!(courier.deliver_due(&house.world).await, Ok(1));
    let ids: Vec<_> = receiver.all().iter().map(|message| message.header("webhook-id").to_owned()).collect();
    assert_eq!(ids, vec![entry["id"].as_str().unwrap(); 9]);

    sqlx::query("update webhook set delivered_at = null, tries = 8").execute(&house.db).await.unwrap();
    assert_eq!(replay_any(Cx::system(&house.world), None).await, Ok(1));
    assert_eq!(replay_any(Cx::system(&house.world), None).await, Ok(0));
    assert_eq!(courier.deliver_due(&house.world).await, Ok(1));
    assert_eq!(house.count("select count(*) from audit_event where event = 'webhook_replayed'").await, 2);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_endpoint_that_never_answers_holds_up_no_other(db: PgPool) {
    let house = House::demo(db).await;
    // connections are made by the system and never looked at
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let poison = format!("http://{}/", silent.local_addr().unwrap());
    let (slow, _) = house.shop_with(BRITAIN, Some(&poison)).await;
    for number in 0..80 {
        slow.sell(&house.order(&format!("W-{number}"))).await;
    }
    let mut receiver = Receiver::start(&[]).await;
    let (quick, _) = house.shop_with(INDIA, Some(&receiver.url)).await;
    quick.sell(&house.order("W-1")).await;
    let run = tokio::spawn(courier(INSIDE).run(house.world.clone()));
    let received = tokio::time::timeout(Wait::from_secs(8), receiver.received.recv()).await;
    run.abort();
    assert!(received.is_ok(), "the message waited for another endpoint's");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn no_message_goes_inside_unless_that_is_allowed(db: PgPool) {
    let house = House::demo(db).await;
    let mut receiver = Receiver::start(&[]).await;
    let inside = receiver.url.replace("http://", "https://");
    let by_name = inside.replace("127.0.0.1", "localhost");
    for url in [&receiver.url, &inside, &by_name] {
        create_endpoint(Cx::system(&house.world), Some(INDIA), url).await.unwrap();
    }
    let shop = house.shop(INDIA).await;
    shop.sell(&house.order("W-1")).await;
    assert_eq!(courier(&[]).deliver_due(&house.world).await, Ok(3));
    assert!(receiver.all().is_empty());
    assert_eq!(house.count("select count(*) from webhook where last_error = 'address' and tries = 1").await, 3);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_vendor_hears_of_all_sellers_and_a_seller_of_itself(db: PgPool) {
    let house = House::demo(db).await;
    let (mut vendor, mut own) = (Receiver::start(&[]).await, Receiver::start(&[]).await);
    create_endpoint(Cx::system(&house.world), None, &vendor.url).await.unwrap();
    let (india, _) = house.shop_with(INDIA, Some(&own.url)).await;
    let britain = house.shop(BRITAIN).await;
    india.sell(&house.order("W-1")).await;
    britain.sell(&house.order("W-2")).await;
    assert_eq!(courier(INSIDE).deliver_due(&house.world).await, Ok(3));
    assert_eq!(vendor.all().len(), 2);
    let heard = own.all();
    assert_eq!((heard.len(), &heard[0].json()["data"]["order_number"]), (1, &json!("W-1")));
    assert_eq!(britain.get("/api/v1/webhooks", 200).await["entries"], json!([]));
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_is_not_done_is_not_told(db: PgPool) {
    let house = House::demo(db).await;
    let (shop, _) = house.shop_with(INDIA, Some("https://shop.example/hooks")).await;
    let mut order = house.order("W-1");
    order["items"][0]["product"] = json!("NOPE");
    shop.post("/api/v1/orders", &order, 422).await;
    assert_eq!(house.count("select count(*) from webhook").await, 0);
    let order = house.order("W-1");
    shop.post("/api/v1/orders", &order, 201).await;
    shop.post("/api/v1/orders", &order, 200).await;
    assert_eq!(house.count("select count(*) from webhook").await, 1);
}
