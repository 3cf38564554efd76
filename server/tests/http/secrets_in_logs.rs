//! What the process writes into its log tells no secret, whatever is done (K01), and nobody writes lines into it (K05).

use domain::PgPool;
use domain::demo::PASSWORD;
use serde_json::Value;

use crate::harness::{ANNA, House, MIA, NEW_PASSWORD, token_of};
use crate::log::Log;
use crate::session::own_license;

/// Does what people and devices do with secrets, some of it wrongly, and gives every secret that went by.
async fn secrets_of_a_walk(house: &House) -> Vec<String> {
    let mut anna = house.signed_in(ANNA).await;
    let mut secrets = vec![PASSWORD.to_owned(), NEW_PASSWORD.to_owned(), anna.sid().unwrap().to_owned()];
    let device = house.device();
    let asked = device.ask_to_be_linked("windows").await;
    let user_code = asked["user_code"].as_str().unwrap();
    anna.get(&format!("/link?code={user_code}"), 200).await;
    anna.post_form("/link?do=find_link", &[("user_code", user_code)], 200).await;
    anna.post_form("/link?do=link_device", &[("user_code", user_code)], 303).await;
    let token = device.poll(&asked, 200).await["access_token"].as_str().unwrap().to_owned();
    let device = crate::harness::Device { token: token.clone(), ..device };
    let code = house.code("desktop=1").await;
    device.activate(&code, 201).await;
    device.try_activate(&code[..23]).await;
    device.get("/api/v1/device", 200).await;
    let license = own_license(house).await;
    let key =
        anna.call("get_license", &[("id", &license)], 200).await.json()["license_key"].as_str().unwrap().to_owned();
    let shown = anna.call("show_code", &[("id", &license), ("password", PASSWORD)], 200).await.json();
    anna.post_form(&format!("/licenses/{license}?do=show_code"), &[("id", &license), ("password", "a wrong one")], 200)
        .await;
    let claim = [("reason", "lost"), ("license_key", key.as_str()), ("bought_at", "A shop"), ("buyer_name", "Anna")];
    anna.try_call("ask_recovery", &claim).await;
    house.browser().call("ask_password_reset", &[("email", MIA)], 200).await;
    let link = house.mail_link(MIA, "/reset").await;
    let mut mia = house.browser();
    mia.get(&link, 200).await;
    mia.get(&format!("{link}&next=/licenses"), 200).await;
    let fields = [("token", token_of(&link)), ("password", NEW_PASSWORD)];
    mia.post_form("/reset?do=set_password", &fields, 303).await;
    mia.get(&format!("/nowhere?token={}", token_of(&link)), 303).await;
    // a failure says what failed, and nothing of what was sent
    sqlx::query("alter table license rename to license_gone").execute(&house.db).await.unwrap();
    let failed = anna.call("get_license", &[("id", &license)], 500).await;
    for inside in ["relation", "select", "license", "sqlx", "0.0.0"] {
        assert!(!failed.text().contains(inside), "a failure tells of {inside}: {}", failed.text());
    }
    let page = anna.get("/licenses", 500).await;
    assert!(page.text().contains("equest") && !page.text().contains("relation") && !page.text().contains("select "));
    device.try_activate(&code).await;

    secrets.extend([code.clone(), code.replace('-', ""), token, key, token_of(&link).to_owned()]);
    secrets.extend([user_code.to_owned(), asked["device_code"].as_str().unwrap().to_owned()]);
    secrets.push(shown["code"].as_str().unwrap().to_owned());
    secrets.push(anna.sid().unwrap().to_owned());
    secrets
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_log_tells_no_code_password_token_key_or_session(db: PgPool) {
    let house = House::demo(db).await;
    let log = Log::kept();
    let secrets = secrets_of_a_walk(&house).await;
    let text = log.text();
    assert!(text.lines().count() > 20, "{text}");
    for secret in secrets {
        assert!(!text.contains(&secret), "the log tells {secret}");
    }
}

/// K01: a database that keeps every statement keeps no secret: each of them travels as a parameter.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_log_of_the_database_tells_no_secret_though_it_keeps_every_statement(db: PgPool) {
    let settings =
        [("log_statement", "all"), ("log_parameter_max_length", "0"), ("log_parameter_max_length_on_error", "0")];
    let options = db.connect_options().as_ref().clone().options(settings);
    let loud = sqlx::postgres::PgPoolOptions::new().max_connections(8).connect_with(options).await.unwrap();
    let backend: i32 = sqlx::query_scalar("select pg_backend_pid()").fetch_one(&loud).await.unwrap();
    let house = House::demo(loud.clone()).await;
    let secrets = secrets_of_a_walk(&house).await;
    let marker = format!("select 'walked {}'", uuid::Uuid::new_v4());
    sqlx::raw_sql(sqlx::AssertSqlSafe(marker.clone())).execute(&loud).await.unwrap();
    let text = std::fs::read(format!("/proc/{backend}/fd/2")).unwrap();
    let text = String::from_utf8_lossy(&text);
    assert!(text.contains(&marker), "the log that was read does not keep what is said here");
    for secret in secrets {
        assert!(!text.contains(&secret), "the log tells {secret}");
    }
}

/// K02: who reads the whole database finds no secret in it that opens anything.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_copy_of_the_database_tells_no_secret(db: PgPool) {
    let house = House::demo(db.clone()).await;
    let secrets = secrets_of_a_walk(&house).await;
    sqlx::query("alter table license_gone rename to license").execute(&db).await.unwrap();
    let tables: Vec<String> = sqlx::query_scalar(
        "select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema')",
    )
    .fetch_all(&db)
    .await
    .unwrap();
    assert!(tables.len() > 50, "{tables:?}");
    let mut read = 0;
    for table in tables {
        let rows: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select t::text from {table} as t")))
            .fetch_all(&db)
            .await
            .unwrap();
        read += rows.len();
        for secret in &secrets {
            assert!(!rows.iter().any(|row| row.contains(secret)), "{table} tells {secret}");
        }
    }
    assert!(read > 300, "only {read} rows were read");
}

/// K01: a database that logs parameters is noticed at the start.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_database_that_logs_what_it_is_sent_is_noticed(db: PgPool) {
    assert!(!domain::server_log::tells_parameters(&db).await.unwrap());
    for (setting, value) in
        [("log_statement", "all"), ("log_min_duration_statement", "5s"), ("log_parameter_max_length_on_error", "-1")]
    {
        // a server may have been told to keep no parameters; this one keeps them whole
        let settings = [("log_parameter_max_length", "-1"), (setting, value)];
        let options = db.connect_options().as_ref().clone().options(settings);
        let loud = sqlx::postgres::PgPoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
        assert!(domain::server_log::tells_parameters(&loud).await.unwrap(), "{setting}");
    }
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn every_event_is_one_short_line_whatever_is_sent(db: PgPool) {
    let house = House::demo(db).await;
    let log = Log::kept();
    let mut anna = house.signed_in(ANNA).await;
    let nasty = "x\r\n{\"level\":\"ERROR\",\"message\":\"forged\"}\u{1b}[31m";
    let long = "y".repeat(1_000_000);
    house.browser().try_call("sign_in", &[("email", nasty), ("password", "x")]).await;
    house.browser().try_call("sign_in", &[("email", &long), ("password", "x")]).await;
    let id: String = sqlx::query_scalar("select id::text from device limit 1").fetch_one(&house.db).await.unwrap();
    for name in [nasty, &long] {
        anna.try_call("rename_device", &[("id", &id), ("device_name", name)]).await;
    }
    let path = format!("/licenses/%0d%0a%7b%22level%22%3a%22ERROR%22%7d%1b[31m{}", "z".repeat(20_000));
    for agent in ["Mozilla/5.0 \u{e9}", &"a".repeat(60_000)] {
        let request = anna.request(http::Method::GET, &path).header("user-agent", agent).header("accept", "text/html");
        anna.send(request.body(axum::body::Body::empty()).unwrap()).await;
    }
    let text = log.text();
    assert!(text.lines().count() >= 6, "{text}");
    for line in text.lines() {
        let event: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert!(event["level"].is_string() && line.len() < 2_000, "{line}");
        assert!(!line.contains('\u{1b}'), "{line}");
    }
}
