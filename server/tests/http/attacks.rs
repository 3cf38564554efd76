//! What somebody tries who has a device, a list of guesses, or a copy of the database.

use domain::PgPool;
use domain::code::ActivationCode;
use http::Method;

use crate::harness::{ANNA, Answer, Device, House};
use crate::log::Log;
use crate::shop::INDIA;

/// A well-formed code with the right check symbol that nobody ever sold.
fn guess(number: usize) -> String {
    ActivationCode::from_symbols(std::array::from_fn(|at| ((number >> (at % 9)) * 3 + at) as u8 % 20)).reveal()
}

/// D01: each device has five tries, a network twenty, whatever the number of guesses and devices.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn of_hundreds_of_guesses_twenty_are_looked_at_and_none_hits(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let mut devices = Vec::new();
    for _ in 0..6 {
        devices.push(house.linked(&mut anna, "windows").await);
    }
    let address = devices[0].address.clone();
    let licenses = house.count("select count(*) from license").await;
    let (mut looked_at, mut turned_away) = (0, 0);
    let mut misses = Vec::new();
    for device in devices.iter_mut() {
        device.address.clone_from(&address);
        for number in 0..50 {
            let answer = device.try_activate(&guess(number)).await;
            match answer.status.as_u16() {
                422 => {
                    looked_at += 1;
                    let mut problem = answer.json();
                    problem.as_object_mut().unwrap().remove("request_id");
                    misses.push(problem);
                }
                429 => turned_away += 1,
                other => panic!("{other}: {}", answer.text()),
            }
        }
    }
    assert_eq!((looked_at, turned_away), (20, 280));
    assert!(misses.iter().all(|miss| *miss == misses[0]), "every miss is answered the same: {misses:#?}");
    assert_eq!(house.count("select count(*) from license").await, licenses);
}

/// S-1: fifty wrong codes a second are looked at, whoever sends them; well before that whoever runs this is warned.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn wrong_codes_of_everybody_together_are_limited_and_an_alarm_comes_before(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let (first, mut second) = (house.linked(&mut anna, "windows").await, house.newcomer("noor@lakeside.example").await);
    let second = house.linked(&mut second, "windows").await;
    // a moment ahead, so that all of them stand within this second however slow the machine is
    let elsewhere = async |many: i32| {
        sqlx::query(
            "insert into attempt (bucket, key, at) select 'code_everybody', sha256(''), $1 from generate_series(1, $2)",
        )
        .bind(house.world.clock.now() + time::Duration::seconds(20))
        .bind(many)
        .execute(&house.db)
        .await
        .unwrap();
    };
    let log = Log::kept();
    elsewhere(3).await;
    assert_eq!(first.try_activate(&guess(1)).await.status, 422);
    assert!(!log.text().contains("many wrong activation codes at once"));
    assert_eq!(first.try_activate(&guess(2)).await.status, 422);
    assert!(log.text().contains("many wrong activation codes at once"), "{}", log.text());
    elsewhere(45).await;
    let refused = second.try_activate(&guess(3)).await;
    assert_eq!(refused.status, 429, "{}", refused.text());
    assert_eq!(refused.json()["code"], "E26");
    house.world.clock.shift(time::Duration::seconds(22));
    assert_eq!(second.try_activate(&guess(3)).await.status, 422);
}

/// D07: the database knows hashes; what stands there opens nothing.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_a_copy_of_the_database_shows_is_no_token(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let device = house.linked(&mut anna, "windows").await;
    let kept: Vec<(String, String)> = sqlx::query_as(
        "select encode(token_hash, 'hex'), encode(token_hash, 'base64') from device where token_hash is not null",
    )
    .fetch_all(&house.db)
    .await
    .unwrap();
    assert!(!kept.is_empty());
    for stolen in kept.into_iter().flat_map(|(hex, base64)| [hex, base64.trim_end_matches('=').to_owned()]) {
        let thief = Device { token: stolen, ..device.clone() };
        thief.get("/api/v1/device", 401).await;
        let code = house.code("desktop=1").await;
        assert_eq!(thief.try_activate(&code).await.status, 401);
    }
}

/// K08: a token that almost fits is answered as one that has nothing in common with it: by device, seller and browser. It is
/// found by its hash, so a right beginning is worth nothing.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_token_that_almost_fits_opens_nothing(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let device = house.linked(&mut anna, "windows").await;
    let shop = house.shop(INDIA).await;
    let sid = anna.sid().unwrap().to_owned();
    let told = |answer: &Answer| {
        let mut problem = answer.json();
        problem.as_object_mut().map(|problem| problem.remove("request_id"));
        (answer.status, problem)
    };
    let (mut of_devices, mut of_sellers, mut of_browsers) = (Vec::new(), Vec::new(), Vec::new());
    for token in near(&device.token) {
        let thief = Device { token, ..device.clone() };
        of_devices.push(told(&thief.get("/api/v1/device", 401).await));
    }
    for key in near(&shop.key) {
        of_sellers.push(told(&shop.with_key(&key).try_call(Method::GET, "/api/v1/orders", None).await));
    }
    for id in near(&sid) {
        let mut thief = anna.clone();
        thief.cookies.insert(server::sessions::COOKIE.to_owned(), id);
        of_browsers.push(told(&thief.call("get_own", &[], 401).await));
    }
    for answers in [of_devices, of_sellers, of_browsers] {
        assert!(answers.iter().all(|answer| answer.0 == 401 && *answer == answers[0]), "{answers:#?}");
    }
    device.get("/api/v1/device", 200).await;
    shop.get("/api/v1/orders", 200).await;
    anna.call("get_own", &[], 200).await;
}

/// A token that has nothing in common with this one, and tokens that begin, end or sound like it.
fn near(token: &str) -> Vec<String> {
    let another = |at: usize| {
        let instead = if &token[at..=at] == "A" { "B" } else { "A" };
        format!("{}{instead}{}", &token[..at], &token[at + 1..])
    };
    vec![
        "nothing-in-common".to_owned(),
        another(0),
        // the last symbol may have bits that mean nothing
        another(token.len() - 2),
        token[..token.len() - 1].to_owned(),
        format!("{token}A"),
        token[..token.len() / 2].to_owned(),
        token.chars().rev().collect(),
        if token.to_lowercase() == token { token.to_uppercase() } else { token.to_lowercase() },
    ]
}
