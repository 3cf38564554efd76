//! Inviting, joining, roles, leaving, and who may use whose license.

use domain::PgPool;
use domain::cx::Cx;
use domain::demo::PASSWORD;
use domain::{device, seat};
use serde_json::Value;
use time::Duration;

use crate::harness::{ANNA, Browser, House, MIA, token_of};

const NEW: &str = "marble otter violin ninety";
const PAUL: &str = "paul@harbor.example";

async fn joined(house: &House, email: &str) -> Browser {
    let link = house.mail_link(email, "/join").await;
    let mut browser = house.browser();
    assert!(browser.get(&link, 200).await.text().contains("Harbor Dental"));
    let fields = [("token", token_of(&link)), ("name", "Paul Weiss"), ("password", NEW)];
    browser.post_form("/join?do=join_office", &fields, 303).await;
    browser.call("sign_in", &[("email", email), ("password", NEW)], 200).await;
    browser
}

async fn person(browser: &mut Browser, name: &str) -> String {
    let people = browser.call("get_people", &[], 200).await.json();
    let found = people["people"].as_array().unwrap().iter().find(|person| person["name"] == name);
    found.unwrap_or_else(|| panic!("{name}: {people}"))["id"].as_str().unwrap().to_owned()
}

fn license_of(activated: &Value) -> String {
    activated["device"]["license"]["license_id"].as_str().unwrap().to_owned()
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_invited_colleague_joins_once_and_the_inviter_is_told(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let fields = [("emails", "Paul Weiss <paul@harbor.example>;"), ("role", "member")];
    anna.post_form("/people?do=invite_people", &fields, 303).await;
    let link = house.mail_link(PAUL, "/join").await;
    let mut weak = house.browser();
    let short = [("token", token_of(&link)), ("name", "Paul Weiss"), ("password", "short")];
    weak.post_form("/join?do=join_office", &short, 422).await;
    let mut paul = joined(&house, PAUL).await;
    let own = paul.call("get_own", &[], 200).await.json();
    assert_eq!((&own["office"], &own["role"]), (&"Harbor Dental".into(), &"member".into()));
    let page = paul.get("/activity", 200).await;
    for words in ["Joined the office", "Signed in", "Paul Weiss"] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    assert!(!page.text().contains("Somebody not signed in"), "who joins is named: {}", page.text());
    let again = [("token", token_of(&link)), ("name", "Eve"), ("password", NEW)];
    house.browser().post_form("/join?do=join_office", &again, 422).await;
    assert!(house.browser().get(&link, 200).await.text().contains("This invitation is over"));
    let told = anna.call("get_notices", &[], 200).await.json();
    assert!(told.to_string().contains("Paul Weiss has joined your office"), "{told}");
    assert_eq!(house.count("select count(*) from audit_event where event = 'person_joined'").await, 1);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_link_that_was_taken_back_replaced_or_is_old_opens_nothing(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    anna.call("invite_people", &[("emails", PAUL)], 200).await;
    let first = house.mail_link(PAUL, "/join").await;
    anna.call("invite_people", &[("emails", PAUL)], 200).await;
    let second = house.mail_link(PAUL, "/join").await;
    assert_ne!(first, second);
    let try_with = async |link: &str, expected| {
        let fields = [("token", token_of(link)), ("name", "Paul Weiss"), ("password", NEW)];
        house.browser().post_form("/join?do=join_office", &fields, expected).await;
    };
    try_with(&first, 422).await;
    let invited = anna.call("get_people", &[], 200).await.json();
    assert_eq!(invited["invited"].as_array().unwrap().len(), 1, "asked again is asked once: {invited}");
    let id = invited["invited"][0]["id"].as_str().unwrap().to_owned();
    house.newcomer("noor@lakeside.example").await.call("revoke_invitation", &[("id", &id)], 404).await;
    anna.post_form("/people?do=revoke_invitation", &[("id", &id)], 303).await;
    try_with(&second, 422).await;
    anna.call("revoke_invitation", &[("id", &id)], 404).await;

    anna.call("invite_people", &[("emails", PAUL)], 200).await;
    let third = house.mail_link(PAUL, "/join").await;
    house.world.clock.shift(Duration::days(14));
    try_with(&third, 422).await;
    assert_eq!(house.count("select count(*) from person where email like 'paul%'").await, 0);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_address_of_another_office_is_answered_the_same_and_gets_no_link(db: PgPool) {
    let house = House::demo(db).await;
    house.newcomer("noor@lakeside.example").await;
    let mut anna = house.signed_in(ANNA).await;
    let free = anna.call("invite_people", &[("emails", PAUL)], 200).await;
    let taken = anna.call("invite_people", &[("emails", "noor@lakeside.example")], 200).await;
    assert_eq!(free.text(), taken.text());
    let mails = house.mails("noor@lakeside.example").await;
    assert!(mails.iter().any(|mail| mail.contains("another Latchkey account already")), "{mails:?}");
    assert!(!mails.iter().any(|mail| mail.contains("/join?token=")), "{mails:?}");
    let here = anna.call("invite_people", &[("emails", MIA)], 422).await;
    assert!(here.text().contains("AlreadyHere"), "{}", here.text());
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn only_the_owner_makes_managers_and_nobody_removes_the_owner(db: PgPool) {
    let house = House::demo(db).await;
    let (mut anna, mut mia) = (house.signed_in(ANNA).await, house.signed_in(MIA).await);
    let (owner, member) = (person(&mut anna, "Anna Berg").await, person(&mut mia, "Mia Okafor").await);
    mia.call("set_role", &[("id", &member), ("role", "manager")], 403).await;
    mia.call("get_person", &[("id", &owner)], 404).await;
    mia.call("remove_person", &[("id", &owner)], 403).await;
    anna.post_form(&format!("/people/{member}?do=set_role"), &[("id", &member), ("role", "manager")], 303).await;
    // the right counts at once, in the same session (G06)
    mia.call("invite_people", &[("emails", PAUL), ("role", "manager")], 422).await;
    mia.call("invite_people", &[("emails", PAUL), ("role", "member")], 200).await;
    mia.call("remove_person", &[("id", &owner)], 403).await;
    anna.call("set_role", &[("id", &owner), ("role", "member")], 422).await;
    anna.call("set_role", &[("id", &member), ("role", "owner")], 422).await;
    anna.call("remove_person", &[("id", &owner)], 403).await;
    let mut noor = house.newcomer("noor@lakeside.example").await;
    for function in ["set_role", "hand_over_office", "remove_person"] {
        noor.call(function, &[("id", &member), ("role", "member")], 404).await;
    }
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_office_that_is_handed_over_has_one_owner(db: PgPool) {
    let house = House::demo(db).await;
    let (mut anna, mut mia) = (house.signed_in(ANNA).await, house.signed_in(MIA).await);
    let (owner, member) = (person(&mut anna, "Anna Berg").await, person(&mut anna, "Mia Okafor").await);
    mia.call("hand_over_office", &[("id", &member)], 403).await;
    anna.post_form(&format!("/people/{member}?do=hand_over_office"), &[("id", &member)], 303).await;
    assert_eq!(mia.call("get_own", &[], 200).await.json()["role"], "owner");
    assert_eq!(anna.call("get_own", &[], 200).await.json()["role"], "manager");
    anna.call("hand_over_office", &[("id", &owner)], 403).await;
    assert_eq!(house.count("select count(*) from person where role = 'owner'").await, 1);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn who_leaves_is_out_at_once_and_their_devices_a_week_later(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    anna.call("invite_people", &[("emails", PAUL)], 200).await;
    let mut paul = joined(&house, PAUL).await;
    let code = house.code("desktop=5,file_server=1,mobile=5").await;
    let started = house.linked(&mut anna, "mac").await.activate(&code, 201).await;
    let device = house.linked(&mut paul, "windows").await;
    device.activate(&code, 200).await;
    let id = person(&mut anna, "Paul Weiss").await;
    anna.post_form(&format!("/people/{id}?do=remove_person"), &[("id", &id)], 303).await;
    paul.call("get_own", &[], 401).await;
    house.browser().call("sign_in", &[("email", PAUL), ("password", NEW)], 422).await;
    anna.call("remove_person", &[("id", &id)], 404).await;

    let cx = || Cx::system(&house.world);
    house.world.clock.shift(Duration::days(6));
    assert_eq!(seat::store::release_unattended(&cx()).await.unwrap(), 0);
    assert_eq!(device.get("/api/v1/device", 200).await.json()["level"], "full");
    house.world.clock.shift(Duration::days(1));
    assert_eq!(seat::store::release_unattended(&cx()).await.unwrap(), 1);
    assert_eq!(device.get("/api/v1/device", 200).await.json()["license"], Value::Null);
    let license = license_of(&started);
    let page = house.signed_in(ANNA).await.call("get_license", &[("id", &license)], 200).await.json();
    assert_eq!(page["held"].as_array().unwrap().len(), 1);
    house.assert_sound().await;

    // invited again, the same address begins anew
    house.signed_in(ANNA).await.call("invite_people", &[("emails", PAUL)], 200).await;
    joined(&house, PAUL).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn who_administers_a_license_that_runs_hands_it_over_first(db: PgPool) {
    let house = House::demo(db).await;
    let (mut anna, mut mia) = (house.signed_in(ANNA).await, house.signed_in(MIA).await);
    let started = house.linked(&mut mia, "mac").await.activate(&house.code("desktop=1").await, 201).await;
    let (id, owner) = (person(&mut anna, "Mia Okafor").await, person(&mut anna, "Anna Berg").await);
    let refused = anna.call("remove_person", &[("id", &id)], 422).await;
    assert!(refused.text().contains("AdministersLicenses"), "{}", refused.text());
    let page = anna.get(&format!("/people/{id}"), 200).await;
    assert!(page.text().contains("have to be handed over first"), "{}", page.text());
    mia.call("hand_over_license", &[("id", &license_of(&started)), ("to", &owner)], 200).await;
    mia.call("remove_person", &[("id", &id)], 200).await;
    mia.call("get_own", &[], 401).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_colleague_sends_a_granted_license_to_own_devices_and_to_no_more(db: PgPool) {
    let house = House::demo(db).await;
    let (mut anna, mut mia) = (house.signed_in(ANNA).await, house.signed_in(MIA).await);
    let code = house.code("desktop=5,file_server=1,mobile=5").await;
    let license = license_of(&house.linked(&mut anna, "mac").await.activate(&code, 201).await);
    let devices = [house.linked(&mut mia, "windows").await, house.linked(&mut mia, "mac").await];
    let mut ids = Vec::new();
    for device in &devices {
        ids.push(device.get("/api/v1/device", 200).await.json()["device_id"].as_str().unwrap().to_owned());
    }
    let what = format!("license:{license}");
    let send = [("device", ids[0].as_str()), ("what", &what), ("agreement", "true")];
    mia.call("send_license", &send, 409).await;
    let id = person(&mut anna, "Mia Okafor").await;
    mia.call("grant_license", &[("id", &license), ("to", &id), ("seats", "1")], 409).await;
    let page = format!("/licenses/{license}?do=grant_license");
    anna.post_form(&page, &[("id", &license), ("to", &id), ("seats", "0")], 422).await;
    anna.post_form(&page, &[("id", &license), ("to", &id), ("seats", "1")], 303).await;
    assert!(mia.call("get_device", &[("id", &ids[0])], 200).await.text().contains(&license), "it is offered");
    mia.call("send_license", &send, 200).await;
    assert_eq!(devices[0].get("/api/v1/device", 200).await.json()["level"], "full");
    let second = [("device", ids[1].as_str()), ("what", &what), ("agreement", "true")];
    mia.call("send_license", &second, 409).await;
    mia.call("show_code", &[("id", &license), ("password", PASSWORD)], 409).await;

    // nobody else's device, and no more after it was taken back
    let other = house.linked(&mut anna, "windows").await.get("/api/v1/device", 200).await.json();
    let others = [("device", other["device_id"].as_str().unwrap()), ("what", &what), ("agreement", "true")];
    mia.call("send_license", &others, 409).await;
    anna.call("grant_license", &[("id", &license), ("to", &id), ("seats", "5")], 200).await;
    anna.post_form(&format!("/licenses/{license}?do=revoke_grant"), &[("id", &license), ("from", &id)], 303).await;
    mia.call("send_license", &second, 409).await;
    anna.call("revoke_grant", &[("id", &license), ("from", &id)], 404).await;
    house
        .newcomer("noor@lakeside.example")
        .await
        .call("grant_license", &[("id", &license), ("to", &id), ("seats", "1")], 404)
        .await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_unseen_device_is_warned_and_frees_its_place_a_week_later(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let (silent, busy) = (house.linked(&mut anna, "windows").await, house.linked(&mut anna, "mac").await);
    let code = house.code("desktop=5,file_server=1,mobile=5").await;
    silent.activate(&code, 201).await;
    busy.activate(&code, 200).await;
    house.signed_in(MIA).await.call("set_release_after", &[("days", "30")], 403).await;
    anna.call("set_release_after", &[("days", "29")], 422).await;
    anna.call("set_release_after", &[("days", "30")], 200).await;
    sqlx::query("update device_contact set last_seen_at = now() where last_seen_at < now() - interval '1 day'")
        .execute(&house.db)
        .await
        .unwrap();
    let cx = || Cx::system(&house.world);
    let round = async || {
        let beat = busy.post("/api/v1/heartbeat", "{}", "application/json").await;
        assert_eq!(beat.status, 200);
        device::store::tell_of_silence(&cx()).await.unwrap();
        let warned = seat::store::warn_of_release(&cx()).await.unwrap();
        (warned, seat::store::release_unattended(&cx()).await.unwrap())
    };
    house.world.clock.shift(Duration::days(22));
    assert_eq!(round().await, (0, 0));
    house.world.clock.shift(Duration::days(1) + Duration::HOUR);
    let (warned, released) = round().await;
    assert!(warned >= 1 && released == 0, "{warned} {released}");
    assert_eq!(round().await.0, 0, "warned once");
    house.world.clock.shift(Duration::days(6));
    assert_eq!(round().await.1, 0);
    house.world.clock.shift(Duration::days(1));
    assert!(round().await.1 >= 1);
    assert_eq!(silent.get("/api/v1/device", 200).await.json()["license"], Value::Null);
    assert_eq!(busy.get("/api/v1/device", 200).await.json()["level"], "full");
    assert!(house.count("select count(*) from seat where release_reason = 'inactivity'").await >= 1);
    house.assert_sound().await;
}
