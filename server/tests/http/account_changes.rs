//! Support changes how somebody signs in: never one person alone, never before three days are over, and the old address stops
//! it (H07).

use domain::PgPool;
use domain::cx::Cx;
use domain::demo::PASSWORD;
use domain::person::account_change::WAIT;
use domain::person::store::carry_out_account_changes;
use time::Duration;

use crate::harness::{ANNA, Browser, House, LENA, token_of};
use crate::lookup::{REASON, open};
use crate::two_step::switched_on;

const NEW: &str = "anna@new-harbor.example";
const STARTED: &str = "/support/customers";

async fn one(house: &House, question: &'static str) -> String {
    sqlx::query_scalar(question).fetch_one(&house.db).await.unwrap()
}

/// Anna's office, herself, and an open case of the office.
struct Asked {
    account: String,
    anna: String,
    case: String,
}

impl Asked {
    async fn of(house: &House) -> Self {
        Self {
            account: one(house, "select account_id::text from person where email = 'anna@harbor-dental.example'").await,
            anna: one(house, "select id::text from person where email = 'anna@harbor-dental.example'").await,
            case: one(
                house,
                "select number from support_case c join person p on p.account_id = c.account_id
                 where p.email = 'anna@harbor-dental.example' and c.state in ('new', 'open', 'pending') order by c.id limit 1",
            )
            .await,
        }
    }

    async fn opened(&self, browser: &mut Browser) {
        open(browser, "customer", &self.account, &self.case, REASON, 200).await;
    }

    fn form<'a>(&'a self, change: &'a str, address: &'a str) -> [(&'a str, &'a str); 5] {
        [
            ("account", &self.account),
            ("person", &self.anna),
            ("change", change),
            ("address", address),
            ("reason", REASON),
        ]
    }

    async fn start(&self, browser: &mut Browser, change: &str, address: &str) {
        self.opened(browser).await;
        let page = format!("{STARTED}/{}", self.account);
        let form = self.form(change, address);
        let away = browser.post_form(&format!("{page}?do=start_account_change"), &form, 303).await;
        assert_eq!(away.location(), format!("{page}?done=change-started"));
        assert!(browser.get(away.location(), 200).await.text().contains("The change is started"));
    }

    async fn confirm(&self, browser: &mut Browser, expected: u16) {
        self.opened(browser).await;
        let id = the_change(browser, &self.account).await;
        browser.call("confirm_account_change", &[("id", &id)], expected).await;
    }
}

/// The change that stands on the office's record.
async fn the_change(browser: &mut Browser, account: &str) -> String {
    let record = browser.call("get_desk_customer", &[("id", account)], 200).await.json();
    record["changes"][0]["id"].as_str().unwrap_or_else(|| panic!("{record}")).to_owned()
}

async fn carry_out(house: &House) {
    carry_out_account_changes(&Cx::system(&house.world)).await.unwrap();
}

async fn signs_in(house: &House, email: &str, expected: u16) {
    house.world.clock.shift(Duration::seconds(11));
    house.browser().call("sign_in", &[("email", email), ("password", PASSWORD)], expected).await;
}

async fn stop(house: &House, link: &str, expected: u16) {
    let mut browser = house.browser();
    browser.get(link, 200).await;
    browser.post_form("/email/stop?do=stop_email_change", &[("token", token_of(link))], expected).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_address_changes_by_two_people_three_days_later_and_not_a_second_before(db: PgPool) {
    let house = House::demo(db).await;
    let asked = Asked::of(&house).await;
    let mut anna = house.signed_in(ANNA).await;
    asked.start(&mut house.sam().await, "address", NEW).await;
    let told = house.mails(ANNA).await;
    let told = told.iter().filter(|text| text.contains("technical support was asked") && text.contains(NEW));
    assert_eq!(told.count(), 1, "the old address is told at once");
    // nobody agreed: no time makes it happen
    house.world.clock.shift(Duration::days(30));
    carry_out(&house).await;
    signs_in(&house, NEW, 422).await;
    let mut lena = house.lena().await;
    asked.confirm(&mut lena, 200).await;
    let page = lena.get(&format!("{STARTED}/{}", asked.account), 200).await;
    assert!(page.text().contains("Lena Fischer agreed"), "{}", page.text());
    house.world.clock.shift(WAIT - Duration::minutes(1));
    carry_out(&house).await;
    signs_in(&house, NEW, 422).await;
    signs_in(&house, ANNA, 200).await;
    house.world.clock.shift(Duration::minutes(1));
    carry_out(&house).await;
    signs_in(&house, ANNA, 422).await;
    signs_in(&house, NEW, 200).await;
    anna.get("/licenses", 303).await;
    let done = "select count(*) from mail where subject = 'Support changed how you sign in'";
    assert_eq!(house.count(done).await, 2, "both addresses are told");
    let mut again = house.browser();
    again.call("sign_in", &[("email", NEW), ("password", PASSWORD)], 200).await;
    let activity = again.get("/activity", 200).await;
    for told in ["Support was asked to change how somebody signs in", REASON, "Signs in with another address"] {
        assert!(activity.text().contains(told), "{told}: {}", activity.text());
    }
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn no_one_person_changes_an_address_and_not_around_the_program_either(db: PgPool) {
    let house = House::demo(db).await;
    let asked = Asked::of(&house).await;
    let mut lena = house.lena().await;
    asked.start(&mut lena, "address", NEW).await;
    assert!(lena.get(&format!("{STARTED}/{}", asked.account), 200).await.text().contains("another lead has to agree"));
    for mut browser in [lena, house.lena_again().await] {
        asked.confirm(&mut browser, 403).await;
    }
    // an agent agrees to nothing
    asked.confirm(&mut house.sam().await, 403).await;
    let alone = "update account_change set confirmed_by = started_by, confirmed_at = now(), due_at = now() + interval '73 hours',
                     second_stop_hash = decode(repeat('00', 32), 'hex')";
    let hasty = "update account_change set confirmed_by = (select id from staff where name like 'Priya%'), confirmed_at = now(),
                     due_at = now() + interval '71 hours', second_stop_hash = decode(repeat('00', 32), 'hex')";
    for (statement, constraint) in [(alone, "account_change_by_two"), (hasty, "account_change_waits")] {
        let refused = sqlx::query(statement).execute(&house.db).await.unwrap_err();
        assert_eq!(refused.as_database_error().unwrap().constraint(), Some(constraint));
    }
    let done = "update account_change set done_at = now()";
    let refused = sqlx::query(done).execute(&house.db).await.unwrap_err();
    assert_eq!(refused.as_database_error().unwrap().constraint(), Some("account_change_done_when_due"));
    asked.confirm(&mut house.priya().await, 200).await;
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn either_side_calls_it_off_before_and_both_links_in_the_mails_work(db: PgPool) {
    let house = House::demo(db).await;
    let asked = Asked::of(&house).await;
    let (mut sam, mut lena) = (house.sam().await, house.lena().await);
    // the first link goes on working after the second mail
    asked.start(&mut sam, "address", NEW).await;
    let first = house.mail_link(ANNA, "/email/stop").await;
    asked.confirm(&mut lena, 200).await;
    let second = house.mail_link(ANNA, "/email/stop").await;
    assert_ne!(first, second);
    stop(&house, &first, 303).await;
    stop(&house, &second, 422).await;
    // the second link
    asked.start(&mut sam, "address", NEW).await;
    asked.confirm(&mut lena, 200).await;
    stop(&house, &house.mail_link(ANNA, "/email/stop").await, 303).await;
    // and support
    asked.start(&mut sam, "address", NEW).await;
    asked.confirm(&mut lena, 200).await;
    let id = the_change(&mut sam, &asked.account).await;
    sam.call("call_off_account_change", &[("id", &id)], 200).await;
    sam.call("call_off_account_change", &[("id", &id)], 404).await;
    lena.call("confirm_account_change", &[("id", &id)], 404).await;
    house.world.clock.shift(WAIT + Duration::days(1));
    carry_out(&house).await;
    signs_in(&house, NEW, 422).await;
    signs_in(&house, ANNA, 200).await;
    let called_off =
        "select count(*) from audit_event where event = 'account_change_called_off' and account_id is not null";
    assert_eq!(house.count(called_off).await, 3);
    let told = "select count(*) from mail where subject = 'The change of how you sign in was called off'";
    assert_eq!(house.count(told).await, 3);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_second_step_goes_the_same_way_and_no_password_is_set(db: PgPool) {
    let house = House::demo(db).await;
    let asked = Asked::of(&house).await;
    let mut anna = house.signed_in(ANNA).await;
    switched_on(&house, &mut anna).await;
    let password = "select password_hash from person where email = 'anna@harbor-dental.example'";
    let before = one(&house, password).await;
    asked.start(&mut house.sam().await, "second_step", "").await;
    asked.confirm(&mut house.lena().await, 200).await;
    house.world.clock.shift(WAIT);
    let half = house.browser().call("sign_in", &[("email", ANNA), ("password", PASSWORD)], 200).await;
    assert!(half.headers.get("serverfnredirect").is_some() || half.location().contains("code"), "{half:?}");
    carry_out(&house).await;
    assert_eq!(house.count("select count(*) from two_step").await, 0);
    anna.get("/licenses", 303).await;
    house.world.clock.shift(Duration::seconds(11));
    house.signed_in(ANNA).await.get("/licenses", 200).await;
    assert_eq!(one(&house, password).await, before, "the password stays what it was");
    let off = "select count(*) from audit_event where event = 'two_step_off' and actor_kind = 'system' and account_id is not null";
    assert_eq!(house.count(off).await, 1);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_change_needs_an_open_record_a_request_of_the_office_a_reason_and_a_free_address(db: PgPool) {
    let house = House::demo(db).await;
    let asked = Asked::of(&house).await;
    let mut sam = house.sam().await;
    sam.call("start_account_change", &asked.form("address", NEW), 404).await;
    asked.opened(&mut sam).await;
    for (change, address, field) in [
        ("address", "", "address"),
        ("address", "nowhere", "address"),
        ("address", ANNA, "address"),
        ("address", "mia@harbor-dental.example", "address"),
        // not to an address of support
        ("address", LENA, "address"),
        ("password", "", "change"),
    ] {
        let refused = sam.call("start_account_change", &asked.form(change, address), 422).await;
        assert_eq!(refused.json()["Deed"]["Invalid"][0]["field"], field, "{change} {address}: {}", refused.text());
    }
    let mut form = asked.form("address", NEW);
    form[4].1 = "test";
    sam.call("start_account_change", &form, 422).await;
    let mut noor = house.newcomer("noor@lakeside.example").await;
    noor.get("/licenses", 200).await;
    let stranger = one(&house, "select id::text from person where email = 'noor@lakeside.example'").await;
    let mut form = asked.form("address", NEW);
    form[1].1 = &stranger;
    sam.call("start_account_change", &form, 422).await;
    sam.call("start_account_change", &asked.form("address", NEW), 200).await;
    let twice = sam.call("start_account_change", &asked.form("second_step", ""), 422).await;
    assert_eq!(twice.json()["Deed"]["Invalid"][0]["field"], "person", "{}", twice.text());
    // opened for a case of somebody else, it reads and changes nothing
    let office = one(&house, "select account_id::text from person where email = 'noor@lakeside.example'").await;
    open(&mut sam, "customer", &office, &asked.case, REASON, 200).await;
    let form = [
        ("account", office.as_str()),
        ("person", &stranger),
        ("change", "address"),
        ("address", NEW),
        ("reason", REASON),
    ];
    let refused = sam.call("start_account_change", &form, 422).await;
    assert_eq!(refused.json()["Deed"]["Invalid"][0]["field"], "request", "{}", refused.text());
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn nobody_in_support_starts_agrees_or_calls_off_in_their_own_office(db: PgPool) {
    let house = House::demo(db).await;
    let asked = Asked::of(&house).await;
    let (mut sam, mut lena) = (house.sam().await, house.lena().await);
    asked.start(&mut sam, "address", NEW).await;
    asked.opened(&mut lena).await;
    let id = the_change(&mut sam, &asked.account).await;
    sqlx::query("update person set email = 'LENA@northwall.example' where email = 'mia@harbor-dental.example'")
        .execute(&house.db)
        .await
        .unwrap();
    for (function, fields) in [
        ("start_account_change", asked.form("second_step", "").to_vec()),
        ("confirm_account_change", vec![("id", id.as_str())]),
        ("call_off_account_change", vec![("id", id.as_str())]),
    ] {
        let refused = lena.call(function, &fields, 403).await;
        assert!(refused.text().contains("OwnCase"), "{function}: {}", refused.text());
    }
    assert_eq!(
        house.count("select count(*) from account_change where confirmed_at is null and called_off_at is null").await,
        1
    );
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_address_that_became_somebody_elses_meanwhile_is_left_to_them(db: PgPool) {
    let house = House::demo(db).await;
    let asked = Asked::of(&house).await;
    asked.start(&mut house.sam().await, "address", NEW).await;
    asked.confirm(&mut house.lena().await, 200).await;
    house.newcomer(NEW).await;
    house.world.clock.shift(WAIT);
    carry_out(&house).await;
    signs_in(&house, ANNA, 200).await;
    assert_eq!(house.count("select count(*) from account_change where called_off_at is not null").await, 1);
}
