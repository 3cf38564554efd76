//! Closing an account: refused while something depends on it, undone by signing in, carried out after fourteen days.

use domain::PgPool;
use domain::cx::Cx;
use domain::demo::PASSWORD;
use domain::person::store::close_due;
use time::Duration;

use crate::harness::{ANNA, Browser, House, MIA, NEW_PASSWORD};

const NOOR: &str = "noor@lakeside-books.example";

async fn close(browser: &mut Browser, password: &str, expected: u16) -> String {
    let answer = browser.post_form("/settings?do=close_account", &[("close_password", password)], expected).await;
    if expected == 303 { answer.location().to_owned() } else { answer.text().to_owned() }
}

async fn carry_out(house: &House) -> u32 {
    close_due(&Cx::system(&house.world)).await.unwrap()
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_paid_license_that_runs_and_an_office_with_people_keep_the_account_open(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    assert!(close(&mut anna, PASSWORD, 422).await.contains("Hand it over to a colleague first"));
    assert!(close(&mut anna, "wrong", 422).await.contains("Close your account?"));

    let mut noor = house.newcomer(NOOR).await;
    let device = house.linked(&mut noor, "windows").await;
    device.activate(&house.code("desktop=1").await, 201).await;
    assert!(close(&mut noor, NEW_PASSWORD, 422).await.contains("nobody else is there to take it over"));
    noor.get("/devices", 200).await;
    assert_eq!(house.count("select count(*) from person where closing_at is not null").await, 0);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn signing_in_within_fourteen_days_keeps_the_account(db: PgPool) {
    let house = House::demo(db).await;
    let mut noor = house.newcomer(NOOR).await;
    let mut elsewhere = noor.clone();
    assert_eq!(close(&mut noor, NEW_PASSWORD, 303).await, "/sign-in?closing=1");
    elsewhere.get("/devices", 303).await;
    house.world.clock.shift(Duration::days(13));
    assert_eq!(carry_out(&house).await, 0);
    let mut again = house.browser();
    again.call("sign_in", &[("email", NOOR), ("password", NEW_PASSWORD)], 200).await;
    again.get("/devices", 200).await;
    house.world.clock.shift(Duration::days(2));
    assert_eq!(carry_out(&house).await, 0);
    assert_eq!(house.count("select count(*) from mail where subject = 'Your account stays'").await, 1);
    assert_eq!(house.count("select count(*) from audit_event where event = 'account_kept'").await, 1);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn after_fourteen_days_the_person_is_forgotten_and_the_devices_leave(db: PgPool) {
    let house = House::demo(db).await;
    let mut noor = house.newcomer(NOOR).await;
    let device = house.linked(&mut noor, "windows").await;
    close(&mut noor, NEW_PASSWORD, 303).await;
    house.world.clock.shift(Duration::days(14));
    // the last instant has passed, whether or not somebody has come to carry it out
    house.browser().call("sign_in", &[("email", NOOR), ("password", NEW_PASSWORD)], 422).await;
    assert_eq!(carry_out(&house).await, 1);
    assert_eq!(carry_out(&house).await, 0);
    device.get("/api/v1/device", 401).await;
    assert_eq!(house.count("select count(*) from person where email like 'noor%' or name like 'Noor%'").await, 0);
    assert_eq!(house.count("select count(*) from account where name = 'Lakeside Books'").await, 0);
    house.world.clock.shift(Duration::seconds(11));
    house.newcomer(NOOR).await;
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_colleague_leaves_and_the_office_stays(db: PgPool) {
    let house = House::demo(db).await;
    let mut mia = house.signed_in(MIA).await;
    let own = house.linked(&mut mia, "mac").await;
    close(&mut mia, PASSWORD, 303).await;
    house.world.clock.shift(Duration::days(14));
    assert_eq!(carry_out(&house).await, 1);
    own.get("/api/v1/device", 401).await;
    let mut anna = house.signed_in(ANNA).await;
    assert_eq!(anna.call("get_own", &[], 200).await.json()["office"], "Harbor Dental");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn nothing_is_handed_to_somebody_who_is_about_to_be_gone(db: PgPool) {
    let house = House::demo(db).await;
    let mut mia = house.signed_in(MIA).await;
    assert_eq!(close(&mut mia, PASSWORD, 303).await, "/sign-in?closing=1");
    let mut anna = house.signed_in(ANNA).await;
    let id: String = sqlx::query_scalar("select id::text from person where email = $1")
        .bind(MIA)
        .fetch_one(&house.db)
        .await
        .unwrap();
    let license = crate::session::own_license(&house).await;
    for (function, fields) in [
        ("hand_over_office", vec![("id", id.as_str())]),
        ("hand_over_license", vec![("id", license.as_str()), ("to", id.as_str())]),
    ] {
        let refused = anna.call(function, &fields, 422).await;
        assert!(refused.text().contains("ClosesAccount"), "{function}: {}", refused.text());
    }
    let page = anna.post_form(&format!("/people/{id}?do=hand_over_office"), &[("id", &id)], 422).await;
    assert!(page.text().contains("about to close their account"), "{}", page.text());
}

/// Somebody of the office signed in again after its owner had asked to go.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_owner_stays_while_somebody_of_the_office_does(db: PgPool) {
    let house = House::demo(db).await;
    sqlx::query("update person set closing_at = now() - interval '1 hour' where email = $1")
        .bind(ANNA)
        .execute(&house.db)
        .await
        .unwrap();
    assert_eq!(carry_out(&house).await, 0);
    assert_eq!(
        house.count("select count(*) from person where closing_at is not null or disabled_at is not null").await,
        0
    );
    assert_eq!(house.count("select count(*) from mail where subject = 'Your account stays'").await, 1);
    house.signed_in(ANNA).await.get("/people", 200).await;
    house.assert_sound().await;
}
