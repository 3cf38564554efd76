//! Whoever sends more than was asked for changes no more than was asked for (D09).

use domain::PgPool;
use serde_json::{Value, json};

use crate::harness::{ANNA, House, MIA};
use crate::viewing::all_of_it;

/// What a thief would like to decide by themselves.
fn wishes() -> Vec<(&'static str, Value)> {
    let account = "00000000-0000-0000-0000-000000000001";
    vec![
        ("seats", json!({ "desktop": 99 })),
        ("expires_at", json!("2099-01-01T00:00:00Z")),
        ("started_at", json!("2099-01-01T00:00:00Z")),
        ("account_id", json!(account)),
        ("device_id", json!(account)),
        ("region", json!("GB")),
        ("country", json!("GB")),
        ("role", json!("owner")),
        ("state", json!("active")),
        ("kind", json!("commercial")),
        ("term_days", json!(9999)),
    ]
}

/// D09: a program that sends a field more is told so, with a body that would have done it all otherwise, and no row is
/// another one.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_program_decides_nothing_by_a_field_that_is_not_there(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let (fresh, running) = (house.linked(&mut anna, "windows").await, house.linked(&mut anna, "windows").await);
    running.activate(&house.code("desktop=1").await, 201).await;
    let code = house.code("desktop=1").await;
    let before = all_of_it(&house).await;
    let fitting = json!({ "code": code, "accept_agreement": true });
    for (path, device, body) in [
        ("/api/v1/activations", &fresh, fitting.clone()),
        ("/api/v1/previews", &fresh, json!({ "code": code })),
        ("/api/v1/reserve", &running, fitting.clone()),
        ("/api/v1/heartbeat", &running, json!({ "app_version": "7.2.2" })),
    ] {
        for (field, value) in wishes() {
            let mut body = body.clone();
            body[field] = value;
            let answer = device.post(path, body.to_string(), "application/json").await;
            assert_eq!(answer.status, 422, "{path} with {field}: {}", answer.text());
            assert!(answer.text().contains(field), "{path} does not name {field}: {}", answer.text());
        }
    }
    assert_eq!(all_of_it(&house).await, before);
    // without them the same body does what it says
    let told = fresh.post("/api/v1/activations", fitting.to_string(), "application/json").await;
    assert_eq!(told.status, 201, "{}", told.text());
    house.assert_sound().await;
}

/// D09: a form that brings fields of others' rows changes what it is for, and nothing else.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_form_decides_nothing_by_a_field_that_it_does_not_have(db: PgPool) {
    let house = House::demo(db).await;
    let mut mia = house.signed_in(MIA).await;
    let mut anna = house.signed_in(ANNA).await;
    let account: String = sqlx::query_scalar("select account_id::text from person where email = $1")
        .bind(ANNA)
        .fetch_one(&house.db)
        .await
        .unwrap();
    house.newcomer("noor@lakeside.example").await;
    let device: String =
        sqlx::query_scalar("select id::text from device where account_id = $1::uuid order by id limit 1")
            .bind(&account)
            .fetch_one(&house.db)
            .await
            .unwrap();
    let wishes: Vec<(&str, String)> = wishes()
        .into_iter()
        .map(|(name, value)| (name, value.as_str().map_or(value.to_string(), str::to_owned)))
        .collect();
    let rights = "select string_agg(email || ' ' || role || ' ' || account_id || ' ' || (disabled_at is null), ' ' order by email)
                  from person where email <> 'eve@lakeside.example'";
    let terms = "select string_agg(l::text, ' ' order by id) from license l";
    let homes = "select string_agg(id || ' ' || account_id || ' ' || owner_id, ' ' order by id) from device";
    let all = async || {
        let mut all: Vec<String> = Vec::new();
        for question in [rights, terms, homes] {
            all.push(sqlx::query_scalar(question).fetch_one(&house.db).await.unwrap());
        }
        all
    };
    let before = all().await;
    let with = |fields: &[(&'static str, &str)]| -> Vec<(&'static str, String)> {
        let own = fields.iter().map(|(name, value)| (*name, (*value).to_owned()));
        let more = wishes.iter().filter(|(wish, _)| !fields.iter().any(|(name, _)| name == wish)).cloned();
        own.chain(more).collect()
    };
    async fn send(browser: &mut crate::harness::Browser, function: &str, fields: Vec<(&'static str, String)>) {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.call(function, &fields, 200).await;
    }
    send(&mut mia, "rename_own", with(&[("name", "Mia O.")])).await;
    send(&mut mia, "set_preferences", with(&[("zone", "Europe/Berlin"), ("language", "en")])).await;
    send(&mut anna, "rename_device", with(&[("id", &device), ("device_name", "Front desk 2")])).await;
    send(&mut anna, "invite_people", with(&[("emails", "paul@harbor.example"), ("role", "member")])).await;
    send(
        &mut house.browser(),
        "sign_up",
        with(&[
            ("email", "eve@lakeside.example"),
            ("name", "Eve"),
            ("office", "Lakeside Two"),
            ("country", "IN"),
            ("password", crate::harness::NEW_PASSWORD),
        ]),
    )
    .await;
    assert_eq!(all().await, before);
    let done = "select count(*) from person p, device d where p.name = 'Mia O.' and d.name = 'Front desk 2'";
    assert_eq!(house.count(done).await, 1, "what the forms are for is done");
    let joined = "select count(*) from person where email = 'eve@lakeside.example' and account_id = (
                      select account_id from person where email = 'anna@harbor-dental.example')";
    assert_eq!(house.count(joined).await, 0);
    let asked = "select count(*) from invitation where role = 'owner'";
    assert_eq!(house.count(asked).await, 0);
    house.assert_sound().await;
}
