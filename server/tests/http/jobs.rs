//! Long work: an export of everything, and seats released by the hundred. It is done by the worker, goes on where it stood,
//! and belongs to whoever asked for it.

use domain::PgPool;
use domain::cx::Cx;
use serde_json::Value;
use time::Duration;

use crate::harness::{ANNA, Browser, House, MIA};

const HELD: &str = "select count(*) from seat where released_at is null";

/// Anna's office has this many devices more.
async fn more_devices(house: &House, count: i32) {
    sqlx::query(
        "insert into device (id, account_id, owner_id, product_id, name, os_family, os_version, app_version, connected_at, created_at)
         select gen_random_uuid(), account_id, owner_id, product_id, 'Bulk ' || n, 'windows', '', '7', now(), now()
         from device, generate_series(1, $1) as n where name = 'Front desk'",
    )
    .bind(count)
    .execute(&house.db)
    .await
    .unwrap();
}

/// Each of those devices holds a seat of a license that Anna administers.
async fn seats_for_them(house: &House) {
    sqlx::query(
        "with l as (
             update license set seats = seats || '{\"desktop\": 5000}'
             where id = (
                 select l.id from license l join person p on p.id = l.administrator_id
                 where p.email = $1 and l.expires_at > now() and l.kind = 'commercial'
                 order by l.id limit 1
             )
             returning id, account_id
         )
         insert into seat (id, account_id, license_id, device_id, class, bound_at)
         select gen_random_uuid(), l.account_id, l.id, d.id, 'desktop', now()
         from l join device d on d.account_id = l.account_id and d.name like 'Bulk %'",
    )
    .bind(ANNA)
    .execute(&house.db)
    .await
    .unwrap();
}

async fn work(house: &House) -> u64 {
    domain::job::store::work(&Cx::system(&house.world)).await.unwrap()
}

async fn export(browser: &mut Browser) -> Value {
    browser.call("get_export", &[], 200).await.json()
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn everything_of_a_large_office_is_in_its_export(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    more_devices(&house, 1500).await;
    sqlx::query(
        "insert into audit_event (at, account_id, actor_kind, event, facts, request_id)
         select now(), account_id, 'system', 'overuse_found', '{}', gen_random_uuid()
         from person, generate_series(1, 6000) where email = $1",
    )
    .bind(ANNA)
    .execute(&house.db)
    .await
    .unwrap();
    assert!(anna.get("/settings/export", 200).await.text().contains("Prepare my export"));
    let asked = anna.post_form("/settings/export?do=prepare_export", &[], 303).await;
    assert_eq!(asked.location(), "/settings/export");
    let page = anna.get("/settings/export", 200).await;
    assert!(page.text().contains("Your export is being prepared") && page.text().contains("http-equiv=\"refresh\""));
    anna.call("prepare_export", &[], 200).await;
    assert_eq!(house.count("select count(*) from job").await, 1, "asking twice is asking once");
    let id = export(&mut anna).await["id"].as_str().unwrap().to_owned();
    let file = |name: &str| format!("/settings/export/{id}/{name}");
    anna.get(&file("latchkey.json"), 404).await;

    assert!(work(&house).await > 15);
    let page = anna.get("/settings/export", 200).await;
    assert!(page.text().contains(&file("latchkey.xlsx")) && page.text().contains(&file("people.csv")));
    let json = anna.get(&file("latchkey.json"), 200).await.json();
    let rows = |name: &str| json[name].as_array().unwrap().len();
    let devices = "select count(*) from device d join person p on p.account_id = d.account_id
        where p.email = 'anna@harbor-dental.example' and d.disconnected_at is null";
    assert_eq!(rows("devices") as i64, house.count(devices).await);
    assert!(rows("devices") > 1500 && rows("activity") > 6000);
    let people = "select count(*) from person p join person a on a.account_id = p.account_id
        where a.email = 'anna@harbor-dental.example' and p.removed_at is null and p.email_verified_at is not null";
    assert_eq!(rows("people") as i64, house.count(people).await);
    for part in ["licenses", "codes", "grants", "requests", "notices"] {
        assert!(json[part].is_array(), "{part}");
    }
    let names: std::collections::BTreeSet<&str> =
        json["devices"].as_array().unwrap().iter().map(|device| device["name"].as_str().unwrap()).collect();
    assert!((1..=1500).all(|n| names.contains(format!("Bulk {n}").as_str())), "each of them once");
    assert_eq!(house.count("select count(*) from audit_event where event = 'export_prepared'").await, 1);
    assert_eq!(house.count("select count(*) from audit_event where event = 'job_done'").await, 1);
    assert_eq!(house.count("select count(*) from audit_event where event = 'export_taken'").await, 1);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_worker_that_was_stopped_goes_on_where_it_stood(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    more_devices(&house, 1200).await;
    anna.call("prepare_export", &[], 200).await;
    // the fourth page of rows does not come through, as when the process is killed in its transaction
    for statement in [
        "create function die() returns trigger language plpgsql as $$ begin raise exception 'killed'; end $$",
        "create trigger die before insert on job_piece for each row when (new.number = 4) execute function die()",
    ] {
        sqlx::query(statement).execute(&house.db).await.unwrap();
    }
    work(&house).await;
    let stood = export(&mut anna).await;
    assert_eq!(stood["state"], "failed", "tried some times, and told: {stood}");
    assert_eq!(house.count("select count(*) from job_piece").await, 3);
    assert!(anna.get("/settings/export", 200).await.text().contains("could not be prepared"));
    let kept: Vec<uuid::Uuid> =
        sqlx::query_scalar("select id from job_piece order by number").fetch_all(&house.db).await.unwrap();

    sqlx::query("drop trigger die on job_piece").execute(&house.db).await.unwrap();
    sqlx::query("update job set state = 'working', tries = 1, finished_at = null").execute(&house.db).await.unwrap();
    work(&house).await;
    let done = export(&mut anna).await;
    assert_eq!((&done["state"], &done["done"]), (&Value::from("done"), &done["wanted"]));
    let after: Vec<uuid::Uuid> =
        sqlx::query_scalar("select id from job_piece order by number").fetch_all(&house.db).await.unwrap();
    assert_eq!(after[..3], kept, "what was done is not done again");
    let id = done["id"].as_str().unwrap();
    let json = anna.get(&format!("/settings/export/{id}/latchkey.json"), 200).await.json();
    let bulk = json["devices"].as_array().unwrap().iter().filter(|d| d["name"].as_str().unwrap().starts_with("Bulk"));
    assert_eq!(bulk.count(), 1200);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_export_is_its_askers_alone_for_a_day_and_lies_sealed(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    anna.call("prepare_export", &[], 200).await;
    work(&house).await;
    let id = export(&mut anna).await["id"].as_str().unwrap().to_owned();
    let file = format!("/settings/export/{id}/latchkey.json");
    let mut noor = house.newcomer("noor@lakeside-books.example").await;
    for other in [&mut house.signed_in(MIA).await, &mut noor] {
        other.get(&file, 404).await;
        other.call("get_progress", &[("id", &id)], 404).await;
        assert_eq!(export(other).await, Value::Null);
    }
    let open: i64 =
        sqlx::query_scalar("select count(*) from job_piece where position('Front desk'::bytea in sealed) > 0")
            .fetch_one(&house.db)
            .await
            .unwrap();
    assert_eq!(open, 0, "names stand in no file of the database");
    assert!(anna.get(&file, 200).await.text().contains("Front desk"));
    house.world.clock.shift(Duration::DAY);
    let mut anna = house.signed_in(ANNA).await;
    anna.get(&file, 404).await;
    assert!(anna.get("/settings/export", 200).await.text().contains("Prepare my export"));
    house.world.clock.shift(Duration::SECOND);
    domain::housekeeping::run(&Cx::system(&house.world)).await.unwrap();
    assert_eq!(house.count("select count(*) from job_piece").await, 0, "gone");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn looking_how_far_it_is_keeps_no_session_alive(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    anna.call("prepare_export", &[], 200).await;
    let id = export(&mut anna).await["id"].as_str().unwrap().to_owned();
    for _ in 0..3 {
        house.world.clock.shift(Duration::minutes(9));
        anna.call("get_progress", &[("id", &id)], 200).await;
    }
    house.world.clock.shift(Duration::minutes(4));
    anna.call("get_progress", &[("id", &id)], 401).await;
}

const SEARCH: [(&str, &str); 3] = [("search[q]", "bulk"), ("search[show]", "all"), ("search[sort]", "name")];

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn seats_of_all_devices_that_match_are_released_and_given_back_within_a_day(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    more_devices(&house, 130).await;
    seats_for_them(&house).await;
    let before = house.count(HELD).await;
    let page = anna.get("/devices?q=bulk", 200).await;
    assert!(page.text().contains("Release seats of all devices that match"), "{}", page.text());
    let preview = anna.post_form("/devices?do=preview_matching", &SEARCH, 200).await;
    assert!(preview.text().contains("Release 130 seats"), "{}", preview.text());
    assert_eq!(house.count(HELD).await, before, "a preview changes nothing");

    anna.post_form("/devices?do=release_matching", &SEARCH, 303).await;
    anna.call("release_matching", &SEARCH, 200).await;
    assert_eq!(house.count("select count(*) from job").await, 1, "twice is once");
    let page = anna.get("/devices", 200).await;
    assert!(page.text().contains("Seats are being released") && page.text().contains("0 of 130 devices"));
    let batch: String = sqlx::query_scalar("select id::text from release_batch").fetch_one(&house.db).await.unwrap();
    anna.call("undo_releases", &[("batch", &batch)], 503).await;
    assert_eq!(work(&house).await, 3);
    assert_eq!(house.count(HELD).await, before - 130);
    assert!(anna.get("/devices", 200).await.text().contains("You released 130 seats"));

    house.signed_in(MIA).await.call("undo_releases", &[("batch", &batch)], 404).await;
    let back = anna.post_form("/devices?do=undo_releases", &[("batch", &batch)], 303).await;
    assert_eq!(back.location(), "/devices?done=undoing");
    work(&house).await;
    assert_eq!(house.count(HELD).await, before);
    anna.call("undo_releases", &[("batch", &batch)], 404).await;
    assert_eq!(house.count("select count(*) from audit_event where event in ('release_begun', 'undo_begun')").await, 2);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn who_has_left_gets_nothing_more_done_and_nobody_releases_what_others_administer(db: PgPool) {
    let house = House::demo(db).await;
    more_devices(&house, 60).await;
    seats_for_them(&house).await;
    let before = house.count(HELD).await;
    let mut mia = house.signed_in(MIA).await;
    let preview = mia.post_form("/devices?do=preview_matching", &SEARCH, 200).await;
    assert!(preview.text().contains("Somebody else administers") && !preview.text().contains("Release 60"));
    mia.call("release_matching", &SEARCH, 200).await;
    work(&house).await;
    assert_eq!(house.count(HELD).await, before);

    let mut anna = house.signed_in(ANNA).await;
    anna.call("release_matching", &SEARCH, 200).await;
    sqlx::query("update person set disabled_at = now() where email = $1").bind(ANNA).execute(&house.db).await.unwrap();
    work(&house).await;
    assert_eq!(house.count(HELD).await, before);
    assert_eq!(house.count("select count(*) from job where state = 'failed'").await, 1);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn more_ticks_than_one_go_takes_are_refused_and_none_is_left_out_silently(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let ids: Vec<String> = (0..101).map(|_| format!("devices[d{}]", uuid::Uuid::now_v7())).collect();
    let fields: Vec<(&str, &str)> = ids.iter().map(|id| (id.as_str(), "true")).collect();
    anna.call("preview_releases", &fields, 422).await;
}
