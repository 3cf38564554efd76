//! However many devices call at once, they cost a few statements together, and none pays for another.

use std::time::{Duration, Instant};

use axum::body::Body;
use domain::PgPool;
use domain::seal::hashed;
use http::Method;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use server::device_api::beats::BATCHES;
use tokio::task::JoinSet;

use crate::harness::{ANNA, Answer, Device, House, send};
use crate::statements::Statements;

const HEARTBEAT: &str = "/api/v1/heartbeat";

/// Counts in this thread only, in which the whole test runs.
fn recorder() -> (PrometheusRecorder, PrometheusHandle) {
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    (recorder, handle)
}

fn batches(handle: &PrometheusHandle) -> u32 {
    let text = handle.render();
    let line = text.lines().find_map(|line| line.strip_prefix(BATCHES)).unwrap_or(" 0");
    line.trim().parse().unwrap()
}

/// Many devices of Anna's, all like the first one.
async fn devices(house: &House, count: usize) -> Vec<Device> {
    let mut anna = house.signed_in(ANNA).await;
    let first = house.linked(&mut anna, "windows").await;
    let mut devices = vec![first.clone()];
    for number in 1..count {
        let device = Device { token: format!("token-{number}"), ..first.clone() };
        sqlx::query(
            "insert into device (id, account_id, owner_id, product_id, name, os_family, os_version, app_version, token_hash,
                 connected_at, created_at)
             select gen_random_uuid(), account_id, owner_id, product_id, name, os_family, os_version, app_version, $1,
                 connected_at, created_at
             from device where token_hash = $2",
        )
        .bind(&hashed(device.token.as_bytes())[..])
        .bind(&hashed(first.token.as_bytes())[..])
        .execute(&house.db)
        .await
        .unwrap();
        devices.push(device);
    }
    devices
}

async fn all_at_once(devices: &[Device], body: &'static str) -> Vec<Answer> {
    let mut calls = JoinSet::new();
    for (number, device) in devices.iter().cloned().enumerate() {
        calls.spawn(async move { (number, device.post(HEARTBEAT, body, "application/json").await) });
    }
    let mut answers = calls.join_all().await;
    answers.sort_by_key(|(number, _)| *number);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

fn statuses(answers: &[Answer]) -> Vec<u16> {
    answers.iter().map(|answer| answer.status.as_u16()).collect()
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn two_hundred_devices_at_once_cost_a_handful_of_statements(db: PgPool) {
    let house = House::demo(db).await;
    let devices = devices(&house, 200).await;
    all_at_once(&devices, "{}").await;
    let (recorder, handle) = recorder();
    let _recorder = metrics::set_default_local_recorder(&recorder);
    let statements = Statements::counted();
    let answers = all_at_once(&devices, "{}").await;
    let cost = statements.count();
    assert!(statuses(&answers).iter().all(|status| *status == 200));
    assert!((1..=10).contains(&cost), "{cost} statements: {:#?}", statements.texts());
    assert!((1..=3).contains(&batches(&handle)), "{} batches", batches(&handle));
    let mut waits: Vec<u64> = answers.iter().map(|answer| answer.json()["next_in"].as_u64().unwrap()).collect();
    waits.sort_unstable();
    waits.dedup();
    assert!(waits.len() > 50, "they would all call again in one breath");
    assert!(waits[0] >= 3600 && waits[waits.len() - 1] < 3960);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn each_device_of_a_batch_gets_its_own_answer(db: PgPool) {
    let house = House::demo(db).await;
    let mut devices = devices(&house, 4).await;
    let removed = hashed(devices[1].token.as_bytes());
    sqlx::query("update device set disconnected_at = now() where token_hash = $1")
        .bind(&removed[..])
        .execute(&house.db)
        .await
        .unwrap();
    devices.push(devices[0].clone());
    let (recorder, handle) = recorder();
    let _recorder = metrics::set_default_local_recorder(&recorder);
    let answers = all_at_once(&devices, "{}").await;
    assert_eq!(batches(&handle), 1);
    assert_eq!(statuses(&answers), [200, 401, 200, 200, 200]);
    assert_eq!(answers[1].json()["code"], "E28");
    assert_eq!(answers[1].headers["www-authenticate"], "Bearer error=\"invalid_token\"");
    let ids: Vec<_> = answers.iter().map(|answer| answer.json()["device"]["device_id"].clone()).collect();
    assert_eq!(ids[0], ids[4]);
    assert_ne!(ids[2], ids[3]);
    let seen = "select count(*) from device_contact c join device d on d.id = c.device_id where d.name = 'Reception'";
    assert_eq!(house.count(seen).await, 3);
    assert_eq!(house.count("select count(*) from device where disconnected_at is not null").await, 1);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_device_whose_record_is_broken_costs_the_others_nothing(db: PgPool) {
    let house = House::demo(db).await;
    let devices = devices(&house, 3).await;
    let code = house.code("desktop=1").await;
    devices[0].activate(&code, 201).await;
    sqlx::query(
        "update license set license_key_ct = '\\x00' where id = (
             select s.license_id from seat s join device d on d.id = s.device_id where d.token_hash = $1)",
    )
    .bind(&hashed(devices[0].token.as_bytes())[..])
    .execute(&house.db)
    .await
    .unwrap();
    assert_eq!(statuses(&all_at_once(&devices, "{}").await), [500, 200, 200]);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_a_device_says_of_itself_is_noted(db: PgPool) {
    let house = House::demo(db).await;
    let devices = devices(&house, 2).await;
    let answers = all_at_once(&devices, r#"{"app_version":" 9.0 ","device_time":"2020-01-01T00:00:00Z"}"#).await;
    assert_eq!(statuses(&answers), [200, 200]);
    let noted = "select count(*) from device d join device_contact c on c.device_id = d.id
                 where d.app_version = '9.0' and c.clock_offset_seconds < -86400 and c.country = 'IN'";
    assert_eq!(house.count(noted).await, 2);
    all_at_once(&devices, "{}").await;
    assert_eq!(house.count(noted).await, 2);
    let answers = all_at_once(&devices, r#"{"app_version":"1\u00002"}"#).await;
    assert_eq!(statuses(&answers), [422, 422]);
    assert_eq!(answers[0].json()["fields"][0]["field"], "app_version");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_waiting_code_takes_over_at_the_heartbeat_after_the_end(db: PgPool) {
    let house = House::demo(db).await;
    let devices = devices(&house, 2).await;
    let [first, second] = ["desktop=1", "desktop=5,file_server=1,mobile=5"].map(|seats| house.code(seats));
    devices[0].activate(&first.await, 201).await;
    let reserved = devices[0].activate(&second.await, 200).await;
    assert_eq!(reserved["outcome"], "reserved");
    let tail = reserved["device"]["reserve"]["code_tail"].clone();
    house.world.clock.shift(time::Duration::days(366));
    let answers = all_at_once(&devices, "{}").await;
    assert_eq!(statuses(&answers), [200, 200]);
    let device = &answers[0].json()["device"];
    assert_eq!(device["license"]["code_tail"], tail, "{device}");
    assert_eq!(device["level"], "full");
    assert!(device["reserve"].is_null());
    assert!(answers[1].json()["device"]["license"].is_null());
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn when_too_many_wait_the_next_ones_are_told_to_come_again(db: PgPool) {
    let house = House::demo(db).await;
    let device = house.device();
    let mut lock = house.db.begin().await.unwrap();
    sqlx::query("lock table device in access exclusive mode").execute(&mut *lock).await.unwrap();
    let mut calls = JoinSet::new();
    for number in 0..3000 {
        let one = Device {
            address: format!("10.1.{}.{}", number / 250, number % 250),
            token: format!("invented-{number}"),
            ..device.clone()
        };
        calls.spawn(async move {
            let request = one.request(Method::POST, HEARTBEAT).header("content-type", "application/json");
            send(&one.router, request.body(Body::from("{}")).unwrap()).await
        });
    }
    let (mut busy, mut judged, mut lock) = (0, 0, Some(lock));
    let began = Instant::now();
    while let Some(answer) = calls.join_next().await {
        let answer = answer.unwrap();
        match answer.status.as_u16() {
            503 => {
                assert_eq!(answer.json()["type"], "urn:latchkey:problem:busy");
                assert_eq!(answer.headers["retry-after"], "1");
                // at once, not when their time is up
                assert!(busy > 0 || began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
                busy += 1;
            }
            401 => judged += 1,
            status => panic!("{status}: {}", answer.text()),
        }
        if busy > 400
            && let Some(lock) = lock.take()
        {
            lock.rollback().await.unwrap();
        }
    }
    assert_eq!(busy + judged, 3000);
    assert!(judged >= 2000, "only {judged} were judged");
}
