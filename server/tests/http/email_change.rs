//! Another e-mail address: it takes effect from the new one, and the old one can stop it and take it back.

use domain::PgPool;
use domain::demo::PASSWORD;
use time::Duration;

use crate::harness::{ANNA, Browser, House, MIA, NEW_PASSWORD, token_of};

const NEW: &str = "anna@new-harbor.example";

async fn ask(browser: &mut Browser, email: &str) {
    let fields = [("new_email", email), ("email_password", PASSWORD)];
    browser.post_form("/settings?do=ask_email_change", &fields, 303).await;
}

async fn follow(house: &House, to: &str, page: &str, expected: u16) -> String {
    let link = house.mail_link(to, page).await;
    let mut browser = house.browser();
    browser.get(&link, 200).await;
    let function = if page.ends_with("stop") { "stop_email_change" } else { "confirm_email_change" };
    let done = browser.post_form(&format!("{page}?do={function}"), &[("token", token_of(&link))], expected).await;
    done.location().to_owned()
}

async fn signs_in(house: &House, email: &str, expected: u16) {
    house.world.clock.shift(Duration::seconds(11));
    house.browser().call("sign_in", &[("email", email), ("password", PASSWORD)], expected).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_new_address_signs_in_once_it_was_confirmed_and_both_are_told(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    for (fields, field) in [
        ([("new_email", "nowhere"), ("email_password", PASSWORD)], "new_email"),
        ([("new_email", NEW), ("email_password", "wrong")], "email_password"),
        ([("new_email", "ANNA@harbor-dental.example"), ("email_password", PASSWORD)], "new_email"),
    ] {
        assert!(anna.call("ask_email_change", &fields, 422).await.text().contains(field));
    }
    ask(&mut anna, NEW).await;
    signs_in(&house, ANNA, 200).await;
    signs_in(&house, NEW, 422).await;
    assert_eq!(follow(&house, NEW, "/email/confirm", 303).await, "/sign-in?email=changed");
    signs_in(&house, NEW, 200).await;
    signs_in(&house, ANNA, 422).await;
    assert_eq!(anna.call("get_own", &[], 200).await.json()["email"], NEW);
    assert_eq!(house.count("select count(*) from mail where subject = 'Your e-mail address was changed'").await, 2);
    follow(&house, NEW, "/email/confirm", 422).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_old_address_stops_it_before_and_takes_it_back_for_three_days(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    ask(&mut anna, NEW).await;
    assert_eq!(follow(&house, ANNA, "/email/stop", 303).await, "/sign-in?email=kept");
    follow(&house, NEW, "/email/confirm", 422).await;

    ask(&mut anna, NEW).await;
    follow(&house, NEW, "/email/confirm", 303).await;
    house.world.clock.shift(Duration::hours(71));
    let mut thief = house.browser();
    thief.call("sign_in", &[("email", NEW), ("password", PASSWORD)], 200).await;
    // whoever changed it can't take the old address for another account meanwhile
    let fields = [("email", ANNA), ("name", "Eve"), ("office", "Eve"), ("country", "IN"), ("password", NEW_PASSWORD)];
    house.browser().post_form("/sign-up?do=sign_up", &fields, 303).await;
    assert_eq!(follow(&house, ANNA, "/email/stop", 303).await, "/sign-in?email=back");
    thief.get("/licenses", 303).await;
    signs_in(&house, ANNA, 200).await;
    signs_in(&house, NEW, 422).await;
    follow(&house, ANNA, "/email/stop", 422).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn links_grow_old_and_a_newer_one_takes_the_place_of_an_older(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    ask(&mut anna, NEW).await;
    ask(&mut anna, "anna@third.example").await;
    follow(&house, NEW, "/email/confirm", 422).await;
    house.world.clock.shift(Duration::hours(24));
    follow(&house, "anna@third.example", "/email/confirm", 422).await;
    let mut anna = house.signed_in(ANNA).await;
    ask(&mut anna, NEW).await;
    follow(&house, NEW, "/email/confirm", 303).await;
    house.world.clock.shift(Duration::hours(72));
    follow(&house, ANNA, "/email/stop", 422).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_address_of_somebody_else_is_not_told_and_not_taken(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    ask(&mut anna, MIA).await;
    assert!(!house.mails(MIA).await.iter().any(|mail| mail.contains("/email/confirm")));
    assert_eq!(
        house.count("select count(*) from mail where subject = 'This address has a Latchkey account already'").await,
        1
    );
    for expected in [200, 200, 429] {
        let fields = [("new_email", NEW), ("email_password", PASSWORD)];
        anna.call("ask_email_change", &fields, expected).await;
    }
}
