//! Cases of support, from the first word to the last, by the people of the office and by support, with plain forms.

use axum::body::Body;
use domain::PgPool;
use domain::cx::Cx;
use domain::request::store::unused;
use http::Method;
use http::header::{ACCEPT, CONTENT_TYPE};
use time::Duration;

use crate::harness::{ANNA, Answer, Browser, House, MIA};
use crate::session::own_license;
use crate::statements::Statements;

pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\x00\x01\x02\xff";

/// A form with files as a browser sends it.
pub fn with_files(fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(
            format!("--line\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into_bytes(),
        );
    }
    for (name, bytes) in files {
        let head = format!(
            "--line\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\nContent-Type: text/html\r\n\r\n"
        );
        body.extend(head.into_bytes());
        body.extend_from_slice(bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--line--\r\n");
    body
}

/// Sends a form with files, without script.
pub async fn post_files(
    browser: &mut Browser,
    path: &str,
    fields: &[(&str, &str)],
    files: &[(&str, &[u8])],
    expected: u16,
) -> Answer {
    let request = browser.request(Method::POST, path).header(ACCEPT, "text/html");
    let request = request.header(CONTENT_TYPE, "multipart/form-data; boundary=line");
    let answer = browser.send(request.body(Body::from(with_files(fields, files))).unwrap()).await;
    assert_eq!(answer.status, expected, "POST {path}: {}", answer.text());
    answer
}

const SCAN: [(&str, &str); 3] =
    [("topic", "usage"), ("subject", "The scan stops"), ("description", "It stops at one half, every day.")];

/// Opens a case and gives its number.
pub async fn opened(browser: &mut Browser, fields: &[(&str, &str)]) -> String {
    browser.call("open_case", fields, 200).await.json().as_str().unwrap().to_owned()
}

async fn version(browser: &mut Browser, number: &str) -> String {
    browser.call("get_desk_case", &[("number", number)], 200).await.json()["version"].to_string()
}

async fn state(house: &House, number: &str) -> String {
    sqlx::query_scalar("select state from support_case where number = $1")
        .bind(number)
        .fetch_one(&house.db)
        .await
        .unwrap()
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_number_that_another_request_has_is_not_given_again(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let taken = opened(&mut anna, &SCAN).await;
    let mut draws = [taken.clone(), taken, "S26-0000-0000".to_owned()].into_iter();
    let mut db = house.db.acquire().await.unwrap();
    let number = unused(&mut db, || draws.next().unwrap()).await.unwrap();
    assert_eq!(number, "S26-0000-0000");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_case_with_a_file_is_opened_answered_and_solved_without_script(db: PgPool) {
    let house = House::demo(db).await;
    house.watch().await;
    let mut anna = house.signed_in(ANNA).await;
    assert!(anna.get("/requests/new", 200).await.text().contains("/requests/new?topic=usage"));
    assert!(anna.get("/requests/new?topic=recovery", 200).await.text().contains("href=\"/recover\""));
    let sent = post_files(&mut anna, "/requests/new?do=open_case", &SCAN, &[("C:\\shot.PNG", PNG)], 303).await;
    let page = sent.location().split('?').next().unwrap().to_owned();
    let number = page.strip_prefix("/requests/").unwrap().to_owned();
    assert!(anna.get(sent.location(), 200).await.text().contains("Your case was sent"));
    let shown = anna.get(&page, 200).await;
    assert!(shown.text().contains("It stops at one half") && shown.text().contains("shot.png"), "{}", shown.text());
    assert!(anna.get("/requests", 200).await.text().contains(&number));
    assert_eq!(house.mail_link(ANNA, "/requests/S").await, page);

    let mut sam = house.sam().await;
    let desk = format!("/support/cases/{number}");
    assert!(sam.get("/support", 200).await.text().contains(&number));
    assert!(sam.get(&desk, 200).await.text().contains("shot.png"));
    let seen = version(&mut sam, &number).await;
    let note = [("number", number.as_str()), ("note", "Looks like the old driver.")];
    sam.post_form(&format!("{desk}?do=note_case"), &note, 303).await;
    let answer = [
        ("number", number.as_str()),
        ("version", seen.as_str()),
        ("message", "Which version do you use?"),
        ("state", "pending"),
    ];
    let reply = format!("{desk}?do=reply_case");
    let refused = post_files(&mut sam, &reply, &answer, &[("steps.exe", b"MZ")], 422).await;
    assert!(refused.text().contains("Only pictures") && refused.text().contains("Which version do you use?"));
    post_files(&mut sam, &reply, &answer, &[("where it stands.png", PNG)], 303).await;
    assert_eq!(state(&house, &number).await, "pending");
    let noted = sam.get(&desk, 200).await;
    assert!(noted.text().contains("Looks like the old driver.") && noted.text().contains("Sam Rivera"));

    let read = anna.get(&page, 200).await;
    assert!(read.text().contains("Which version do you use?") && read.text().contains("It is your turn"));
    let sent = "select id::text from attachment where name = 'where it stands.png'";
    let sent: String = sqlx::query_scalar(sent).fetch_one(&house.db).await.unwrap();
    assert_eq!(anna.get(&format!("/attachments/{sent}"), 200).await.body, PNG);
    assert!(!read.text().contains("old driver") && !read.text().contains("Sam Rivera"), "{}", read.text());
    let mails = "select count(*) from mail m where m.text like '%The scan stops%'
        and subject like 'Support answered your case%'";
    assert_eq!(house.count(mails).await, 1);
    let fields = [("number", number.as_str()), ("message", "Version 7.2.1.")];
    post_files(&mut anna, &format!("{page}?do=answer_case"), &fields, &[], 303).await;
    assert_eq!(state(&house, &number).await, "open");
    anna.post_form(&format!("{page}?do=solve_case"), &[("number", &number)], 303).await;
    assert_eq!(state(&house, &number).await, "solved");
    post_files(&mut anna, &format!("{page}?do=answer_case"), &[("number", &number), ("message", "Not yet.")], &[], 303)
        .await;
    assert_eq!(state(&house, &number).await, "open");
    let reopened = "select count(*) from support_case where subject = 'The scan stops' and reopened_count = 1";
    assert_eq!(house.count(reopened).await, 1);
    house.assert_told().await;
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_file_is_known_by_its_content_and_downloaded_closed_in(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let path = "/requests/new?do=open_case";
    let html = post_files(&mut anna, path, &SCAN, &[("receipt.png", b"<html><script>")], 422).await;
    assert!(html.text().contains("choose them again"), "a file does not come back with the form");
    assert!(html.text().contains("Only pictures") && html.text().contains("It stops at one half"), "{}", html.text());
    let long = [PNG, &vec![0; 5 * 1024 * 1024]].concat();
    let told = post_files(&mut anna, path, &SCAN, &[("receipt.png", &long)], 422).await;
    assert!(told.text().contains("more than 5 MB") && told.text().contains("The scan stops"));
    let four = [("a.png", PNG); 4];
    assert!(post_files(&mut anna, path, &SCAN, &four, 422).await.text().contains("up to 3 files"));
    assert_eq!(house.count("select count(*) from support_case where subject = 'The scan stops'").await, 0);
    post_files(&mut anna, path, &SCAN, &[("Beleg für März.png", PNG)], 303).await;

    let id: String = sqlx::query_scalar("select id::text from attachment").fetch_one(&house.db).await.unwrap();
    let file = format!("/attachments/{id}");
    let got = anna.get(&file, 200).await;
    assert_eq!(got.body, PNG);
    assert_eq!(got.headers["content-type"], "image/png");
    assert_eq!(got.headers["content-disposition"], "attachment; filename*=UTF-8''Beleg%20f%C3%BCr%20M%C3%A4rz.png");
    assert_eq!(got.headers["x-content-type-options"], "nosniff");
    assert_eq!(got.headers["cache-control"], "no-store");
    let policy = got.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("sandbox") && policy.contains("default-src 'none'"), "{policy}");

    house.newcomer("noor@lakeside.example").await.get(&file, 404).await;
    assert!(house.browser().get(&file, 303).await.location().starts_with("/sign-in"));
    let of_support = format!("/support{file}");
    assert!(anna.get(&of_support, 303).await.location().starts_with("/support/sign-in"));
    assert!(house.browser().get(&of_support, 303).await.location().starts_with("/support/sign-in"));
    let looks = "select count(*) from audit_event where event = 'attachment_viewed'";
    assert_eq!(house.count(looks).await, 0);
    assert_eq!(house.sam().await.get(&of_support, 200).await.body, PNG);
    assert_eq!(house.count(looks).await, 1);
    anna.get("/attachments/x", 404).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn files_are_taken_by_the_deeds_that_take_files_and_by_no_other(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    post_files(&mut anna, "/settings?do=rename_own", &[("name", "Anna")], &[("a.png", PNG)], 415).await;
    let big = vec![0; 100 * 1024];
    post_files(&mut anna, "/settings?do=rename_own", &[("name", "Anna")], &[("a.png", &big)], 413).await;
    let stranger = post_files(&mut house.browser(), "/requests/new?do=open_case", &SCAN, &[("a.png", PNG)], 303).await;
    assert!(stranger.location().starts_with("/sign-in"));
    let request = anna.request(Method::POST, "/requests/new?do=open_case");
    let request = request.header(CONTENT_TYPE, "multipart/form-data; boundary=line");
    let mut request = request.body(Body::from(with_files(&SCAN, &[]))).unwrap();
    request.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    let foreign = anna.send(request).await;
    assert_eq!(foreign.status, 403);
    assert_eq!(house.count("select count(*) from support_case where subject = 'The scan stops'").await, 0);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn another_accounts_case_is_not_there(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let number = opened(&mut anna, &SCAN).await;
    let license = own_license(&house).await;
    let mut noor = house.newcomer("noor@lakeside.example").await;
    noor.get(&format!("/requests/{number}"), 404).await;
    noor.call("get_case", &[("number", &number)], 404).await;
    noor.call("answer_case", &[("number", &number), ("message", "Let me in")], 404).await;
    noor.call("solve_case", &[("number", &number)], 404).await;
    assert_eq!(noor.call("get_requests", &[], 200).await.json()["rows"], serde_json::json!([]));
    for (field, value) in [("license", license.as_str()), ("follows", &number)] {
        let fields = [&SCAN[..], &[(field, value)]].concat();
        let refused = noor.call("open_case", &fields, 422).await;
        assert_eq!(refused.json()["Deed"]["Invalid"][0]["field"], field, "{}", refused.text());
    }
    // colleagues of the office read it, as they read everything their office asked
    house.signed_in(MIA).await.call("get_case", &[("number", &number)], 200).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_topic_has_to_be_chosen_and_what_was_typed_is_kept(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let without = anna.call("open_case", &SCAN[1..], 422).await;
    assert_eq!(without.json()["Deed"]["Invalid"][0]["field"], "topic", "{}", without.text());
    let license = own_license(&house).await;
    let fields = [("topic", "region"), ("license", license.as_str()), ("subject", ""), ("description", "We moved.")];
    let told = post_files(&mut anna, "/requests/new?do=open_case", &fields, &[], 422).await;
    assert!(told.text().contains("We moved.") && told.text().contains("Say in one line"), "{}", told.text());
    assert!(
        told.text().contains(&format!("value=\"{license}\" selected")),
        "the license stays chosen: {}",
        told.text()
    );
    let prefilled = anna.get(&format!("/requests/new?topic=region&license={license}"), 200).await;
    assert!(prefilled.text().contains(&format!("value=\"{license}\" selected")), "{}", prefilled.text());
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_case_pressed_twice_is_one_case_and_an_answer_one_answer(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let number = opened(&mut anna, &SCAN).await;
    assert_eq!(opened(&mut anna, &SCAN).await, number);
    for _ in 0..2 {
        anna.call("answer_case", &[("number", &number), ("message", "Still so.")], 200).await;
    }
    assert_eq!(house.count("select count(*) from support_case where subject = 'The scan stops'").await, 1);
    assert_eq!(house.count("select count(*) from message where text like 'It stops%' or text = 'Still so.'").await, 2);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn no_code_that_is_written_into_a_case_reaches_support(db: PgPool) {
    let house = House::demo(db).await;
    let code = house.code("desktop=1").await;
    let mut anna = house.signed_in(ANNA).await;
    let (subject, description) =
        (format!("{code} fails"), format!("I typed {}.", code.replace('-', " ").to_lowercase()));
    let fields = [("topic", "activation"), ("subject", subject.as_str()), ("description", &description)];
    let number = opened(&mut anna, &fields).await;
    anna.call("answer_case", &[("number", &number), ("message", &code)], 200).await;
    let mut sam = house.sam().await;
    for page in [format!("/support/cases/{number}"), "/support".to_owned()] {
        let seen = sam.get(&page, 200).await;
        assert!(!seen.tells(&code) && !seen.tells(&code.to_lowercase()), "{page}");
        assert!(seen.text().contains(&domain::code::mask(code.rsplit('-').next().unwrap())), "{page}: {}", seen.text());
    }
    let kept: String =
        sqlx::query_scalar("select string_agg(text, ' ') from message").fetch_one(&house.db).await.unwrap();
    assert!(!kept.to_uppercase().contains(&code[..11]), "{kept}");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn of_two_in_support_who_answer_at_once_the_second_is_told_of_the_first(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let number = opened(&mut anna, &SCAN).await;
    let mut sam = house.sam().await;
    let seen = version(&mut sam, &number).await;
    let answer =
        [("number", number.as_str()), ("version", &seen), ("message", "Restart the device."), ("state", "solved")];
    sam.call("reply_case", &answer, 200).await;
    let late = sam.call("reply_case", &answer, 409).await;
    assert_eq!(late.json()["Deed"]["Refused"]["CaseChanged"]["by"], "Sam Rivera", "{}", late.text());
    for (deed, fields) in [
        ("take_case", vec![("number", number.as_str()), ("version", &seen)]),
        ("move_case", vec![("number", number.as_str()), ("version", &seen), ("state", "on_hold")]),
    ] {
        let late = sam.call(deed, &fields, 409).await;
        assert_eq!(late.json()["Deed"]["Refused"]["CaseChanged"]["by"], "Sam Rivera", "{deed}: {}", late.text());
    }
    let seen = version(&mut sam, &number).await;
    anna.call("answer_case", &[("number", &number), ("message", "It did not help.")], 200).await;
    let fields = [("number", number.as_str()), ("version", &seen), ("state", "on_hold")];
    let late = sam.call("move_case", &fields, 409).await;
    assert_eq!(late.json()["Deed"]["Refused"]["CaseChanged"]["by"], "Anna Berg", "{}", late.text());
    assert_eq!(state(&house, &number).await, "open");
    assert_eq!(house.count("select count(*) from message where text = 'Restart the device.'").await, 1);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn every_look_of_support_is_recorded_and_a_state_that_reads_the_same_is_no_mail(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let number = opened(&mut anna, &SCAN).await;
    let mut sam = house.sam().await;
    for looks in 1..=3 {
        sam.get(&format!("/support/cases/{number}"), 200).await;
        assert_eq!(house.count("select count(*) from audit_event where event = 'case_viewed'").await, looks);
    }
    let changed = "select count(*) from mail where subject like 'Your case%changed' and text like '%The scan stops%'";
    let seen = version(&mut sam, &number).await;
    sam.call("take_case", &[("number", &number), ("version", &seen)], 200).await;
    assert_eq!((state(&house, &number).await.as_str(), house.count(changed).await), ("open", 1));
    let seen = version(&mut sam, &number).await;
    sam.call("move_case", &[("number", &number), ("version", &seen), ("state", "on_hold")], 200).await;
    assert_eq!((state(&house, &number).await.as_str(), house.count(changed).await), ("on_hold", 1));
    let told = anna.call("get_case", &[("number", &number)], 200).await.json();
    assert_eq!(told["state"], "open", "on hold is told as open");
    let listed = anna.call("get_requests", &[], 200).await.json();
    assert_eq!(listed["rows"][0]["asked"]["Case"]["state"], "open", "{listed}");
    let seen = version(&mut sam, &number).await;
    sam.call("move_case", &[("number", &number), ("version", &seen), ("state", "closed")], 422).await;
    sam.call("move_case", &[("number", &number), ("version", &seen), ("state", "solved")], 200).await;
    assert_eq!(house.count(changed).await, 2);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_solved_case_closes_after_four_days_and_its_files_go_90_days_later(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let sent = post_files(&mut anna, "/requests/new?do=open_case", &SCAN, &[("a.png", PNG)], 303).await;
    let page = sent.location().split('?').next().unwrap().to_owned();
    let number = page.strip_prefix("/requests/").unwrap().to_owned();
    anna.call("solve_case", &[("number", &number)], 200).await;
    let system = || Cx::system(&house.world);
    assert_eq!(domain::case::store::close_solved(&system()).await.unwrap(), 0);
    house.world.clock.shift(Duration::days(4));
    let mut anna = house.signed_in(ANNA).await;
    // late or down, the job changes nothing of what is told
    assert!(anna.get(&page, 200).await.text().contains("Open a case that follows"));
    anna.call("answer_case", &[("number", &number), ("message", "Again!")], 409).await;
    assert_eq!(domain::case::store::close_solved(&system()).await.unwrap(), 1);
    assert_eq!(domain::case::store::close_solved(&system()).await.unwrap(), 0);
    assert_eq!(state(&house, &number).await, "closed");
    let refused = anna.call("answer_case", &[("number", &number), ("message", "Again!")], 409).await;
    assert_eq!(refused.json()["Deed"]["Refused"], "CaseClosed", "{}", refused.text());
    let follower = opened(&mut anna, &[&SCAN[..], &[("follows", &number)]].concat()).await;
    assert!(anna.get(&page, 200).await.text().contains(&follower));

    house.world.clock.shift(Duration::days(89));
    assert_eq!(domain::thread::store::delete_files(&system()).await.unwrap(), 0);
    house.world.clock.shift(Duration::days(1) + Duration::hours(1));
    assert_eq!(domain::thread::store::delete_files(&system()).await.unwrap(), 1);
    assert_eq!(house.count("select count(*) from attachment").await, 0);
    assert_eq!(house.count("select count(*) from audit_event where event = 'attachment_deleted'").await, 1);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn after_the_end_a_question_of_use_is_accepted_and_flagged(db: PgPool) {
    let house = House::demo(db).await;
    let mut noor = house.newcomer("noor@lakeside.example").await;
    let used = opened(&mut noor, &SCAN).await;
    let lost = opened(&mut noor, &[("topic", "recovery"), ("subject", "Lost"), ("description", "Gone.")]).await;
    let mut anna = house.signed_in(ANNA).await;
    let entitled = opened(&mut anna, &SCAN).await;
    let mut sam = house.sam().await;
    for (number, flag) in [(&used, "ended"), (&lost, "served"), (&entitled, "active")] {
        let seen = sam.call("get_desk_case", &[("number", number)], 200).await.json();
        assert_eq!(seen["entitlement"], flag, "{seen}");
    }
    assert!(sam.get(&format!("/support/cases/{used}"), 200).await.text().contains("License ended"));
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_pages_of_requests_follow_each_other_in_one_statement_each(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    sqlx::query(
        "insert into support_case (id, account_id, person_id, number, topic, subject, entitlement, state, changed_at,
             answered_at, created_at)
         select gen_random_uuid(), account_id, id, 'S26-' || n, 'other', 'Number ' || n, 'active', 'new', now(), now(), now()
         from person, generate_series(1, 120) as n where email = $1",
    )
    .bind(ANNA)
    .execute(&house.db)
    .await
    .unwrap();
    let (mut before, mut seen) = (String::new(), Vec::<String>::new());
    loop {
        let fields = [("before", before.as_str())];
        let statements = Statements::counted();
        let read = anna.call("get_requests", if before.is_empty() { &[] } else { &fields }, 200).await.json();
        let reading = statements
            .texts()
            .iter()
            .filter(|text| text.contains("support_case") || text.contains("select id, number"))
            .count();
        assert!(reading <= 1, "{:#?}", statements.texts());
        drop(statements);
        seen.extend(read["rows"].as_array().unwrap().iter().map(|row| row["number"].as_str().unwrap().to_owned()));
        match read["older"].as_str() {
            Some(older) => older.clone_into(&mut before),
            None => break,
        }
    }
    let all = house.count("select (select count(*) from support_case) + (select count(*) from recovery)").await;
    let there = seen.len() as i64;
    seen.sort_unstable();
    seen.dedup();
    assert_eq!((seen.len() as i64, there), (all, all));
    let mut sam = house.sam().await;
    let (mut after, mut queued) = (String::new(), 0);
    loop {
        let fields = [("part", "waiting"), ("after", after.as_str())];
        let read = sam.call("get_queue", if after.is_empty() { &fields[..1] } else { &fields }, 200).await.json();
        queued += read["rows"].as_array().unwrap().len() as i64;
        match read["next"].as_str() {
            Some(next) => next.clone_into(&mut after),
            None => break,
        }
    }
    let done = house.count("select count(*) from support_case where state in ('solved', 'closed')").await;
    assert_eq!(queued, all - done);
}
