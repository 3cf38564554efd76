//! The audit log: read by leads and auditors, found by what, who, when and kind, taken along as a file, bound by a chain that an
//! office checks by itself, and out of reach of the role that the server acts as.

use domain::PgPool;
use domain::chain::Paper;
use domain::chain::store::link;
use domain::cx::Cx;
use http::header::CONTENT_DISPOSITION;

use crate::harness::{ANNA, Browser, House, LENA, MIA};

async fn numbers(browser: &mut Browser, fields: &[(&str, &str)]) -> Vec<i64> {
    let read = browser.call("get_audit", fields, 200).await.json();
    read["entries"].as_array().unwrap().iter().map(|entry| entry["number"].as_i64().unwrap()).collect()
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_lead_finds_events_by_kind_person_object_office_and_day(db: PgPool) {
    let house = House::demo(db).await;
    house.signed_in(ANNA).await;
    let mut lena = house.lena().await;
    let all = numbers(&mut lena, &[]).await;
    assert_eq!(all.len(), 50);
    assert!(all.windows(2).all(|pair| pair[0] > pair[1]));
    let signed_in = "select count(*) from audit_event where event = 'staff_signed_in'";
    let kind = numbers(&mut lena, &[("sought[event]", "staff_signed_in")]).await;
    assert_eq!(kind.len() as i64, house.count(signed_in).await);
    assert!(!numbers(&mut lena, &[("sought[who]", LENA)]).await.is_empty());
    assert!(numbers(&mut lena, &[("sought[who]", "nobody@northwall.example")]).await.is_empty());
    let one =
        async |question: &'static str| -> String { sqlx::query_scalar(question).fetch_one(&house.db).await.unwrap() };
    let case = one("select number from support_case order by id limit 1").await;
    assert!(!numbers(&mut lena, &[("sought[what]", &case)]).await.is_empty());
    let anna = one("select id::text from person where email = 'anna@harbor-dental.example'").await;
    let hers = "select count(*) from audit_event e join person p on p.id = e.actor_id where p.email = 'anna@harbor-dental.example'";
    let found = numbers(&mut lena, &[("sought[who]", &anna)]).await;
    assert_eq!(found.len() as i64, house.count(hers).await.min(50));
    let office = one("select account_id::text from person where email = 'anna@harbor-dental.example'").await;
    assert!(!numbers(&mut lena, &[("sought[office]", &office), ("sought[event]", "signed_in")]).await.is_empty());
    let day = one("select to_char(now() at time zone 'utc', 'YYYY-MM-DD')").await;
    let today = [("sought[from]", day.as_str()), ("sought[until]", day.as_str()), ("sought[event]", "signed_in")];
    assert!(!numbers(&mut lena, &today).await.is_empty());
    let long_ago = [("sought[until]", "2001-01-01")];
    assert!(numbers(&mut lena, &long_ago).await.is_empty());
    for wrong in [("sought[from]", "24.11.2026"), ("sought[office]", "x")] {
        lena.call("get_audit", &[wrong], 422).await;
    }
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_pages_of_the_log_follow_each_other_and_the_address_says_what_is_sought(db: PgPool) {
    let house = House::demo(db).await;
    let mut lena = house.lena().await;
    let (mut before, mut seen) = (String::new(), Vec::new());
    loop {
        let fields = [("sought[before]", before.as_str())];
        let read = lena.call("get_audit", if before.is_empty() { &[] } else { &fields }, 200).await.json();
        seen.extend(read["entries"].as_array().unwrap().iter().map(|entry| entry["number"].as_i64().unwrap()));
        match read["older"].as_i64() {
            Some(older) => before = older.to_string(),
            None => break,
        }
    }
    assert!(seen.windows(2).all(|pair| pair[0] > pair[1]));
    // each page that was read is an event since then
    let others = "select count(*) from audit_event where event <> 'trail_viewed'";
    assert_eq!(seen.len() as i64, house.count(others).await);
    let page = lena.get("/support/audit?event=license_started", 200).await;
    let text = page.text();
    assert!(text.contains("The license started") && !text.contains(">license started<"), "{text}");
    assert!(text.contains(r#"href="/support/audit.csv?event=license_started""#), "{text}");
    assert!(!text.contains("Anna Berg") && !text.contains("anna@harbor"), "no customer is named: {text}");
    let refused = lena.get("/support/audit?from=yesterday&who=sam%40northwall.example", 422).await;
    let text = refused.text();
    assert!(text.contains("This is not a date") && text.contains("Nothing was looked for"), "{text}");
    assert!(text.contains(r#"value="yesterday""#) && text.contains(r#"value="sam@northwall.example""#), "{text}");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_log_is_taken_along_as_a_file_and_that_is_recorded(db: PgPool) {
    let house = House::demo(db).await;
    let mut lena = house.lena().await;
    let answer = lena.get("/support/audit.csv?event=license_started", 200).await;
    assert!(answer.headers[CONTENT_DISPOSITION].to_str().unwrap().ends_with(".csv\""));
    let lines = answer.text().lines().count() as i64;
    assert_eq!(lines, 1 + house.count("select count(*) from audit_event where event = 'license_started'").await);
    for code in house.facts().await.codes {
        assert!(!answer.tells(&code.code));
    }
    let recorded = "select count(*) from audit_event where event = 'audit_exported' and actor_kind = 'staff'";
    assert_eq!(house.count(recorded).await, 1);
    lena.get("/support/audit.csv?from=yesterday", 422).await;
    house.sam().await.get("/support/audit.csv", 403).await;
    assert_eq!(house.browser().get("/support/audit.csv", 303).await.location(), "/support/sign-in");
    assert_eq!(house.signed_in(ANNA).await.get("/support/audit.csv", 303).await.location(), "/support/sign-in");
    assert_eq!(house.count(recorded).await, 1);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_owner_takes_the_signed_record_along_and_checks_it_without_the_server(db: PgPool) {
    let house = House::demo(db).await;
    house.watch().await;
    let mut anna = house.signed_in(ANNA).await;
    link(&Cx::system(&house.world)).await.unwrap();
    let page = anna.get("/activity", 200).await;
    let answer = anna.get("/settings/export/activity-signed.json", 200).await;
    let paper: Paper = serde_json::from_slice(&answer.body).unwrap();
    let proven = paper.verify(None).unwrap();
    assert!(page.text().contains(&proven.head) && page.text().contains(&proven.key), "the page shows head and key");
    let events = "select count(*) from audit_event where account_id = (select account_id from person where email = 'anna@harbor-dental.example')";
    assert_eq!(proven.events, house.count(events).await);
    for code in house.facts().await.codes {
        assert!(!answer.tells(&code.code));
    }
    // what happens later changes nothing of it
    house.signed_in(ANNA).await;
    link(&Cx::system(&house.world)).await.unwrap();
    let later = anna.get("/settings/export/activity-signed.json", 200).await;
    let later: Paper = serde_json::from_slice(&later.body).unwrap();
    later.verify(Some(&proven.key)).unwrap();
    later.follows(&paper).unwrap();
    house.signed_in(MIA).await.get("/settings/export/activity-signed.json", 403).await;
    house.assert_told().await;
    house.assert_sound().await;
}

/// H08: neither UPDATE nor DELETE nor TRUNCATE, by privilege.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_role_that_the_server_acts_as_adds_to_the_log_and_changes_nothing_of_it(db: PgPool) {
    let house = House::demo(db).await;
    link(&Cx::system(&house.world)).await.unwrap();
    for attack in [
        "update audit_event set event = event",
        "delete from audit_event",
        "truncate audit_event",
        "update audit_link set number = number",
        "delete from audit_link",
        "delete from audit_head",
        "delete from audit_sealing",
        "alter table audit_event disable trigger all",
        "alter table audit_event owner to latchkey_app",
        "drop table audit_link",
        "create table mine (id int)",
    ] {
        let refused = sqlx::query(attack).execute(&house.world.rw).await.unwrap_err();
        let code = refused.as_database_error().unwrap().code().unwrap().into_owned();
        assert_eq!(code, "42501", "{attack}: {refused}");
    }
}
