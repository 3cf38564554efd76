//! Orders of sellers' programs: placed once, mailed, theirs alone.

use domain::PgPool;
use http::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::harness::{ANNA, House, MIA, token_of};
use crate::shop::{BRITAIN, INDIA};

const ORDERS: &str = "/api/v1/orders";

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_paid_order_mails_its_code_and_the_code_starts_a_license(db: PgPool) {
    let house = House::demo(db).await;
    house.watch().await;
    let shop = house.shop(INDIA).await;
    let placed = shop.post(ORDERS, &house.order("W-1"), 201).await;
    assert_eq!((&placed["state"], &placed["mailed_to"]), (&json!("paid"), &json!("noor@lakeside.example")));
    let code = placed["codes"][0]["code"].as_str().unwrap();
    assert!(code.ends_with(placed["codes"][0]["tail"].as_str().unwrap()));

    let mails = domain::mail::for_sending(&house.world, 100).await.unwrap();
    let mail = mails.iter().find(|mail| mail.subject == "Your activation code").unwrap();
    assert_eq!(mail.to_address, "noor@lakeside.example");
    for part in [&mail.text, &mail.html] {
        assert!(part.contains(code) && part.contains("W-1") && part.contains("/licenses/add"), "{part}");
    }
    domain::mail::sent(&house.db, mail.id).await.unwrap();
    assert_eq!(house.count("select count(*) from mail where sealed is not null").await, 0, "what left is forgotten");

    let mut noor = house.newcomer("noor@lakeside.example").await;
    let mut device = house.linked(&mut noor, "windows").await;
    device.country = "GB";
    let refused = device.activate(code, 409).await;
    assert_eq!(refused["code"], "E09", "codes work in the countries of their seller");
    device.country = "IN";
    assert_eq!(device.activate(code, 201).await["outcome"], "started");
    assert_eq!(shop.get("/api/v1/orders/W-1", 200).await["codes"][0]["state"], "active");
    house.assert_told().await;
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn codes_are_mailed_by_an_online_store_only(db: PgPool) {
    let house = House::demo(db).await;
    let shop = house.shop(INDIA).await;
    for channel in ["box", "card", "partner", "provider"] {
        let mut order = house.order(channel);
        order["channel"] = json!(channel);
        assert_eq!(shop.post(ORDERS, &order, 201).await["mailed_to"], Value::Null, "{channel}");
    }
    assert_eq!(house.count("select count(*) from mail where sealed is not null").await, 0);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn of_fifty_times_the_same_order_at_once_one_is_placed(db: PgPool) {
    let house = House::demo(db).await;
    let shop = house.shop(INDIA).await;
    let mut order = house.order("W-1");
    order["items"][0]["count"] = json!(3);
    let before = house.count("select count(*) from activation_code").await;
    let mut tries = JoinSet::new();
    for _ in 0..50 {
        let (shop, order) = (shop.clone(), order.clone());
        tries.spawn(async move { shop.try_call(Method::POST, ORDERS, Some(&order)).await });
    }
    let answers = tries.join_all().await;
    let new = answers.iter().filter(|answer| answer.status == 201).count();
    assert!(answers.iter().all(|answer| matches!(answer.status.as_u16(), 200 | 201)), "{answers:?}");
    assert_eq!(new, 1);
    let first = answers[0].json();
    assert_eq!(first["codes"].as_array().unwrap().len(), 3);
    assert!(answers.iter().all(|answer| answer.json() == first), "all are told the same codes");
    assert_eq!(house.count("select count(*) from activation_code").await, before + 3);
    assert_eq!(house.count("select count(*) from mail where sealed is not null").await, 1);
    assert_eq!(house.count("select count(*) from audit_event where event = 'order_repeated'").await, 49);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_code_that_took_the_place_of_another_is_not_told_to_the_seller(db: PgPool) {
    let house = House::demo(db).await;
    let shop = house.shop(INDIA).await;
    let mut order = house.order("W-1");
    order["items"][0]["count"] = json!(2);
    let placed = shop.post(ORDERS, &order, 201).await;
    let replaced = "update activation_code a set replaced_at = now(), replaced_by = b.id
                    from activation_code b where a.purchase_id = b.purchase_id and a.code_tail = $1 and b.code_tail = $2";
    let tail = |index: usize| placed["codes"][index]["tail"].as_str().unwrap().to_owned();
    sqlx::query(replaced).bind(tail(0)).bind(tail(1)).execute(&house.db).await.unwrap();
    assert_eq!(shop.post(ORDERS, &order, 200).await["codes"], json!([placed["codes"][0]]));
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn another_order_under_the_same_number_is_refused_and_changes_nothing(db: PgPool) {
    let house = House::demo(db).await;
    let shop = house.shop(INDIA).await;
    let order = house.order("W-1");
    shop.post(ORDERS, &order, 201).await;
    let everything = "select count(*) from activation_code, lateral (select count(*) from mail) as m";
    let before = (house.count(everything).await, house.count("select count(*) from audit_event").await);
    for (pointer, other) in [
        ("/items/0/count", json!(2)),
        ("/items/0/seats/desktop", json!(6)),
        ("/buyer/email", json!("mallory@evil.example")),
        ("/price", json!(1)),
    ] {
        let mut changed = order.clone();
        match changed.pointer_mut(pointer) {
            Some(place) => *place = other,
            None => changed["items"][0]["count"] = other,
        }
        let refused = shop.post(ORDERS, &changed, 422).await;
        assert_eq!(refused["fields"][0]["field"], "order_number", "{pointer}: {refused}");
    }
    // a number that was given at the command line is another order as well
    shop.post(ORDERS, &house.order("NW-204881"), 422).await;
    assert_eq!((house.count(everything).await, house.count("select count(*) from audit_event").await), before);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn another_sellers_order_is_not_there(db: PgPool) {
    let house = House::demo(db).await;
    let (shop, other) = (house.shop(INDIA).await, house.shop(BRITAIN).await);
    let code = shop.sell(&house.order("W-1")).await;
    other.get("/api/v1/orders/W-1", 404).await;
    other.post("/api/v1/orders/W-1/cancel", &json!({ "reason": "not mine" }), 404).await;
    shop.sell(&house.subscription("S-1")).await;
    let paid = json!({ "period_days": 30, "payment": "P-1" });
    for (deed, body) in
        [("renewal", &paid), ("suspension", &json!({})), ("resumption", &json!({})), ("cancellation", &json!({}))]
    {
        other.post(&format!("/api/v1/subscriptions/S-1/{deed}"), body, 404).await;
    }
    assert_eq!(other.get(ORDERS, 200).await["entries"], json!([]));
    assert_eq!(shop.get("/api/v1/orders/W-1", 200).await["state"], "paid");
    // the number is each seller's own
    assert_ne!(other.sell(&house.order("W-1")).await, code);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_does_not_fit_is_named_and_nothing_is_sold(db: PgPool) {
    let house = House::demo(db).await;
    let shop = house.shop(INDIA).await;
    let before = house.count("select count(*) from activation_code").await;
    let change = |pointer: &str, value: Value| {
        let mut order = house.order("W-1");
        let (place, name) = pointer.rsplit_once('/').unwrap();
        order.pointer_mut(place).unwrap()[name] = value;
        order
    };
    for (pointer, value, field) in [
        ("/state", json!("paid"), "state"),
        ("/seller", json!("NW-GB"), "seller"),
        ("/items/0/countries", json!(["GB"]), "countries"),
        ("/items/0/code", json!("AAAAA-AAAAA-AAAAA-AAAAA"), "code"),
        ("/items/0/product", json!("NOPE"), "items[0].product"),
        ("/items/0/kind", json!("free"), "items[0].kind"),
        ("/items/0/seats", json!({ "laptop": 5 }), "items[0].seats.laptop"),
        ("/items/0/seats", json!({ "desktop": -1 }), "items[0].seats.desktop"),
        ("/items/0/term_days", json!(0), "items[0].term_days"),
        ("/items/0/count", json!(101), "items[0].count"),
        ("/buyer", Value::Null, "buyer"),
        ("/country", json!("XX"), "country"),
        ("/order_number", json!("a\u{0}b"), "order_number"),
        ("/ordered_at", json!("tomorrow"), "ordered_at"),
    ] {
        let refused = shop.post(ORDERS, &change(pointer, value), 422).await;
        assert_eq!(refused["fields"][0]["field"], field, "{refused}");
    }
    assert_eq!(house.count("select count(*) from activation_code").await, before);
    assert_eq!(house.count("select count(*) from purchase where order_number = 'W-1'").await, 0);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn orders_come_in_pages_and_a_cursor_serves_its_own_seller_and_list(db: PgPool) {
    let house = House::demo(db).await;
    let (shop, other) = (house.shop(BRITAIN).await, house.shop(INDIA).await);
    for number in 0..7 {
        shop.sell(&house.order(&format!("W-{number}"))).await;
    }
    let (mut numbers, mut path) = (Vec::new(), "/api/v1/orders?limit=3".to_owned());
    let mut cursors = Vec::new();
    loop {
        let page = shop.get(&path, 200).await;
        let entries = page["entries"].as_array().unwrap();
        numbers.extend(entries.iter().map(|entry| entry["order_number"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        assert_eq!(entries.len(), 3);
        cursors.push(next.to_owned());
        path = format!("/api/v1/orders?limit=3&after={next}");
    }
    assert_eq!(numbers, ["W-6", "W-5", "W-4", "W-3", "W-2", "W-1", "W-0"]);
    let cursor = &cursors[0];
    for bad in [&cursor[1..], "", "AAAA", "%00", &format!("{cursor}A")] {
        shop.get(&format!("/api/v1/orders?after={bad}"), 400).await;
    }
    other.get(&format!("/api/v1/orders?after={cursor}"), 400).await;
    shop.get(&format!("/api/v1/webhooks?after={cursor}"), 400).await;
    shop.get("/api/v1/orders?limit=101", 400).await;
    shop.get("/api/v1/orders?page=2", 400).await;
}

/// J09: no list of a seller shows a code that was told before.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_code_is_told_with_its_order_and_never_again(db: PgPool) {
    let house = House::demo(db).await;
    let shop = house.shop(INDIA).await;
    let code = shop.sell(&house.order("W-1")).await;
    for path in ["/api/v1/orders/W-1", ORDERS, "/api/v1/webhooks"] {
        let answer = shop.try_call(Method::GET, path, None).await;
        assert_eq!(answer.status, 200);
        assert!(!answer.tells(&code), "{path} tells the code");
    }
    let cancelled =
        shop.try_call(Method::POST, "/api/v1/orders/W-1/cancel", Some(&json!({ "reason": "Not paid" }))).await;
    assert!(cancelled.status == 200 && !cancelled.tells(&code));
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_copy_of_the_database_gives_neither_keys_nor_codes_nor_secrets(db: PgPool) {
    let house = House::demo(db).await;
    let (shop, secret) = house.shop_with(INDIA, Some("https://shop.example/hooks")).await;
    let code = shop.sell(&house.order("W-1")).await;
    let mut anna = house.signed_in(ANNA).await;
    let device = house.linked(&mut anna, "windows").await;
    device.activate(&code, 201).await;
    let license_key =
        device.get("/api/v1/device", 200).await.json()["license"]["license_key"].as_str().unwrap().to_owned();
    let asked = house.device().ask_to_be_linked("mac").await;
    let sheet = anna.call("begin_two_step", &[("two_step_password", domain::demo::PASSWORD)], 200).await.json();
    let totp = sheet["key"].as_str().unwrap().replace(' ', "");
    house.browser().call("ask_password_reset", &[("email", MIA)], 200).await;
    anna.call("invite_people", &[("emails", "paul@harbor.example")], 200).await;
    let change = [("new_email", "anna.berg@harbor.example"), ("email_password", domain::demo::PASSWORD)];
    anna.call("ask_email_change", &change, 200).await;
    house.lena().await.call("invite_staff", &[("email", "ada@northwall.example"), ("role", "agent")], 200).await;
    let mut tokens = Vec::new();
    for (to, page) in [
        (MIA, "/reset"),
        ("paul@harbor.example", "/join"),
        ("anna.berg@harbor.example", "/email/confirm"),
        (ANNA, "/email/stop"),
        ("ada@northwall.example", "/support/join"),
    ] {
        tokens.push(token_of(&house.mail_link(to, page).await).to_owned());
    }
    let tables: Vec<String> =
        sqlx::query_scalar("select table_name::text from information_schema.tables where table_schema = 'public'")
            .fetch_all(&house.db)
            .await
            .unwrap();
    assert!(tables.len() > 25, "{tables:?}");
    let secret = secret.unwrap();
    let bare = code.replace('-', "");
    let base64 = secret.trim_start_matches("whsec_");
    let user_code = asked["user_code"].as_str().unwrap();
    let user_bare = user_code.replace('-', "");
    let mut needles = vec![shop.key.as_str(), &shop.key[4..], &code, &bare, &code[..11], base64];
    needles.extend([license_key.as_str(), device.token.as_str(), anna.sid().unwrap(), totp.as_str()]);
    needles.extend([user_code, user_bare.as_str(), asked["device_code"].as_str().unwrap()]);
    needles.extend(tokens.iter().map(String::as_str));
    assert!(needles.iter().all(|needle| needle.len() >= 8), "{needles:?}");
    for table in tables {
        let question = sqlx::AssertSqlSafe(format!("select coalesce(string_agg(t::text, ' '), '') from {table} as t"));
        let text: String = sqlx::query_scalar(question).fetch_one(&house.db).await.unwrap();
        for needle in &needles {
            assert!(!text.contains(needle), "{table} holds {needle}");
        }
    }
}
