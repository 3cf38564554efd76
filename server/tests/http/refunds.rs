//! Refunds: asked for by the license's administrator, decided by a lead, carried out in one transaction.

use domain::PgPool;
use serde_json::{Value, json};

use crate::cases::post_files;
use crate::harness::{ANNA, Browser, Device, House, MIA};
use crate::shop::Receiver;

const REASON: &str = "It does not run on our old computers.";

/// A license that Noor's office bought at the store in India, in use on one device.
pub struct Bought {
    noor: Browser,
    device: Device,
    license: String,
    code: String,
}

async fn bought(house: &House, order: &Value) -> Bought {
    let shop = house.shop("NW-IN").await;
    let code = shop.sell(order).await;
    let mut noor = house.newcomer("noor@lakeside.example").await;
    let device = house.linked(&mut noor, "windows").await;
    device.activate(&code, 201).await;
    let license = device.get("/api/v1/device", 200).await.json()["license"]["license_id"].as_str().unwrap().to_owned();
    Bought { noor, device, license, code }
}

async fn asked(bought: &mut Bought) -> String {
    let fields = [("license", bought.license.as_str()), ("description", REASON)];
    bought.noor.call("ask_refund", &fields, 200).await.json().as_str().unwrap().to_owned()
}

pub fn decision<'a>(number: &'a str, decision: &'a str) -> [(&'a str, &'a str); 3] {
    [("number", number), ("decision", decision), ("reason", "The computers are older than the product allows.")]
}

async fn state(house: &House) -> (String, String) {
    sqlx::query_as("select r.state, o.state from refund r join purchase o on o.id = r.purchase_id")
        .fetch_one(&house.db)
        .await
        .unwrap()
}

/// J03: what was given back is dead at once.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_approved_refund_cancels_the_code_and_everything_on_it_and_tells_the_store(db: PgPool) {
    let house = House::demo(db).await;
    house.watch().await;
    let receiver = Receiver::start(&[]).await;
    house.shop_with("NW-IN", Some(&receiver.url)).await;
    let mut bought = bought(&house, &house.order("LB-1")).await;
    let ask = format!("/requests/new?topic=refund&license={}", bought.license);
    let shown = bought.noor.get(&ask, 200).await;
    for words in ["LB-1", "Usual until", "1 of 365 days", "Reception loses its license at once"] {
        assert!(shown.text().contains(words), "{words}: {}", shown.text());
    }
    assert!(bought.noor.get("/requests/new?topic=refund", 200).await.text().contains(&bought.license));
    let empty = [("license", bought.license.as_str()), ("description", " ")];
    let told = post_files(&mut bought.noor, "/requests/new?do=ask_refund", &empty, &[], 422).await;
    assert!(told.text().contains("Describe what happened") && told.text().contains("LB-1"), "{}", told.text());
    let fields = [("license", bought.license.as_str()), ("description", REASON)];
    let sent = post_files(&mut bought.noor, "/requests/new?do=ask_refund", &fields, &[], 303).await;
    let page = sent.location().split('?').next().unwrap().to_owned();
    let number = page.strip_prefix("/requests/").unwrap().to_owned();
    let listed = bought.noor.get("/licenses", 200).await;
    assert!(listed.text().contains("Refund requested") && listed.text().contains(&page), "{}", listed.text());
    assert!(bought.noor.get("/requests", 200).await.text().contains("Refund requested"));
    assert_eq!(asked(&mut bought).await, number, "asking again leads to the same case");
    assert_eq!(state(&house).await, ("requested".to_owned(), "refund_requested".to_owned()));
    assert!(bought.noor.get(&page, 200).await.text().contains("Where the refund stands"));
    bought.noor.call("solve_case", &[("number", &number)], 409).await;

    let desk = format!("/support/cases/{number}");
    let mut sam = house.sam().await;
    let seen = sam.call("get_desk_case", &[("number", &number)], 200).await.json();
    let version = seen["version"].to_string();
    assert_eq!(seen["refund"]["status"]["facts"]["devices"], json!(["Reception"]));
    sam.call("take_case", &[("number", &number), ("version", &version)], 200).await;
    assert_eq!(state(&house).await.0, "under_review");
    sam.call("decide_refund", &decision(&number, "approved"), 403).await;
    assert!(sam.get(&desk, 200).await.text().contains("A support lead decides refunds."));
    let mut lena = house.lena().await;
    lena.post_form(
        &format!("{desk}?do=decide_refund"),
        &[("number", &number), ("decision", "approved"), ("reason", "ok")],
        422,
    )
    .await;
    lena.call("decide_refund", &[("number", &number), ("decision", ""), ("reason", REASON)], 422).await;
    lena.call("pay_refund", &[("number", &number)], 409).await;
    lena.post_form(&format!("{desk}?do=decide_refund"), &decision(&number, "approved"), 303).await;
    assert_eq!(state(&house).await, ("approved".to_owned(), "refunded".to_owned()));

    let status = bought.device.get("/api/v1/device", 200).await.json();
    assert_eq!(status["license"], Value::Null, "{status}");
    let refused = bought.device.try_activate(&bought.code).await;
    assert_eq!((refused.status.as_u16(), refused.json()["code"].as_str().unwrap()), (409, "E05"), "{}", refused.text());
    let late = lena.call("decide_refund", &decision(&number, "denied"), 409).await;
    assert_eq!(late.json()["Deed"]["Refused"]["RequestDecided"]["by"], "Lena Fischer", "{}", late.text());
    let told = bought.noor.get(&page, 200).await;
    assert!(told.text().contains("older than the product allows") && told.text().contains("The store pays"));
    assert!(!told.text().contains("Lena"), "{}", told.text());
    let message: Value = sqlx::query_scalar("select body from webhook where event = 'order.refunded'")
        .fetch_one(&house.db)
        .await
        .unwrap();
    assert!(message.to_string().contains("LB-1"), "{message}");
    lena.post_form(&format!("{desk}?do=pay_refund"), &[("number", &number)], 303).await;
    assert_eq!(state(&house).await.0, "paid");
    lena.call("pay_refund", &[("number", &number)], 409).await;
    let mails = "select count(*) from mail where to_address = 'noor@lakeside.example'
        and (subject like 'Support answered your case%' or subject like 'Your refund was paid%')";
    assert_eq!(house.count(mails).await, 2);
    house.assert_told().await;
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_denial_changes_nothing_and_is_answered_once(db: PgPool) {
    let house = House::demo(db).await;
    house.watch().await;
    let mut bought = bought(&house, &house.order("LB-1")).await;
    let number = asked(&mut bought).await;
    let mut lena = house.lena().await;
    lena.call("decide_refund", &decision(&number, "denied"), 200).await;
    assert_eq!(state(&house).await, ("denied".to_owned(), "paid".to_owned()));
    assert_ne!(bought.device.get("/api/v1/device", 200).await.json()["license"], Value::Null);
    let page = bought.noor.get(&format!("/requests/{number}"), 200).await;
    assert!(page.text().contains("You may answer once"), "{}", page.text());
    let license = format!("/licenses/{}", bought.license);
    let today = bought.noor.call("get_standing", &[("number", &number)], 200).await.json();
    assert_eq!(today["refund"]["state"], "denied", "{today}");
    for address in ["/requests", "/licenses", &license] {
        let shown = bought.noor.get(address, 200).await;
        assert!(shown.text().contains("Refund denied"), "{address}: {}", shown.text());
        assert!(shown.text().contains(&format!("datetime=\"{}", &today["refund"]["since"].as_str().unwrap()[..10])));
    }
    house.signed_in(ANNA).await.call("get_standing", &[("number", &number)], 404).await;
    bought.noor.call("answer_case", &[("number", &number), ("message", "The box says otherwise.")], 200).await;
    assert_eq!(state(&house).await, ("under_review".to_owned(), "refund_requested".to_owned()));
    bought.noor.call("answer_case", &[("number", &number), ("message", "See the photo.")], 200).await;
    lena.call("decide_refund", &decision(&number, "denied"), 200).await;
    let again = bought.noor.call("answer_case", &[("number", &number), ("message", "Once more!")], 409).await;
    assert!(again.text().contains("RequestDecided"), "{}", again.text());
    assert!(bought.noor.get(&format!("/requests/{number}"), 200).await.text().contains("This is decided"));
    assert_eq!(house.count("select count(*) from audit_event where event = 'refund_denied'").await, 2);
    house.assert_told().await;
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn other_codes_of_the_order_stay(db: PgPool) {
    let house = House::demo(db).await;
    house.watch().await;
    let mut order = house.order("LB-1");
    order["items"][0]["count"] = json!(2);
    let mut bought = bought(&house, &order).await;
    let number = asked(&mut bought).await;
    house.lena().await.call("decide_refund", &decision(&number, "approved"), 200).await;
    assert_eq!(state(&house).await, ("approved".to_owned(), "paid".to_owned()));
    let of_the_order = "select count(*) from activation_code c join purchase o on o.id = c.purchase_id
                        where o.order_number = 'LB-1' and c.cancelled_at is null";
    assert_eq!(house.count(of_the_order).await, 1);
    house.assert_told().await;
    house.assert_sound().await;
}

/// An order of 12,000 rupees: more than one lead of the demo gives back alone.
pub async fn dear(house: &House) -> (Bought, String) {
    let mut order = house.order("LB-1");
    order["price"] = json!(1_200_000);
    let mut bought = bought(house, &order).await;
    let number = asked(&mut bought).await;
    (bought, number)
}

/// H02: not by its first approver, not by another session of theirs, not by a lower rank, and not twice.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn above_the_limit_of_its_seller_a_refund_takes_two_leads(db: PgPool) {
    let house = House::demo(db).await;
    house.watch().await;
    let (bought, number) = dear(&house).await;
    let desk = format!("/support/cases/{number}");
    let mut lena = house.lena().await;
    assert!(lena.get(&desk, 200).await.text().contains("Two leads decide this one"));
    lena.call("decide_refund", &decision(&number, "approved"), 200).await;
    assert_eq!(state(&house).await, ("under_review".to_owned(), "refund_requested".to_owned()));
    bought.device.get("/api/v1/device", 200).await;
    // not again, and not from another browser either
    for mut again in [lena, house.lena_again().await] {
        assert!(again.get(&desk, 200).await.text().contains("You approved it on"));
        let refused = again.call("decide_refund", &decision(&number, "approved"), 403).await;
        assert!(refused.text().contains("SecondLead"), "{}", refused.text());
    }
    house.sam().await.call("decide_refund", &decision(&number, "approved"), 403).await;
    let mut priya = house.priya().await;
    assert!(priya.get(&desk, 200).await.text().contains("Lena Fischer approved it on"));
    priya.call("decide_refund", &decision(&number, "approved"), 200).await;
    assert_eq!(state(&house).await, ("approved".to_owned(), "refunded".to_owned()));
    priya.call("decide_refund", &decision(&number, "approved"), 409).await;
    let events = "select count(*) from audit_event where event in ('refund_first_yes', 'refund_approved')";
    assert_eq!(house.count(events).await, 2);
    house.assert_told().await;
    house.assert_sound().await;
}

/// H02: an amount that changed after the first yes makes that void.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_first_yes_to_another_amount_or_before_a_denial_counts_for_nothing(db: PgPool) {
    let house = House::demo(db).await;
    let (mut bought, number) = dear(&house).await;
    house.lena().await.call("decide_refund", &decision(&number, "approved"), 200).await;
    sqlx::query("update purchase set price = 1300000 where order_number = 'LB-1'").execute(&house.db).await.unwrap();
    let mut priya = house.priya().await;
    priya.call("decide_refund", &decision(&number, "approved"), 200).await;
    assert_eq!(state(&house).await.0, "under_review", "Priya's is the first yes to the new amount");
    // one is enough to deny, and after that two begin anew
    priya.call("decide_refund", &decision(&number, "denied"), 200).await;
    assert_eq!(state(&house).await.0, "denied");
    bought.noor.call("answer_case", &[("number", &number), ("message", "But it never worked.")], 200).await;
    house.world.clock.shift(time::Duration::minutes(1));
    house.lena_again().await.call("decide_refund", &decision(&number, "approved"), 200).await;
    assert_eq!(state(&house).await.0, "under_review");
}

/// H02, below the deeds: the row itself needs two people and the amount they saw.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_database_grants_no_dear_refund_by_one_lead(db: PgPool) {
    let house = House::demo(db).await;
    dear(&house).await;
    let by = |first: &str, price: &str| {
        format!(
            "update refund set state = 'approved', decision = 'approved', decision_reason = 'Long enough a reason.',
                 decided_at = now(), decided_by = (select id from staff where name like 'Lena%'),
                 first_by = (select id from staff where name like '{first}'), first_at = now(), first_reason = 'It is so.',
                 first_price = {price}"
        )
    };
    for (first, price) in [("Lena%", "1200000"), ("Priya%", "1")] {
        assert!(
            sqlx::query(sqlx::AssertSqlSafe(by(first, price))).execute(&house.db).await.is_err(),
            "{first} {price}"
        );
    }
    let alone =
        "update refund set state = 'approved', decision = 'approved', decision_reason = 'Long enough a reason.',
                     decided_at = now(), decided_by = (select id from staff where name like 'Lena%')";
    assert!(sqlx::query(alone).execute(&house.db).await.is_err());
    sqlx::query(sqlx::AssertSqlSafe(by("Priya%", "1200000"))).execute(&house.db).await.unwrap();
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn only_the_administrator_asks_and_another_office_finds_nothing(db: PgPool) {
    let house = House::demo(db).await;
    let license: String = sqlx::query_scalar("select id::text from license where kind = 'commercial' limit 1")
        .fetch_one(&house.db)
        .await
        .unwrap();
    let fields = [("license", license.as_str()), ("description", REASON)];
    let mut noor = house.newcomer("noor@lakeside.example").await;
    noor.call("ask_refund", &fields, 404).await;
    noor.call("get_refund_facts", &[("license", &license)], 404).await;
    let mut mia = house.signed_in(MIA).await;
    let refused = mia.call("ask_refund", &fields, 409).await;
    assert!(refused.text().contains("NotAdministrator"), "{}", refused.text());
    assert!(!mia.get(&format!("/licenses/{license}"), 200).await.text().contains("Ask for a refund"));
    let mut anna = house.signed_in(ANNA).await;
    assert!(anna.get(&format!("/licenses/{license}"), 200).await.text().contains("Ask for a refund"));
    let number = anna.call("ask_refund", &fields, 200).await.json().as_str().unwrap().to_owned();
    noor.call("get_case", &[("number", &number)], 404).await;
    assert_eq!(house.count("select count(*) from refund").await, 1);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn nobody_decides_for_their_own_office(db: PgPool) {
    let house = House::demo(db).await;
    let mut bought = bought(&house, &house.order("LB-1")).await;
    let number = asked(&mut bought).await;
    sqlx::query("update person set email = 'lena@northwall.example' where email = 'noor@lakeside.example'")
        .execute(&house.db)
        .await
        .unwrap();
    let refused = house.lena().await.call("decide_refund", &decision(&number, "approved"), 403).await;
    assert!(refused.text().contains("OwnCase"), "{}", refused.text());
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_database_keeps_no_decision_without_reason_and_decider(db: PgPool) {
    let house = House::demo(db).await;
    let mut bought = bought(&house, &house.order("LB-1")).await;
    asked(&mut bought).await;
    for half in [
        "update refund set state = 'approved'",
        "update refund set state = 'denied', decision = 'denied', decided_at = now(), decision_reason = 'Long enough a reason.'",
        "update refund set state = 'denied', decision = 'denied', decided_at = now(), decided_by = (select id from staff limit 1)",
        "update refund set state = 'paid', decision = 'denied', decided_at = now(), paid_at = now(),
             decision_reason = 'Long enough a reason.', decided_by = (select id from staff limit 1)",
    ] {
        assert!(sqlx::query(half).execute(&house.db).await.is_err(), "{half}");
    }
}
