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
async fn a_new_answer_in_an_old_case_is_due_a_day_after_it_was_said(db: PgPool) {
    let house = House::demo(db).await;
    let pending = "select number from support_case where state = 'pending' and assignee_id is not null limit 1";
    let pending: String = sqlx::query_scalar(pending).fetch_one(&house.db).await.unwrap();
    house.world.clock.shift(Duration::days(20));
    let mut anna = house.signed_in(ANNA).await;
    anna.call("answer_case", &[("number", &pending), ("message", "Here is what you asked for")], 200).await;
    let late = [("part", "waiting"), ("view", "overdue")];
    assert!(!numbers(&mut house.sam().await, &late).await.contains(&pending), "it was said a moment ago");
    house.world.clock.shift(Duration::days(4));
    assert!(numbers(&mut house.sam().await, &late).await.contains(&pending));
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
    let by_article = page.text().split("By article").nth(1).unwrap();
    assert!(by_article.contains("0 of 1 helped") && by_article.contains("1 to be handled"), "{by_article}");
    let form = [("id", id.as_str()), ("outcome", "Wrote step three anew")];
    let away = sam.post_form("/support/feedback?do=handle_feedback", &form, 303).await;
    let page = sam.get(away.location(), 200).await;
    assert!(page.text().contains("Marked as handled") && !page.text().contains("Step three is not"), "{}", page.text());
    let handled = sam.get("/support/feedback?show=handled", 200).await;
    assert!(handled.text().contains("Wrote step three anew") && handled.text().contains("Sam Rivera"));
    sam.call("handle_feedback", &[("id", &id), ("outcome", "Something else")], 200).await;
    sam.call("handle_feedback", &[("id", "00000000-0000-0000-0000-000000000000")], 404).await;
    assert_eq!(house.count("select count(*) from feedback where outcome = 'Wrote step three anew'").await, 1);
    assert_eq!(house.count("select count(*) from audit_event where event = 'feedback_handled'").await, 1);
}

const REASON: &str = "The facts do not match our records.";

/// One request of each kind that nobody has taken.
async fn waiting(house: &House) -> [String; 2] {
    let one =
        async |question: &'static str| -> String { sqlx::query_scalar(question).fetch_one(&house.db).await.unwrap() };
    [
        one("select number from support_case where state = 'new' and assignee_id is null limit 1").await,
        one("select number from recovery where state = 'submitted' limit 1").await,
    ]
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn who_looks_at_a_request_is_named_to_others_for_two_minutes(db: PgPool) {
    let house = House::demo(db).await;
    let (mut sam, mut lena) = (house.sam().await, house.lena().await);
    for number in waiting(&house).await {
        let page = if number.starts_with('R') { "requests" } else { "cases" };
        let page = format!("/support/{page}/{number}");
        assert!(!sam.get(&page, 200).await.text().contains("have this open"));
        let queue = lena.get("/support", 200).await;
        assert!(queue.text().contains("Sam Rivera looks at it"), "{}", queue.text());
        assert!(!sam.get("/support", 200).await.text().contains("looks at it"), "nobody is named to themselves");
        assert!(lena.get(&page, 200).await.text().contains("Sam Rivera has this open as well."));
        house.world.clock.shift(Duration::seconds(110));
        let others = sam.call("stay_here", &[("number", &number)], 200).await.json();
        assert_eq!(others, serde_json::json!(["Lena Fischer"]));
        house.world.clock.shift(Duration::seconds(110));
        assert!(lena.get("/support", 200).await.text().contains("Sam Rivera looks at it"), "it was renewed");
        house.world.clock.shift(Duration::minutes(2));
        assert!(!lena.get("/support", 200).await.text().contains("looks at it"));
    }
    sam.call("stay_here", &[("number", "S00-0000-0000")], 404).await;
    domain::housekeeping::run(&domain::cx::Cx::system(&house.world)).await.unwrap();
    assert_eq!(house.count("select count(*) from presence").await, 0);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_open_page_that_nobody_looks_at_keeps_no_session_alive(db: PgPool) {
    let house = House::demo(db).await;
    let mut sam = house.sam().await;
    let [number, _] = waiting(&house).await;
    let statements = crate::statements::Statements::counted();
    sam.call("stay_here", &[("number", &number)], 200).await;
    let own = statements.texts().iter().filter(|text| text.contains("look_at_request")).count();
    assert_eq!(own, 1);
    drop(statements);
    for _ in 0..15 {
        house.world.clock.shift(Duration::seconds(59));
        sam.call("stay_here", &[("number", &number)], 200).await;
    }
    house.world.clock.shift(Duration::seconds(59));
    sam.call("stay_here", &[("number", &number)], 401).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_request_is_taken_in_the_queue_handed_over_and_put_back(db: PgPool) {
    let house = House::demo(db).await;
    house.watch().await;
    let (mut sam, mut lena) = (house.sam().await, house.lena().await);
    let lena_id: String = sqlx::query_scalar("select id::text from staff where name = 'Lena Fischer'")
        .fetch_one(&house.db)
        .await
        .unwrap();
    for number in waiting(&house).await {
        let (kind, page) = if number.starts_with('R') { ("recoveries", "requests") } else { ("cases", "cases") };
        let page = format!("/support/{page}/{number}");
        let mut fields = vec![("number", number.as_str()), ("version", "1"), ("kind", kind)];
        let away = sam.post_form("/support?do=take_request", &fields, 303).await;
        assert_eq!(away.location(), format!("/support?kind={kind}&done=taken&at={number}"));
        assert!(sam.get(away.location(), 200).await.text().contains("The request is yours"));
        assert!(numbers(&mut sam, &[("part", "waiting"), ("view", "mine")]).await.contains(&number));
        let late = lena.call("take_request", &fields, 409).await;
        assert_eq!(late.json()["Deed"]["Refused"]["CaseChanged"]["by"], "Sam Rivera", "{}", late.text());

        fields = vec![("number", number.as_str()), ("version", "2"), ("to", "")];
        let none = sam.post_form(&format!("{page}?do=hand_over_request"), &fields, 422).await;
        assert!(none.text().contains("Choose"), "{}", none.text());
        fields[2] = ("to", &lena_id);
        sam.post_form(&format!("{page}?do=hand_over_request"), &fields, 303).await;
        assert!(numbers(&mut lena, &[("part", "waiting"), ("view", "mine")]).await.contains(&number));
        let told = format!("Sam Rivera handed you request {number}");
        let mails: i64 = sqlx::query_scalar("select count(*) from mail where subject = $1 and to_address = $2")
            .bind(told)
            .bind(crate::harness::LENA)
            .fetch_one(&house.db)
            .await
            .unwrap();
        assert_eq!(mails, 1);
        let late = sam.call("put_back_request", &[("number", &number), ("version", "2")], 409).await;
        assert!(late.text().contains("CaseChanged"), "{}", late.text());
        lena.post_form(&format!("{page}?do=put_back_request"), &[("number", &number), ("version", "3")], 303).await;
        assert!(numbers(&mut sam, &[("part", "waiting"), ("view", "unassigned")]).await.contains(&number));
    }
    let events = "select count(distinct event) from audit_event
        where event in ('case_handed_over', 'case_put_back', 'recovery_handed_over', 'recovery_put_back')
            and account_id is not null";
    assert_eq!(house.count(events).await, 4);
    house.assert_told().await;
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn of_two_who_decide_a_recovery_at_once_the_second_is_told_of_the_first(db: PgPool) {
    let house = House::demo(db).await;
    let (mut sam, mut lena) = (house.sam().await, house.lena().await);
    let [_, number] = waiting(&house).await;
    let seen = lena.call("get_review", &[("number", &number)], 200).await.json()["version"].to_string();
    let missing = [("number", number.as_str()), ("version", &seen), ("missing", "A photo of the receipt.")];
    sam.call("ask_for_more", &missing, 200).await;
    let decision =
        [("number", number.as_str()), ("version", &seen), ("reason", REASON), ("missing", "A photo, again.")];
    for deed in
        ["approve_recovery", "reject_recovery", "ask_for_more", "take_recovery", "correct_end", "replace_ended_code"]
    {
        let late = lena.call(deed, &decision, 409).await;
        assert_eq!(late.json()["Deed"]["Refused"]["CaseChanged"]["by"], "Sam Rivera", "{deed}: {}", late.text());
    }
    let answer = [("number", number.as_str()), ("message", "Here it is.")];
    house.signed_in(ANNA).await.call("answer_request", &answer, 200).await;
    let decision = [("number", number.as_str()), ("version", "2"), ("reason", REASON)];
    let late = sam.call("reject_recovery", &decision, 409).await;
    assert_eq!(late.json()["Deed"]["Refused"]["CaseChanged"]["by"], "Anna Berg", "{}", late.text());
    let shown = lena.post_form(&format!("/support/requests/{number}?do=reject_recovery"), &decision, 409).await;
    assert!(shown.text().contains("Anna Berg changed this request"), "{}", shown.text());
    sam.call("reject_recovery", &[("number", &number), ("version", "3"), ("reason", REASON)], 200).await;
    let late = lena.call("reject_recovery", &decision, 409).await;
    assert_eq!(late.json()["Deed"]["Refused"]["RequestDecided"]["by"], "Sam Rivera", "{}", late.text());
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_queue_is_narrowed_to_a_topic_and_a_product_in_its_address(db: PgPool) {
    let house = House::demo(db).await;
    let mut sam = house.sam().await;
    let mut anna = house.signed_in(ANNA).await;
    let usage =
        [("topic", "usage"), ("subject", "The scan stops"), ("description", "It stops at one half, every day.")];
    let usage = anna.call("open_case", &usage, 200).await.json().as_str().unwrap().to_owned();
    let all = numbers(&mut sam, &[("part", "waiting")]).await;
    let about = numbers(&mut sam, &[("part", "waiting"), ("topic", "usage")]).await;
    assert!(about.contains(&usage) && about.len() < all.len(), "{about:?}");
    assert!(about.iter().all(|number| number.starts_with('S')), "{about:?}");
    assert!(numbers(&mut sam, &[("part", "waiting"), ("topic", "region"), ("kind", "recoveries")]).await.is_empty());
    let recoveries = numbers(&mut sam, &[("part", "waiting"), ("kind", "recoveries")]).await;
    let lost = numbers(&mut sam, &[("part", "waiting"), ("topic", "recovery")]).await;
    assert!(recoveries.iter().all(|number| lost.contains(number)), "{lost:?}");
    for product in ["Northwall Small Office Security", "Northwall Home Security"] {
        let id: String = sqlx::query_scalar("select id::text from product where name = $1")
            .bind(product)
            .fetch_one(&house.db)
            .await
            .unwrap();
        let read = sam.call("get_queue", &[("part", "waiting"), ("product", &id)], 200).await.json();
        let rows = read["rows"].as_array().unwrap();
        assert!(rows.iter().all(|row| row["product"] == product), "{read}");
        assert!(rows.len() < all.len() && (rows.is_empty() == (product == "Northwall Home Security")), "{read}");
        let page = sam.get(&format!("/support?topic=usage&product={id}"), 200).await;
        let kept = format!("/support?part=new&amp;topic=usage&amp;product={id}");
        assert!(page.text().contains(&kept), "a part keeps the filters: {}", page.text());
    }
    let page = sam.get("/support?topic=usage", 200).await;
    assert!(page.text().contains(&usage) && page.text().contains("All topics and products"), "{}", page.text());
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_is_shown_is_kept_under_a_name_for_its_owner_alone(db: PgPool) {
    let house = House::demo(db).await;
    let (mut sam, mut lena) = (house.sam().await, house.lena().await);
    let keep = [("view_name", "My usage"), ("part", "open"), ("view", "mine"), ("kind", "cases"), ("topic", "usage")];
    let away = sam.post_form("/support?do=keep_view", &keep, 303).await;
    let address = "/support?part=open&view=mine&kind=cases&topic=usage";
    assert_eq!(away.location(), format!("{address}&done=view-kept&at="));
    let page = sam.get("/support", 200).await;
    assert!(
        page.text().contains("My usage") && page.text().contains(&address.replace('&', "&amp;")),
        "{}",
        page.text()
    );
    assert!(!lena.get("/support", 200).await.text().contains("My usage"));
    // the same name stands for something else from now on
    sam.call("keep_view", &[("view_name", "my usage"), ("part", "new")], 200).await;
    let read = sam.call("get_queue", &[("part", "waiting")], 200).await.json();
    assert_eq!(read["views"].as_array().unwrap().len(), 1, "{read}");
    assert_eq!(read["views"][0]["shown"]["part"], "new", "{read}");
    for n in 2..=10 {
        sam.call("keep_view", &[("view_name", &format!("View {n}")), ("part", "new")], 200).await;
    }
    let many = sam.post_form("/support?do=keep_view", &[("view_name", "One more"), ("part", "new")], 422).await;
    assert!(many.text().contains("You keep 10 views, which is the most."), "{}", many.text());
    for wrong in ["", "a name that nobody reads to its end, as it is too long"] {
        sam.call("keep_view", &[("view_name", wrong), ("part", "new")], 422).await;
    }
    let id = read["views"][0]["id"].as_str().unwrap();
    lena.call("remove_view", &[("id", id)], 404).await;
    sam.post_form("/support?do=remove_view", &[("id", id)], 303).await;
    sam.call("remove_view", &[("id", id)], 404).await;
    assert_eq!(house.count("select count(*) from saved_view").await, 9);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_open_queue_learns_who_looks_at_what_and_keeps_no_session_alive_by_it(db: PgPool) {
    let house = House::demo(db).await;
    let (mut sam, mut lena) = (house.sam().await, house.lena().await);
    assert_eq!(lena.call("get_looking", &[], 200).await.json(), serde_json::json!([]));
    for number in waiting(&house).await {
        sam.call("stay_here", &[("number", &number)], 200).await;
        let told = lena.call("get_looking", &[], 200).await.json();
        let told = told.as_array().unwrap().iter().find(|row| row["number"] == number.as_str()).unwrap().clone();
        assert_eq!(told["names"], serde_json::json!(["Sam Rivera"]));
    }
    assert_eq!(sam.call("get_looking", &[], 200).await.json(), serde_json::json!([]), "nobody is named to themselves");
    for _ in 0..15 {
        house.world.clock.shift(Duration::seconds(59));
        lena.call("get_looking", &[], 200).await;
    }
    house.world.clock.shift(Duration::seconds(59));
    lena.call("get_looking", &[], 401).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn each_look_at_customers_names_what_was_shown(db: PgPool) {
    let house = House::demo(db).await;
    let (mut sam, mut lena) = (house.sam().await, house.lena().await);
    let [case, recovery] = waiting(&house).await;
    let looks = async |event: &str| -> (i64, Option<String>) {
        sqlx::query_as(
            "select count(*), max(facts::text) from audit_event where event = $1 and facts -> 'fields' <> '[]'",
        )
        .bind(event)
        .fetch_one(&house.db)
        .await
        .unwrap()
    };
    sam.get("/support", 200).await;
    let (count, facts) = looks("queue_viewed").await;
    assert_eq!(count, 1, "one page, one look");
    let facts = facts.unwrap();
    for shown in [case.as_str(), &recovery, "requester", "office"] {
        assert!(facts.contains(shown), "{shown}: {facts}");
    }
    sam.get(&format!("/support/requests/{recovery}"), 200).await;
    assert_eq!(looks("recovery_viewed").await.0, 1);
    sam.get(&format!("/support/cases/{case}"), 200).await;
    assert_eq!(looks("case_viewed").await.0, 1);
    lena.get("/support/audit", 200).await;
    assert_eq!(looks("trail_viewed").await.0, 1);
}
