//! What happened in an office is told to its people, in words, and to nobody else.

use domain::PgPool;

use crate::harness::{ANNA, House, MIA};
use crate::statements::Statements;

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn everything_is_listed_with_who_did_it_and_what_it_was_about(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let device = house.linked(&mut anna, "windows").await;
    device.activate(&house.code("desktop=1").await, 201).await;
    let answer = anna.get("/activity", 200).await;
    let page = answer.text();
    for words in [
        "The license started",
        "A device took a place",
        "The device was linked",
        "Signed in",
        "Anna Berg",
        "Northwall Small Office Security",
        ">Reception</a>",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let worded = page.matches("data-label=\"What\"").count();
    assert!((10..=50).contains(&worded), "{worded} rows");
    assert!(!page.contains("Somebody not signed in"), "who came in is named: {page}");
    let code = house.code("desktop=1").await;
    assert!(!page.contains(&code), "no code stands there");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_pages_of_it_follow_each_other_without_gap_or_repetition(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    sqlx::query(
        "insert into audit_event (at, account_id, actor_kind, event, facts, request_id)
         select now(), account_id, 'system', 'overuse_found', '{}', gen_random_uuid()
         from person, generate_series(1, 130) where email = $1",
    )
    .bind(ANNA)
    .execute(&house.db)
    .await
    .unwrap();
    let (mut before, mut seen) = (String::new(), Vec::<i64>::new());
    loop {
        let fields = [("before", before.as_str())];
        let statements = Statements::counted();
        let read = anna.call("get_activity", if before.is_empty() { &[] } else { &fields }, 200).await.json();
        let reading = statements.texts().iter().filter(|text| text.contains("select e.id")).count();
        assert_eq!(reading, 1, "{:#?}", statements.texts());
        drop(statements);
        seen.extend(read["events"].as_array().unwrap().iter().map(|event| event["number"].as_i64().unwrap()));
        match read["older"].as_i64() {
            Some(older) => before = older.to_string(),
            None => break,
        }
    }
    assert!(seen.windows(2).all(|pair| pair[0] > pair[1]), "{seen:?}");
    let all: i64 = sqlx::query_scalar(
        "select count(*) from audit_event where account_id = (select account_id from person where email = $1)",
    )
    .bind(ANNA)
    .fetch_one(&house.db)
    .await
    .unwrap();
    assert_eq!(seen.len() as i64, all);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn who_protects_own_devices_sees_those_and_another_office_nothing(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    house.linked(&mut anna, "windows").await;
    let mut mia = house.signed_in(MIA).await;
    let own = house.linked(&mut mia, "mac").await;
    own.activate(&house.code("desktop=1").await, 201).await;
    let read = mia.call("get_activity", &[], 200).await.json();
    assert_eq!(read["own_only"], true);
    let by = |read: &serde_json::Value, who: &str| {
        read["events"].as_array().unwrap().iter().filter(|event| event["by"]["Person"] == who).count()
    };
    assert_eq!(by(&read, "Anna Berg"), 0);
    assert!(by(&read, "Mia Okafor") >= 2, "{read}");

    let mut noor = house.newcomer("noor@lakeside-books.example").await;
    let read = noor.call("get_activity", &[], 200).await.json();
    assert_eq!((by(&read, "Anna Berg"), by(&read, "Mia Okafor")), (0, 0));
    let last = anna.call("get_activity", &[], 200).await.json()["events"][0]["number"].to_string();
    let read = noor.call("get_activity", &[("before", &last)], 200).await.json();
    assert_eq!((by(&read, "Anna Berg"), by(&read, "Mia Okafor")), (0, 0), "a number of another office opens nothing");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_happened_is_taken_along_as_a_file_as_far_as_its_reader_sees_it(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let device = house.linked(&mut anna, "windows_server").await;
    let refused = device.try_activate(&house.code("desktop=1").await).await;
    assert_eq!(refused.json()["code"], "E08");
    assert!(anna.get("/activity", 200).await.text().contains(r#"href="/activity.csv""#));

    let answer = anna.get("/activity.csv", 200).await;
    let disposition = answer.headers["content-disposition"].to_str().unwrap();
    assert!(disposition.starts_with("attachment;") && disposition.ends_with(".csv\""), "{disposition}");
    assert_eq!(answer.headers["cache-control"], "no-store");
    let lines = answer.text().lines().count() as i64;
    let events = "select count(*) from audit_event where event <> 'activity_taken' and account_id = (select account_id from person where email = 'anna@harbor-dental.example')";
    assert_eq!(lines, 1 + house.count(events).await);
    assert!(answer.text().contains("No places for this kind of device") && !answer.text().contains("E08"));
    for code in house.facts().await.codes {
        assert!(!answer.tells(&code.code));
    }
    let recorded = "select count(*) from audit_event where event = 'activity_taken' and actor_kind = 'person'";
    assert_eq!(house.count(recorded).await, 1);

    let own = house.signed_in(MIA).await.get("/activity.csv", 200).await;
    assert!(own.text().contains("Mia Okafor") && !own.text().contains("Anna Berg"), "{}", own.text());
    let other = house.newcomer("noor@lakeside-books.example").await.get("/activity.csv", 200).await;
    assert!(!other.text().contains("Anna Berg") && !other.text().contains("Mia Okafor"), "{}", other.text());
    assert_eq!(house.count(recorded).await, 3);

    assert!(house.browser().get("/activity.csv", 303).await.location().starts_with("/sign-in"));
    assert_eq!(house.sam().await.get("/activity.csv", 303).await.location(), "/support");
    assert_eq!(house.count(recorded).await, 3);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_refusal_is_told_by_its_name_and_not_by_its_number(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let device = house.linked(&mut anna, "windows_server").await;
    device.try_activate(&house.code("desktop=1").await).await;
    let page = anna.get("/activity", 200).await;
    assert!(page.text().contains("No places for this kind of device") && !page.text().contains(">E08<"));
}
