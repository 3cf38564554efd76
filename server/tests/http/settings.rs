//! What people change about themselves, and which of their browsers notice.

use domain::PgPool;
use domain::demo::PASSWORD;

use crate::harness::{ANNA, Browser, FORM, House, MIA, encoded};

const NEW: &str = "marble otter violin ninety";

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_new_password_signs_every_other_browser_out_and_this_one_stays(db: PgPool) {
    let house = House::demo(db).await;
    let (mut here, mut there) = (house.signed_in(ANNA).await, house.signed_in(ANNA).await);
    let wrong = here.call("change_password", &[("current", NEW), ("password", NEW)], 422).await;
    assert!(wrong.text().contains("current"), "{}", wrong.text());
    let weak = here.call("change_password", &[("current", PASSWORD), ("password", "Harbor Dental")], 422).await;
    assert!(weak.text().contains("password"), "{}", weak.text());
    there.get("/devices", 200).await;

    let before = here.cookies.clone();
    here.call("change_password", &[("current", PASSWORD), ("password", NEW)], 200).await;
    assert_ne!(here.cookies, before, "a session has a new id after its rights were proven anew");
    here.call("get_own", &[], 200).await;
    there.call("get_own", &[], 401).await;
    let mails = "select count(*) from mail where subject = 'Your password was changed'";
    assert_eq!(house.count(mails).await, 1);
    let mut again = house.browser();
    again.call("sign_in", &[("email", ANNA), ("password", NEW)], 200).await;
    house.browser().call("sign_in", &[("email", ANNA), ("password", PASSWORD)], 422).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn signing_out_elsewhere_leaves_this_browser_alone(db: PgPool) {
    let house = House::demo(db).await;
    let (mut here, mut there) = (house.signed_in(ANNA).await, house.signed_in(ANNA).await);
    here.call("sign_out_elsewhere", &[], 200).await;
    here.call("get_own", &[], 200).await;
    there.call("get_own", &[], 401).await;
    assert_eq!(house.count("select count(*) from audit_event where event = 'signed_out_elsewhere'").await, 1);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_sixth_wrong_password_ends_the_session(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    for _ in 0..5 {
        anna.call("change_password", &[("current", "wrong"), ("password", NEW)], 422).await;
    }
    anna.call("change_password", &[("current", PASSWORD), ("password", NEW)], 429).await;
    anna.call("get_own", &[], 401).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_name_is_changed_without_script_as_well_and_nobody_elses(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let empty = anna.post_form("/settings?do=rename_own", &[("name", " ")], 422).await;
    assert!(empty.text().contains("Your name"), "{}", empty.text());
    anna.post_form("/settings?do=rename_own", &[("name", " Anna   Berg-Lind ")], 303).await;
    assert_eq!(anna.call("get_own", &[], 200).await.json()["name"], "Anna Berg-Lind");
    assert_eq!(house.count("select count(*) from person where name like '%Lind'").await, 1);
    let renamed = "select count(*) from audit_event where event = 'person_renamed'";
    assert_eq!(house.count(renamed).await, 1);
    anna.call("rename_own", &[("name", "Anna Berg-Lind")], 200).await;
    assert_eq!(house.count(renamed).await, 1, "the same name again is no change");
}

/// A browser that names itself, in which Anna has signed in.
async fn named(house: &House, agent: &str) -> Browser {
    let mut browser = house.browser();
    let body = encoded(&[("email", ANNA), ("password", PASSWORD)]);
    let request = browser.request(http::Method::POST, "/api/sign_in").header("user-agent", agent);
    let request = request.header("accept", "application/json").header("content-type", FORM).body(body.into()).unwrap();
    assert_eq!(browser.send(request).await.status, 200);
    browser
}

fn others(sessions: &serde_json::Value) -> Vec<&serde_json::Value> {
    sessions["open"].as_array().unwrap().iter().filter(|session| session["here"] == false).collect()
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn signed_in_browsers_are_listed_by_what_they_are_and_one_is_signed_out_after_the_password(db: PgPool) {
    let house = House::demo(db).await;
    let mut here = house.signed_in(ANNA).await;
    let mut phone = named(&house, "Mozilla/5.0 (iPhone; <b>) Version/26.0 Safari/604.1").await;
    let listed = here.call("get_sessions", &[], 200).await.json();
    assert_eq!(listed["open"][0]["here"], true);
    let [other] = others(&listed)[..] else { panic!("{listed}") };
    assert_eq!((other["browser"].as_str(), other["country"].as_str()), (Some("Safari on iPhone"), Some("IN")));
    let id = other["id"].as_str().unwrap();
    let page = here.get(&format!("/settings?end={id}"), 200).await;
    assert!(page.text().contains("Sign out Safari on iPhone?") && !page.text().contains("<b>"), "{}", page.text());

    let wrong = [("id", id), ("session_password", "wrong horse")];
    let refused = here.post_form("/settings?do=end_session", &wrong, 422).await;
    assert!(refused.text().contains("Sign out Safari on iPhone?") && !refused.text().contains("wrong horse"));
    let empty = here.post_form("/settings?do=end_session", &[("id", id)], 422).await;
    assert!(empty.text().contains("Enter your password."), "{}", empty.text());
    phone.get("/devices", 200).await;
    here.post_form("/settings?do=end_session", &[("id", id), ("session_password", PASSWORD)], 303).await;
    phone.get("/devices", 303).await;
    here.get("/devices", 200).await;
    assert!(others(&here.call("get_sessions", &[], 200).await.json()).is_empty());
    assert_eq!(house.count("select count(*) from audit_event where event = 'session_ended'").await, 1);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn nobody_ends_or_sees_another_persons_session(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let id = anna.call("get_sessions", &[], 200).await.json()["open"][0]["id"].as_str().unwrap().to_owned();
    let mut noor = house.newcomer("noor@lakeside-books.example").await;
    let mut mia = house.signed_in(MIA).await;
    for (browser, password) in [(&mut noor, crate::harness::NEW_PASSWORD), (&mut mia, PASSWORD)] {
        assert!(!browser.call("get_sessions", &[], 200).await.text().contains(&id));
        browser.call("end_session", &[("id", &id), ("session_password", password)], 404).await;
        browser.call("end_session", &[("id", &id)], 404).await;
    }
    anna.get("/devices", 200).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_session_that_a_new_password_ended_is_no_longer_listed(db: PgPool) {
    let house = House::demo(db).await;
    let (mut here, _) = (house.signed_in(ANNA).await, house.signed_in(ANNA).await);
    assert_eq!(others(&here.call("get_sessions", &[], 200).await.json()).len(), 1);
    here.call("change_password", &[("current", PASSWORD), ("password", NEW)], 200).await;
    let listed = here.call("get_sessions", &[], 200).await.json();
    assert_eq!(listed["open"].as_array().unwrap().len(), 1, "{listed}");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_password_that_was_typed_never_stands_in_the_page_again(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let typed = [("current", "wrong horse battery"), ("password", NEW)];
    let page = anna.post_form("/settings?do=change_password", &typed, 422).await;
    assert!(!page.text().contains("wrong horse") && !page.text().contains(NEW), "{}", page.text());
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_person_is_mailed_the_codes_they_look_after_and_no_others_three_times_a_day(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let mut mia = house.signed_in(MIA).await;
    let own = house.linked(&mut mia, "mac").await;
    let code = house.code("desktop=1").await;
    own.activate(&code, 201).await;
    anna.call("mail_codes", &[("codes_password", "wrong")], 422).await;
    anna.post_form("/settings?do=mail_codes", &[("codes_password", PASSWORD)], 303).await;
    let lying: (i64, i64) = sqlx::query_as(
        "select count(*), count(*) filter (where text = '' and sealed is not null) from mail where subject = 'Your activation codes'",
    )
    .fetch_one(&house.db)
    .await
    .unwrap();
    assert_eq!(lying, (1, 1), "the mail lies sealed until it leaves");
    let letters = domain::mail::for_sending(&house.world, 100).await.unwrap();
    let letter = letters.iter().find(|letter| letter.subject == "Your activation codes").unwrap();
    assert_eq!(letter.to_address, ANNA);
    let administered = "select count(*) from activation_code c join person p on p.id = c.administrator_id
         where p.email = 'anna@harbor-dental.example' and c.blocked_at is null and c.cancelled_at is null and c.replaced_at is null";
    let told = letter.text.matches(": ").count() as i64;
    assert!(told >= house.count(administered).await, "{}", letter.subject);
    assert!(!letter.text.contains(&code), "the code of a colleague's license is not hers");
    assert_eq!(house.count("select count(*) from audit_event where event = 'codes_mailed'").await, 1);
    for expected in [200, 200, 429] {
        anna.call("mail_codes", &[("codes_password", PASSWORD)], expected).await;
    }
    let mut noor = house.newcomer("noor@lakeside-books.example").await;
    let fields = [("codes_password", crate::harness::NEW_PASSWORD)];
    let none = noor.post_form("/settings?do=mail_codes", &fields, 303).await;
    assert!(noor.get(none.location(), 200).await.text().contains("There is no code to mail"));
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn times_are_shown_by_the_clocks_of_the_chosen_zone_with_its_name(db: PgPool) {
    let house = House::demo(db).await;
    let (mut anna, mut mia) = (house.signed_in(ANNA).await, house.signed_in(MIA).await);
    let page = anna.get("/settings", 200).await;
    assert!(page.text().contains("UTC, none chosen") && page.text().contains("Europe/Amsterdam"));
    let wrong = [("zone", "Mars/Olympus"), ("language", "xx")];
    let again = anna.post_form("/settings?do=set_preferences", &wrong, 422).await;
    assert!(again.text().contains("none of the choices"));
    let chosen = [("zone", "Asia/Kolkata"), ("language", "nl")];
    let done = anna.post_form("/settings?do=set_preferences", &chosen, 303).await;
    assert!(anna.get(done.location(), 200).await.text().contains("Time zone and language are saved"));
    assert!(anna.get("/activity", 200).await.text().contains(" IST"));
    let other = mia.get("/activity", 200).await;
    assert!(!other.text().contains(" IST"), "the choice is one person's own");
    anna.post_form("/settings?do=set_preferences", &chosen, 303).await;
    assert_eq!(house.count("select count(*) from audit_event where event = 'preferences_chosen'").await, 1);
}

/// The summary on top and the title say it of every form of the page, also of those whose field stands far below.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn every_form_of_the_page_is_refused_in_the_summary_and_in_the_title(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    for (function, fields) in [
        ("rename_own", vec![("name", "")]),
        ("ask_email_change", vec![("new_email", "nobody"), ("email_password", PASSWORD)]),
        ("mail_codes", vec![("codes_password", "")]),
        ("close_account", vec![("close_password", "")]),
        ("change_password", vec![("current", PASSWORD), ("password", "short")]),
    ] {
        let page = anna.post_form(&format!("/settings?do={function}"), &fields, 422).await;
        assert!(page.text().contains("<title>Error: Settings"), "{function}");
        assert!(page.text().contains("error-summary-title"), "{function}");
    }
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_can_be_read_is_shown_when_a_part_of_the_page_can_not(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    sqlx::query("alter table passkey rename to passkey_elsewhere").execute(&house.db).await.unwrap();
    let page = anna.get("/settings", 500).await;
    let text = page.text();
    assert!(text.contains("This part can't be shown now") && text.contains("Load the page again"), "{text}");
    for there in ["Your name", "Second step at sign-in", "Where you are signed in", "Close the account"] {
        assert!(text.contains(there), "{there}");
    }
}
