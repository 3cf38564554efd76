//! What an operator has to be able to find out afterwards (ASVS 5, 16.3) and where it stands: in the audit log with who, what,
//! when, where and for which case, or, where nobody acted yet, in the log of the process (K06).

use domain::PgPool;
use domain::demo::PASSWORD;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use serde_json::Value;

use crate::cases::opened;
use crate::harness::{ANNA, FORM, House, MIA, NEW_PASSWORD, SAM, token_of};
use crate::log::Log;
use crate::lookup::{REASON, code_and_case, open};
use crate::passkeys::{Keeper, add, try_to_sign_in};
use crate::session::own_license;
use crate::two_step::switched_on;

/// A requirement, the event that meets it, and whose deed it is.
type Row = (&'static str, &'static str, &'static str);

const TABLE: [Row; 32] = [
    // every sign-in, successful or not, with its kind and its factors
    ("16.3.1", "sign_in_failed", "stranger"),
    ("16.3.1", "signed_in", "stranger"),
    ("16.3.1", "signed_in_by_passkey", "stranger"),
    ("16.3.1", "spare_code_used", "stranger"),
    ("16.3.1", "password_entered_again", "person"),
    ("16.3.1", "signed_out", "person"),
    ("16.3.1", "signed_out_elsewhere", "person"),
    ("16.3.1", "password_reset_asked", "stranger"),
    ("16.3.1", "password_changed", "stranger"),
    ("16.3.1", "passkey_added", "person"),
    ("16.3.1", "two_step_on", "person"),
    ("16.3.1", "staff_sign_in_failed", "stranger"),
    ("16.3.1", "staff_signed_in", "stranger"),
    ("16.3.1", "staff_signed_out", "staff"),
    ("16.3.1", "device_linked", "stranger"),
    // who was refused what is not theirs, and who looked at what is delicate
    ("16.3.2", "code_withheld", "person"),
    ("16.3.2", "record_refused", "staff"),
    ("16.3.2", "own_account_refused", "staff"),
    ("16.3.2", "code_shown", "person"),
    ("16.3.2", "records_looked_up", "staff"),
    ("16.3.2", "record_opened", "staff"),
    ("16.3.2", "record_viewed", "staff"),
    ("16.3.2", "case_viewed", "staff"),
    ("16.3.2", "customer_viewed", "staff"),
    ("16.3.2", "page_viewed", "staff"),
    ("16.3.2", "code_matched", "staff"),
    ("16.3.2", "audit_exported", "staff"),
    // who tried to get round a rule
    ("16.3.3", "activation_refused", "device"),
    ("16.3.3", "role_set", "person"),
    ("16.3.3", "flag_set", "staff"),
    ("16.3.3", "account_change_started", "staff"),
    // what broke
    ("16.3.4", "code_unreadable", "person"),
];

/// What support does for a case only, and what it has to give a reason for.
const FOR_A_CASE: [&str; 5] =
    ["record_opened", "record_viewed", "customer_viewed", "code_matched", "account_change_started"];
const WITH_A_REASON: [&str; 4] = ["record_opened", "customer_viewed", "flag_set", "account_change_started"];

/// Does each of it once.
async fn all_of_them(house: &House) {
    let later = || house.world.clock.shift(time::Duration::minutes(1));
    house.browser().call("sign_in", &[("email", ANNA), ("password", "a wrong one")], 422).await;
    later();
    let mut anna = house.signed_in(ANNA).await;
    let mut keeper = Keeper::new(7);
    add(&mut anna, &mut keeper, 200).await;
    try_to_sign_in(house, &mut keeper, 200).await;
    let kept = switched_on(house, &mut anna).await;
    let mut half = house.browser();
    half.call("sign_in", &[("email", ANNA), ("password", PASSWORD)], 200).await;
    half.call("sign_in_by_code", &[("one_time_code", &kept.spare[0])], 200).await;
    anna.call("sign_out_elsewhere", &[], 200).await;
    let license = own_license(house).await;
    anna.call("show_code", &[("id", &license), ("password", PASSWORD)], 200).await;
    let mia_id: String = sqlx::query_scalar("select id::text from person where email = $1")
        .bind(MIA)
        .fetch_one(&house.db)
        .await
        .unwrap();
    anna.call("set_role", &[("id", &mia_id), ("role", "manager")], 200).await;
    house.signed_in(MIA).await.call("show_code", &[("id", &license), ("password", PASSWORD)], 409).await;
    let device = house.linked(&mut anna, "windows").await;
    assert_eq!(device.try_activate("AAAAA-BBBBB-CCCCC-DDDDD").await.status, 422);
    assert_eq!(device.try_activate(&domain::code::ActivationCode::from_symbols([4; 19]).reveal()).await.status, 422);
    let said = [("topic", "usage"), ("subject", "The scan stops"), ("description", "It stops at one half.")];
    opened(&mut anna, &said).await;
    support(house).await;

    sqlx::query(
        "update activation_code c set code_ct = o.code_ct from activation_code o, license l
         where l.id = $1::uuid and c.id = l.code_id and o.id <> c.id",
    )
    .bind(&license)
    .execute(&house.db)
    .await
    .unwrap();
    anna.call("show_code", &[("id", &license), ("password", PASSWORD)], 500).await;
    house.browser().call("ask_password_reset", &[("email", MIA)], 200).await;
    let link = house.mail_link(MIA, "/reset").await;
    let fields = [("token", token_of(&link)), ("password", NEW_PASSWORD)];
    house.browser().call("set_password", &fields, 200).await;
    let mut mia = house.browser();
    mia.call("sign_in", &[("email", MIA), ("password", NEW_PASSWORD)], 200).await;
    mia.call("sign_out", &[], 200).await;
}

/// What support does, and is refused.
async fn support(house: &House) {
    let fields = [("email", SAM), ("password", PASSWORD), ("one_time_code", "000000")];
    house.browser().call("staff_sign_in", &fields, 422).await;
    house.world.clock.shift(time::Duration::minutes(1));
    let (code, case) = code_and_case(house).await;
    let one =
        async |question: &'static str| -> String { sqlx::query_scalar(question).fetch_one(&house.db).await.unwrap() };
    let account = one("select account_id::text from person where email = 'anna@harbor-dental.example'").await;
    let person = one("select id::text from person where email = 'jonas@harbor-dental.example'").await;
    let mut lena = house.lena().await;
    lena.get(&format!("/support/cases/{case}"), 200).await;
    lena.call("look_up", &[("sought", ANNA)], 200).await;
    open(&mut lena, "customer", &account, &case, REASON, 200).await;
    open(&mut lena, "code", &code, &case, REASON, 200).await;
    lena.get(&format!("/support/codes/{code}"), 200).await;
    lena.call("match_code", &[("id", &code), ("read_out", "AAAAA-BBBBB-CCCCC-DDDDD")], 200).await;
    lena.call("set_flag", &[("account", &account), ("kind", "priority"), ("reason", REASON)], 200).await;
    let change = [
        ("account", account.as_str()),
        ("person", &person),
        ("change", "address"),
        ("address", "jonas@elsewhere.example"),
        ("reason", "The mailbox was closed by their provider"),
    ];
    lena.call("start_account_change", &change, 200).await;
    lena.get("/support/audit.csv", 200).await;
    lena.call("view_customer", &[("id", &account)], 200).await;
    lena.get("/licenses", 200).await;
    lena.call("leave_view", &[], 200).await;
    lena.call("staff_sign_out", &[], 200).await;

    let belongs = "update person set email = 'Sam@northwall.example' where email = 'jonas@harbor-dental.example'";
    sqlx::query(belongs).execute(&house.db).await.unwrap();
    let mut sam = house.sam().await;
    open(&mut sam, "customer", &account, &case, REASON, 403).await;
    sam.call("get_desk_case", &[("number", &case)], 403).await;
    let back = "update person set email = 'jonas@harbor-dental.example' where email = 'Sam@northwall.example'";
    sqlx::query(back).execute(&house.db).await.unwrap();
}

#[derive(sqlx::FromRow)]
struct Told {
    actor_kind: String,
    actor_id: Option<uuid::Uuid>,
    object_id: Option<uuid::Uuid>,
    country: Option<String>,
    facts: Value,
    fresh: bool,
    named: bool,
}

/// K06: each of them stands in the audit log with who did it, when, from where, under which request, and, in support, for which
/// case.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn each_event_that_matters_for_security_is_in_the_audit_log_with_its_circumstances(db: PgPool) {
    let house = House::demo(db).await;
    let since = house.count("select max(id) from audit_event").await;
    all_of_them(&house).await;
    let mut lacking = Vec::new();
    for (requirement, event, who) in TABLE {
        let told: Option<Told> = sqlx::query_as(
            "select actor_kind, actor_id, object_id, country, facts, at > now() - interval '1 day' as fresh,
                 request_id <> '00000000-0000-0000-0000-000000000000' as named
             from audit_event where event = $1 and id > $2 order by id limit 1",
        )
        .bind(event)
        .bind(since)
        .fetch_optional(&house.db)
        .await
        .unwrap();
        let Some(told) = told else {
            lacking.push(format!("{requirement} {event}: nothing"));
            continue;
        };
        let text = |fact: &str| told.facts[fact].as_str().unwrap_or_default().to_owned();
        let failed = event.ends_with("_failed");
        for (lacks, what) in [
            (told.actor_kind != who, format!("who: {}", told.actor_kind)),
            (told.actor_id.is_some() == (who == "stranger"), "who".to_owned()),
            // whoever was a stranger before it is named by what it is about
            (who == "stranger" && !failed && told.object_id.is_none(), "of whom".to_owned()),
            (!told.fresh, "when".to_owned()),
            (!told.named, "in which request".to_owned()),
            (told.country.as_deref() != Some("IN"), format!("where: {:?}", told.country)),
            (FOR_A_CASE.contains(&event) && !text("request").starts_with('S'), "for which case".to_owned()),
            (WITH_A_REASON.contains(&event) && text("reason").len() < 10, "why".to_owned()),
        ] {
            if lacks {
                lacking.push(format!("{requirement} {event}: {what}"));
            }
        }
    }
    assert_eq!(lacking, [""; 0]);
}

/// K06: what is turned away before anybody acts is a line in the log with its time, place and request: a role that may not, a
/// post from another site, nonsense, too many tries, and what broke.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_is_turned_away_is_in_the_log_with_its_request(db: PgPool) {
    let house = House::demo(db).await;
    let (mut mia, mut anna) = (house.signed_in(MIA).await, house.signed_in(ANNA).await);
    let device = house.linked(&mut anna, "windows").await;
    let log = Log::kept();
    let mut turned_away = Vec::new();
    turned_away.push((
        "16.3.2",
        "/api/invite_people",
        mia.call("invite_people", &[("emails", "a@b.example")], 403).await,
    ));
    turned_away.push(("16.3.2", "/api/get_licenses", house.browser().call("get_licenses", &[], 401).await));
    turned_away.push(("16.3.2", "/api/get_queue", anna.call("get_queue", &[("part", "waiting")], 403).await));
    let request = anna.request(http::Method::POST, "/api/sign_out").header(ACCEPT, "application/json");
    let mut request = request.header(CONTENT_TYPE, FORM).body(axum::body::Body::empty()).unwrap();
    request.headers_mut().insert("sec-fetch-site", HeaderValue::from_static("cross-site"));
    turned_away.push(("16.3.3", "/api/sign_out", anna.send(request).await));
    turned_away.push(("16.3.3", "/api/get_license", anna.call("get_license", &[("id", "' or 1=1 --")], 400).await));
    turned_away.push(("16.3.3", "/api/v1/heartbeat", device.post("/api/v1/heartbeat", "{", "application/json").await));
    for _ in 0..7 {
        turned_away.push(("16.3.3", "/api/v1/activations", device.try_activate("AAAAA-BBBBB-CCCCC-DDDDD").await));
    }
    assert_eq!(turned_away.last().unwrap().2.status, 429);
    sqlx::query("alter table license rename to license_gone").execute(&house.db).await.unwrap();
    turned_away.push(("16.3.4", "/api/get_licenses", anna.call("get_licenses", &[], 500).await));
    let lines: Vec<Value> = log.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for (requirement, path, answer) in turned_away {
        let id = answer.headers["x-request-id"].to_str().unwrap();
        let of_it = |line: &&Value| line["span"]["request_id"] == id && line["message"] == "answered";
        let line = lines.iter().find(of_it).unwrap_or_else(|| panic!("{requirement}: no line about {path} {id}"));
        assert_eq!((&line["path"], &line["status"]), (&path.into(), &answer.status.as_u16().into()), "{line}");
        assert!(line["timestamp"].is_string(), "{line}");
        // which person asked; a post from another site is turned away before anybody looks whose it is, and a device is
        // read along with what it asks for, and named by its attempt
        if !path.starts_with("/api/v1/") {
            let read = answer.status != 401 && path != "/api/sign_out";
            assert_eq!(line["span"]["actor"].is_string(), read, "{line}");
        }
        if answer.status == 500 {
            let cause = |line: &Value| line["level"] == "ERROR" && line["span"]["request_id"] == id;
            assert!(lines.iter().any(cause), "{requirement}: no cause of {id}");
        }
    }
}
