//! When the database fails under everybody's hands (K09): each answer names its request and nothing of how the house is built,
//! the log has the cause under that name, and the process goes on.

use domain::PgPool;
use http::Method;
use serde_json::Value;

use crate::harness::{ANNA, Answer, Browser, Device, House, send};
use crate::log::Log;
use crate::permissions::TABLE;

/// What no answer tells: statements, tables, places in the source, libraries, versions.
const INSIDE: [&str; 12] = [
    "select ",
    "insert into",
    "relation",
    "does not exist",
    "_gone",
    "sqlx",
    "PgDatabaseError",
    "postgres",
    "panicked",
    "src/",
    ".rs:",
    env!("CARGO_PKG_VERSION"),
];

/// Whoever is signed in is still known; what they ask for is not there.
const GONE: &str = "do $$ declare t text; begin
    for t in select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
        and relname not in ('session', 'person', 'account', 'staff', 'two_step', 'device', 'device_token')
    loop execute format('alter table %I rename to %I', t, t || '_gone'); end loop; end $$";
const BACK: &str = "do $$ declare t text; begin
    for t in select relname from pg_class where relnamespace = 'public'::regnamespace and relname like '%\\_gone'
        and relkind in ('r', 'p')
    loop execute format('alter table %I rename to %I', t, left(t, -5)); end loop; end $$";

/// A failure of ours: where, and what was answered.
type Failed = Vec<(String, Answer)>;

/// What is written between the tags of a page, or the whole of another answer.
fn words(text: &str) -> String {
    text.split('<').map(|part| part.split_once('>').map_or(part, |(_, words)| words)).collect::<Vec<_>>().join(" ")
}

/// Keeps what is a failure of ours, which tells nothing of the inside.
fn keep(at: &str, answer: Answer, failed: &mut Failed) {
    if answer.status != 500 {
        return;
    }
    let text = words(answer.text()).to_lowercase();
    for inside in INSIDE {
        assert!(!text.contains(&inside.to_lowercase()), "{at} tells of {inside}: {text}");
    }
    for header in ["server", "x-powered-by"] {
        assert!(!answer.headers.contains_key(header), "{at}");
    }
    failed.push((at.to_owned(), answer));
}

async fn functions(who: &mut Browser, failed: &mut Failed) {
    for (function, _, fields) in TABLE.iter().filter(|(function, ..)| !function.ends_with("sign_out")) {
        keep(function, who.try_call(function, fields).await, failed);
    }
}

async fn program(device: &Device, failed: &mut Failed) {
    for (method, path, body) in [
        (Method::GET, "/api/v1/device", ""),
        (Method::POST, "/api/v1/activations", r#"{"code":"AAAAA-AAAAA-AAAAA-AAAAA","accept_agreement":true}"#),
        (Method::POST, "/api/v1/heartbeat", "{}"),
        (Method::POST, "/api/v1/release", "{}"),
    ] {
        let request = device.request(method, path).header("content-type", "application/json");
        let answer = send(&device.router, request.body(body.into()).unwrap()).await;
        if answer.status == 500 {
            assert_eq!(answer.headers["content-type"], "application/problem+json", "{path}");
        }
        keep(path, answer, failed);
    }
}

/// K09: a failing database is told as one sentence and a number, by every page, function and endpoint; its cause stands in the
/// log under that number, and all of it works again once the database does.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_failure_tells_its_number_alone_and_the_log_its_cause(db: PgPool) {
    let house = House::demo(db).await;
    let (mut anna, mut lena) = (house.signed_in(ANNA).await, house.lena().await);
    let device = house.linked(&mut anna, "windows").await;
    let log = Log::kept();
    sqlx::raw_sql(GONE).execute(&house.db).await.unwrap();
    let mut failed = Vec::new();
    for route in leptos_axum::generate_route_list(app::App) {
        let path = route.path().replace(['{', '}', ':'], "");
        let who = if path.starts_with("/support") { &mut lena } else { &mut anna };
        keep(&path, who.try_get(&path).await, &mut failed);
    }
    let pages = failed.len();
    functions(&mut anna, &mut failed).await;
    functions(&mut lena, &mut failed).await;
    let deeds = failed.len() - pages;
    program(&device, &mut failed).await;
    let programs = failed.len() - pages - deeds;
    assert!(
        pages > 20 && deeds > 60 && programs > 0,
        "{pages} pages, {deeds} functions and {programs} endpoints failed"
    );
    let causes: Vec<Value> = log.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for (at, answer) in &failed {
        let request = answer.headers["x-request-id"].to_str().unwrap();
        let of_it = |line: &&Value| line["level"] == "ERROR" && line["span"]["request_id"] == request;
        let told = |line: &Value| line["cause_id"].as_str().is_some_and(|id| answer.text().contains(id));
        let named = answer.text().contains(request) || causes.iter().filter(of_it).any(told);
        // heartbeats are written many at once, so that one cause stands for all of them
        let own = at != "/api/v1/heartbeat";
        assert!(!own || causes.iter().any(|line| of_it(&line)), "the log has no cause of {at} under {request}");
        assert!(named, "{at} does not tell its number: {}", answer.text());
    }

    sqlx::raw_sql(BACK).execute(&house.db).await.unwrap();
    house.signed_in(ANNA).await.get("/licenses", 200).await;
    lena.get("/support", 200).await;
    device.get("/api/v1/device", 200).await;
    house.assert_sound().await;
}
