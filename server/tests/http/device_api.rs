//! What a program does with a license from beginning to end, and that every step is answered as the document says.

use axum::body::Body;
use domain::PgPool;
use http::Method;
use serde_json::{Value, json};
use time::Duration;

use crate::harness::{ANNA, Answer, Device, House, send};
use crate::statements::Statements;

const JSON: &str = "application/json";

async fn call(device: &Device, method: Method, path: &str, body: Option<Value>, expected: u16) -> Answer {
    let mut request = device.request(method.clone(), path);
    if body.is_some() {
        request = request.header("content-type", JSON);
    }
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    let answer = send(&device.router, request.body(body).unwrap()).await;
    assert_eq!(answer.status, expected, "{method} {path}: {}", answer.text());
    assert_eq!(answer.headers["cache-control"], "no-store", "{path}");
    answer
}

async fn post(device: &Device, path: &str, body: Value, expected: u16) -> Value {
    call(device, Method::POST, path, Some(body), expected).await.json()
}

async fn ask(device: &Device, path: &str, expected: u16) -> Value {
    call(device, Method::POST, path, None, expected).await.json()
}

fn entry(code: &str) -> Value {
    json!({ "code": code, "accept_agreement": true })
}

async fn house(db: PgPool) -> (House, Device) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let device = house.linked(&mut anna, "windows").await;
    (house, device)
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_code_is_looked_at_before_it_is_used(db: PgPool) {
    let (house, device) = house(db).await;
    let code = house.code("desktop=1").await;
    let preview = post(&device, "/api/v1/previews", entry(&code), 200).await;
    assert!(preview["effect"]["starts"]["ends_at"].is_string(), "{preview}");
    assert_eq!(preview["tail"], code[code.len() - 5..]);
    let status = device.get("/api/v1/device", 200).await.json();
    assert!(status["license"].is_null() && status["trial_offered"] == true, "{status}");
    device.activate(&code, 201).await;
    let preview = post(&device, "/api/v1/previews", entry(&code), 200).await;
    assert_eq!(preview["effect"], "nothing");
    let wrong = post(&device, "/api/v1/previews", entry("АBCDE-FGHJK-LMNPQ-RSTUV"), 422).await;
    assert_eq!((&wrong["code"], &wrong["suggestion"]), (&json!("E02"), &json!("ABCDE-FGHJK-LMNPQ-RSTUV")), "{wrong}");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_code_waits_only_while_a_license_runs(db: PgPool) {
    let (house, device) = house(db).await;
    let (first, second) = (house.code("desktop=1").await, house.code("desktop=5,file_server=1,mobile=5").await);
    let licenses = house.count("select count(*) from license").await;
    let early = post(&device, "/api/v1/reserve", entry(&second), 409).await;
    assert_eq!((&early["code"], &early["rule"]), (&json!("no-license"), &json!("R4")));
    assert_eq!(house.count("select count(*) from license").await, licenses);
    device.activate(&first, 201).await;
    assert_eq!(post(&device, "/api/v1/reserve", entry(&first), 409).await["code"], "E19");
    let waits = post(&device, "/api/v1/reserve", entry(&second), 200).await;
    assert_eq!((&waits["outcome"], &waits["device"]["reserve"]["state"]), (&json!("reserved"), &json!("waiting")));
    assert_eq!(ask(&device, "/api/v1/reserve/activation", 409).await["code"], "E21");
    let back = call(&device, Method::DELETE, "/api/v1/reserve", None, 200).await.json();
    assert!(back["reserve"].is_null(), "{back}");
    call(&device, Method::DELETE, "/api/v1/reserve", None, 404).await;
    ask(&device, "/api/v1/reserve/activation", 404).await;
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_seat_is_given_back_and_the_waiting_code_takes_over(db: PgPool) {
    let (house, device) = house(db).await;
    let (first, second) = (house.code("desktop=1").await, house.code("desktop=5,file_server=1,mobile=5").await);
    device.activate(&first, 201).await;
    post(&device, "/api/v1/reserve", entry(&second), 200).await;
    let switched = ask(&device, "/api/v1/release", 200).await;
    assert_eq!(switched["license"]["code_tail"], second[second.len() - 5..], "{switched}");
    let nothing = ask(&device, "/api/v1/release", 200).await;
    assert!(nothing["license"].is_null());
    assert_eq!(ask(&device, "/api/v1/release", 200).await["level"], "stopped");
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_uninstalled_application_leaves_once_and_is_told_so_again(db: PgPool) {
    let (house, device) = house(db).await;
    device.activate(&house.code("desktop=1").await, 201).await;
    for replayed in [false, true] {
        let answer = device.post_once("bye", "/api/v1/uninstallation", &json!({})).await;
        assert_eq!((answer.status.as_u16(), answer.text()), (204, ""));
        assert_eq!(answer.headers.contains_key("idempotent-replayed"), replayed);
    }
    device.get("/api/v1/device", 401).await;
    assert_eq!(device.post_once("other", "/api/v1/uninstallation", &json!({})).await.status, 401);
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_agreement_is_read_and_accepted_on_the_device(db: PgPool) {
    let (house, device) = house(db).await;
    let agreement = device.get("/api/v1/agreement", 200).await.json();
    assert!(agreement["text"].as_str().unwrap().len() > 100);
    let body = json!({ "code": house.code("desktop=1").await });
    let refused = post(&device, "/api/v1/activations", body, 409).await;
    assert_eq!((&refused["code"], &refused["fix"]), (&json!("E33"), &json!("accept the agreement")));
    let other = post(&device, "/api/v1/agreement", json!({ "version": "1999" }), 422).await;
    assert_eq!(other["fields"][0]["field"], "version");
    for _ in 0..2 {
        let told = post(&device, "/api/v1/agreement", json!({ "version": agreement["version"] }), 200).await;
        assert_eq!(told["agreement"], json!({ "version": agreement["version"], "accepted": true }));
    }
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_command_is_told_until_it_is_confirmed(db: PgPool) {
    let (house, device) = house(db).await;
    let id = device.get("/api/v1/device", 200).await.json()["device_id"].as_str().unwrap().to_owned();
    let command = uuid::Uuid::now_v7();
    sqlx::query(
        "insert into device_command (id, account_id, device_id, kind, name, asked_at)
         select $1, account_id, id, 'rename', 'Front', $3 from device where id = $2::uuid",
    )
    .bind(command)
    .bind(&id)
    .bind(house.world.clock.now())
    .execute(&house.db)
    .await
    .unwrap();
    let told = post(&device, "/api/v1/heartbeat", json!({}), 200).await;
    assert_eq!(told["device"]["commands"][0]["id"], command.to_string(), "{told}");
    let mut anna = house.signed_in(ANNA).await;
    let other = house.linked(&mut anna, "mac").await;
    for strange in [format!("{command}0"), "%ff".to_owned(), uuid::Uuid::now_v7().to_string()] {
        ask(&device, &format!("/api/v1/commands/{strange}/confirmation"), 404).await;
    }
    let path = format!("/api/v1/commands/{command}/confirmation");
    ask(&other, &path, 404).await;
    for _ in 0..2 {
        assert_eq!(ask(&device, &path, 200).await["commands"], json!([]));
    }
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn databases_stop_with_the_license(db: PgPool) {
    let (house, device) = house(db).await;
    let databases = |more: Value| {
        let mut body = json!({ "databases_at": "2026-05-01T10:00:00Z" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    assert_eq!(post(&device, "/api/v1/databases", databases(json!({})), 409).await["code"], "no-license");
    device.activate(&house.code("desktop=1").await, 201).await;
    post(&device, "/api/v1/databases", databases(json!({})), 200).await;
    house.world.clock.shift(Duration::days(366));
    assert_eq!(post(&device, "/api/v1/databases", databases(json!({})), 409).await["code"], "E10");
    let warned = post(&device, "/api/v1/databases", databases(json!({ "by_hand": true })), 409).await;
    assert_eq!((&warned["code"], &warned["rule"]), (&json!("E31"), &json!("R69")));
    let body = databases(json!({ "by_hand": true, "confirmed": true }));
    assert_eq!(post(&device, "/api/v1/databases", body, 200).await["level"], "stopped");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_ticket_is_checked_with_the_published_keys(db: PgPool) {
    let (house, device) = house(db).await;
    assert!(ask(&device, "/api/v1/ticket", 200).await["ticket"].is_null());
    let activated = device.activate(&house.code("desktop=1").await, 201).await;
    let beat = post(&device, "/api/v1/heartbeat", json!({}), 200).await;
    let fresh = ask(&device, "/api/v1/ticket", 200).await;
    let mut stranger = house.device();
    stranger.token = String::new();
    let answer = stranger.get("/api/v1/keys", 200).await;
    assert_eq!(answer.headers["cache-control"], "public, max-age=300");
    let keys: domain::device_api::TicketKeys = serde_json::from_value(answer.json()).unwrap();
    let id = serde_json::from_value(fresh["device"]["device_id"].clone()).unwrap();
    for told in [&activated, &beat, &fresh] {
        let ticket = told["ticket"].as_str().unwrap();
        assert!(domain::ticket::jws::verify_for(id, ticket, &keys).is_ok(), "{told}");
    }
    let noted = "select count(*) from device_contact where ticket_until > now() + interval '1 day'";
    assert!(house.count(noted).await >= 1);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn when_all_seats_are_taken_their_holders_are_named(db: PgPool) {
    let (house, device) = house(db).await;
    let code = house.code("desktop=1").await;
    device.activate(&code, 201).await;
    let mut anna = house.signed_in(ANNA).await;
    let late = house.linked(&mut anna, "mac").await;
    let refused = late.try_activate(&code).await.json();
    assert_eq!((&refused["code"], &refused["rule"]), (&json!("E12"), &json!("R56")), "{refused}");
    let holder = refused["holders"][0]["device_id"].clone();
    assert_eq!(holder, device.get("/api/v1/device", 200).await.json()["device_id"]);
    let mut body = entry(&code);
    body["instead_of"] = holder;
    assert_eq!(post(&late, "/api/v1/activations", body, 200).await["outcome"], "reclaimed");
    house.assert_sound().await;
}

/// Lock, facts, write; what begins and ends the transaction is counted apart.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_activation_is_three_statements_and_one_commit(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let device = house.linked(&mut anna, "windows").await;
    device.get("/api/v1/device", 200).await;
    let code = house.code("desktop=1").await;
    let statements = Statements::counted();
    let activated = device.activate(&code, 201).await;
    let texts = statements.texts();
    let (around, own): (Vec<&String>, Vec<&String>) = texts.iter().partition(|text| {
        ["begin", "commit", "select now() = "]
            .iter()
            .any(|start| text.trim_matches('"').to_lowercase().starts_with(start))
    });
    assert_eq!((own.len(), around.len() <= 3), (3, true), "{texts:#?}");

    let noted: time::OffsetDateTime =
        sqlx::query_scalar("select ticket_until from device_contact where device_id = $1::uuid")
            .bind(activated["device"]["device_id"].as_str())
            .fetch_one(&house.db)
            .await
            .unwrap();
    let said = noted - house.world.clock.now();
    assert!((said - (domain::ticket::LIFE + domain::ticket::GRACE)).abs() < time::Duration::minutes(1), "{said}");
}

/// A license that starts, one that is joined, one taken over from another device, and a trial that is bought.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_activation_tells_what_the_device_is_told_afterwards(db: PgPool) {
    let (house, first) = house(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let (second, third) = (house.linked(&mut anna, "mac").await, house.linked(&mut anna, "windows").await);
    let code = house.code("desktop=1").await;
    let told_the_same = async |device: &Device, activated: Value| {
        let mut told = activated["device"].clone();
        let mut reads = device.get("/api/v1/device", 200).await.json();
        for answer in [&mut told, &mut reads] {
            answer.as_object_mut().unwrap().remove("server_time").unwrap();
        }
        assert_eq!(told, reads);
    };
    let activated = first.activate(&code, 201).await;
    told_the_same(&first, activated).await;
    let mut body = entry(&code);
    body["instead_of"] = first.get("/api/v1/device", 200).await.json()["device_id"].clone();
    let reclaimed = post(&second, "/api/v1/activations", body, 200).await;
    told_the_same(&second, reclaimed).await;
    let shared = house.code("desktop=5,file_server=1,mobile=5").await;
    let started = third.activate(&shared, 201).await;
    told_the_same(&third, started).await;
    let joined = post(&first, "/api/v1/activations", entry(&shared), 200).await;
    assert_eq!(joined["outcome"], "joined", "{joined}");
    told_the_same(&first, joined).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn whose_the_token_is_comes_before_what_the_body_says(db: PgPool) {
    let (_, device) = house(db).await;
    let nobody = Device { token: "nobody".to_owned(), ..device.clone() };
    for body in ["{", "{}", r#"{"code":"AAAAA-AAAAA-AAAAA-AAAAA"}"#] {
        let answer = nobody.post("/api/v1/activations", body, "application/json").await;
        assert_eq!((answer.status.as_u16(), answer.json()["code"].as_str()), (401, Some("E28")), "{body}");
    }
    assert_eq!(device.post("/api/v1/activations", "{", "application/json").await.status, 400);
}
