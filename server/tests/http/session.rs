//! Sessions: a fresh id whenever rights change, well-guarded cookies, and an end that is an end.

use domain::PgPool;
use domain::demo::PASSWORD;
use http::header::SET_COOKIE;
use time::Duration;

use crate::harness::{ANNA, House, NEW_PASSWORD, token_of};

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn browsers_guard_the_cookies_and_only_one_of_them_signs_in(db: PgPool) {
    let house = House::demo(db).await;
    let mut browser = house.browser();
    let answer = browser.call("sign_in", &[("email", ANNA), ("password", PASSWORD)], 200).await;
    let cookies: Vec<_> = answer.headers.get_all(SET_COOKIE).iter().map(|cookie| cookie.to_str().unwrap()).collect();
    assert_eq!(cookies.len(), 2);
    for cookie in cookies {
        assert!(cookie.starts_with("__Host-sid=") || cookie.starts_with("__Host-known="), "{cookie}");
        for part in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
            assert!(cookie.contains(part), "{part} is not in {cookie}");
        }
        assert!(!cookie.contains("Domain"));
    }
    assert!(!answer.text().contains(browser.sid().unwrap()));
    // the mark of a known browser opens nothing by itself
    browser.cookies.remove(server::sessions::COOKIE);
    browser.get("/licenses", 303).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn signing_in_and_entering_the_password_again_change_the_id(db: PgPool) {
    let house = House::demo(db).await;
    let mut browser = house.signed_in(ANNA).await;
    let first = browser.clone();
    browser.call("sign_in", &[("email", ANNA), ("password", PASSWORD)], 200).await;
    assert_ne!(browser.sid(), first.sid());
    first.clone().get("/licenses", 303).await;

    let second = browser.clone();
    let license = own_license(&house).await;
    browser.call("show_code", &[("id", &license), ("password", PASSWORD)], 200).await;
    assert_ne!(browser.sid(), second.sid());
    second.clone().get("/licenses", 303).await;
    browser.get("/licenses", 200).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_id_that_somebody_planted_is_not_taken(db: PgPool) {
    let house = House::demo(db).await;
    let mut browser = house.browser();
    let planted = "AAAAAAAAAAAAAAAAAAAAAA";
    browser.cookies.insert("__Host-sid".to_owned(), planted.to_owned());
    browser.call("sign_in", &[("email", ANNA), ("password", PASSWORD)], 200).await;
    assert_ne!(browser.sid(), Some(planted));
    browser.get("/licenses", 200).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn after_signing_out_the_old_cookie_is_a_strangers(db: PgPool) {
    let house = House::demo(db).await;
    let mut browser = house.signed_in(ANNA).await;
    let mut copy = browser.clone();
    let answer = browser.post_form("/?do=sign_out", &[], 303).await;
    assert_eq!(answer.location(), "/sign-in");
    assert_eq!(browser.sid(), None, "the browser is told to forget it");
    copy.get("/licenses", 303).await;
    copy.call("get_licenses", &[], 401).await;
    assert_eq!(house.count("select count(*) from session").await, 0);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_new_password_ends_every_session(db: PgPool) {
    let house = House::demo(db).await;
    let mut elsewhere = house.signed_in(ANNA).await;
    elsewhere.get("/licenses", 200).await;
    let mut browser = house.browser();
    browser.post_form("/forgot?do=ask_password_reset", &[("email", ANNA)], 303).await;
    let link = house.mail_link(ANNA, "/reset").await;
    browser.get(&link, 200).await;
    let fields = [("token", token_of(&link)), ("password", NEW_PASSWORD)];
    browser.post_form("/reset?do=set_password", &fields, 303).await;
    elsewhere.get("/licenses", 303).await;
    browser.call("set_password", &fields, 422).await;
    browser.call("sign_in", &[("email", ANNA), ("password", NEW_PASSWORD)], 200).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_session_out_of_use_is_over(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    house.world.clock.shift(Duration::minutes(29));
    anna.get("/licenses", 200).await;
    house.world.clock.shift(Duration::minutes(29));
    anna.get("/licenses", 200).await;
    house.world.clock.shift(Duration::minutes(31));
    anna.get("/licenses", 303).await;
    let mut sam = house.sam().await;
    sam.get("/support", 200).await;
    house.world.clock.shift(Duration::minutes(16));
    sam.get("/support", 303).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_stands_in_the_table_of_sessions_signs_nobody_in(db: PgPool) {
    let house = House::demo(db).await;
    let real = house.signed_in(ANNA).await;
    let kept: String =
        sqlx::query_scalar("select encode(id_hash, 'base64') from session").fetch_one(&house.db).await.unwrap();
    let mut thief = house.browser();
    for value in [kept.trim_end_matches('=').to_owned(), kept.clone(), kept.replace('+', "-").replace('/', "_")] {
        assert_ne!(Some(value.as_str()), real.sid());
        thief.cookies.insert("__Host-sid".to_owned(), value);
        thief.get("/licenses", 303).await;
    }
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_entered_password_counts_for_one_license_and_five_minutes(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let licenses: Vec<String> = sqlx::query_scalar(
        "select l.id::text from license l join person p on p.id = l.administrator_id where p.email = $1",
    )
    .bind(ANNA)
    .fetch_all(&house.db)
    .await
    .unwrap();
    anna.call("show_code", &[("id", &licenses[0]), ("password", PASSWORD)], 200).await;
    anna.call("show_code", &[("id", &licenses[0])], 200).await;
    anna.call("show_code", &[("id", &licenses[1])], 401).await;
    house.world.clock.shift(Duration::seconds(301));
    anna.call("show_code", &[("id", &licenses[0])], 401).await;
}

/// A license that Anna administers.
pub async fn own_license(house: &House) -> String {
    sqlx::query_scalar(
        "select l.id::text from license l join person p on p.id = l.administrator_id where p.email = $1
         order by l.starts_at limit 1",
    )
    .bind(ANNA)
    .fetch_one(&house.db)
    .await
    .unwrap()
}
