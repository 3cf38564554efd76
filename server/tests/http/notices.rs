//! What people are told: each thing once, in the console and by mail, until they say otherwise.

use axum::body::Body;
use domain::PgPool;
use domain::cx::Cx;
use domain::{device, license, seat};
use http::Method;
use serde_json::Value;
use time::Duration;

use crate::harness::{ANNA, House, MIA, send, token_of};

async fn tell(house: &House) {
    let cx = Cx::system(&house.world);
    license::store::tell_of_endings(&cx).await.unwrap();
    seat::store::tell_of_filling(&cx).await.unwrap();
    device::store::tell_of_silence(&cx).await.unwrap();
}

/// A fresh look, because everything the demo has to tell was told.
async fn quiet_house(db: PgPool) -> House {
    let house = House::demo(db).await;
    tell(&house).await;
    sqlx::query("delete from notice").execute(&house.db).await.unwrap();
    sqlx::query("delete from mail").execute(&house.db).await.unwrap();
    house
}

async fn titles(house: &House, who: &str) -> Vec<String> {
    let mut browser = house.signed_in(who).await;
    let told = browser.call("get_notices", &[], 200).await.json();
    told["notices"].as_array().unwrap().iter().map(|notice| notice["title"].as_str().unwrap().to_owned()).collect()
}

async fn mails(house: &House, to: &str) -> i64 {
    sqlx::query_scalar("select count(*) from mail where to_address = $1").bind(to).fetch_one(&house.db).await.unwrap()
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_end_is_told_at_each_stage_once_and_a_silent_device_too(db: PgPool) {
    let house = House::demo(db).await;
    tell(&house).await;
    let first = titles(&house, ANNA).await;
    for told in ["Northwall Small Office Security ends in 9 days", "Anna's phone has not called for 30 days"] {
        assert!(first.iter().any(|title| title == told), "{told}: {first:?}");
    }
    tell(&house).await;
    assert_eq!(titles(&house, ANNA).await.len(), first.len(), "nothing is told twice");

    house.world.clock.shift(Duration::days(6));
    tell(&house).await;
    let later = titles(&house, ANNA).await;
    assert!(later.contains(&"Northwall Small Office Security ends in 3 days".to_owned()), "{later:?}");
    house.world.clock.shift(Duration::days(4));
    tell(&house).await;
    let ended = titles(&house, ANNA).await;
    assert!(ended.contains(&"Northwall Small Office Security has ended".to_owned()), "{ended:?}");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn users_of_the_devices_are_told_in_the_last_week_and_by_mail_once_a_stage(db: PgPool) {
    let house = quiet_house(db).await;
    let mut mia = house.signed_in(MIA).await;
    let mut anna = house.signed_in(ANNA).await;
    let code = house.code("desktop=5,file_server=1,mobile=5").await;
    house.linked(&mut anna, "windows").await.activate(&code, 201).await;
    house.linked(&mut mia, "mac").await.activate(&code, 200).await;
    // the demo's other licenses have ended by then
    house.world.clock.shift(Duration::days(355));
    tell(&house).await;
    assert!(titles(&house, ANNA).await.iter().any(|title| title.ends_with("ends in 10 days")));
    assert!(!titles(&house, MIA).await.iter().any(|title| title.contains("ends in")));
    house.world.clock.shift(Duration::days(4));
    let before = mails(&house, MIA).await;
    for _ in 0..2 {
        tell(&house).await;
    }
    assert!(titles(&house, MIA).await.iter().any(|title| title.ends_with("ends in 6 days")));
    assert_eq!(mails(&house, MIA).await, before + 1);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn where_a_reserve_waits_everywhere_the_end_is_no_alarm(db: PgPool) {
    let house = quiet_house(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let device = house.linked(&mut anna, "windows").await;
    device.activate(&house.code("desktop=1").await, 201).await;
    device.activate(&house.code("desktop=5,file_server=1,mobile=5").await, 200).await;
    house.world.clock.shift(Duration::days(360));
    tell(&house).await;
    let told = anna_after_the_year(&house).await;
    let switch = told.iter().find(|notice| notice["title"].as_str().unwrap().contains("switches to its reserve code"));
    assert_eq!(switch.unwrap()["severity"], "info", "{told:?}");
}

async fn anna_after_the_year(house: &House) -> Vec<Value> {
    let mut anna = house.signed_in(ANNA).await;
    anna.call("get_notices", &[], 200).await.json()["notices"].as_array().unwrap().clone()
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_days_before_an_end_are_the_offices_choice_and_no_members(db: PgPool) {
    let house = quiet_house(db).await;
    let mut anna = house.signed_in(ANNA).await;
    anna.post_form("/notices?do=set_notice_days", &[("days[3]", "true"), ("days[99]", "true")], 303).await;
    assert_eq!(anna.call("get_notices", &[], 200).await.json()["days"], serde_json::json!([3]));
    house.signed_in(MIA).await.call("set_notice_days", &[("days[3]", "true")], 403).await;
    house.world.clock.shift(Duration::days(2));
    tell(&house).await;
    assert!(!titles(&house, ANNA).await.iter().any(|title| title.contains("ends in")), "only 3 days before");
    house.world.clock.shift(Duration::days(4));
    tell(&house).await;
    assert!(titles(&house, ANNA).await.iter().any(|title| title.ends_with("ends in 3 days")));
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn full_places_are_told_to_the_administrator_once_a_month(db: PgPool) {
    let house = quiet_house(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let activated = house.linked(&mut anna, "windows").await.activate(&house.code("desktop=1").await, 201).await;
    tell(&house).await;
    assert!(!titles(&house, ANNA).await.iter().any(|title| title.contains("places")), "one place is there to be used");
    sqlx::query(r#"update license set seats = '{"desktop": 2}' where id = $1::uuid"#)
        .bind(activated["device"]["license"]["license_id"].as_str())
        .execute(&house.db)
        .await
        .unwrap();
    sqlx::query(
        "insert into seat (id, account_id, license_id, device_id, class, bound_at)
         select gen_random_uuid(), d.account_id, $1::uuid, d.id, 'desktop', now()
         from device d where d.name = 'Front desk'",
    )
    .bind(activated["device"]["license"]["license_id"].as_str())
    .execute(&house.db)
    .await
    .unwrap();
    for _ in 0..2 {
        tell(&house).await;
    }
    let full = "All 2 places for computers are in use";
    assert_eq!(titles(&house, ANNA).await.iter().filter(|title| *title == full).count(), 1);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_frame_counts_what_is_unread_until_it_is_marked(db: PgPool) {
    let house = House::demo(db).await;
    tell(&house).await;
    let mut anna = house.signed_in(ANNA).await;
    let unread = |page: &str| page.contains(" waiting");
    assert!(unread(anna.get("/", 200).await.text()));
    let newest = anna.call("get_notices", &[], 200).await.json()["notices"][0]["id"].as_str().unwrap().to_owned();
    anna.post_form("/notices?do=read_notices", &[("until", &newest)], 303).await;
    assert!(!unread(anna.get("/", 200).await.text()));
    assert!(!titles(&house, ANNA).await.is_empty(), "they stay");
    assert_eq!(house.count("select count(*) from notice where read_at is null and person_id = (select id from person where email like 'anna%')").await, 0);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_kind_that_is_not_wanted_by_mail_stands_in_the_console_all_the_same(db: PgPool) {
    let house = quiet_house(db).await;
    let mut anna = house.signed_in(ANNA).await;
    anna.post_form("/notices?do=set_notice_mails", &[("mails[code]", "true")], 303).await;
    house.world.clock.shift(Duration::days(6));
    tell(&house).await;
    assert_eq!(mails(&house, ANNA).await, 0);
    assert!(titles(&house, ANNA).await.iter().any(|title| title.ends_with("ends in 3 days")));
    let muted = house.signed_in(ANNA).await.call("get_notices", &[], 200).await.json()["muted"].clone();
    assert_eq!(muted.as_array().unwrap().len(), 6);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_link_in_a_mail_stops_its_kind_by_one_post_and_nothing_by_a_look(db: PgPool) {
    let house = House::demo(db).await;
    tell(&house).await;
    let link = house.mail_link(ANNA, "/unsubscribe").await;
    let mut nobody = house.browser();
    let page = nobody.get(&link, 200).await;
    assert!(page.text().contains("licenses that end") || page.text().contains("silent devices"), "{}", page.text());
    assert_eq!(house.count("select count(*) from notice_mute").await, 0, "a mail scanner changes nothing");

    // what a mail program sends: no cookie, no origin
    let request = http::Request::builder().method(Method::POST).uri(&link).header("host", "latchkey.test");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let answer = send(&nobody.router, request.body(Body::from("List-Unsubscribe=One-Click")).unwrap()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(house.count("select count(*) from notice_mute").await, 1);
    assert_eq!(house.count("select count(*) from audit_event where event = 'notices_chosen'").await, 1);

    let (kind, mark) = token_of(&link).split_once('.').unwrap();
    let other = if kind == "device" { "code" } else { "device" };
    for forged in [format!("{other}.{mark}"), format!("{kind}.{}", &mark[1..]), "seats".to_owned(), String::new()] {
        nobody.post_form("/unsubscribe?do=unsubscribe", &[("token", &forged)], 422).await;
    }
    nobody.post_form("/unsubscribe?do=unsubscribe", &[("token", token_of(&link))], 303).await;
    assert_eq!(house.count("select count(*) from notice_mute").await, 1, "once more changes nothing");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn nobody_reads_or_marks_the_notices_of_another(db: PgPool) {
    let house = House::demo(db).await;
    tell(&house).await;
    let mut anna = house.signed_in(ANNA).await;
    let newest = anna.call("get_notices", &[], 200).await.json()["notices"][0]["id"].as_str().unwrap().to_owned();
    let mut noor = house.newcomer("noor@lakeside.example").await;
    let theirs = noor.call("get_notices", &[("before", &newest)], 200).await.json();
    assert_eq!(theirs["notices"], serde_json::json!([]));
    noor.call("read_notices", &[("until", &newest)], 200).await;
    noor.call("read_notices", &[], 200).await;
    assert_eq!(house.count("select count(*) from notice where read_at is not null").await, 0);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_becomes_of_a_request_is_told_in_the_console_and_by_mail_unless_that_is_not_wanted(db: PgPool) {
    let house = quiet_house(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let scan =
        |subject| [("topic", "usage"), ("subject", subject), ("description", "It stops at one half, every day.")];
    let first = crate::cases::opened(&mut anna, &scan("The scan stops")).await;
    assert_eq!(titles(&house, ANNA).await, [format!("We have your case {first}")]);
    assert_eq!(mails(&house, ANNA).await, 1);
    anna.post_form("/notices?do=set_notice_mails", &[("mails[code]", "true")], 303).await;
    let second = crate::cases::opened(&mut anna, &scan("The backup stops")).await;
    assert_eq!(titles(&house, ANNA).await[0], format!("We have your case {second}"));
    assert_eq!(mails(&house, ANNA).await, 1);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn nine_of_ten_places_are_told_and_eight_are_not(db: PgPool) {
    let house = quiet_house(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let activated = house.linked(&mut anna, "windows").await.activate(&house.code("desktop=1").await, 201).await;
    let license = activated["device"]["license"]["license_id"].as_str().unwrap();
    sqlx::query(r#"update license set seats = '{"desktop": 10}' where id = $1::uuid"#)
        .bind(license)
        .execute(&house.db)
        .await
        .unwrap();
    let take = async |places: i32| {
        sqlx::query(
            "with more as (
                 insert into device (id, account_id, owner_id, product_id, name, os_family, os_version, app_version, connected_at, created_at)
                 select gen_random_uuid(), account_id, owner_id, product_id, 'Desk', 'windows', '', '7', now(), now()
                 from device, generate_series(1, $2) where name = 'Front desk'
                 returning id, account_id
             )
             insert into seat (id, account_id, license_id, device_id, class, bound_at)
             select gen_random_uuid(), account_id, $1::uuid, id, 'desktop', now() from more",
        )
        .bind(license)
        .bind(places)
        .execute(&house.db)
        .await
        .unwrap();
        tell(&house).await;
        titles(&house, ANNA).await.into_iter().filter(|title| title.contains("places for computers")).count()
    };
    assert_eq!(take(7).await, 0, "eight of ten");
    assert_eq!(take(1).await, 1);
    assert!(titles(&house, ANNA).await.contains(&"9 of 10 places for computers are in use".to_owned()));
    assert_eq!(take(0).await, 1, "told once");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_code_that_was_mailed_is_told_of_like_one_that_was_shown(db: PgPool) {
    let house = quiet_house(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let license = crate::session::own_license(&house).await;
    let fields = [("id", license.as_str()), ("password", domain::demo::PASSWORD)];
    anna.call("mail_code", &fields, 200).await;
    assert_eq!(titles(&house, ANNA).await, ["An activation code was mailed"]);
    anna.call("show_code", &fields, 200).await;
    assert!(titles(&house, ANNA).await.contains(&"An activation code was shown".to_owned()));
}
