//! The second step at sign-in: a one-time code after the password, once switched on; recovery codes; and no way round it.

use domain::PgPool;
use domain::demo::PASSWORD;
use serde_json::Value;
use time::Duration;
use totp_rs::Secret;

use crate::harness::{ANNA, Browser, House, NEW_PASSWORD, token_of};

/// Anna's generator, and her recovery codes.
pub struct Kept {
    secret: Vec<u8>,
    pub spare: Vec<String>,
}

fn secret_of(sheet: &Value) -> Vec<u8> {
    let key = sheet["key"].as_str().unwrap().replace(' ', "");
    Secret::try_from_base32(&key).unwrap().as_ref().to_vec()
}

pub async fn switched_on(house: &House, browser: &mut Browser) -> Kept {
    let sheet = browser.call("begin_two_step", &[("two_step_password", PASSWORD)], 200).await.json();
    let secret = secret_of(&sheet);
    let code = house.one_time_code(&secret);
    let sheet = browser.call("switch_on_two_step", &[("one_time_code", &code)], 200).await.json();
    let spare = sheet["codes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned()).collect();
    house.world.clock.shift(Duration::seconds(31));
    Kept { secret, spare }
}

/// A browser in which the password was right.
async fn half_in(house: &House, password: &str) -> Browser {
    let mut browser = house.browser();
    let fields = [("email", ANNA), ("password", password), ("next", "/licenses")];
    let answer = browser.post_form("/sign-in?do=sign_in", &fields, 303).await;
    assert_eq!(answer.location(), "/sign-in/code");
    browser.get("/licenses", 303).await;
    browser
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn once_switched_on_the_password_alone_signs_nobody_in(db: PgPool) {
    let house = House::demo(db).await;
    house.watch().await;
    let mut anna = house.signed_in(ANNA).await;
    let kept = switched_on(&house, &mut anna).await;
    assert_eq!(kept.spare.len(), 10);
    let mut browser = half_in(&house, PASSWORD).await;
    browser.call("get_own", &[], 401).await;
    let before = browser.cookies.clone();
    let wrong = browser.post_form("/sign-in/code?do=sign_in_by_code", &[("one_time_code", "12 34 56")], 422).await;
    assert!(wrong.text().contains("does not match") && !wrong.text().contains("12 34 56"));
    let code = house.one_time_code(&kept.secret);
    let come = browser.post_form("/sign-in/code?do=sign_in_by_code", &[("one_time_code", &code)], 303).await;
    assert_eq!(come.location(), "/licenses");
    assert_ne!(browser.cookies, before, "a session has a new id when rights change");
    browser.get("/licenses", 200).await;
    assert_eq!(house.count("select count(*) from mail where subject = 'Your second step is switched on'").await, 1);
    house.assert_told().await;
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_one_time_code_and_a_recovery_code_each_work_once(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let kept = switched_on(&house, &mut anna).await;
    let code = house.one_time_code(&kept.secret);
    let (mut one, mut two) = (half_in(&house, PASSWORD).await, {
        house.world.clock.shift(Duration::seconds(2));
        half_in(&house, PASSWORD).await
    });
    let (fields_one, fields_two) = ([("one_time_code", code.as_str())], [("one_time_code", code.as_str())]);
    let (one, two) =
        tokio::join!(one.try_call("sign_in_by_code", &fields_one), two.try_call("sign_in_by_code", &fields_two));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 422], "of two with the same code one comes in (A10)");

    for expected in [200, 422] {
        house.world.clock.shift(Duration::minutes(1));
        let mut browser = half_in(&house, PASSWORD).await;
        let typed = kept.spare[3].to_lowercase();
        browser.call("sign_in_by_code", &[("one_time_code", &typed)], expected).await;
    }
    assert_eq!(house.count("select count(*) from mail where subject = 'A recovery code was used to sign in'").await, 1);
    let state = anna.call("get_two_step", &[], 200).await.json();
    assert_eq!(state["spare_left"], 9);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_new_password_does_not_go_round_the_second_step(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    switched_on(&house, &mut anna).await;
    let mut browser = house.browser();
    browser.post_form("/forgot?do=ask_password_reset", &[("email", ANNA)], 303).await;
    let link = house.mail_link(ANNA, "/reset").await;
    let fields = [("token", token_of(&link)), ("password", NEW_PASSWORD)];
    browser.post_form("/reset?do=set_password", &fields, 303).await;
    browser.get("/licenses", 303).await;
    let mut half = half_in(&house, NEW_PASSWORD).await;
    half.call("get_licenses", &[], 401).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_sixth_wrong_code_has_to_wait_and_after_five_minutes_the_password_is_asked_again(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let kept = switched_on(&house, &mut anna).await;
    let mut browser = half_in(&house, PASSWORD).await;
    for _ in 0..5 {
        browser.call("sign_in_by_code", &[("one_time_code", "000000")], 422).await;
    }
    let code = house.one_time_code(&kept.secret);
    browser.call("sign_in_by_code", &[("one_time_code", &code)], 429).await;
    house.world.clock.shift(Duration::minutes(20));
    let code = house.one_time_code(&kept.secret);
    let late = browser.post_form("/sign-in/code?do=sign_in_by_code", &[("one_time_code", &code)], 303).await;
    assert_eq!(late.location(), "/sign-in?late=1");
    browser.get("/licenses", 303).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn switching_off_takes_the_password_and_a_code_and_the_secret_is_shown_once(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    anna.call("begin_two_step", &[("two_step_password", "wrong")], 422).await;
    let shown = anna.post_form("/settings?do=begin_two_step", &[("two_step_password", PASSWORD)], 200).await;
    assert!(shown.text().contains("class=\"qr\"") && shown.text().contains("Switch on the second step"));
    assert!(!anna.get("/settings", 200).await.text().contains("class=\"qr\""));
    let again = anna.post_form("/settings?do=switch_on_two_step", &[("one_time_code", "000000")], 422).await;
    assert!(again.text().contains("Switch on the second step"), "another try is possible: {}", again.text());

    let kept = switched_on(&house, &mut anna).await;
    anna.call("begin_two_step", &[("two_step_password", PASSWORD)], 404).await;
    let code = house.one_time_code(&kept.secret);
    let off =
        |password: &'static str, code: String| [("two_step_password", password.to_owned()), ("one_time_code", code)];
    for (fields, expected) in
        [(off("wrong", code.clone()), 422), (off(PASSWORD, "000000".to_owned()), 422), (off(PASSWORD, code), 200)]
    {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        anna.call("switch_off_two_step", &fields, expected).await;
    }
    assert_eq!(house.count("select count(*) from two_step_spare").await, 0);
    assert_eq!(house.count("select count(*) from mail where subject = 'Your second step is switched off'").await, 1);
    let mut browser = house.signed_in(ANNA).await;
    browser.get("/licenses", 200).await;
}
