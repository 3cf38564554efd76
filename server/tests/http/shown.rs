//! A code is shown, mailed and disclosed with its event or not at all; and nobody else ever sees one (C01, C05, C07, C09, H01).

use std::cell::RefCell;

use domain::PgPool;
use domain::cx::Cx;
use domain::demo::{self, PASSWORD};
use domain::seal::Sealed;

use crate::abandoned::{all_at_rest, drop_after};
use crate::cases::{PNG, opened, post_files};
use crate::crawl::crawl;
use crate::harness::{ANNA, Answer, Browser, House, MIA, NEW_PASSWORD, token_of};
use crate::lookup::{REASON, code_and_case, open, whole_code};
use crate::permissions::{TABLE, signed_in_as};
use crate::session::own_license;

/// No event that tells of a code that leaves can be written any more.
async fn refuse_events(house: &House) {
    let refuse = "create function refuse_event() returns trigger language plpgsql as
            $$ begin raise exception 'no event can be written'; end $$;
        create trigger refuse_event before insert on audit_event for each row
            when (new.event in ('code_shown', 'code_mailed', 'codes_mailed', 'recovery_disclosed'))
            execute function refuse_event()";
    sqlx::raw_sql(refuse).execute(&house.db).await.unwrap();
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn without_its_event_no_code_leaves(db: PgPool) {
    let house = House::demo(db).await;
    let (mut anna, license) = (house.signed_in(ANNA).await, own_license(&house).await);
    let shown = anna.call("show_code", &[("id", &license), ("password", PASSWORD)], 200).await;
    let code = shown.json()["code"].as_str().unwrap().to_owned();
    let number: String = sqlx::query_scalar("select number from recovery").fetch_one(&house.db).await.unwrap();
    let fields = [("number", number.as_str()), ("version", "1"), ("reason", "All facts match our records.")];
    house.sam().await.call("approve_recovery", &fields, 200).await;
    let link = house.mail_link(ANNA, "/disclosed").await;

    refuse_events(&house).await;
    let mails = "select count(*) from mail where sealed is not null";
    let before = house.count(mails).await;
    for (function, fields) in [
        ("show_code", vec![("id", license.as_str())]),
        ("mail_code", vec![("id", license.as_str())]),
        ("mail_codes", vec![("codes_password", PASSWORD)]),
        ("disclose", vec![("token", token_of(&link))]),
    ] {
        let answer = anna.call(function, &fields, 500).await;
        assert!(!answer.tells(&code), "{function}");
        assert_eq!(house.count(mails).await, before, "{function}");
    }
    let page = anna.post_form(&format!("/licenses/{license}?do=show_code"), &[("id", &license)], 500).await;
    assert!(!page.tells(&code));
    sqlx::query("drop trigger refuse_event on audit_event").execute(&house.db).await.unwrap();
    assert!(anna.call("disclose", &[("token", token_of(&link))], 200).await.tells(&code), "the link was not used up");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn of_codes_whose_reader_hangs_up_there_are_as_many_events_at_least(db: PgPool) {
    let house = House::demo(db).await;
    let (mut anna, license) = (house.signed_in(ANNA).await, own_license(&house).await);
    anna.call("show_code", &[("id", &license), ("password", PASSWORD)], 200).await;
    let (mut told, mut gone) = (1, 0);
    for round in 0..80_usize {
        sqlx::query("delete from attempt").execute(&house.db).await.unwrap();
        let answer = RefCell::new(None::<Answer>);
        let asked = async {
            let came = anna.clone().try_call("show_code", &[("id", &license)]).await;
            answer.replace(Some(came));
        };
        // on a busy machine nobody else stays to the end
        let stays = round % 5 == 4;
        gone += usize::from(!drop_after(if stays { usize::MAX } else { 1 + round % 16 }, asked).await);
        told += i64::from(answer.take().is_some_and(|answer| answer.status == 200));
        if round % 10 == 9 {
            all_at_rest(&house.db).await;
            let events = house.count("select count(*) from audit_event where event = 'code_shown'").await;
            assert!(events >= told, "{told} codes were told with {events} events");
        }
    }
    assert!(gone > 4 && told > 5, "{gone} hung up, {told} were told");
}

/// K03: of two codes that somebody swapped in the database neither is shown; the others are, and it is recorded.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_code_that_was_moved_in_the_database_is_not_shown_and_leaves_an_event(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let licenses: Vec<(String, String)> = sqlx::query_as(
        "select l.id::text, l.code_id::text from license l join person p on p.id = l.administrator_id
         where p.email = $1 order by l.id limit 2",
    )
    .bind(ANNA)
    .fetch_all(&house.db)
    .await
    .unwrap();
    let [(moved, code), (other, other_code)] = <[_; 2]>::try_from(licenses).unwrap();
    let (whole, other_whole) = (whole_code(&house, &code).await, whole_code(&house, &other_code).await);
    sqlx::query(
        "update activation_code c set code_ct = o.code_ct from activation_code o
         where c.id = $1::uuid and o.id = $2::uuid",
    )
    .bind(&code)
    .bind(&other_code)
    .execute(&house.db)
    .await
    .unwrap();
    let broken = anna.call("show_code", &[("id", &moved), ("password", PASSWORD)], 500).await;
    assert!(!tells(&broken, &whole) && !tells(&broken, &other_whole));
    let event = "select count(*) from audit_event where event = 'code_unreadable'";
    assert_eq!(house.count(event).await, 1);
    // after a failure nobody is signed in under the new id that the password had brought
    let mut anna = house.signed_in(ANNA).await;
    let shown = anna.call("show_code", &[("id", &other), ("password", PASSWORD)], 200).await;
    assert!(tells(&shown, &other_whole));
    anna.get(&format!("/licenses/{moved}"), 200).await;
    assert_eq!(house.count(event).await, 1);
}

/// C07: a script that shows code after code is stopped, and the owner learns of it.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn after_ten_codes_in_an_hour_the_owner_is_mailed_once(db: PgPool) {
    let house = House::demo(db).await;
    let (mut anna, license) = (house.signed_in(ANNA).await, own_license(&house).await);
    anna.call("show_code", &[("id", &license), ("password", PASSWORD)], 200).await;
    for _ in 0..9 {
        anna.call("show_code", &[("id", &license)], 200).await;
    }
    let told = "select count(*) from mail where subject = 'Ten activation codes were shown within an hour'
                and to_address = 'anna@harbor-dental.example'";
    assert_eq!(house.count(told).await, 0);
    for _ in 0..5 {
        anna.call("show_code", &[("id", &license)], 429).await;
    }
    assert_eq!(house.count(told).await, 1);
}

/// Whether a whole code stands in an answer, in groups or without.
fn tells(answer: &Answer, code: &str) -> bool {
    told(answer, &[code.replace('-', "")]).is_some()
}

/// The code that an answer tells, whatever stands between its symbols and however they are written: all but letters and
/// digits is left out of both.
fn told<'a>(answer: &Answer, codes: &'a [String]) -> Option<&'a String> {
    let text = String::from_utf8_lossy(&answer.body);
    let bare: String = text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    codes.iter().find(|code| bare.contains(code.as_str()))
}

/// Every code that there is, opened where it lies sealed: its symbols alone.
async fn every_code(house: &House) -> Vec<String> {
    let sealed: Vec<(uuid::Uuid, Vec<u8>)> =
        sqlx::query_as("select id, code_ct from activation_code").fetch_all(&house.db).await.unwrap();
    let opened = sealed.iter().map(|(id, sealed)| house.world.seal.open(Sealed::Code, *id, sealed).unwrap());
    opened.map(|code| String::from_utf8(code).unwrap()).collect()
}

async fn reads_no_code(house: &House, who: &str, browser: &mut Browser, from: &[String]) {
    let codes = every_code(house).await;
    let mut pages = 0;
    for from in from {
        for (address, page) in crawl(browser, from).await {
            assert_eq!(told(&page, &codes), None, "{who} reads a code at {address}");
            pages += 1;
        }
    }
    assert!(pages > 8, "{who} saw {pages} pages");
    for (function, _, fields) in TABLE {
        if function.ends_with("sign_out") {
            continue;
        }
        let answer = browser.try_call(function, fields).await;
        assert_eq!(told(&answer, &codes), None, "{who} reads a code in {function}");
        house.world.clock.shift(time::Duration::minutes(4));
    }
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn no_page_and_no_function_tells_a_code_that_was_not_asked_for(db: PgPool) {
    let house = House::demo(db).await;
    for who in [ANNA, MIA] {
        let mut browser = house.signed_in(who).await;
        reads_no_code(&house, who, &mut browser, &["/".to_owned()]).await;
    }
    let codes = every_code(&house).await;
    let mails: Vec<String> = sqlx::query_scalar("select text || html from mail").fetch_all(&house.db).await.unwrap();
    let dashed = |code: &str| [&code[..5], &code[5..10], &code[10..15], &code[15..]].join("-");
    assert!(mails.iter().all(|mail| codes.iter().all(|code| !mail.contains(&dashed(code)))), "a mail tells a code");
    // whoever may see a code finds it by the same search
    let (mut anna, license) = (house.signed_in(ANNA).await, own_license(&house).await);
    let fields = [("id", license.as_str()), ("once", "a"), ("password", PASSWORD)];
    let shown = anna.post_form(&format!("/licenses/{license}?do=show_code"), &fields, 200).await;
    assert!(told(&shown, &codes).is_some(), "the search finds nothing");
    let shown = anna.call("show_code", &[("id", license.as_str()), ("once", "b")], 200).await;
    assert!(told(&shown, &codes).is_some(), "the search finds nothing");
    domain::check::run(&Cx::system(&house.world)).await.unwrap();
}

/// H01: no role in support reads a code, on no page of a busy desk, in no answer, in no file, and not with the eyes of an
/// office: neither one that lies sealed nor one that a customer wrote to them.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn nobody_in_support_reads_a_code_wherever_they_look(db: PgPool) {
    let house = House::empty(db).await;
    let hash = app::auth::password::hash(PASSWORD).await.unwrap();
    demo::fill_busy(&Cx::system(&house.world), &hash).await.unwrap();
    let (code, case) = code_and_case(&house).await;
    let whole = whole_code(&house, &code).await;
    let dashed = [&whole[..5], &whole[5..10], &whole[10..15], &whole[15..]].join("-");
    let mut anna = house.signed_in(ANNA).await;
    let said = format!("Neither {dashed} nor {} nor {} works.", dashed.to_lowercase(), whole);
    let fields = [("topic", "activation"), ("subject", dashed.as_str()), ("description", said.as_str())];
    let written = opened(&mut anna, &fields).await;
    anna.call("answer_case", &[("number", &written), ("message", &said)], 200).await;
    let recovery: String =
        sqlx::query_scalar("select number from recovery order by id limit 1").fetch_one(&house.db).await.unwrap();

    let account: String = sqlx::query_scalar("select account_id::text from person where email = $1")
        .bind(ANNA)
        .fetch_one(&house.db)
        .await
        .unwrap();
    let device: String =
        sqlx::query_scalar("select id::text from device where account_id = $1::uuid order by id limit 1")
            .bind(&account)
            .fetch_one(&house.db)
            .await
            .unwrap();
    let records = [
        ("customer", account.as_str(), format!("/support/customers/{account}")),
        ("code", &code, format!("/support/codes/{code}")),
        ("device", &device, format!("/support/devices/{device}")),
    ];
    for who in ["an agent", "a lead", "an auditor"] {
        house.world.clock.shift(time::Duration::minutes(1));
        let mut browser = signed_in_as(&house, who).await;
        let mut from = vec![
            "/support".to_owned(),
            format!("/support/cases/{written}"),
            format!("/support/requests/{recovery}"),
            format!("/support/cases/{case}"),
        ];
        for (record, id, page) in &records {
            open(&mut browser, record, id, &case, REASON, 200).await;
            from.push(page.clone());
        }
        if who != "an auditor" {
            let codes = every_code(&house).await;
            let mut viewer = browser.clone();
            viewer.call("view_customer", &[("id", &account)], 200).await;
            let seen = crawl(&mut viewer, "/").await;
            assert!(seen.len() > 5, "{:?}", seen.keys());
            for (address, page) in &seen {
                assert_eq!(told(page, &codes), None, "{who} reads a code at {address}, as the office sees it");
            }
            viewer.call("leave_view", &[], 200).await;
            browser = viewer;
        }
        for sought in [whole.as_str(), &dashed, &dashed.to_lowercase()] {
            let found = browser.post_form("/support/look-up?do=look_up", &[("sought", sought)], 200).await;
            assert!(!tells(&found, &whole), "{who} reads what was looked up");
        }
        reads_no_code(&house, who, &mut browser, &from).await;
    }
    let read = house.signed_in(ANNA).await.get(&format!("/requests/{written}"), 200).await;
    assert!(read.text().contains(&whole[15..]), "the case is there, with the end of the code");
}

/// H01: a code that somebody of an office writes where none belongs, as a name, an order number or the name of a file, is masked
/// before support reads it.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_code_that_was_written_into_any_field_is_not_read_by_support(db: PgPool) {
    let house = House::demo(db).await;
    let code = house.code("desktop=1").await;
    let bare = code.replace('-', "");
    let fields = [
        ("email", "noor@lakeside.example"),
        ("name", code.as_str()),
        ("office", &bare),
        ("country", "IN"),
        ("password", NEW_PASSWORD),
    ];
    let mut noor = house.browser();
    noor.call("sign_up", &fields, 200).await;
    let link = house.mail_link("noor@lakeside.example", "/confirm").await;
    noor.call("confirm_email", &[("token", token_of(&link))], 200).await;
    noor.call("sign_in", &[("email", "noor@lakeside.example"), ("password", NEW_PASSWORD)], 200).await;
    noor.call("rename_own", &[("name", &format!("Noor {code}"))], 200).await;
    let device = house.linked(&mut noor, "windows").await;
    let started = device.activate(&house.code("desktop=5,file_server=1,mobile=5").await, 201).await;
    let (id, license) = (&started["device"]["device_id"], &started["device"]["license"]["license_id"]);
    let (id, license) = (id.as_str().unwrap().to_owned(), license.as_str().unwrap().to_owned());
    noor.call("rename_device", &[("id", &id), ("device_name", &code)], 200).await;
    let fields = [("topic", "usage"), ("device", id.as_str()), ("subject", &code), ("description", &bare)];
    let case = opened(&mut noor, &fields).await;
    let answer = [("number", case.as_str()), ("message", &code)];
    let picture = format!("{code}.png");
    post_files(&mut noor, &format!("/requests/{case}?do=answer_case"), &answer, &[(&picture, PNG)], 303).await;
    let key = started["device"]["license"]["license_key"].as_str().unwrap();
    let today = house.world.clock.now().date().to_string();
    let claim = [
        ("reason", "lost"),
        ("license_key", key),
        ("bought_at", code.as_str()),
        ("buyer_name", &code),
        ("order_number", &bare),
        ("bought_on", &today),
        ("first_activated", &code),
        ("description", &bare),
    ];
    let recovery = noor.call("ask_recovery", &claim, 200).await.json().as_str().unwrap().to_owned();
    let refund = [("license", license.as_str()), ("description", code.as_str())];
    let refund = noor.call("ask_refund", &refund, 200).await.json().as_str().unwrap().to_owned();
    let said = [("article", "free-a-seat"), ("helpful", "no"), ("comment", code.as_str())];
    noor.call("send_feedback", &said, 200).await;

    let account: String =
        sqlx::query_scalar("select account_id::text from person where email = 'noor@lakeside.example'")
            .fetch_one(&house.db)
            .await
            .unwrap();
    let mut lena = house.lena().await;
    for (record, id) in [("customer", &account), ("device", &id)] {
        open(&mut lena, record, id, &case, REASON, 200).await;
    }
    let codes = [bare];
    let mut leaks = Vec::new();
    for page in [
        "/support".to_owned(),
        format!("/support/cases/{case}"),
        format!("/support/cases/{refund}"),
        format!("/support/requests/{recovery}"),
        format!("/support/customers/{account}"),
        format!("/support/devices/{id}"),
        "/support/feedback".to_owned(),
        "/support/audit.csv".to_owned(),
    ] {
        let read = lena.get(&page, 200).await;
        let text = read.text().to_owned();
        if told(&read, &codes).is_some() {
            let at = text.find(&code).or_else(|| text.find(&codes[0])).unwrap_or_default();
            let around: String = text.chars().skip(at.saturating_sub(60)).take(100).collect();
            leaks.push(format!("{page}: {around}"));
        }
    }
    assert_eq!(leaks, [""; 0]);
}
