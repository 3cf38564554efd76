//! Forms that send mails on a stranger's word fill nobody's mailbox: beyond the limits the page is the same, and nothing is
//! sent (F04).

use domain::PgPool;
use time::Duration;

use crate::harness::{ANNA, Browser, House, MIA, NEW_PASSWORD};
use crate::session::own_license;

async fn mails_to(house: &House, address: &str) -> usize {
    house.mails(address).await.len()
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn three_mails_a_day_go_to_one_address_whoever_asks_for_them(db: PgPool) {
    let house = House::demo(db).await;
    let before = mails_to(&house, ANNA).await;
    let mut answers = Vec::new();
    for _ in 0..5 {
        let answer = house.browser().call("ask_password_reset", &[("email", ANNA)], 200).await;
        answers.push((answer.location().to_owned(), answer.body));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    let sign_up = [("email", ANNA), ("name", "X"), ("office", "Y"), ("country", "IN"), ("password", NEW_PASSWORD)];
    house.browser().call("sign_up", &sign_up, 200).await;
    assert_eq!(mails_to(&house, ANNA).await, before + 3);
    house.world.clock.shift(Duration::days(1));
    house.browser().call("ask_password_reset", &[("email", "Anna@harbor-dental.example")], 200).await;
    assert_eq!(mails_to(&house, ANNA).await, before + 4);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn one_network_gets_five_mails_for_new_passwords_sent_in_an_hour(db: PgPool) {
    let house = House::demo(db).await;
    let mut browser = house.browser();
    for number in 0..5 {
        browser.call("ask_password_reset", &[("email", &format!("nobody{number}@example.com"))], 200).await;
    }
    let before = mails_to(&house, MIA).await;
    browser.call("ask_password_reset", &[("email", MIA)], 200).await;
    assert_eq!(mails_to(&house, MIA).await, before);
    house.world.clock.shift(Duration::hours(1));
    browser.call("ask_password_reset", &[("email", MIA)], 200).await;
    assert_eq!(mails_to(&house, MIA).await, before + 1);
}

async fn ask(browser: &mut Browser, key: &str, expected: u16) {
    let claim = [
        ("reason", "lost"),
        ("license_key", key),
        ("bought_at", "Northwall Store India"),
        ("buyer_name", "Anna Berg"),
        ("bought_on", "2026-01-05"),
        ("first_activated", "in January"),
    ];
    browser.call("ask_recovery", &claim, expected).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_code_is_asked_for_five_times_an_hour_from_one_network_and_thrice_a_day_by_one_key(db: PgPool) {
    let house = House::demo(db).await;
    let (mut anna, mut noor) = (house.signed_in(ANNA).await, house.newcomer("noor@lakeside.example").await);
    noor.address.clone_from(&anna.address);
    let key = |number: u8| format!("00000000-0000-4000-8000-0000000000{number:02x}");
    for number in 0..5 {
        let browser = if number < 3 { &mut anna } else { &mut noor };
        ask(browser, &key(number), 200).await;
    }
    ask(&mut noor, &key(5), 429).await;
    noor.address = "203.0.113.250".to_owned();
    ask(&mut noor, &key(5), 200).await;

    sqlx::query("delete from attempt").execute(&house.db).await.unwrap();
    house.world.clock.shift(Duration::hours(2));
    (anna, noor) = (house.signed_in(ANNA).await, signed_in_again(&house).await);
    let license = anna.call("get_license", &[("id", &own_license(&house).await)], 200).await.json();
    let known = license["license_key"].as_str().unwrap();
    // one that is ours and one that is nobody's are limited alike (F01)
    for key in [known, &key(77)] {
        for browser in [&mut anna, &mut noor] {
            ask(browser, key, 200).await;
        }
        ask(&mut anna, key, 200).await;
        ask(&mut noor, key, 429).await;
        house.world.clock.shift(Duration::hours(2));
        (anna, noor) = (house.signed_in(ANNA).await, signed_in_again(&house).await);
        ask(&mut noor, key, 429).await;
    }
    house.world.clock.shift(Duration::days(1));
    ask(&mut house.signed_in(ANNA).await, known, 200).await;
}

async fn signed_in_again(house: &House) -> Browser {
    let mut noor = house.browser();
    noor.call("sign_in", &[("email", "noor@lakeside.example"), ("password", NEW_PASSWORD)], 200).await;
    noor
}
