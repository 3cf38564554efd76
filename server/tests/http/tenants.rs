//! Another account's things are not there, and a license's code is its administrator's alone.

use domain::PgPool;
use domain::demo::PASSWORD;

use crate::harness::{ANNA, House, MIA, NEW_PASSWORD};
use crate::session::own_license;

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn another_accounts_license_device_and_request_are_not_found(db: PgPool) {
    let house = House::demo(db).await;
    let mut noor = house.newcomer("noor@lakeside.example").await;
    let license = own_license(&house).await;
    let one = |question: &'static str| sqlx::query_scalar::<_, String>(question).fetch_one(&house.db);
    let device = one("select id::text from device limit 1").await.unwrap();
    let number = one("select number from recovery limit 1").await.unwrap();
    let code = house.code("desktop=1").await;

    noor.get(&format!("/licenses/{license}"), 404).await;
    noor.call("get_license", &[("id", &license)], 404).await;
    noor.call("show_code", &[("id", &license), ("password", NEW_PASSWORD)], 404).await;
    noor.get(&format!("/requests/{number}"), 404).await;
    noor.call("get_request", &[("number", &number)], 404).await;
    noor.call("withdraw_request", &[("number", &number)], 404).await;
    let entry = [("device", device.as_str()), ("code", &code), ("agreement", "true")];
    noor.call("preview_code", &entry, 404).await;
    noor.call("add_code", &entry, 404).await;
    assert_eq!(noor.call("get_devices", &[], 200).await.json()["rows"], serde_json::json!([]));
    assert!(!noor.get("/", 200).await.text().contains("Front desk"));
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_member_who_does_not_administer_the_license_is_refused_its_code(db: PgPool) {
    let house = House::demo(db).await;
    let mut mia = house.signed_in(MIA).await;
    let license = own_license(&house).await;
    let answer = mia.call("show_code", &[("id", &license), ("password", PASSWORD)], 409).await;
    assert_eq!(answer.json()["Deed"]["Refused"]["NotAdministrator"]["administrator"], "Anna Berg", "{}", answer.text());
    let withheld = "select count(*) from audit_event where event = 'code_withheld' and facts ->> 'refusal' = 'E27'";
    assert_eq!(house.count(withheld).await, 1);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_eleventh_code_shown_in_an_hour_has_to_wait(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let license = own_license(&house).await;
    anna.call("show_code", &[("id", &license), ("password", PASSWORD)], 200).await;
    for _ in 0..9 {
        anna.call("show_code", &[("id", &license)], 200).await;
    }
    anna.call("show_code", &[("id", &license)], 429).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn whoever_does_not_know_the_password_of_a_signed_in_browser_is_signed_out(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let license = own_license(&house).await;
    for _ in 0..5 {
        anna.call("show_code", &[("id", &license), ("password", "a wrong one")], 422).await;
    }
    anna.call("show_code", &[("id", &license), ("password", "a wrong one")], 429).await;
    anna.call("get_licenses", &[], 401).await;
    assert_eq!(house.count("select count(*) from mail where subject like 'Somebody entered a wrong%'").await, 1);
    // the owner comes in again and sees the code
    let mut anna = house.signed_in(ANNA).await;
    anna.call("show_code", &[("id", &license), ("password", PASSWORD)], 200).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_link_that_shows_a_code_works_for_its_owner_only(db: PgPool) {
    let house = House::demo(db).await;
    house.watch().await;
    let number: String = sqlx::query_scalar("select number from recovery").fetch_one(&house.db).await.unwrap();
    let mut sam = house.sam().await;
    let fields = [("number", number.as_str()), ("version", "1"), ("reason", "All facts match our records.")];
    sam.call("approve_recovery", &fields, 200).await;
    sam.call("reject_recovery", &fields, 409).await;
    let link = house.mail_link(ANNA, "/disclosed").await;
    let token = [("token", crate::harness::token_of(&link))];
    house.signed_in(MIA).await.call("disclose", &token, 422).await;
    house.signed_in(ANNA).await.call("disclose", &token, 200).await;
    house.signed_in(ANNA).await.call("disclose", &token, 422).await;
    house.assert_told().await;
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_office_of_the_same_name_is_another_account_for_support(db: PgPool) {
    let house = House::demo(db).await;
    let mut noor = house.newcomer("noor@lakeside.example").await;
    sqlx::query("update account set name = 'Harbor Dental' where name = 'Lakeside Books'")
        .execute(&house.db)
        .await
        .unwrap();
    let mut anna = house.signed_in(ANNA).await;
    let license = anna.call("get_license", &[("id", &own_license(&house).await)], 200).await.json();
    let claim = [
        ("reason", "lost"),
        ("license_key", license["license_key"].as_str().unwrap()),
        ("bought_at", "Northwall Store India"),
        ("buyer_name", "Anna Berg"),
        ("bought_on", "2026-01-05"),
        ("first_activated", "in January"),
    ];
    let number = noor.call("ask_recovery", &claim, 200).await.json().as_str().unwrap().to_owned();
    let mut sam = house.sam().await;
    let review = sam.call("get_review", &[("number", &number)], 200).await.json();
    let account = review["comparisons"].as_array().unwrap().iter().find(|row| row["fact"] == "account").unwrap();
    assert_eq!((account["claimed"].as_str(), account["verdict"].as_str()), (Some("Harbor Dental"), Some("differs")));
    let page = sam.get(&format!("/support/requests/{number}"), 200).await;
    assert!(page.text().contains("The license belongs to another account"));
    let fields = [("number", number.as_str()), ("version", "1"), ("reason", "All facts match our records.")];
    sam.call("approve_recovery", &fields, 409).await;
    assert_eq!(house.count("select count(*) from mail_link where purpose = 'disclose'").await, 0);
}
