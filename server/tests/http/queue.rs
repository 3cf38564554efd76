//! The queue's views, each with an address of its own, and what readers said about the help.

use domain::PgPool;
use time::Duration;

use crate::harness::{ANNA, House};

async fn numbers(browser: &mut crate::harness::Browser, fields: &[(&str, &str)]) -> Vec<String> {
    let read = browser.call("get_queue", fields, 200).await.json();
    read["rows"].as_array().unwrap().iter().map(|row| row["number"].as_str().unwrap().to_owned()).collect()
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_queue_shows_whose_requests_are_asked_for(db: PgPool) {
    let house = House::demo(db).await;
    let mut sam = house.sam().await;
    let all = numbers(&mut sam, &[("part", "waiting")]).await;
    let mine = numbers(&mut sam, &[("part", "waiting"), ("view", "mine")]).await;
    let nobodys = numbers(&mut sam, &[("part", "waiting"), ("view", "unassigned")]).await;
    assert!(!mine.is_empty() && !nobodys.is_empty(), "{mine:?} {nobodys:?}");
    assert!(mine.iter().all(|number| !nobodys.contains(number) && all.contains(number)));
    let (cases, recoveries) = (
        numbers(&mut sam, &[("part", "waiting"), ("kind", "cases")]).await,
        numbers(&mut sam, &[("part", "waiting"), ("kind", "recoveries")]).await,
    );
    assert_eq!(cases.len() + recoveries.len(), all.len());
    assert!(
        cases.iter().all(|number| number.starts_with('S')) && recoveries.iter().all(|number| number.starts_with('R'))
    );
    let taken = nobodys.iter().find(|number| number.starts_with('S')).unwrap();
    sam.call("take_case", &[("number", taken), ("version", "1")], 200).await;
    assert!(numbers(&mut sam, &[("part", "waiting"), ("view", "mine")]).await.contains(taken));
    let page = sam.get("/support?view=mine&kind=cases", 200).await;
    assert!(page.text().contains(taken), "{}", page.text());
    assert!(page.text().contains("/support?part=new&amp;view=mine&amp;kind=cases"), "a part keeps the view");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_is_late_is_found_by_the_rule_that_says_when_it_is_due(db: PgPool) {
    let house = House::demo(db).await;
    let unseen = "select number from support_case where state = 'new' limit 1";
    let unseen: String = sqlx::query_scalar(unseen).fetch_one(&house.db).await.unwrap();
    let late = [("part", "waiting"), ("view", "overdue")];
    assert!(!numbers(&mut house.sam().await, &late).await.contains(&unseen));
    house.world.clock.shift(Duration::days(4));
    assert!(numbers(&mut house.sam().await, &late).await.contains(&unseen));
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_readers_said_is_listed_by_article_and_marked_handled(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let said = [("article", "free-a-seat"), ("helpful", "no"), ("comment", "Step three is not there any more")];
    anna.call("send_feedback", &said, 200).await;
    let mut sam = house.sam().await;
    let page = sam.get("/support/feedback?article=free-a-seat", 200).await;
    assert!(page.text().contains("Step three") && !page.text().contains("Anna"), "{}", page.text());
    assert!(!sam.get("/support/feedback?article=renew-a-license", 200).await.text().contains("Step three"));
    let id: String = sqlx::query_scalar("select id::text from feedback where comment like 'Step three%'")
        .fetch_one(&house.db)
        .await
        .unwrap();
    let away = sam.post_form("/support/feedback?do=handle_feedback", &[("id", &id)], 303).await;
    assert!(sam.get(away.location(), 200).await.text().contains("Marked as handled"));
    assert_eq!(house.count("select count(*) from feedback where handled_at is not null").await, 1);
}
