//! Renewing and growing: what is reckoned, paid at the stand-in store, mailed, and added.

use domain::PgPool;
use domain::code::CodeKind;
use domain::cx::Cx;
use domain::mail;
use serde_json::{Value, json};
use time::Duration;

use crate::harness::{ANNA, Answer, Browser, Device, House};
use crate::sold::Sold;

async fn activated(house: &House, anna: &mut Browser, seats: &str) -> (Device, String) {
    let device = house.linked(anna, "windows").await;
    let told = device.activate(&house.code(seats).await, 201).await;
    (device, told["device"]["license"]["license_id"].as_str().unwrap().to_owned())
}

/// Takes an offer to the checkout and gives its name.
async fn offered(anna: &mut Browser, license: &str, fields: &[(&str, &str)]) -> String {
    let mut all = vec![("license", license)];
    all.extend_from_slice(fields);
    let answer: Answer = anna.post_form(&format!("/renew?license={license}&do=make_offer"), &all, 303).await;
    answer.location().split_once("offer=").unwrap().1.to_owned()
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_renewal_is_reckoned_paid_mailed_and_waits_behind_the_running_term(db: PgPool) {
    let house = House::demo(db).await;
    house.watch().await;
    let mut anna = house.signed_in(ANNA).await;
    let (device, license) = activated(&house, &mut anna, "desktop=1").await;
    assert!(anna.get("/renew", 200).await.text().contains(&license));
    let page = anna.get(&format!("/renew?license={license}&term=365&seats%5Bdesktop%5D=1"), 200).await;
    for told in
        ["999.00 INR", "− 299.70 INR", "699.30 INR", "Nothing of the running term is lost", "Northwall Store India"]
    {
        assert!(page.text().contains(told), "{told}: {}", page.text());
    }
    let offer = offered(&mut anna, &license, &[("term", "365"), ("seats[desktop]", "1")]).await;
    assert!(anna.get(&format!("/store?offer={offer}"), 200).await.text().contains("Pay 699.30 INR"));
    for _ in 0..2 {
        anna.post_form(&format!("/store?offer={offer}&do=pay_offer"), &[("offer", &offer)], 303).await;
    }
    assert_eq!(house.count("select count(*) from purchase where order_number like 'SI-%'").await, 1);
    let mails = mail::for_sending(&house.world, 100).await.unwrap();
    let letter = mails.iter().find(|mail| mail.to_address == ANNA && mail.subject == "Your activation code").unwrap();
    let code = letter.text.split_whitespace().find(|word| word.len() == 23 && word.matches('-').count() == 3).unwrap();
    let added = device.try_activate(code).await.json();
    assert_eq!(added["outcome"], "reserved", "{added}");
    house.assert_told().await;
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn more_seats_work_as_soon_as_they_are_paid_and_the_end_stays(db: PgPool) {
    let house = House::demo(db).await;
    house.watch().await;
    let mut anna = house.signed_in(ANNA).await;
    let code = house.code("desktop=1").await;
    let first = house.linked(&mut anna, "windows").await.activate(&code, 201).await;
    let license = first["device"]["license"]["license_id"].as_str().unwrap().to_owned();
    let second = house.linked(&mut anna, "mac").await;
    second.activate(&code, 409).await;
    let same = [("license", license.as_str()), ("what", "more"), ("seats[desktop]", "1")];
    let refused = anna.post_form(&format!("/renew?license={license}&what=more&do=make_offer"), &same, 422).await;
    assert!(refused.text().contains("Enter more devices than you have now."), "{}", refused.text());
    // a browser without script posts to the page without its query
    let bare = anna.post_form("/renew?do=make_offer", &same, 422).await;
    assert!(bare.text().contains("More devices now") && !bare.text().contains("Your licenses"), "{}", bare.text());
    let offer = offered(&mut anna, &license, &[("what", "more"), ("seats[desktop]", "2")]).await;
    let before = house.count("select count(*) from activation_code").await;
    anna.post_form(&format!("/store?offer={offer}&do=pay_offer"), &[("offer", &offer)], 303).await;
    assert_eq!(house.count("select count(*) from activation_code").await, before, "no code is made");
    let joined = second.try_activate(&code).await.json();
    assert_eq!(joined["device"]["license"]["expires_at"], first["device"]["license"]["expires_at"], "{joined}");
    assert_eq!(house.count("select count(*) from audit_event where event = 'license_grown'").await, 1);
    house.assert_told().await;
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_license_is_found_by_its_key_or_code_in_the_own_office_only(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let code = house.code("desktop=1").await;
    let told = house.linked(&mut anna, "windows").await.activate(&code, 201).await;
    let (license, key) =
        (&told["device"]["license"]["license_id"], told["device"]["license"]["license_key"].as_str().unwrap());
    for typed in [key, &code, &code.to_lowercase()] {
        let found = anna.post_form("/renew?do=find_renewable", &[("by", typed)], 303).await;
        assert!(found.location().ends_with(license.as_str().unwrap()), "{}", found.location());
        assert!(!found.location().contains(typed));
    }
    let mut noor = house.newcomer("noor@lakeside.example").await;
    let foreign = noor.post_form("/renew?do=find_renewable", &[("by", key)], 422).await;
    let none = noor.post_form("/renew?do=find_renewable", &[("by", "00000000-0000-4000-8000-000000000000")], 422).await;
    let without_nonce = |answer: &Answer| answer.text().contains("No license of your office has this key or code.");
    assert!(without_nonce(&foreign) && without_nonce(&none) && !foreign.tells(&code));
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn offers_of_others_are_not_there(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let (_, license) = activated(&house, &mut anna, "desktop=1").await;
    let offer = offered(&mut anna, &license, &[("term", "365"), ("seats[desktop]", "1")]).await;
    let mut noor = house.newcomer("noor@lakeside.example").await;
    noor.call("make_offer", &[("license", &license), ("seats[desktop]", "1")], 404).await;
    noor.call("get_checkout", &[("offer", &offer)], 404).await;
    noor.call("pay_offer", &[("offer", &offer)], 404).await;
    assert_eq!(house.count("select count(*) from offer where purchase_id is not null").await, 0);
}

/// What a device is told when it enters a code.
async fn told(device: &Device, code: &str, more: Value) -> Value {
    let mut body = json!({ "code": code, "accept_agreement": true });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let answer = device.post("/api/v1/activations", body.to_string(), "application/json").await;
    assert!(matches!(answer.status.as_u16(), 404 | 409), "{}", answer.text());
    answer.json()
}

/// J06: a trial renews nothing, neither as the code itself nor as the one before it, at the device and in the console, and the
/// answer says so in the words of the rule.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_trial_renews_nothing(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let (device, license) = activated(&house, &mut anna, "desktop=1").await;
    let trial = Sold { kind: CodeKind::Trial, days: 30, ..Sold::default() }.code(&house).await;
    let refused = told(&device, &trial, json!({})).await;
    assert_eq!(refused["code"], "E14", "{refused}");
    assert!(refused["detail"].as_str().unwrap().contains("trial cannot renew a license"), "{refused}");
    let id = device.get("/api/v1/device", 200).await.json()["device_id"].as_str().unwrap().to_owned();
    let fields = [("device", id.as_str()), ("code", &trial), ("agreement", "true")];
    let page = anna.post_form("/licenses/add?do=add_code", &fields, 409).await;
    assert!(page.text().contains("E14"), "{}", page.text());

    // an office that had nothing but a trial finds no earlier license, and the trial does not stand in for one
    let mut noor = house.newcomer("noor@lakeside.example").await;
    let tried = house.linked(&mut noor, "windows").await;
    let first = Sold { kind: CodeKind::Trial, days: 30, ..Sold::default() }.code(&house).await;
    tried.activate(&first, 201).await;
    let renewal = Sold::of(CodeKind::Renewal).code(&house).await;
    let other = house.linked(&mut noor, "mac").await;
    let refused = told(&other, &renewal, json!({})).await;
    assert_eq!(refused["code"], "E22", "{refused}");
    let refused = told(&other, &renewal, json!({ "previous_code": first })).await;
    assert_eq!(refused["code"], "E23", "{refused}");

    // what is offered after it is a purchase, without what a renewal takes off; and nobody else's is offered at all
    let own = "select id::text from license where kind = 'trial' order by id desc limit 1";
    let own: String = sqlx::query_scalar(own).fetch_one(&house.db).await.unwrap();
    let offer = offered(&mut noor, &own, &[("term", "365"), ("seats[desktop]", "1")]).await;
    let checkout = noor.call("get_checkout", &[("offer", &offer)], 200).await;
    assert!(checkout.text().contains("\"kind\":\"new\""), "{}", checkout.text());
    noor.call("make_offer", &[("license", &license), ("term", "365"), ("seats[desktop]", "1")], 404).await;
    assert_eq!(house.count("select count(*) from offer").await, 1);
    house.assert_sound().await;
}

/// J06: a code with one place that waits behind two licenses takes over once: the second is refused with the devices that have
/// its place. On one device it waits once, and in another office not at all.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_reserve_behind_two_licenses_takes_over_once(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let (first, _) = activated(&house, &mut anna, "desktop=1").await;
    let (second, _) = activated(&house, &mut anna, "desktop=1").await;
    let code = Sold::default().code(&house).await;
    assert_eq!(first.activate(&code, 200).await["outcome"], "reserved");
    assert_eq!(told(&first, &code, json!({})).await["code"], "E19");
    let waits_too = second.try_activate(&code).await;
    assert!(waits_too.status == 409 || waits_too.json()["outcome"] == "reserved", "{}", waits_too.text());

    let mut noor = house.newcomer("noor@lakeside.example").await;
    let theirs = house.linked(&mut noor, "windows").await;
    theirs.activate(&Sold::default().code(&house).await, 201).await;
    let foreign = told(&theirs, &code, json!({})).await;
    assert_eq!(foreign["code"], "E30", "{foreign}");
    assert!(!foreign.to_string().contains("Harbor") && !foreign.to_string().contains("Anna"), "{foreign}");

    house.world.clock.shift(Duration::days(366));
    domain::reserve::store::switch_due(&Cx::system(&house.world)).await.unwrap();
    first.get("/api/v1/device", 200).await;
    second.get("/api/v1/device", 200).await;
    let running = "select count(*) from seat s join license l on l.id = s.license_id
                   join activation_code c on c.id = l.code_id
                   where s.released_at is null and c.id = (select code_id from reserve order by id desc limit 1)";
    assert_eq!(house.count(running).await, 1);
    house.assert_sound().await;
}
