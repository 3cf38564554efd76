//! The desk of support: saved replies, the customer beside a case, cases that are joined or follow each other, the clock, and
//! flags on an office.

use domain::PgPool;
use domain::cx::Cx;
use time::Duration;

use crate::cases::opened;
use crate::harness::{ANNA, Browser, House, MIA};
use crate::lookup::{REASON, code_and_case, open};

const SCAN: [(&str, &str); 3] =
    [("topic", "usage"), ("subject", "The scan stops"), ("description", "It stops at one half, every day.")];
const AGAIN: [(&str, &str); 3] =
    [("topic", "usage"), ("subject", "Still stops"), ("description", "The scan has stopped once more.")];

async fn version(browser: &mut Browser, number: &str) -> String {
    browser.call("get_desk_case", &[("number", number)], 200).await.json()["version"].to_string()
}

async fn one(house: &House, question: &'static str) -> String {
    sqlx::query_scalar(question).fetch_one(&house.db).await.unwrap()
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn leads_keep_replies_and_one_is_filled_in_for_a_case(db: PgPool) {
    let house = House::demo(db).await;
    let code = house.code("desktop=1").await;
    let (mut sam, mut lena) = (house.sam().await, house.lena().await);
    let page = "/support/replies?do=keep_reply";
    assert!(lena.get("/support/replies", 200).await.text().contains("How to renew"));
    let told = format!("Enter {code}.");
    let refused = lena.post_form(page, &[("title", "Codes"), ("text", &told)], 422).await;
    assert!(refused.text().contains("support never sends one") && !refused.tells(&code), "{}", refused.text());
    let refused = lena.post_form(page, &[("title", "Hello"), ("text", "Hello {nme}")], 422).await;
    assert!(refused.text().contains("Nothing fills in “{nme}”"), "{}", refused.text());
    let kept = [("title", "Restart"), ("text", "Hello {name} of {office}, restart it. {agent}, {number}")];
    let away = lena.post_form(page, &kept, 303).await;
    assert!(lena.get(away.location(), 200).await.text().contains("The reply is kept"));
    lena.call("keep_reply", &[("title", "RESTART"), ("text", "Twice")], 422).await;
    sam.call("keep_reply", &kept, 403).await;
    let read = sam.get("/support/replies", 200).await;
    assert!(read.text().contains("Restart") && read.text().contains("Leads write"), "{}", read.text());

    let mut anna = house.signed_in(ANNA).await;
    let number = opened(&mut anna, &SCAN).await;
    let id = one(&house, "select id::text from saved_reply where title = 'Restart'").await;
    let filled = format!("Hello Anna Berg of Harbor Dental, restart it. Sam Rivera, {number}");
    let fill = format!("/support/cases/{number}?do=fill_reply");
    let put = |draft: &'static str, reply| {
        [("number", number.as_str()), ("message", draft), ("reply", reply), ("state", "solved")]
    };
    let desk = sam.post_form(&fill, &put("I looked at it.", "Restart"), 200).await;
    assert!(desk.text().contains(&format!("I looked at it.\n\n{filled}")), "{}", desk.text());
    let solved = desk.text().split(r#"value="solved""#).nth(1).unwrap().split('>').next().unwrap().to_owned();
    assert!(solved.contains("checked"), "what was chosen is kept: {solved}");
    let refused = sam.post_form(&fill, &put("I looked at it.", ""), 422).await;
    assert!(refused.text().contains("I looked at it."), "nothing typed is lost: {}", refused.text());
    let thread = "select count(*) from message where text like '%restart it%'";
    assert_eq!(house.count(thread).await, 0, "nothing is sent by it");
    // a name that is a code brings none in
    sqlx::query("update person set name = $1 where email = $2")
        .bind(&code)
        .bind(ANNA)
        .execute(&house.db)
        .await
        .unwrap();
    let read = sam.call("fill_reply", &[("number", &number), ("reply", "restart")], 200).await;
    assert!(read.text().contains("restart it") && !read.tells(&code), "{}", read.text());

    let changed = [("id", id.as_str()), ("title", "Restart"), ("text", "Hello {name}.")];
    lena.call("keep_reply", &changed, 200).await;
    lena.call("retire_reply", &[("id", &id)], 200).await;
    lena.call("retire_reply", &[("id", &id)], 404).await;
    lena.call("keep_reply", &changed, 404).await;
    sam.call("fill_reply", &[("number", &number), ("reply", "Restart")], 422).await;
    let over = sam.get(&format!("/support/cases/{number}"), 200).await;
    assert!(!over.text().contains("Restart"), "{}", over.text());
    let own =
        "select count(*) from audit_event where event in ('reply_kept', 'reply_retired') and object_id::text = $1";
    let own: i64 = sqlx::query_scalar(own).bind(&id).fetch_one(&house.db).await.unwrap();
    assert_eq!(own, 3);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_nothing_fills_in_stays_visible_and_is_not_sent(db: PgPool) {
    let house = House::demo(db).await;
    let (mut sam, mut lena) = (house.sam().await, house.lena().await);
    lena.call("keep_reply", &[("title", "The end"), ("text", "{product} runs until {ends}.")], 200).await;
    let mut anna = house.signed_in(ANNA).await;
    let number = opened(&mut anna, &SCAN).await;
    let page = format!("/support/cases/{number}");
    let put = [("number", number.as_str()), ("reply", "The end")];
    let desk = sam.post_form(&format!("{page}?do=fill_reply"), &put, 200).await;
    let told = desk.text().contains("runs until {ends}.") && desk.text().contains("Fill in {ends} yourself");
    assert!(told, "{}", desk.text());
    let version = version(&mut sam, &number).await;
    let answer =
        |said| [("number", number.as_str()), ("version", version.as_str()), ("message", said), ("state", "pending")];
    let open = "It runs until {ends}.";
    let refused = sam.post_form(&format!("{page}?do=reply_case"), &answer(open), 422).await;
    assert!(
        refused.text().contains("“{ends}” is not filled in") && refused.text().contains(open),
        "{}",
        refused.text()
    );
    sam.call("reply_case", &answer("It runs until 14 Mar 2027."), 200).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_recovery_has_notes_saved_replies_and_what_else_the_office_asked_for(db: PgPool) {
    let house = House::demo(db).await;
    let (mut sam, mut lena) = (house.sam().await, house.lena().await);
    lena.call("keep_reply", &[("title", "A photo"), ("text", "Hello {name}, send a photo.")], 200).await;
    let (number, account): (String, String) = sqlx::query_as(
        "select number, account_id::text from recovery where state in ('submitted', 'checking') order by id limit 1",
    )
    .fetch_one(&house.db)
    .await
    .unwrap();
    open(&mut lena, "customer", &account, &number, REASON, 200).await;
    let flag = [("account", account.as_str()), ("kind", "fraud"), ("reason", "Two claims with one receipt")];
    lena.call("set_flag", &flag, 200).await;
    let page = format!("/support/requests/{number}");
    let seen = sam.get(&page, 200).await;
    assert!(seen.text().contains("Two claims with one receipt"), "{}", seen.text());
    let cases: Vec<String> = sqlx::query_scalar(
        "select number from support_case where account_id = $1::uuid and merged_into is null order by id desc limit 5",
    )
    .bind(&account)
    .fetch_all(&house.db)
    .await
    .unwrap();
    for case in cases {
        assert!(seen.text().contains(&format!("/support/cases/{case}")), "{case}: {}", seen.text());
    }
    let note = [("number", number.as_str()), ("note", "The receipt looks copied")];
    let away = sam.post_form(&format!("{page}?do=note_recovery"), &note, 303).await;
    assert!(sam.get(away.location(), 200).await.text().contains("The receipt looks copied"));
    let put = [("number", number.as_str()), ("missing", "Thank you."), ("reply", "A photo")];
    let filled = sam.post_form(&format!("{page}?do=fill_reply"), &put, 200).await;
    assert!(filled.text().contains("Thank you.\n\nHello ") && filled.text().contains("send a photo"));
    let version = sam.call("get_review", &[("number", &number)], 200).await.json()["version"].to_string();
    let ask = [("number", number.as_str()), ("version", &version), ("missing", "Send a photo until {ends}")];
    let refused = sam.post_form(&format!("{page}?do=ask_for_more"), &ask, 422).await;
    assert!(refused.text().contains("is not filled in"), "{}", refused.text());
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn beside_a_case_stands_what_it_entitles_to_and_no_more(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let number = opened(&mut anna, &SCAN).await;
    let mut sam = house.sam().await;
    let page = format!("/support/cases/{number}");
    let desk = sam.get(&page, 200).await;
    for shown in ["Front desk", "a…@harbor-dental.example", "Codes and licenses", "Other cases"] {
        assert!(desk.text().contains(shown), "{shown}: {}", desk.text());
    }
    assert!(!desk.text().contains(ANNA), "addresses are masked");
    let fields: String =
        one(&house, "select facts ->> 'fields' from audit_event where event = 'case_viewed' order by id desc limit 1")
            .await;
    assert!(fields.contains("devices") && fields.contains("flags"), "{fields}");
    anna.call("solve_case", &[("number", &number)], 200).await;
    let over = sam.get(&page, 200).await;
    assert!(!over.text().contains("Front desk") && over.text().contains("The case is over"), "{}", over.text());
    let fields: String =
        one(&house, "select facts ->> 'fields' from audit_event where event = 'case_viewed' order by id desc limit 1")
            .await;
    assert!(!fields.contains("devices"), "{fields}");
    let mut noor = house.newcomer("noor@lakeside.example").await;
    let used = opened(&mut noor, &SCAN).await;
    assert!(sam.get(&format!("/support/cases/{used}"), 200).await.text().contains("No license runs"));
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn two_cases_of_an_office_become_one_and_the_other_points_to_it(db: PgPool) {
    let house = House::demo(db).await;
    house.watch().await;
    let mut anna = house.signed_in(ANNA).await;
    let (first, second) = (opened(&mut anna, &SCAN).await, opened(&mut anna, &AGAIN).await);
    let mut noor = house.newcomer("noor@lakeside.example").await;
    let foreign = opened(&mut noor, &SCAN).await;
    let mut sam = house.sam().await;
    let desk = format!("/support/cases/{second}");
    assert!(sam.get(&desk, 200).await.text().contains("Same matter twice?"));
    let seen = version(&mut sam, &second).await;
    let join = |into: &str| [("number", second.clone()), ("version", seen.clone()), ("into", into.to_owned())];
    for wrong in ["", "S00-0000-0000", &second, &foreign] {
        let fields = join(wrong);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let refused = sam.call("merge_case", &fields, 422).await;
        assert_eq!(refused.json()["Deed"]["Invalid"][0]["field"], "into", "{wrong}: {}", refused.text());
    }
    let fields = join(&first);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let away = sam.post_form(&format!("{desk}?do=merge_case"), &fields, 303).await;
    assert_eq!(away.location(), format!("/support/cases/{first}?done=merged"));
    let joined = sam.get(away.location(), 200).await;
    assert!(joined.text().contains("every day") && joined.text().contains("once more"), "{}", joined.text());
    assert!(joined.text().contains(&format!("Case {second} was joined with this one")));
    assert!(sam.get(&desk, 200).await.text().contains(&format!("Open case {first}")));
    let late = sam.call("merge_case", &fields, 409).await;
    assert_eq!(late.json()["Deed"]["Refused"], "CaseClosed", "{}", late.text());

    let list = anna.call("get_requests", &[], 200).await;
    assert!(list.text().contains(&first) && !list.text().contains(&second), "{}", list.text());
    let read = anna.get(&format!("/requests/{first}"), 200).await;
    assert!(read.text().contains("every day") && read.text().contains("once more"));
    assert!(!read.text().contains("was joined with this one"), "the note is support's own");
    let pointer = anna.get(&format!("/requests/{second}"), 200).await;
    assert!(pointer.text().contains(&format!("/requests/{first}")), "{}", pointer.text());
    anna.call("answer_case", &[("number", &second), ("message", "And now?")], 409).await;
    assert_eq!(house.count("select count(*) from mail where subject like '%goes on in%'").await, 1);
    assert_eq!(
        house.count("select count(*) from audit_event where event = 'case_merged' and account_id is not null").await,
        1
    );
    noor.call("get_case", &[("number", &first)], 404).await;
    house.assert_told().await;
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn support_follows_a_closed_case_with_a_new_one_that_is_linked(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let number = opened(&mut anna, &SCAN).await;
    anna.call("solve_case", &[("number", &number)], 200).await;
    let mut sam = house.sam().await;
    let word = [("number", number.as_str()), ("message", "A new version is out: does it help?")];
    sam.call("follow_up_case", &word, 422).await;
    house.world.clock.shift(Duration::days(4));
    let mut sam = house.sam().await;
    let away = sam.post_form(&format!("/support/cases/{number}?do=follow_up_case"), &word, 303).await;
    let next = away.location().strip_prefix("/support/cases/").unwrap().split('?').next().unwrap().to_owned();
    let desk = sam.get(away.location(), 200).await;
    assert!(desk.text().contains(&number) && desk.text().contains("You work on it."), "{}", desk.text());
    sam.call("follow_up_case", &word, 422).await;
    let mut anna = house.signed_in(ANNA).await;
    let page = anna.get(&format!("/requests/{next}"), 200).await;
    assert!(page.text().contains("A new version is out") && page.text().contains(&number), "{}", page.text());
    assert!(anna.get(&format!("/requests/{number}"), 200).await.text().contains(&next));
    anna.call("answer_case", &[("number", &next), ("message", "It does.")], 200).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn who_does_not_answer_is_reminded_once_and_the_case_is_solved_then_closed_by_the_clock(db: PgPool) {
    let house = House::demo(db).await;
    sqlx::query("update support_case set pending_since = null").execute(&house.db).await.unwrap();
    let mut anna = house.signed_in(ANNA).await;
    let number = opened(&mut anna, &SCAN).await;
    let mut sam = house.sam().await;
    let seen = version(&mut sam, &number).await;
    let asked = [("number", number.as_str()), ("version", &seen), ("message", "Which version?"), ("state", "pending")];
    sam.call("reply_case", &asked, 200).await;
    let page = sam.get(&format!("/support/cases/{number}"), 200).await;
    assert!(page.text().contains("Solved without an answer"), "{}", page.text());
    let clock = || async {
        let cx = || Cx::system(&house.world);
        (
            domain::case::store::remind_waiting(&cx()).await.unwrap(),
            domain::case::store::solve_unanswered(&cx()).await.unwrap(),
            domain::case::store::close_solved(&cx()).await.unwrap(),
        )
    };
    clock().await;
    house.world.clock.shift(Duration::days(3) - Duration::minutes(5));
    assert_eq!(clock().await, (0, 0, 0));
    house.world.clock.shift(Duration::minutes(5));
    assert_eq!((clock().await, clock().await), ((1, 0, 0), (0, 0, 0)));
    assert_eq!(house.count("select count(*) from mail where subject like '%waits for you'").await, 1);
    house.world.clock.shift(Duration::days(4));
    assert_eq!(clock().await, (0, 1, 0));
    let mut anna = house.signed_in(ANNA).await;
    anna.call("answer_case", &[("number", &number), ("message", "Version 7.2.1.")], 200).await;
    assert_eq!(clock().await, (0, 0, 0), "an answer has opened it again");
    let mut sam = house.sam().await;
    let seen = version(&mut sam, &number).await;
    let asked = [("number", number.as_str()), ("version", &seen), ("message", "Does it help?"), ("state", "pending")];
    sam.call("reply_case", &asked, 200).await;
    house.world.clock.shift(Duration::days(7));
    assert_eq!(clock().await, (1, 0, 0));
    assert_eq!(clock().await, (0, 0, 0), "whoever was reminded late has the same days to answer");
    house.world.clock.shift(Duration::days(4));
    assert_eq!(clock().await, (0, 1, 0));
    house.world.clock.shift(Duration::days(4));
    assert_eq!(clock().await, (0, 0, 1));
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_lead_flags_an_office_with_a_reason_and_the_office_does_not_see_it(db: PgPool) {
    let house = House::demo(db).await;
    let (mut sam, mut lena) = (house.sam().await, house.lena().await);
    let (_, case) = code_and_case(&house).await;
    let account = one(&house, "select account_id::text from person where email = 'anna@harbor-dental.example'").await;
    let page = format!("/support/customers/{account}");
    let flag = [("account", account.as_str()), ("kind", "fraud"), ("reason", "Two claims of theirs were not true")];
    lena.call("set_flag", &flag, 404).await;
    open(&mut lena, "customer", &account, &case, REASON, 200).await;
    lena.call("set_flag", &[flag[0], flag[1], ("reason", ".")], 422).await;
    lena.call("set_flag", &[flag[0], ("kind", "love"), flag[2]], 422).await;
    sam.call("set_flag", &flag, 403).await;
    let away = lena.post_form(&format!("{page}?do=set_flag"), &flag, 303).await;
    let shown = lena.get(away.location(), 200).await;
    assert!(shown.text().contains("The flag is set") && shown.text().contains("Two claims"), "{}", shown.text());
    let number = opened(&mut house.signed_in(ANNA).await, &SCAN).await;
    let desk = sam.get(&format!("/support/cases/{number}"), 200).await;
    assert!(desk.text().contains("Look twice") && desk.text().contains("Lena Fischer"), "{}", desk.text());
    for path in ["/activity", "/", &format!("/requests/{number}")] {
        assert!(!house.signed_in(MIA).await.get(path, 200).await.text().contains("Two claims"), "{path}");
    }
    let id = one(&house, "select id::text from customer_flag").await;
    sam.call("lift_flag", &[("id", &id)], 403).await;
    lena.call("lift_flag", &[("id", &id)], 200).await;
    lena.call("lift_flag", &[("id", &id)], 404).await;
    assert!(!sam.get(&format!("/support/cases/{number}"), 200).await.text().contains("Look twice"));
    assert_eq!(house.count("select count(*) from audit_event where event in ('flag_set', 'flag_lifted')").await, 2);
}
