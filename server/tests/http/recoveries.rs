//! Every route to a lost code: the order's mail again, the request by the order, what is missing and the answer to it.

use domain::PgPool;
use domain::cx::Cx;
use time::Duration;

use crate::cases::post_files;
use crate::harness::{ANNA, Browser, House, MIA};
use crate::session::own_license;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\x00\x01\x02\xff";
const NOOR: &str = "noor@lakeside.example";

async fn worker(house: &House) -> usize {
    domain::order::store::send_order_mails(&Cx::system(&house.world)).await.unwrap()
}

/// What was mailed to somebody, opened where it lies sealed.
async fn mailed(house: &House, to: &str) -> Vec<String> {
    let mut mails = Vec::new();
    for mail in domain::mail::for_sending(&house.world, 1000).await.unwrap() {
        domain::mail::sent(&house.db, mail.id).await.unwrap();
        if mail.to_address == to {
            mails.push(mail.text);
        }
    }
    mails
}

fn by_order<'a>(number: &'a str, email: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("route", "store"),
        ("reason", "lost"),
        ("order_number", number),
        ("buyer_email", email),
        ("buyer_name", "Noor Haddad"),
        ("bought_on", "2026-01-05"),
    ]
}

async fn asked(browser: &mut Browser, fields: &[(&str, &str)]) -> String {
    browser.call("ask_recovery", fields, 200).await.json().as_str().unwrap().to_owned()
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_mail_of_an_order_goes_to_the_address_of_the_order_and_the_answer_tells_nothing(db: PgPool) {
    let house = House::demo(db).await;
    let shop = house.shop("NW-IN").await;
    let code = shop.sell(&house.order("LB-1")).await;
    mailed(&house, NOOR).await;
    let mut mia = house.signed_in(MIA).await;
    let mut answers = Vec::new();
    for (email, number) in
        [("NOOR@lakeside.example", "LB-1"), ("nobody@lakeside.example", "LB-1"), (NOOR, "LB-2"), (NOOR, "")]
    {
        let fields = [("order_email", email), ("resend_number", number)];
        let answer = mia.post_form("/recover?do=resend_order", &fields, 303).await;
        answers.push((answer.location().to_owned(), answer.text().to_owned()));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!(
        house.count("select count(*) from mail where sent_at is null").await,
        0,
        "the answer does nothing itself"
    );
    assert!(mia.get(&answers[0].0, 200).await.text().contains("If we know an order of this address"));
    assert_eq!(worker(&house).await, 2);
    assert_eq!(worker(&house).await, 0);
    let sealed = "select count(*) from mail where sent_at is null and sealed is not null and text = ''";
    assert_eq!(house.count(sealed).await, 2);
    let others = "select count(*) from mail where sent_at is null and to_address <> 'noor@lakeside.example'";
    assert_eq!(house.count(others).await, 0);
    let mails = mailed(&house, NOOR).await;
    assert!(mails.len() == 2 && mails.iter().all(|text| text.contains(&code)), "{mails:?}");
    assert_eq!(house.count("select count(*) from audit_event where event = 'order_mail_sent'").await, 2);
    mia.post_form("/recover?do=resend_order", &[("order_email", "x")], 422).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn three_mails_a_day_go_to_one_address_and_the_fourth_is_answered_the_same(db: PgPool) {
    let house = House::demo(db).await;
    let shop = house.shop("NW-IN").await;
    shop.sell(&house.order("LB-1")).await;
    mailed(&house, NOOR).await;
    let mut mia = house.signed_in(MIA).await;
    for _ in 0..4 {
        mia.call("resend_order", &[("order_email", NOOR)], 200).await;
    }
    assert_eq!(worker(&house).await, 3);
    // another browser at another address of the network is no way around it
    house.signed_in(ANNA).await.call("resend_order", &[("order_email", NOOR)], 200).await;
    assert_eq!(worker(&house).await, 0);
    // six from one network in an hour are too many, whatever the addresses
    let mut mia = house.signed_in(MIA).await;
    for n in 0..6 {
        let email = format!("nobody{n}@lakeside.example");
        mia.call("resend_order", &[("order_email", &email)], 200).await;
    }
    assert_eq!(house.count("select count(*) from order_mail_request").await, 5);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn codes_that_are_worth_nothing_are_not_sent_again(db: PgPool) {
    let house = House::demo(db).await;
    let shop = house.shop("NW-IN").await;
    let code = shop.sell(&house.order("LB-1")).await;
    let id: uuid::Uuid = sqlx::query_scalar("select id from activation_code order by id desc limit 1")
        .fetch_one(&house.db)
        .await
        .unwrap();
    let reason = "The holder lost it.".to_owned();
    let fresh =
        domain::code::store::replace_code(Cx::system(&house.world), domain::id::CodeId(id), reason).await.unwrap();
    mailed(&house, NOOR).await;
    house.signed_in(MIA).await.call("resend_order", &[("order_email", NOOR)], 200).await;
    assert_eq!(worker(&house).await, 1);
    let mails = mailed(&house, NOOR).await;
    assert!(
        mails.len() == 1 && mails[0].contains("No code of it can be sent") && !mails[0].contains(&code),
        "{mails:?}"
    );
    assert_ne!(fresh.0, id);
    let mut cancelled = house.order("LB-2");
    cancelled["items"][0]["count"] = 1.into();
    shop.sell(&cancelled).await;
    shop.post("/api/v1/orders/LB-2/cancel", &serde_json::json!({ "reason": "Ordered twice." }), 200).await;
    mailed(&house, NOOR).await;
    house.signed_in(MIA).await.call("resend_order", &[("order_email", NOOR), ("resend_number", "LB-2")], 200).await;
    assert_eq!(worker(&house).await, 0, "an order that was taken back is none");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_request_by_the_order_sends_the_code_to_the_address_of_the_order_alone(db: PgPool) {
    let house = House::demo(db).await;
    house.watch().await;
    let shop = house.shop("NW-IN").await;
    let code = shop.sell(&house.order("LB-1")).await;
    mailed(&house, NOOR).await;
    let mut mia = house.signed_in(MIA).await;
    let nothing = mia.post_form("/recover?do=ask_recovery", &[("route", "store"), ("reason", "lost")], 422).await;
    assert!(nothing.text().contains("near the top") && nothing.text().contains("the order mail went there"));
    let number = asked(&mut mia, &by_order("LB-1", "mia@harbor-dental.example")).await;
    let mut sam = house.sam().await;
    let page = format!("/support/requests/{number}");
    let review = sam.get(&page, 200).await;
    assert!(review.text().contains("goes once more to noor@lakeside.example"), "{}", review.text());
    assert!(!review.tells(&code));
    let json = sam.call("get_review", &[("number", &number)], 200).await.json();
    let verdict = |fact: &str| {
        let rows = json["comparisons"].as_array().unwrap();
        rows.iter().find(|row| row["fact"] == fact).unwrap()["verdict"].as_str().unwrap().to_owned()
    };
    let told = ["license_key", "order", "email", "buyer"].map(verdict);
    assert_eq!(told, ["unclear", "match", "differs", "match"]);
    let reason = [("number", number.as_str()), ("version", "1"), ("reason", "Order and buyer match our records.")];
    sam.post_form(&format!("{page}?do=approve_recovery"), &reason, 303).await;
    mia.call("get_request", &[("number", &number)], 200).await;
    let status = mia.get(&format!("/requests/{number}"), 200).await;
    assert!(status.text().contains("The mail about the order was sent again") && !status.tells(&code));
    let told: Vec<String> = sqlx::query_scalar(
        "select to_address from mail where sealed is not null and sent_at is null and subject not like 'Confirm%'",
    )
    .fetch_all(&house.db)
    .await
    .unwrap();
    assert_eq!(told, [NOOR]);
    let to_mia = mailed(&house, MIA).await;
    assert!(to_mia.iter().all(|text| !text.contains(&code) && !text.contains(NOOR)), "{to_mia:?}");
    house.assert_told().await;
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_order_that_is_none_of_ours_is_asked_for_alike_and_not_granted(db: PgPool) {
    let house = House::demo(db).await;
    let mut mia = house.signed_in(MIA).await;
    let number = asked(&mut mia, &by_order("NOT-OURS", NOOR)).await;
    let mut sam = house.sam().await;
    let review = sam.get(&format!("/support/requests/{number}"), 200).await;
    assert!(review.text().contains("names no license and no order of ours"), "{}", review.text());
    let fields = [("number", number.as_str()), ("version", "1"), ("reason", "It looks right to me.")];
    let refused = sam.call("approve_recovery", &fields, 409).await;
    assert_eq!(refused.json()["Deed"]["Refused"], "ProofMismatch", "{}", refused.text());
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_is_missing_is_asked_for_answered_with_a_file_and_looked_at(db: PgPool) {
    let house = House::demo(db).await;
    let number: String = sqlx::query_scalar("select number from recovery").fetch_one(&house.db).await.unwrap();
    let (page, review) = (format!("/requests/{number}"), format!("/support/requests/{number}"));
    let mut sam = house.sam().await;
    sam.post_form(&format!("{review}?do=take_recovery"), &[("number", &number), ("version", "1")], 303).await;
    let mut anna = house.signed_in(ANNA).await;
    assert!(anna.get(&page, 200).await.text().contains("Somebody in support is comparing"));
    let dot = [("number", number.as_str()), ("version", "2"), ("missing", ".")];
    let dot = sam.post_form(&format!("{review}?do=ask_for_more"), &dot, 422).await;
    assert!(dot.text().contains("Write 10 characters or more"), "{}", dot.text());
    let missing =
        [("number", number.as_str()), ("version", "2"), ("missing", "A photo of the receipt, with the date on it.")];
    sam.post_form(&format!("{review}?do=ask_for_more"), &missing, 303).await;
    assert_eq!(house.count("select count(*) from mail where subject like 'Support needs more for request%'").await, 1);
    let told = anna.get(&page, 200).await;
    assert!(
        told.text().contains("A photo of the receipt, with the date on it.") && told.text().contains("What is missing")
    );
    assert!(sam.get("/support?part=pending", 200).await.text().contains(&number));

    let mut noor = house.newcomer(NOOR).await;
    let fields = [("number", number.as_str()), ("message", "Here it is.")];
    noor.call("answer_request", &fields, 404).await;
    post_files(&mut anna, &format!("{page}?do=answer_request"), &fields, &[("receipt.jpg", b"<html>")], 422).await;
    post_files(&mut anna, &format!("{page}?do=answer_request"), &fields, &[("receipt.png", PNG)], 303).await;
    let seen = sam.get(&review, 200).await;
    assert!(seen.text().contains("Here it is.") && seen.text().contains("receipt.png"), "{}", seen.text());
    assert_eq!(house.count("select count(*) from recovery where state = 'checking'").await, 1);
    let reason = [("number", number.as_str()), ("version", "4"), ("reason", "The receipt matches our records.")];
    sam.post_form(&format!("{review}?do=approve_recovery"), &reason, 303).await;
    anna.call("answer_request", &[("number", &number), ("message", "And more.")], 409).await;
    assert_eq!(house.count("select count(*) from attachment where delete_after > now() + interval '89 days'").await, 1);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn without_an_answer_a_request_is_closed_after_30_days_and_opened_again_within_30_more(db: PgPool) {
    let house = House::demo(db).await;
    let number: String = sqlx::query_scalar("select number from recovery").fetch_one(&house.db).await.unwrap();
    let page = format!("/requests/{number}");
    let missing = [("number", number.as_str()), ("version", "1"), ("missing", "A photo of the receipt.")];
    house.sam().await.call("ask_for_more", &missing, 200).await;
    let time_out = || async { domain::recovery::store::time_out(&Cx::system(&house.world)).await.unwrap() };
    house.world.clock.shift(Duration::days(30) - Duration::minutes(5));
    assert_eq!(time_out().await, 0);
    house.world.clock.shift(Duration::minutes(10));
    // late or down, the job changes nothing of what is told
    let mut anna = house.signed_in(ANNA).await;
    assert!(anna.get(&page, 200).await.text().contains("Closed: no answer came"));
    assert_eq!((time_out().await, time_out().await), (1, 0));
    assert_eq!(house.count("select count(*) from mail where subject like 'Request%was closed'").await, 1);
    let reason = [("number", number.as_str()), ("version", "2"), ("reason", "Too late, one would think.")];
    house.world.clock.shift(Duration::minutes(2));
    house.sam().await.call("approve_recovery", &reason, 409).await;

    let answer = [("number", number.as_str()), ("message", "I was on vacation. Here it is.")];
    anna.call("answer_request", &answer, 200).await;
    assert_eq!(house.count("select count(*) from recovery where state = 'checking'").await, 1);
    let again = [("number", number.as_str()), ("version", "3"), ("missing", "The photo can't be read.")];
    house.world.clock.shift(Duration::minutes(2));
    house.sam().await.call("ask_for_more", &again, 200).await;
    house.world.clock.shift(Duration::days(60));
    time_out().await;
    let mut anna = house.signed_in(ANNA).await;
    anna.call("answer_request", &[("number", &number), ("message", "Now?")], 409).await;
    assert!(anna.get(&page, 200).await.text().contains("Send a new request"));
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_the_account_knows_is_filled_in_and_a_partner_is_named(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let license = own_license(&house).await;
    let key =
        anna.call("get_license", &[("id", &license)], 200).await.json()["license_key"].as_str().unwrap().to_owned();
    let filled = anna.get(&format!("/recover?step=ask&license={license}"), 200).await;
    assert!(filled.text().contains(&key) && filled.text().contains("Northwall Store India"), "{}", filled.text());
    assert!(!anna.get("/recover?step=ask", 200).await.text().contains(&format!("value=\"{key}\"")));
    let none = anna.get("/recover?step=partner", 200).await;
    assert!(none.text().contains("no license from a partner"));
    sqlx::query("update activation_code set seller_id = (select id from seller where code = 'BRIGHT')")
        .execute(&house.db)
        .await
        .unwrap();
    let partner = anna.get("/recover?step=partner", 200).await;
    assert!(partner.text().contains("Bright Office Supplies") && partner.text().contains("help@bright-office.example"));
    assert!(anna.get("/recover?step=where", 200).await.text().contains("/recover?step=store"));
    let mut noor = house.newcomer(NOOR).await;
    assert_eq!(noor.call("get_known", &[], 200).await.json(), serde_json::json!([]));
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_license_that_ended_too_early_is_given_the_end_of_its_term(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let license = own_license(&house).await;
    let facts = anna.call("get_license", &[("id", &license)], 200).await.json();
    let claim = [
        ("reason", "expired_early"),
        ("license_key", facts["license_key"].as_str().unwrap()),
        ("bought_at", "Northwall Store India"),
        ("buyer_name", "Anna Berg"),
        ("bought_on", "2026-01-05"),
        ("first_activated", "in January"),
    ];
    let number = asked(&mut anna, &claim).await;
    let fields = [("number", number.as_str()), ("version", "1"), ("reason", "Ten days were missing of the term.")];
    let mut sam = house.sam().await;
    let right = sam.call("correct_end", &fields, 409).await;
    assert_eq!(right.json()["Deed"]["Refused"], "EndIsRight", "{}", right.text());
    let short = "update license set expires_at = expires_at - interval '10 days' where id::text = $1";
    sqlx::query(short).bind(&license).execute(&house.db).await.unwrap();
    assert!(!domain::check::run(&Cx::system(&house.world)).await.unwrap().is_empty());
    let review = format!("/support/requests/{number}");
    assert!(sam.get(&review, 200).await.text().contains("10 days are missing"));
    sam.post_form(&format!("{review}?do=correct_end"), &[("number", &number), ("version", "1"), ("reason", ".")], 422)
        .await;
    sam.post_form(&format!("{review}?do=correct_end"), &fields, 303).await;
    house.assert_sound().await;
    assert_eq!(house.count("select count(*) from audit_event where event = 'license_end_corrected'").await, 1);
    assert!(sam.get(&review, 200).await.text().contains("The end of the license is right now."));
    let page = anna.get(&format!("/requests/{number}"), 200).await;
    assert!(page.text().contains("The end of the license was corrected"), "{}", page.text());
    let again = sam.call("correct_end", &fields, 409).await;
    assert!(again.text().contains("RequestDecided"), "{}", again.text());
    // a request for another reason corrects nothing
    let lost: String =
        sqlx::query_scalar("select number from recovery where reason = 'lost'").fetch_one(&house.db).await.unwrap();
    let lost = [("number", lost.as_str()), ("version", "1"), ("reason", "It should be longer.")];
    sam.call("correct_end", &lost, 409).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_license_that_ended_too_early_gets_a_new_code_as_well_when_support_replaces_it(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let license = own_license(&house).await;
    let facts = anna.call("get_license", &[("id", &license)], 200).await.json();
    let claim = [
        ("reason", "expired_early"),
        ("license_key", facts["license_key"].as_str().unwrap()),
        ("bought_at", "Northwall Store India"),
        ("buyer_name", "Anna Berg"),
        ("bought_on", "2026-01-05"),
        ("first_activated", "in January"),
    ];
    let number = asked(&mut anna, &claim).await;
    let fields = [("number", number.as_str()), ("version", "1"), ("reason", "The printed code was misread.")];
    let mut sam = house.sam().await;
    let right = sam.call("replace_ended_code", &fields, 409).await;
    assert_eq!(right.json()["Deed"]["Refused"], "EndIsRight", "{}", right.text());
    let short =
        "update license set expires_at = expires_at - interval '10 days' where id::text = $1 returning code_id::text";
    let old: String = sqlx::query_scalar(short).bind(&license).fetch_one(&house.db).await.unwrap();
    let review = format!("/support/requests/{number}");
    let page = sam.get(&review, 200).await;
    for button in ["Correct end", "Replace code", "Reject request"] {
        assert!(page.text().contains(button), "{button}: {}", page.text());
    }
    let away = sam.post_form(&format!("{review}?do=replace_ended_code"), &fields, 303).await;
    assert!(sam.get(away.location(), 200).await.text().contains("The code is replaced"));
    let stands = "select c.replaced_at is not null and c.replaced_by = l.code_id and l.id::text = $2
                  from activation_code c join license l on l.code_id = c.replaced_by where c.id::text = $1";
    assert!(sqlx::query_scalar::<_, bool>(stands).bind(&old).bind(&license).fetch_one(&house.db).await.unwrap());
    let events = "select count(*) from audit_event where event in ('license_end_corrected', 'code_replaced', 'recovery_approved')
                  and account_id is not null and at > now() - interval '1 hour'";
    assert!(house.count(events).await >= 2);
    let again = sam.call("replace_ended_code", &fields, 409).await;
    assert!(again.text().contains("RequestDecided"), "{}", again.text());
    house.assert_sound().await;
}
