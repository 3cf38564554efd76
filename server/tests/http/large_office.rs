//! An office that has far more of everything than one page lists: nothing is out of reach.

use std::collections::BTreeSet;

use domain::PgPool;
use domain::demo::PASSWORD;
use serde_json::Value;

use crate::harness::{ANNA, Browser, House};

async fn large(db: PgPool) -> (House, Browser) {
    let house = House::demo(db).await;
    sqlx::raw_sql(include_str!("many_rows.sql")).execute(&house.db).await.unwrap();
    let anna = house.signed_in(ANNA).await;
    (house, anna)
}

/// The license that every room has a seat of.
async fn shared(house: &House) -> String {
    let most = "select license_id::text from seat where released_at is null group by 1 order by count(*) desc limit 1";
    sqlx::query_scalar(most).fetch_one(&house.db).await.unwrap()
}

/// What stands in one list of all its pages; `turn` names the field that asks for the next one, and `next` where it begins.
async fn all(browser: &mut Browser, function: &str, id: Option<&str>, list: [&str; 3], key: &str) -> Vec<String> {
    let [list, turn, next] = list;
    let (mut found, mut after) = (Vec::new(), None::<String>);
    loop {
        let id = id.map(|id| ("id", id));
        let fields: Vec<(&str, &str)> = id.into_iter().chain(after.as_deref().map(|after| (turn, after))).collect();
        let page = browser.call(function, &fields, 200).await.json();
        let rows = page[list].as_array().unwrap();
        assert!(rows.len() <= 50, "{} of {list} on one page", rows.len());
        found.extend(rows.iter().map(|row| row[key].as_str().unwrap().to_owned()));
        match &page[next] {
            Value::String(last) => after = Some(last.clone()),
            _ => return found,
        }
    }
}

fn each_once(found: &[String], expected: i64) {
    let distinct: BTreeSet<&String> = found.iter().collect();
    assert_eq!((found.len(), distinct.len()), (distinct.len(), usize::try_from(expected).unwrap()));
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn everybody_and_every_invitation_stands_on_one_of_the_pages(db: PgPool) {
    let (house, mut anna) = large(db).await;
    let people = all(&mut anna, "get_people", None, ["people", "pages[after]", "next"], "id").await;
    let everybody = "select count(*) from person p where removed_at is null and email_verified_at is not null
         and account_id = (select account_id from person where email = 'anna@harbor-dental.example')";
    each_once(&people, house.count(everybody).await);
    let asked = all(&mut anna, "get_people", None, ["invited", "pages[asked_before]", "invited_next"], "id").await;
    each_once(&asked, house.count("select count(*) from invitation where email like 'guest%'").await);
    let first = anna.get("/people", 200).await;
    let (_, onward) = first.text().split_once("/people?after=").expect("a next page");
    let second = anna.get(&format!("/people?after={}", &onward[..36]), 200).await;
    assert!(second.text().contains("First page") && !second.text().contains("Colleague 1<"), "{}", second.text());
    assert!(first.text().contains("Older") && first.text().contains("Only 50 licenses are listed"), "{}", first.text());
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn every_device_and_colleague_of_a_license_stands_on_one_of_its_pages(db: PgPool) {
    let (house, mut anna) = large(db).await;
    let id = shared(&house).await;
    let held = all(&mut anna, "get_license", Some(&id), ["held", "pages[held_after]", "more_held"], "device").await;
    let holders =
        "select max(held) from (select count(*) as held from seat where released_at is null group by license_id) as l";
    let holders = house.count(holders).await;
    each_once(&held, holders);
    let grants = ["grants", "pages[grants_after]", "more_grants"];
    let grants = all(&mut anna, "get_license", Some(&id), grants, "person").await;
    each_once(&grants, house.count("select count(*) from license_grant").await);
    let page = anna.get(&format!("/licenses/{id}"), 200).await;
    let said = format!("{holders} devices hold a seat. This page lists 40 of them");
    assert!(page.text().contains(&said) && page.text().contains("Only 20 codes are listed."), "{}", page.text());
    let (_, onward) = page.text().split_once("?after=").expect("a next page");
    let second = anna.get(&format!("/licenses/{id}?after={}", &onward[..36]), 200).await;
    assert!(second.text().contains("First page") && second.text().contains("This page lists"), "{}", second.text());
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_colleague_who_is_not_listed_is_named_by_address(db: PgPool) {
    let (house, mut anna) = large(db).await;
    let id = shared(&house).await;
    house.newcomer("noor@lakeside.example").await;
    for page in ["/link".to_owned(), format!("/licenses/{id}"), format!("/licenses/{id}?ask=hand-over")] {
        assert!(anna.get(&page, 200).await.text().contains("(e-mail address)"), "{page}");
    }
    let here = " COLLEAGUE7@harbor-dental.example ";
    let (hand_over, grant) =
        (format!("/licenses/{id}?do=hand_over_license"), format!("/licenses/{id}?do=grant_license"));
    for (to, told) in [
        ("noor@lakeside.example", "Nobody of your office signs in with this address."),
        ("nobody@harbor-dental.example", "Nobody of your office signs in with this address."),
        ("", "Choose the colleague who gets it."),
    ] {
        let fields = [("id", id.as_str()), ("to", to), ("seats", "3")];
        for form in ["/link?do=mail_way", &hand_over, &grant] {
            let refused = anna.post_form(form, &fields, 422).await;
            assert!(refused.text().contains(told), "{form} {to}: {}", refused.text());
        }
    }
    let fields = [("id", id.as_str()), ("to", here), ("seats", "3")];
    for form in ["/link?do=mail_way", &grant, &hand_over] {
        anna.post_form(form, &fields, 303).await;
    }
    assert_eq!(house.mails("colleague7@harbor-dental.example").await.len(), 1);
    let now = anna.call("get_license", &[("id", &id)], 200).await.json();
    assert_eq!(now["administrator"], "Colleague 7");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn forms_list_the_devices_that_need_a_code_and_the_one_that_is_named(db: PgPool) {
    let (house, mut anna) = large(db).await;
    let needy = "update seat set released_at = now(), release_reason = 'user'
         where device_id = (select id from device where name = 'Room 41') and released_at is null";
    sqlx::query(needy).execute(&house.db).await.unwrap();
    sqlx::query(
        "update device_contact set last_seen_at = now() - interval '90 days'
         where device_id in (select id from device where name in ('Room 41', 'Room 77', 'Room 78'))",
    )
    .execute(&house.db)
    .await
    .unwrap();
    let named: String =
        sqlx::query_scalar("select id::text from device where name = 'Room 77'").fetch_one(&house.db).await.unwrap();
    for page in ["/licenses/add?", "/requests/new?topic=activation&"] {
        let page = anna.get(&format!("{page}device={named}"), 200).await;
        let text = page.text();
        assert!(text.contains("Only 100 devices are listed."), "{text}");
        assert!(text.contains("Room 41 (") && !text.contains("Room 78 ("), "{text}");
        let chosen = text.split(&format!("value=\"{named}\"")).nth(1).expect("the device that is named");
        assert!(chosen[..20].contains("selected"), "{}", &chosen[..20]);
    }
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_leaked_code_leaves_the_devices_that_were_not_listed_only_when_asked_to(db: PgPool) {
    let (house, mut anna) = large(db).await;
    let id = shared(&house).await;
    for change in [
        "delete from reserve where device_id in (select id from device where name like 'Room %')",
        "update seat set released_at = now(), release_reason = 'user' where released_at is null and device_id in
             (select id from device where name like 'Room %' order by id limit 220)",
    ] {
        sqlx::query(change).execute(&house.db).await.unwrap();
    }
    let holding = "select count(*) from seat where released_at is null and license_id =
         (select license_id from seat where released_at is null group by 1 order by count(*) desc limit 1)";
    let before = house.count(holding).await;
    let read = anna.call("get_holders", &[("id", &id)], 200).await.json();
    let listed: Vec<&str> =
        read["listed"].as_array().unwrap().iter().map(|seat| seat["device"].as_str().unwrap()).collect();
    assert_eq!((listed.len(), read["others"].as_i64().unwrap()), (60, before - 60));
    let page = anna.get(&format!("/licenses/{id}/leaked"), 200).await;
    assert!(page.text().contains(&format!("All {} other devices", before - 60)), "{}", page.text());

    // whoever took a seat after the page was read is a stranger, and so is the one whose tick is gone
    let late = "update seat set bound_at = now() + interval '1 minute' where released_at is null and device_id = any ($1::uuid[])";
    let is_listed = "select device_id::text from seat where license_id = $1::uuid and released_at is null
         and device_id <> all ($2::uuid[]) limit 1";
    let other: String = sqlx::query_scalar(is_listed).bind(&id).bind(ids(&listed)).fetch_one(&house.db).await.unwrap();
    sqlx::query(late).bind(ids(&[&other])).execute(&house.db).await.unwrap();
    let ticks: Vec<String> = listed[1..].iter().map(|device| format!("devices[d{device}]")).collect();
    let (listed_now, read_at) = (listed.join(","), read["now"].as_str().unwrap());
    let mut fields = vec![("id", id.as_str()), ("listed", listed_now.as_str()), ("read_at", read_at)];
    fields.extend(ticks.iter().map(|tick| (tick.as_str(), "true")));
    let at = format!("/licenses/{id}/leaked?do=rotate_code");
    let with = |more: &[(&'static str, &'static str)]| [&fields[..], more].concat();

    let again = anna.post_form(&at, &with(&[("password", "wrong")]), 422).await;
    let boxes = |checked: bool| {
        let boxes = again.text().split("type=\"checkbox\"").skip(1).map(|rest| rest.split('>').next().unwrap());
        boxes.filter(|attributes| attributes.contains("checked") == checked).count()
    };
    assert_eq!((boxes(true), boxes(false)), (59, 2), "what was not ticked stays so: {}", again.text());

    anna.post_form(&at, &with(&[("rest", "true"), ("password", PASSWORD)]), 303).await;
    assert_eq!(house.count(holding).await, before - 2);
    let gone = "select count(*) from seat where release_reason = 'admin' and device_id = any ($1::uuid[])";
    let gone: i64 = sqlx::query_scalar(gone).bind(ids(&[listed[0], &other])).fetch_one(&house.db).await.unwrap();
    assert_eq!(gone, 2);

    // without the tick for the rest only those that are ticked stay; and what can't be read keeps nobody
    anna.post_form(&at, &with(&[("password", PASSWORD)]), 303).await;
    assert_eq!(house.count(holding).await, 59);
    let nobody = [("id", id.as_str()), ("rest", "true"), ("listed", "x"), ("read_at", "x"), ("password", PASSWORD)];
    anna.post_form(&at, &nobody, 303).await;
    let left: i64 = sqlx::query_scalar("select count(*) from seat where released_at is null and license_id = $1::uuid")
        .bind(&id)
        .fetch_one(&house.db)
        .await
        .unwrap();
    assert_eq!(left, 0);
}

fn ids(texts: &[&str]) -> Vec<uuid::Uuid> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}
