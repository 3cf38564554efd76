//! The team of support: who comes in and how, what leads do about it, and that nobody acts on themselves.

use domain::PgPool;
use domain::demo::PASSWORD;
use time::Duration;

use crate::harness::{ANNA, Browser, House, LENA, NEW_PASSWORD, PRIYA, SAM, token_of};

const ADA: &str = "ada@northwall.example";

async fn one(house: &House, question: &'static str) -> String {
    sqlx::query_scalar(question).fetch_one(&house.db).await.unwrap()
}

/// The identity of somebody in support.
async fn staff(house: &House, email: &str) -> String {
    let found = sqlx::query_scalar("select id::text from staff where email = $1").bind(email);
    found.fetch_one(&house.db).await.unwrap()
}

/// Somebody whom Lena has asked and who chose a name and a password.
async fn joined(house: &House, lena: &mut Browser, email: &str, role: &str) -> Browser {
    lena.call("invite_staff", &[("email", email), ("role", role)], 200).await;
    let link = house.mail_link(email, "/support/join").await;
    let mut browser = house.browser();
    let fields = [("token", token_of(&link)), ("name", "Ada Quill"), ("password", NEW_PASSWORD)];
    let answer = browser.post_form("/support/join?do=join_support", &fields, 303).await;
    assert_eq!(answer.location(), "/support/second-factor");
    browser
}

/// The secret out of the groups that are shown.
fn secret_of(key: &str) -> Vec<u8> {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::new());
    for symbol in key.bytes().filter(|byte| *byte != b' ') {
        bits = bits << 5 | alphabet.iter().position(|known| *known == symbol).unwrap() as u32;
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    bytes
}

/// Sets the second factor up and gives its secret.
async fn enroll(house: &House, browser: &mut Browser) -> Vec<u8> {
    let sheet = browser.call("begin_staff_factor", &[], 200).await.json();
    let secret = secret_of(sheet["key"].as_str().unwrap());
    browser.call("enroll_staff", &[("one_time_code", &house.one_time_code(&secret))], 200).await;
    secret
}

async fn sign_in(house: &House, secret: &[u8], expected: u16) -> Browser {
    let mut browser = house.browser();
    let code = house.one_time_code(secret);
    let fields = [("email", ADA), ("password", NEW_PASSWORD), ("one_time_code", &code)];
    browser.call("staff_sign_in", &fields, expected).await;
    browser
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_newcomer_sets_up_the_second_factor_and_can_do_nothing_before(db: PgPool) {
    let house = House::demo(db).await;
    let mut lena = house.lena().await;
    let mut ada = joined(&house, &mut lena, ADA, "agent").await;
    for page in ["/support", "/support/look-up", "/support/audit", "/support/team", "/"] {
        assert_eq!(ada.get(page, 303).await.location(), "/support/second-factor", "{page}");
    }
    for function in ["get_queue", "get_team", "get_audit", "look_up", "get_feedback"] {
        let sought = if function == "look_up" { "sought" } else { "sought[what]" };
        ada.call(function, &[("part", "waiting"), (sought, "anna@harbor-dental.example")], 403).await;
    }
    let page = ada.get("/support/second-factor", 200).await;
    assert!(page.text().contains("<h1>Set up one-time codes</h1>"), "{}", page.text());
    // the key stands in no page that was not asked for it
    assert!(!page.text().contains("otpauth") && !page.text().contains("<svg class=\"qr"), "{}", page.text());
    ada.call("enroll_staff", &[("one_time_code", "000000")], 422).await;
    // the password alone leads to the same place
    let mut again = house.browser();
    let fields = [("email", ADA), ("password", NEW_PASSWORD)];
    let answer = again.post_form("/support/sign-in?do=staff_sign_in", &fields, 303).await;
    assert_eq!(answer.location(), "/support/second-factor");
    let secret = enroll(&house, &mut ada).await;
    ada.get("/support", 200).await;
    assert_eq!(ada.get("/support/second-factor", 303).await.location(), "/support");
    ada.call("begin_staff_factor", &[], 403).await;
    // what was open without the factor is over
    assert_eq!(again.get("/support", 303).await.location(), "/support/sign-in");
    house.world.clock.shift(Duration::minutes(1));
    house.browser().call("staff_sign_in", &[("email", ADA), ("password", NEW_PASSWORD)], 422).await;
    house.world.clock.shift(Duration::minutes(1));
    let mut ada = sign_in(&house, &secret, 200).await;
    ada.get("/support", 200).await;
    for event in ["staff_invited", "staff_joined", "staff_enrolled"] {
        let count = sqlx::query_scalar::<_, i64>("select count(*) from audit_event where event = $1").bind(event);
        assert_eq!(count.fetch_one(&house.db).await.unwrap(), 1, "{event}");
    }
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_invitation_works_once_for_three_days_and_until_it_is_taken_back(db: PgPool) {
    let house = House::demo(db).await;
    let mut lena = house.lena().await;
    joined(&house, &mut lena, ADA, "agent").await;
    let link = house.mail_link(ADA, "/support/join").await;
    let fields = [("token", token_of(&link)), ("name", "Eve"), ("password", NEW_PASSWORD)];
    house.browser().call("join_support", &fields, 422).await;
    assert!(house.browser().get(&link, 200).await.text().contains("This invitation is over"));
    lena.call("invite_staff", &[("email", ADA), ("role", "agent")], 422).await;
    lena.call("invite_staff", &[("email", "no address"), ("role", "agent")], 422).await;

    let taken_back = "ben@northwall.example";
    lena.call("invite_staff", &[("email", taken_back), ("role", "lead")], 200).await;
    let link = house.mail_link(taken_back, "/support/join").await;
    let id = one(&house, "select id::text from staff_invitation where email = 'ben@northwall.example'").await;
    house.sam().await.call("revoke_staff_invitation", &[("id", &id)], 403).await;
    lena.call("revoke_staff_invitation", &[("id", &id)], 200).await;
    lena.call("revoke_staff_invitation", &[("id", &id)], 404).await;
    let dead = house.browser().call("get_staff_invitation", &[("token", token_of(&link))], 200).await;
    assert_eq!(dead.text(), "null");

    let late = "cleo@northwall.example";
    lena.call("invite_staff", &[("email", late), ("role", "auditor")], 200).await;
    let link = house.mail_link(late, "/support/join").await;
    house.world.clock.shift(Duration::days(3) - Duration::seconds(5));
    house.browser().call("get_staff_invitation", &[("token", token_of(&link))], 200).await;
    house.world.clock.shift(Duration::seconds(5));
    let fields = [("token", token_of(&link)), ("name", "Cleo"), ("password", NEW_PASSWORD)];
    house.browser().call("join_support", &fields, 422).await;
    assert_eq!(house.count("select count(*) from staff where email = 'cleo@northwall.example'").await, 0);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_lead_gives_roles_and_suspends_and_it_counts_at_the_next_click(db: PgPool) {
    let house = House::demo(db).await;
    let (mut lena, mut sam) = (house.lena().await, house.sam().await);
    let id = staff(&house, SAM).await;
    sam.call("get_audit", &[], 403).await;
    lena.call("set_staff_role", &[("id", &id), ("role", "auditor")], 200).await;
    sam.call("get_audit", &[], 200).await;
    sam.call("take_case", &[("number", "S00-0000-0000"), ("version", "1")], 403).await;
    let page = lena.get(&format!("/support/team/{id}?done=role"), 200).await;
    assert!(page.text().contains("The role is changed") && page.text().contains("Sam Rivera"), "{}", page.text());
    lena.call("change_staff", &[("id", &id), ("change", "suspend")], 200).await;
    assert_eq!(sam.get("/support", 303).await.location(), "/support/sign-in");
    let secret = house.facts().await.staff.iter().find(|staff| staff.email == SAM).unwrap().totp_secret.clone();
    house.world.clock.shift(Duration::minutes(1));
    let code = house.one_time_code(&secret);
    let fields = [("email", SAM), ("password", PASSWORD), ("one_time_code", &code)];
    house.browser().call("staff_sign_in", &fields, 422).await;
    lena.call("change_staff", &[("id", &id), ("change", "restore")], 200).await;
    house.world.clock.shift(Duration::minutes(1));
    let mut sam = house.sam().await;
    sam.get("/support", 200).await;
    lena.call("change_staff", &[("id", &id), ("change", "end_sessions")], 200).await;
    assert_eq!(sam.get("/support", 303).await.location(), "/support/sign-in");
    lena.call("change_staff", &[("id", &id), ("change", "new_factor")], 200).await;
    let mut sam = house.browser();
    let answer =
        sam.post_form("/support/sign-in?do=staff_sign_in", &[("email", SAM), ("password", PASSWORD)], 303).await;
    assert_eq!(answer.location(), "/support/second-factor");
    lena.call("change_staff", &[("id", &id), ("change", "promote")], 400).await;
    lena.call("set_staff_role", &[("id", "00000000-0000-0000-0000-000000000000"), ("role", "lead")], 404).await;
    lena.get("/support/team/00000000-0000-0000-0000-000000000000", 404).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn nobody_changes_their_own_role_and_a_lead_always_remains(db: PgPool) {
    let house = House::demo(db).await;
    let mut lena = house.lena().await;
    let own = staff(&house, LENA).await;
    for role in ["agent", "auditor", "lead"] {
        lena.call("set_staff_role", &[("id", &own), ("role", role)], 403).await;
    }
    for change in ["suspend", "restore", "end_sessions", "new_factor"] {
        lena.call("change_staff", &[("id", &own), ("change", change)], 403).await;
    }
    let page = lena.get(&format!("/support/team/{own}"), 200).await;
    assert!(page.text().contains("they never do to themselves") && !page.text().contains("Save role"));
    let (id, priya) = (staff(&house, SAM).await, staff(&house, PRIYA).await);
    lena.call("set_staff_role", &[("id", &priya), ("role", "agent")], 200).await;
    lena.call("set_staff_role", &[("id", &id), ("role", "lead")], 200).await;
    let sam = house.sam().await;
    let mut rounds = 0;
    while rounds < 10 {
        // of two leads who take each other's role at once one remains
        let (mut first, mut second) = (lena.clone(), sam.clone());
        let (to_sam, to_lena) = ([("id", id.as_str()), ("role", "agent")], [("id", own.as_str()), ("role", "agent")]);
        let (one, other) =
            tokio::join!(first.try_call("set_staff_role", &to_sam), second.try_call("set_staff_role", &to_lena));
        let done = [one.status, other.status].iter().filter(|status| status.as_u16() == 200).count();
        assert_eq!(done, 1, "{} {}", one.text(), other.text());
        let leads = "select count(*) from staff where role = 'lead' and disabled_at is null";
        assert_eq!(house.count(leads).await, 1);
        let again = sqlx::query("update staff set role = 'lead' where email in ($1, $2)").bind(LENA).bind(SAM);
        again.execute(&house.db).await.unwrap();
        rounds += 1;
    }
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn after_fifteen_minutes_without_a_click_support_is_closed(db: PgPool) {
    let house = House::demo(db).await;
    let mut lena = house.lena().await;
    for _ in 0..3 {
        house.world.clock.shift(Duration::minutes(14));
        lena.get("/support", 200).await;
    }
    house.world.clock.shift(Duration::minutes(15) + Duration::seconds(1));
    assert_eq!(lena.get("/support", 303).await.location(), "/support/sign-in");
    lena.call("get_team", &[], 401).await;
}

/// H09: without the second factor, and by any other door than its own, nobody comes into support; and who came in is out after
/// fifteen minutes without a click, whatever the browser keeps.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn support_has_one_door_that_takes_both_factors_and_shuts_after_fifteen_minutes(db: PgPool) {
    let house = House::demo(db).await;
    let later = || house.world.clock.shift(Duration::minutes(1));
    for code in [None, Some(""), Some("000000"), Some("123"), Some("abcdef")] {
        let mut browser = house.browser();
        let mut fields = vec![("email", LENA), ("password", PASSWORD)];
        fields.extend(code.map(|code| ("one_time_code", code)));
        browser.call("staff_sign_in", &fields, 422).await;
        assert_eq!(browser.get("/support", 303).await.location(), "/support/sign-in", "{code:?}");
        browser.call("get_queue", &[("part", "waiting")], 401).await;
        later();
    }
    // the door of the offices knows nobody in support, and that of support nobody else
    let mut browser = house.browser();
    browser.call("sign_in", &[("email", LENA), ("password", PASSWORD)], 422).await;
    browser.call("ask_password_reset", &[("email", LENA)], 200).await;
    let staffs_own = house.mails(LENA).await;
    assert!(staffs_own.iter().all(|mail| !mail.contains("/reset?token=")), "{staffs_own:?}");
    later();
    let secret = house.facts().await.staff.into_iter().find(|staff| staff.email == LENA).unwrap().totp_secret;
    let code = house.one_time_code(&secret);
    let with_code = [("email", ANNA), ("password", PASSWORD), ("one_time_code", code.as_str())];
    browser.call("staff_sign_in", &with_code, 422).await;
    let mut anna = house.signed_in(ANNA).await;
    assert_eq!(anna.get("/support", 303).await.location(), "/support/sign-in");
    anna.call("get_queue", &[("part", "waiting")], 403).await;
    later();

    let mut lena = house.lena().await;
    lena.get("/support", 200).await;
    house.world.clock.shift(Duration::minutes(15) + Duration::seconds(1));
    assert!(lena.sid().is_some(), "the browser still has the cookie");
    assert_eq!(lena.get("/support", 303).await.location(), "/support/sign-in");
    lena.call("get_queue", &[("part", "waiting")], 401).await;
    // an office's own people may be longer away
    anna.get("/licenses", 200).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_auditor_reads_records_of_cases_that_are_done_and_changes_nothing(db: PgPool) {
    let house = House::demo(db).await;
    house.signed_in(ANNA).await;
    let mut lena = house.lena().await;
    let mut ada = joined(&house, &mut lena, ADA, "auditor").await;
    enroll(&house, &mut ada).await;
    sqlx::query("update support_case set state = 'closed', solved_at = now(), closed_at = now()")
        .execute(&house.db)
        .await
        .unwrap();
    let case = one(&house, "select number from support_case order by id limit 1").await;
    let account = one(&house, "select account_id::text from support_case order by id limit 1").await;
    let fields =
        [("record", "customer"), ("id", &account), ("request", &case), ("reason", "To see what was done there")];
    house.sam().await.call("open_record", &fields, 422).await;
    ada.call("open_record", &fields, 200).await;
    let page = ada.get(&format!("/support/customers/{account}"), 200).await;
    assert!(page.text().contains("Open for"), "{}", page.text());
    ada.get(&format!("/support/cases/{case}"), 200).await;
    ada.get("/support/audit", 200).await;
    assert_eq!(house.count("select count(*) from audit_event where event = 'record_viewed'").await, 1);
}
