//! Passwords as people choose them, and as those try them who do not know them (A02, A04, A06).

use std::time::Instant;

use domain::PgPool;
use domain::demo::PASSWORD;
use tokio::task::JoinSet;

use crate::harness::{ANNA, Browser, House, NEW_PASSWORD};

/// A02: two hundred networks guess at one account; its owner comes in from the browser they use.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn two_hundred_networks_that_guess_do_not_keep_the_owner_out(db: PgPool) {
    let house = House::demo(db).await;
    let mut own = house.signed_in(ANNA).await;
    let mut tries = JoinSet::new();
    for number in 0..200 {
        let mut browser = house.browser();
        browser.address = format!("198.18.0.{number}");
        tries.spawn(async move {
            browser.try_call("sign_in", &[("email", ANNA), ("password", "Summer-2026!")]).await.status.as_u16()
        });
    }
    let statuses = tries.join_all().await;
    assert!(statuses.iter().all(|status| [422, 429].contains(status)), "{statuses:?}");
    assert!(statuses.iter().filter(|status| **status == 422).count() <= 4, "the ladder holds: {statuses:?}");
    own.call("sign_in", &[("email", ANNA), ("password", PASSWORD)], 200).await;
}

/// A06: what people choose is taken as it is, to its last byte.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn long_passwords_with_blanks_and_pictures_count_to_the_last_byte(db: PgPool) {
    let house = House::demo(db).await;
    let mut before = PASSWORD.to_owned();
    for password in [
        format!("{} violet anchor teapot", "mellow river ".repeat(8)),
        "🐘 walks 🌊 under 🎻 a quiet 🌙 bridge ".repeat(6),
        format!("{NEW_PASSWORD} {}", "x7 ".repeat(70)),
    ] {
        let password = password.trim().to_owned();
        let mut anna = house.browser();
        anna.call("sign_in", &[("email", ANNA), ("password", &before)], 200).await;
        anna.call("change_password", &[("current", &before), ("password", &password)], 200).await;
        let mut other: Vec<char> = password.chars().collect();
        other[72] = if other[72] == 'q' { 'z' } else { 'q' };
        let flipped: String =
            password.chars().map(|c| if c.is_lowercase() { c.to_ascii_uppercase() } else { c }).collect();
        let cut: String = password.chars().take(72).collect();
        for wrong in [other.into_iter().collect(), flipped, cut] {
            house.browser().call("sign_in", &[("email", ANNA), ("password", &wrong)], 422).await;
            sqlx::query("delete from attempt").execute(&house.db).await.unwrap();
        }
        before = password;
    }
    house.browser().call("sign_in", &[("email", ANNA), ("password", &before)], 200).await;
    let huge = "a".repeat(1_000_000);
    let body = crate::harness::encoded(&[("email", ANNA), ("password", &huge)]);
    let mut browser = house.browser();
    let request = browser.request(http::Method::POST, "/api/sign_in").header("content-length", body.len());
    let request = request.header("accept", "application/json").header("content-type", crate::harness::FORM);
    assert_eq!(browser.send(request.body(axum::body::Body::from(body)).unwrap()).await.status, 413);
    let form = house.browser().post_form("/sign-in?do=sign_in", &[("email", ANNA), ("password", &huge)], 413).await;
    assert!(!form.text().contains("aaaaaaaa"));
}

/// A09: hashing takes memory and both cores; whoever comes when the line is full is sent away, and others read on.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn five_hundred_who_sign_in_at_once_wait_in_a_short_line(db: PgPool) {
    let house = House::demo(db).await;
    house.browser().call("sign_in", &[("email", ANNA), ("password", PASSWORD)], 200).await;
    let mut tries = JoinSet::new();
    for number in 0..500 {
        let mut browser = house.browser();
        browser.address = format!("198.18.{}.{}", number / 250, number % 250);
        tries.spawn(async move {
            let email = format!("somebody-{number}@nowhere.example");
            let answer = browser.try_call("sign_in", &[("email", &email), ("password", "Summer-2026!")]).await;
            let later = answer.headers.contains_key("retry-after");
            (answer.status.as_u16(), later)
        });
    }
    for _ in 0..5 {
        house.browser().get("/sign-in", 200).await;
    }
    let answers = tries.join_all().await;
    let of = |status| answers.iter().filter(|answer| answer.0 == status).count();
    assert_eq!(of(422) + of(503), 500, "{answers:?}");
    assert!(of(422) >= 34 && of(503) > 0, "{} were judged, {} sent away", of(422), of(503));
    assert!(answers.iter().all(|(status, later)| *status != 503 || *later), "{answers:?}");
}

fn median(mut apart: Vec<f64>) -> f64 {
    apart.sort_by(f64::total_cmp);
    apart[apart.len() / 2]
}

/// How long a refused sign-in of this address takes.
async fn refused(browser: &mut Browser, email: &str) -> f64 {
    let began = Instant::now();
    browser.call("sign_in", &[("email", email), ("password", "Summer-2026!")], 422).await;
    began.elapsed().as_secs_f64()
}

/// A04: in two hundred pairs, taken in turns, an unknown address takes as long as a wrong password. A machine with other work
/// is asked again, and judged by all that it answered.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn how_long_a_refusal_takes_does_not_tell_who_is_known(db: PgPool) {
    let house = House::demo(db).await;
    let mut browser = house.browser();
    let unknown = "anne@harbor-dental.example";
    // the first one makes what is made once
    refused(&mut browser, unknown).await;
    let (mut apart, mut usual) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        for pair in 0..200 {
            sqlx::query("delete from attempt").execute(&house.db).await.unwrap();
            let (known, other);
            if pair % 2 == 0 {
                known = refused(&mut browser, ANNA).await;
                other = refused(&mut browser, unknown).await;
            } else {
                other = refused(&mut browser, unknown).await;
                known = refused(&mut browser, ANNA).await;
            }
            apart.push(known - other);
            usual.push(other);
        }
        if median(apart.clone()).abs() <= (median(usual.clone()) * 0.05).max(0.002) {
            return;
        }
    }
    panic!("{} seconds are {} apart", median(usual), median(apart));
}
