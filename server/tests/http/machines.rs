//! A machine is known again by what it is made of, through reinstalls, new parts and other accounts, and never mistaken
//! for another.

use domain::PgPool;
use serde_json::Value;
use time::Duration;
use tokio::task::JoinSet;

use crate::harness::{ANNA, Answer, Browser, Device, House, MIA};

/// A machine by the numbers of its parts, each a letter; a dot is a part it can't tell.
fn made_of(parts: &str) -> String {
    let kinds = ["board", "disk", "network", "system"].iter().zip(parts.chars()).filter(|(_, part)| *part != '.');
    kinds.map(|(kind, part)| format!("{kind}:{:064x}", u32::from(part))).collect::<Vec<_>>().join(",")
}

fn user_code(asked: &Value) -> &str {
    asked["user_code"].as_str().unwrap()
}

async fn device_id(device: &Device) -> Value {
    device.get("/api/v1/device", 200).await.json()["device_id"].clone()
}

const TRIAL: &str = "select count(*) from license where kind = 'trial'";

async fn trial_code(house: &House) -> String {
    let trials = house.facts().await.codes.into_iter();
    let mut trials = trials.filter(|code| code.kind == domain::code::CodeKind::Trial && code.countries == ["IN"]);
    trials.next().unwrap().code
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_reinstalled_machine_keeps_its_device_and_its_seat_and_needs_no_code(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let code = house.code("desktop=1").await;
    let before = house.linked_on(&mut anna, "windows", &made_of("abcd")).await;
    before.activate(&code, 201).await;
    let shown = before.get("/api/v1/device", 200).await.json();
    house.world.clock.shift(Duration::days(40));

    let mut anna = house.signed_in(ANNA).await;
    let wiped = house.linked_on(&mut anna, "windows", &made_of("abcx")).await;
    let now = wiped.get("/api/v1/device", 200).await.json();
    assert_eq!(now["device_id"], shown["device_id"]);
    for same in ["license_id", "starts_at", "expires_at"] {
        assert_eq!(now["license"][same], shown["license"][same], "{same}");
    }
    assert_eq!(now["level"], "full");
    before.get("/api/v1/device", 401).await;
    assert_eq!(wiped.activate(&code, 200).await["outcome"], "repeated");
    assert_eq!(house.count("select count(*) from audit_event where event = 'device_relinked'").await, 1);
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_machine_keeps_its_device_through_one_new_part_after_another(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let first = device_id(&house.linked_on(&mut anna, "windows", &made_of("abcd")).await).await;
    let devices = house.count("select count(*) from device").await;
    for (parts, what) in [
        ("aXcY", "a new disk and a new system"),
        ("aXZY", "a new network card"),
        (".XZY", "a firmware update that hid the board"),
        ("BXZY", "and one that shows another number"),
        ("BXZW", "a reinstall"),
    ] {
        let device = house.linked_on(&mut anna, "windows", &made_of(parts)).await;
        assert_eq!(device_id(&device).await, first, "{what}");
    }
    assert_eq!(house.count("select count(*) from device").await, devices);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_machine_that_was_taken_out_comes_back_as_the_device_it_was(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let before = house.linked_on(&mut anna, "windows", &made_of("abcd")).await;
    let first = device_id(&before).await;
    sqlx::query("update device set disconnected_at = now() where machine_id is not null")
        .execute(&house.db)
        .await
        .unwrap();
    before.get("/api/v1/device", 401).await;
    let mut mia = house.signed_in(MIA).await;
    let after = house.linked_on(&mut mia, "windows", &made_of("abcx")).await;
    assert_eq!(device_id(&after).await, first);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_person_is_told_which_device_comes_back_and_it_keeps_its_name(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    house.linked_on(&mut anna, "windows", &made_of("abcd")).await;
    sqlx::query("update device set name = 'Front desk 2' where machine_id is not null")
        .execute(&house.db)
        .await
        .unwrap();

    let again = Device { fingerprint: made_of("abcx"), ..house.device() };
    let asked = again.ask_to_be_linked("windows").await;
    let shown = anna.call("find_link", &[("user_code", user_code(&asked))], 200).await.json();
    assert_eq!((&shown["name"], &shown["known_as"]), (&"Reception".into(), &"Front desk 2".into()));
    let page = anna.post_form("/link?do=find_link", &[("user_code", user_code(&asked))], 200).await;
    assert!(page.text().contains("This is Front desk 2, which was linked before. It comes back as the same device"));

    let mut noor = house.newcomer("noor@lakeside-books.example").await;
    let shown = noor.call("find_link", &[("user_code", user_code(&asked))], 200).await.json();
    assert_eq!(shown["known_as"], Value::Null, "nothing of another account is shown");

    anna.call("link_device", &[("user_code", user_code(&asked))], 200).await;
    let token = again.poll(&asked, 200).await["access_token"].as_str().unwrap().to_owned();
    let device = Device { token, ..again };
    assert_eq!(device.get("/api/v1/device", 200).await.json()["name"], "Front desk 2");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn two_clones_of_one_image_are_two_devices(db: PgPool) {
    let house = House::demo(db).await;
    house.watch().await;
    let mut anna = house.signed_in(ANNA).await;
    let code = house.code("desktop=1").await;
    let one = house.linked_on(&mut anna, "windows", &made_of("abcd")).await;
    one.activate(&code, 201).await;
    for clone in ["xbyd", "zbwd"] {
        let clone = house.linked_on(&mut anna, "windows", &made_of(clone)).await;
        assert_ne!(device_id(&clone).await, device_id(&one).await);
        assert_eq!(clone.activate(&code, 409).await["code"], "E12");
    }
    house.assert_told().await;
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_number_that_three_machines_have_makes_no_two_of_them_one(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    for office in ["a1b2", "a3c4", "a5d6"] {
        house.linked_on(&mut anna, "windows", &made_of(office)).await;
    }
    let machines = "select count(distinct machine_id) from device";
    assert_eq!(house.count(machines).await, 3);
    // the board is numbered like everybody's, and the dock was the second machine's
    house.linked_on(&mut anna, "windows", &made_of("a7c8")).await;
    assert_eq!(house.count(machines).await, 4);
    house.linked_on(&mut anna, "windows", &made_of("a7c9")).await;
    assert_eq!(house.count(machines).await, 4, "its own disk and its own card still tell it");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_computer_that_became_a_file_server_takes_a_place_of_its_own_class(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let desktop = house.linked_on(&mut anna, "windows", &made_of("abcd")).await;
    let server = house.linked_on(&mut anna, "windows_server", &made_of("abcx")).await;
    assert_ne!(device_id(&server).await, device_id(&desktop).await);
    let again = house.linked_on(&mut anna, "mac", &made_of("abcy")).await;
    assert_eq!(house.count("select count(*) from device where machine_id is not null").await, 2);
    again.get("/api/v1/device", 200).await;
    desktop.get("/api/v1/device", 401).await;
}

async fn asks(house: &House, parts: &str) -> (Device, Value) {
    let device = Device { fingerprint: made_of(parts), ..house.device() };
    let asked = device.ask_to_be_linked("windows").await;
    (device, asked)
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_machine_connected_to_another_account_is_not_linked(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let mut noor = house.newcomer("noor@lakeside-books.example").await;
    let linked = house.linked_on(&mut anna, "windows", &made_of("abcd")).await;

    let (device, asked) = asks(&house, "abcx").await;
    let refused = noor.call("link_device", &[("user_code", user_code(&asked))], 409).await;
    assert!(refused.text().contains("OtherAccount"), "{}", refused.text());
    assert_eq!(device.poll(&asked, 400).await["error"], "authorization_pending");
    linked.get("/api/v1/device", 200).await;

    sqlx::query("update device set disconnected_at = now() where machine_id is not null")
        .execute(&house.db)
        .await
        .unwrap();
    noor.call("link_device", &[("user_code", user_code(&asked))], 200).await;
    house.world.clock.shift(Duration::seconds(5));
    device.poll(&asked, 200).await;
    assert_eq!(house.count("select count(distinct account_id) from device where machine_id is not null").await, 2);
    assert_eq!(house.count("select count(distinct machine_id) from device").await, 1);
    assert_eq!(house.count("select count(*) from audit_event where event = 'link_refused'").await, 1);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn of_two_accounts_that_both_agreed_the_second_to_fetch_is_denied(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let mut noor = house.newcomer("noor@lakeside-books.example").await;
    let (annas, asked_anna) = asks(&house, "abcd").await;
    let (noors, asked_noor) = asks(&house, "abcx").await;
    anna.call("link_device", &[("user_code", user_code(&asked_anna))], 200).await;
    noor.call("link_device", &[("user_code", user_code(&asked_noor))], 200).await;
    annas.poll(&asked_anna, 200).await;
    let denied = noors.poll(&asked_noor, 400).await;
    assert_eq!(denied["error"], "access_denied");
    assert!(denied["error_description"].as_str().unwrap().contains("another account"), "{denied}");
    house.world.clock.shift(Duration::seconds(5));
    assert_eq!(noors.poll(&asked_noor, 400).await["error"], "access_denied", "and so it stays");
    assert_eq!(house.count("select count(*) from device where machine_id is not null").await, 1);
}

/// J05: not on a wiped machine, and not in a new account.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_trial_works_once_on_a_machine_whatever_is_done_to_it(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let trials = house.count(TRIAL).await;
    house.linked_on(&mut anna, "windows", &made_of("abcd")).await.activate(&trial_code(&house).await, 201).await;

    let wiped = house.linked_on(&mut anna, "windows", &made_of("abcx")).await;
    let next = trial_code(&house).await;
    assert_eq!(wiped.activate(&next, 409).await["code"], "E13", "the same device");

    sqlx::query("update device set disconnected_at = now() where machine_id is not null")
        .execute(&house.db)
        .await
        .unwrap();
    let mut noor = house.newcomer("noor@lakeside-books.example").await;
    let elsewhere = house.linked_on(&mut noor, "windows", &made_of("aycz")).await;
    assert_eq!(elsewhere.activate(&next, 409).await["code"], "E13", "a new account and a new disk");
    assert_eq!(house.count(TRIAL).await, trials + 1);

    let other = house.linked_on(&mut noor, "windows", &made_of("lmno")).await;
    other.activate(&next, 201).await;
    assert_eq!(house.count(TRIAL).await, trials + 2, "one trial per machine, not per account");
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn links_of_one_new_machine_at_once_make_one_device(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let mut tries = JoinSet::new();
    for system in ["d", "e", "f", "g"] {
        let (device, asked) = asks(&house, &format!("abc{system}")).await;
        approve(&mut anna, &asked).await;
        tries.spawn(async move { device.poll(&asked, 200).await });
    }
    let tokens = tries.join_all().await;
    assert_eq!(tokens.len(), 4);
    assert_eq!(house.count("select count(*) from machine").await, 1);
    assert_eq!(house.count("select count(*) from device where machine_id is not null").await, 1);
}

async fn approve(person: &mut Browser, asked: &Value) {
    person.call("link_device", &[("user_code", user_code(asked))], 200).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_fingerprint_that_cannot_be_read_is_named_at_its_field(db: PgPool) {
    let house = House::demo(db).await;
    for fingerprint in ["ab".repeat(32), format!("board:{0},board:{0}", "ab".repeat(32)), "disk:12".to_owned()] {
        let form = crate::harness::encoded(&[("client_id", "latchkey-client"), ("fingerprint", &fingerprint)]);
        let answer = house.device().post("/oauth/device_authorization", form, crate::harness::FORM).await;
        assert_eq!(answer.status, 400, "{}", answer.text());
        assert!(answer.text().contains("fingerprint"), "{}", answer.text());
    }
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_is_kept_of_a_machine_is_not_what_it_tells(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    house.linked_on(&mut anna, "windows", &made_of("abcd")).await;
    let told: String = format!("{:064x}", u32::from('a'));
    let kept: Vec<String> = sqlx::query_scalar(
        "select encode(hash, 'hex') from machine_component union all select components::text from device_link where components is not null",
    )
    .fetch_all(&house.db)
    .await
    .unwrap();
    assert_eq!(kept.len(), 5);
    assert!(kept.iter().all(|kept| !kept.contains(&told)), "{kept:?}");
}

async fn changed(device: &Device, parts: &str, expected: u16) -> Answer {
    let body = serde_json::json!({ "fingerprint": made_of(parts) }).to_string();
    let answer = device.post("/api/v1/heartbeat", body, "application/json").await;
    assert_eq!(answer.status, expected, "{}", answer.text());
    answer
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_new_part_that_a_heartbeat_tells_of_is_known_at_the_next_reinstall(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let device = house.linked_on(&mut anna, "windows", &made_of("abcd")).await;
    let first = device_id(&device).await;
    changed(&device, "aXcd", 200).await;
    changed(&device, "aXYd", 200).await;
    let wiped = house.linked_on(&mut anna, "windows", &made_of(".XYz")).await;
    assert_eq!(device_id(&wiped).await, first, "nothing but what the heartbeats told agrees");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_copied_token_makes_no_other_machine_of_a_device(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let device = house.linked_on(&mut anna, "windows", &made_of("abcd")).await;
    let first = device_id(&device).await;
    changed(&device, "wxyz", 200).await;
    let thief = house.linked_on(&mut anna, "windows", &made_of("wxyz")).await;
    assert_ne!(device_id(&thief).await, first);
    let wiped = house.linked_on(&mut anna, "windows", &made_of("abce")).await;
    assert_eq!(device_id(&wiped).await, first);
    let refused = device.post("/api/v1/heartbeat", r#"{"fingerprint":"board:12"}"#, "application/json").await;
    assert_eq!(refused.status, 401, "its old token is dead");
    let refused = wiped.post("/api/v1/heartbeat", r#"{"fingerprint":"board:12"}"#, "application/json").await;
    assert_eq!((refused.status.as_u16(), refused.text().contains("fingerprint")), (422, true), "{}", refused.text());
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_device_linked_without_a_fingerprint_gets_its_machine_by_heartbeat(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let device = house.linked(&mut anna, "windows").await;
    let first = device_id(&device).await;
    changed(&device, "abcd", 200).await;
    let wiped = house.linked_on(&mut anna, "windows", &made_of("abcx")).await;
    assert_eq!(device_id(&wiped).await, first);
}
