//! Support looks at the pages of an office as its people see them: exactly those, and nothing is done there.

use std::collections::BTreeSet;

use domain::PgPool;
use domain::lookup::OPEN_FOR;
use leptos::server_fn::axum::server_fn_paths;
use server::viewing::{LEAVE, READS, SESSION};

use crate::harness::{ANNA, Browser, House};
use crate::lookup::{REASON, code_and_case, open};

async fn account(house: &House) -> String {
    let question = "select account_id::text from person where email = 'anna@harbor-dental.example'";
    sqlx::query_scalar(question).fetch_one(&house.db).await.unwrap()
}

/// Somebody in support who looks at the pages of the demo office.
async fn viewing(house: &House) -> Browser {
    let (mut sam, id) = (house.sam().await, account(house).await);
    let (_, case) = code_and_case(house).await;
    open(&mut sam, "customer", &id, &case, REASON, 200).await;
    let page = format!("/support/customers/{id}");
    assert!(sam.get(&page, 200).await.text().contains("View as customer"));
    let away = sam.post_form(&format!("{page}?do=view_customer"), &[("id", &id)], 303).await;
    assert_eq!(away.location(), "/");
    sam
}

/// Everything that could change, but for the log of looks, who looks at what, and the session itself.
pub async fn all_of_it(house: &House) -> Vec<String> {
    let tables: Vec<String> = sqlx::query_scalar(
        "select table_name::text from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'
             and table_name not in ('audit_event', 'session', 'attempt', 'presence') order by 1",
    )
    .fetch_all(&house.db)
    .await
    .unwrap();
    let mut all = Vec::new();
    for table in tables {
        let sum =
            format!("select '{table} ' || coalesce(md5(string_agg(t::text, '' order by t::text)), '') from {table} t");
        all.push(sqlx::query_scalar(sqlx::AssertSqlSafe(sum)).fetch_one(&house.db).await.unwrap());
    }
    all
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn support_sees_exactly_the_pages_of_the_office_with_a_banner_and_a_way_out(db: PgPool) {
    let house = House::demo(db).await;
    let id = account(&house).await;
    house.lena().await.call("view_customer", &[("id", &id)], 404).await;
    let mut sam = viewing(&house).await;
    let mut anna = house.signed_in(ANNA).await;
    for (page, shown) in [("/", "Overview"), ("/licenses", "Northwall"), ("/devices", "Front desk")] {
        let seen = sam.get(page, 200).await;
        assert!(seen.text().contains("You see the pages of Harbor Dental") && seen.text().contains(shown), "{page}");
        assert!(seen.text().contains("Leave view"));
        assert!(anna.get(page, 200).await.text().contains(shown));
    }
    let license: String = sqlx::query_scalar("select id::text from license where account_id::text = $1 limit 1")
        .bind(&id)
        .fetch_one(&house.db)
        .await
        .unwrap();
    let device: String =
        sqlx::query_scalar("select id::text from device where name = 'Front desk'").fetch_one(&house.db).await.unwrap();
    assert!(sam.get(&format!("/devices/{device}"), 200).await.text().contains("The device was linked"));
    let page = format!("/licenses/{license}");
    let own = anna.call("get_license", &[("id", license.as_str())], 200).await.json();
    let key = own["license_key"].as_str().unwrap().to_owned();
    assert!(anna.get(&page, 200).await.text().contains(&key));
    let seen = sam.get(&page, 200).await;
    assert!(
        !seen.text().contains(&key) && seen.text().contains(&format!("…{}", &key[32..])),
        "a key is compared, not shown"
    );
    for elsewhere in ["/settings", "/people", "/activity", "/requests", "/settings/export", "/support", "/licenses/add"]
    {
        assert_eq!(sam.get(elsewhere, 303).await.location(), "/", "{elsewhere}");
    }
    let told = house.signed_in(ANNA).await.get("/activity", 200).await;
    assert!(
        told.text().contains("Support began to look at your pages") && told.text().contains(REASON),
        "{}",
        told.text()
    );
    assert!(
        house.count("select count(*) from audit_event where event = 'page_viewed' and account_id is not null").await
            >= 4
    );
    let away = sam.post_form("/?do=leave_view", &[], 303).await;
    assert_eq!(away.location(), format!("/support/customers/{id}"));
    assert!(sam.get(away.location(), 200).await.text().contains("View as customer"));
    assert_eq!(sam.get("/devices", 303).await.location(), "/support");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn nothing_is_done_and_no_code_shown_while_support_looks(db: PgPool) {
    let house = House::demo(db).await;
    let mut sam = viewing(&house).await;
    let before = all_of_it(&house).await;
    let functions: BTreeSet<String> =
        server_fn_paths().map(|(path, _)| path.trim_start_matches("/api/").to_owned()).collect();
    assert!(functions.len() > 100);
    for function in &functions {
        if [READS, SESSION, LEAVE].iter().any(|some| some.contains(&function.as_str())) {
            continue;
        }
        let answer = sam.try_call(function, &[("id", "00000000-0000-0000-0000-000000000000")]).await;
        assert_eq!(answer.status, 403, "{function}: {}", answer.text());
        let plain = sam.post_form(&format!("/licenses?do={function}"), &[], 403).await;
        assert!(plain.text().contains("Nothing was done"), "{function}: {}", plain.text());
    }
    for function in SESSION {
        let left = sam.call(function, &[], 200).await.json();
        assert!(left["seconds"].as_u64().unwrap() > 0, "{function}: {left}");
    }
    assert_eq!(all_of_it(&house).await, before);
    for function in READS {
        let answer = sam
            .try_call(
                function,
                &[
                    ("id", "00000000-0000-0000-0000-000000000000"),
                    ("search[q]", ""),
                    ("search[show]", "all"),
                    ("search[sort]", "name"),
                ],
            )
            .await;
        assert!(matches!(answer.status.as_u16(), 200 | 404), "{function}: {} {}", answer.status, answer.text());
    }
    assert_eq!(all_of_it(&house).await, before);
    assert_eq!(house.count("select count(*) from audit_event where event = 'code_shown'").await, 0);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_view_ends_with_the_time_for_which_the_record_is_open(db: PgPool) {
    let house = House::demo(db).await;
    let mut sam = viewing(&house).await;
    sam.call("get_office", &[], 200).await;
    for _ in 0..3 {
        house.world.clock.shift(OPEN_FOR / 4);
        sam.get("/devices", 200).await;
    }
    house.world.clock.shift(OPEN_FOR / 4);
    sam.call("get_office", &[], 403).await;
    assert_eq!(sam.get("/devices", 303).await.location(), "/support");
}
