//! Seats are taken one by one, however many devices ask at once.

use domain::PgPool;
use tokio::task::JoinSet;

use crate::harness::{ANNA, House};

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn of_twelve_devices_at_once_five_get_the_five_seats(db: PgPool) {
    let house = House::demo(db).await;
    house.watch().await;
    let mut anna = house.signed_in(ANNA).await;
    let code = house.code("desktop=5,file_server=1,mobile=5").await;
    let mut tries = JoinSet::new();
    let mut devices = Vec::new();
    for _ in 0..12 {
        devices.push(house.linked(&mut anna, "windows").await);
    }
    for device in devices {
        let code = code.clone();
        tries.spawn(async move { device.try_activate(&code).await });
    }
    let (mut started, mut joined, mut full) = (0, 0, 0);
    for answer in tries.join_all().await {
        match answer.status.as_u16() {
            201 => started += 1,
            200 => joined += 1,
            409 => {
                assert_eq!(answer.json()["code"], "E12", "{}", answer.text());
                assert_eq!(answer.headers["content-type"], "application/problem+json");
                full += 1;
            }
            _ => panic!("{} {}", answer.status, answer.text()),
        }
    }
    assert_eq!((started, joined, full), (1, 4, 7));
    house.assert_told().await;
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn one_device_that_asks_in_parallel_takes_one_seat(db: PgPool) {
    let house = House::demo(db).await;
    house.watch().await;
    let mut anna = house.signed_in(ANNA).await;
    let code = house.code("desktop=1").await;
    let device = house.linked(&mut anna, "windows").await;
    let mut tries = JoinSet::new();
    for _ in 0..6 {
        let (device, code) = (device.clone(), code.clone());
        tries.spawn(async move { device.try_activate(&code).await.status.as_u16() });
    }
    let mut statuses = tries.join_all().await;
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 201]);
    house.assert_told().await;
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_code_does_not_work_in_another_country(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let code = house.code("desktop=1").await;
    let mut device = house.linked(&mut anna, "windows").await;
    device.country = "GB";
    device.activate(&code, 409).await;
    device.country = "IN";
    device.activate(&code, 201).await;
}

/// J07: the wrong country is told in the fixed words, and who goes abroad with a running license keeps it; both stay on record.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_device_that_goes_abroad_keeps_its_license_and_where_it_was_is_kept(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let (code, other) = (house.code("desktop=1").await, house.code("desktop=5,file_server=1,mobile=5").await);
    let mut device = house.linked(&mut anna, "windows").await;
    device.activate(&code, 201).await;
    device.country = "GB";
    let beat = device.post("/api/v1/heartbeat", "{}", "application/json").await;
    assert_eq!(beat.status, 200, "{}", beat.text());
    let status = device.get("/api/v1/device", 200).await.json();
    assert_eq!((&status["level"], &status["license"]["standing"]), (&"full".into(), &"active".into()), "{status}");
    // whoever enters once more the code they have is where they were
    assert_eq!(device.activate(&code, 200).await["outcome"], "repeated");

    let mut abroad = house.linked(&mut anna, "mac").await;
    abroad.country = "GB";
    let refused = abroad.activate(&other, 409).await;
    assert_eq!(refused["code"], "E09");
    let detail = refused["detail"].as_str().unwrap();
    assert!(detail.starts_with("Activation code is invalid for this region"), "{detail}");
    let kept = "select count(*) from audit_event where event = 'activation_refused' and country = 'GB'
                and facts ->> 'refusal' = 'E09'";
    assert_eq!(house.count(kept).await, 1);
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn wrong_codes_in_parallel_count_one_by_one_and_the_sixth_is_not_looked_at(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let code = house.code("desktop=1").await;
    let device = house.linked(&mut anna, "windows").await;
    let mut wrong = code.clone();
    let last = wrong.pop().unwrap();
    wrong.push(if last == 'A' { 'B' } else { 'A' });
    let mut tries = JoinSet::new();
    for _ in 0..9 {
        let (device, wrong) = (device.clone(), wrong.clone());
        tries.spawn(async move { device.try_activate(&wrong).await.status.as_u16() });
    }
    let mut statuses = tries.join_all().await;
    statuses.sort_unstable();
    assert_eq!(statuses, [422, 422, 422, 422, 422, 429, 429, 429, 429]);
    // the right one has to wait as well (R99)
    assert_eq!(device.try_activate(&code).await.status.as_u16(), 429);
}

/// R61: nothing was switched off, and the page says how many are over.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn more_devices_than_places_are_told_on_the_page_of_the_license(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let code = house.code("desktop=5,file_server=1,mobile=5").await;
    let started = house.linked(&mut anna, "windows").await.activate(&code, 201).await;
    house.linked(&mut anna, "mac").await.activate(&code, 200).await;
    let page = format!("/licenses/{}", started["device"]["license"]["license_id"].as_str().unwrap());
    let before = anna.get(&page, 200).await;
    assert!(!before.text().contains("More devices than places"));
    sqlx::query(r#"update license set seats = '{"desktop": 1}' where id = $1::uuid"#)
        .bind(started["device"]["license"]["license_id"].as_str())
        .execute(&house.db)
        .await
        .unwrap();
    let shown = anna.get(&page, 200).await;
    let shown = shown.text();
    assert!(shown.contains("More devices than places") && shown.contains("2 devices use 1 place"), "{shown}");
    assert!(shown.contains("Nothing was switched off."));
}
