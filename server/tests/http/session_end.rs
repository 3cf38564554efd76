//! The end of a session: told before it comes, put off by using it, and a form that came too late is given back to whoever
//! filled it in.

use domain::PgPool;
use domain::demo::PASSWORD;
use time::Duration;

use crate::harness::{ANNA, Browser, House, MIA};

const UNSENT: &str = "You were signed out before this was sent.";

async fn seconds(browser: &mut Browser, function: &str) -> u64 {
    browser.call(function, &[], 200).await.json()["seconds"].as_u64().unwrap()
}

/// A page tells in its data how long the session lasts, and asking for it is no use of the session.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn asking_how_long_a_session_lasts_does_not_lengthen_it_and_staying_does(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    assert!(anna.get("/settings", 200).await.text().contains("can_stay"));
    assert!((1790..=1800).contains(&seconds(&mut anna, "get_session_end").await));
    house.world.clock.shift(Duration::minutes(20));
    assert!((590..=600).contains(&seconds(&mut anna, "get_session_end").await));
    house.world.clock.shift(Duration::minutes(5));
    assert!((290..=300).contains(&seconds(&mut anna, "get_session_end").await));
    assert!((1790..=1800).contains(&seconds(&mut anna, "stay_signed_in").await));
    house.world.clock.shift(Duration::minutes(29));
    assert!((50..=60).contains(&seconds(&mut anna, "get_session_end").await));
    house.world.clock.shift(Duration::minutes(2));
    anna.call("get_session_end", &[], 401).await;

    let mut sam = house.sam().await;
    assert!((890..=900).contains(&seconds(&mut sam, "get_session_end").await));
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn twelve_hours_after_signing_in_a_session_is_over_however_much_it_is_used(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    for _ in 0..25 {
        house.world.clock.shift(Duration::minutes(28));
        anna.call("stay_signed_in", &[], 200).await;
    }
    house.world.clock.shift(Duration::minutes(10));
    let left = anna.call("stay_signed_in", &[], 200).await.json();
    assert_eq!(left["can_stay"], false, "{left}");
    assert!(left["seconds"].as_u64().unwrap() <= 600, "{left}");
    house.world.clock.shift(Duration::minutes(11));
    anna.call("stay_signed_in", &[], 401).await;
}

const TYPED: [(&str, &str); 3] = [("name", "Anna Bergström"), ("current", PASSWORD), ("code", "")];

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_was_typed_into_a_form_that_came_too_late_is_back_after_signing_in_again(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    house.world.clock.shift(Duration::minutes(31));
    let sent = anna.post_form("/settings?do=rename_own", &TYPED, 303).await;
    assert_eq!(sent.location(), "/sign-in?next=%2Fsettings&over=1");
    let page = anna.get(sent.location(), 200).await;
    assert!(page.text().contains("You were signed out") && page.text().contains(r#"value="/settings""#));
    assert!(!page.text().contains("Bergström"), "nothing of it stands there before");
    let row: String = sqlx::query_scalar("select data::text from session").fetch_one(&house.db).await.unwrap();
    assert!(row.contains("rename_own") && !row.contains("Bergström"), "sealed: {row}");

    let fields = [("email", ANNA), ("password", PASSWORD), ("next", "/settings")];
    let back = anna.post_form("/sign-in?do=sign_in", &fields, 303).await;
    assert_eq!(back.location(), "/settings");
    let page = anna.get("/settings", 200).await;
    let text = page.text();
    assert!(text.contains(r#"value="Anna Bergström""#) && text.contains(UNSENT), "{text}");
    assert!(text.contains("<title>Error: Settings"));
    assert!(!text.contains(PASSWORD));
    assert_eq!(house.count("select count(*) from person where name = 'Anna Bergström'").await, 0);
    let page = anna.get("/settings", 200).await;
    assert!(!page.text().contains(UNSENT) && !page.text().contains("Bergström"), "given back once");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_form_is_given_back_to_nobody_but_whoever_filled_it_in(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    house.world.clock.shift(Duration::minutes(31));
    anna.post_form("/settings?do=rename_own", &TYPED, 303).await;
    let mut copy = anna.clone();
    anna.call("sign_in", &[("email", MIA), ("password", PASSWORD)], 200).await;
    let page = anna.get("/settings", 200).await;
    assert!(!page.text().contains("Bergström") && !page.text().contains(UNSENT));
    copy.call("sign_in", &[("email", ANNA), ("password", PASSWORD)], 200).await;
    assert!(!copy.get("/settings", 200).await.text().contains("Bergström"), "it went with the session it waited in");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_session_that_the_database_has_ended_keeps_the_form_too_and_one_that_was_left_does_not(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    sqlx::query("update session set expires_at = now() - interval '1 minute'").execute(&house.db).await.unwrap();
    let sent = anna.post_form("/settings?do=rename_own", &TYPED, 303).await;
    assert_eq!(sent.location(), "/sign-in?next=%2Fsettings&over=1");
    anna.call("sign_in", &[("email", ANNA), ("password", PASSWORD)], 200).await;
    assert!(anna.get("/settings", 200).await.text().contains("Bergström"));

    let mut left = anna.clone();
    anna.post_form("/?do=sign_out", &[], 303).await;
    let sent = left.post_form("/settings?do=rename_own", &TYPED, 303).await;
    assert_eq!(sent.location(), "/sign-in?next=%2Fsettings");
    let open = house.count("select count(*) from session where expires_at > now()").await;
    assert_eq!(open, 0, "strangers keep nothing here");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn support_is_sent_to_its_own_sign_in_and_back(db: PgPool) {
    let house = House::demo(db).await;
    let mut sam = house.sam().await;
    house.world.clock.shift(Duration::minutes(16));
    let sent = sam.post_form("/support/look-up?do=look_up", &[("sought", "nobody@example.com")], 303).await;
    assert_eq!(sent.location(), "/support/sign-in?next=%2Fsupport%2Flook-up&over=1");
    assert!(sam.get(sent.location(), 200).await.text().contains(r#"value="/support/look-up""#));
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_endless_form_is_not_kept(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    house.world.clock.shift(Duration::minutes(31));
    let long = "x".repeat(40_000);
    anna.post_form("/settings?do=rename_own", &[("name", &long)], 303).await;
    let row = "select coalesce(max(length(data::text)), 0)::bigint from session";
    assert!(house.count(row).await < 1000);
}
