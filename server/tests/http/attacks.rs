//! What somebody tries who has a device, a list of guesses, or a copy of the database.

use domain::PgPool;
use domain::code::ActivationCode;

use crate::harness::{ANNA, Device, House};

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
