//! Sessions: a fresh id whenever rights change, well-guarded cookies, and an end that is an end.

use domain::PgPool;
use domain::demo::PASSWORD;
use http::header::SET_COOKIE;
use time::Duration;

use crate::harness::{ANNA, Browser, House, NEW_PASSWORD, token_of};

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn browsers_guard_the_cookies_and_only_one_of_them_signs_in(db: PgPool) {
    let house = House::demo(db).await;
    let mut browser = house.browser();
    let answer = browser.call("sign_in", &[("email", ANNA), ("password", PASSWORD)], 200).await;
    let cookies: Vec<_> = answer.headers.get_all(SET_COOKIE).iter().map(|cookie| cookie.to_str().unwrap()).collect();
    assert_eq!(cookies.len(), 2);
    for cookie in cookies {
        assert!(cookie.starts_with("__Host-sid=") || cookie.starts_with("__Host-known="), "{cookie}");
        for part in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
            assert!(cookie.contains(part), "{part} is not in {cookie}");
        }
        assert!(!cookie.contains("Domain"));
    }
    assert!(!answer.text().contains(browser.sid().unwrap()));
    // the mark of a known browser opens nothing by itself
    browser.cookies.remove(server::sessions::COOKIE);
    browser.get("/licenses", 303).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn signing_in_and_entering_the_password_again_change_the_id(db: PgPool) {
    let house = House::demo(db).await;
    let mut browser = house.signed_in(ANNA).await;
    let first = browser.clone();
    browser.call("sign_in", &[("email", ANNA), ("password", PASSWORD)], 200).await;
    assert_ne!(browser.sid(), first.sid());
    first.clone().get("/licenses", 303).await;

    let second = browser.clone();
    let license = own_license(&house).await;
    browser.call("show_code", &[("id", &license), ("password", PASSWORD)], 200).await;
    assert_ne!(browser.sid(), second.sid());
    second.clone().get("/licenses", 303).await;
    browser.get("/licenses", 200).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_id_that_somebody_planted_is_not_taken(db: PgPool) {
    let house = House::demo(db).await;
    let mut browser = house.browser();
    let planted = "AAAAAAAAAAAAAAAAAAAAAA";
    browser.cookies.insert("__Host-sid".to_owned(), planted.to_owned());
    browser.call("sign_in", &[("email", ANNA), ("password", PASSWORD)], 200).await;
    assert_ne!(browser.sid(), Some(planted));
    browser.get("/licenses", 200).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn after_signing_out_the_old_cookie_is_a_strangers(db: PgPool) {
    let house = House::demo(db).await;
    let mut browser = house.signed_in(ANNA).await;
    let mut copy = browser.clone();
    let answer = browser.post_form("/?do=sign_out", &[], 303).await;
    assert_eq!(answer.location(), "/sign-in");
    assert_eq!(answer.headers["clear-site-data"], "\"cache\", \"storage\"");
    assert_eq!(browser.sid(), None, "the browser is told to forget it");
    copy.get("/licenses", 303).await;
    copy.call("get_licenses", &[], 401).await;
    assert_eq!(house.count("select count(*) from session").await, 0);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_new_password_ends_every_session(db: PgPool) {
    let house = House::demo(db).await;
    let mut elsewhere = house.signed_in(ANNA).await;
    elsewhere.get("/licenses", 200).await;
    // the same session, asked of another process
    let mut other_process = Browser { router: house.second().await.browser().router, ..elsewhere.clone() };
    other_process.get("/licenses", 200).await;
    let mut browser = house.browser();
    browser.post_form("/forgot?do=ask_password_reset", &[("email", ANNA)], 303).await;
    let link = house.mail_link(ANNA, "/reset").await;
    browser.get(&link, 200).await;
    let fields = [("token", token_of(&link)), ("password", NEW_PASSWORD)];
    browser.post_form("/reset?do=set_password", &fields, 303).await;
    elsewhere.get("/licenses", 303).await;
    other_process.get("/licenses", 303).await;
    browser.call("set_password", &fields, 422).await;
    browser.call("sign_in", &[("email", ANNA), ("password", NEW_PASSWORD)], 200).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_session_out_of_use_is_over(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    house.world.clock.shift(Duration::minutes(29));
    anna.get("/licenses", 200).await;
    house.world.clock.shift(Duration::minutes(29));
    anna.get("/licenses", 200).await;
    house.world.clock.shift(Duration::minutes(31));
    anna.get("/licenses", 303).await;
    let mut sam = house.sam().await;
    sam.get("/support", 200).await;
    house.world.clock.shift(Duration::minutes(16));
    sam.get("/support", 303).await;
}

/// B05: twelve hours after it began a session is over, by the clock of the database, however it is used and whatever its id is
/// by then.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_session_is_over_twelve_hours_after_it_began(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let license = own_license(&house).await;
    let age = async |seconds: f64| {
        sqlx::query(
            "update session set created_at = created_at - make_interval(secs => $1),
                 data = jsonb_set(data, '{signed_in,began_at_unix}',
                     to_jsonb((data #>> '{signed_in,began_at_unix}')::bigint - $1::bigint))",
        )
        .bind(seconds)
        .execute(&house.db)
        .await
        .unwrap();
    };
    age(11.9 * 3600.0).await;
    anna.get("/licenses", 200).await;
    let before = anna.sid().unwrap().to_owned();
    anna.call("show_code", &[("id", &license), ("password", PASSWORD)], 200).await;
    assert_ne!(anna.sid(), Some(before.as_str()), "it goes on under a new id");
    let began = house.count("select extract(epoch from now() - created_at)::bigint from session").await;
    assert!((42_840..43_200).contains(&began), "a new id is no new beginning: {began}");
    age(0.2 * 3600.0).await;
    anna.get("/licenses", 303).await;
    anna.call("get_licenses", &[], 401).await;
}

/// B07: of many requests at once that write one session none takes back what another one wrote.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn parallel_requests_lose_and_bring_back_nothing_of_a_session(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let license = own_license(&house).await;
    let first = [("id", license.as_str()), ("password", PASSWORD), ("once", "first")];
    anna.call("show_code", &first, 200).await;
    // each request notes that the session is in use, which is written once a minute
    house.world.clock.shift(Duration::seconds(90));
    let again = [("id", license.as_str()), ("once", "second")];
    assert_eq!(among_many(&anna, "show_code", &again).await, 200);
    anna.call("show_code", &again, 401).await;

    let (mut sam, id) = (house.sam().await, office(&house).await);
    let (_, case) = crate::lookup::code_and_case(&house).await;
    crate::lookup::open(&mut sam, "customer", &id, &case, crate::lookup::REASON, 200).await;
    for (deed, fields, lands) in [("view_customer", vec![("id", id.as_str())], 200), ("leave_view", vec![], 303)] {
        house.world.clock.shift(Duration::seconds(90));
        assert_eq!(among_many(&sam, deed, &fields).await, 200, "{deed}");
        sam.get("/licenses", lands).await;
    }
}

/// Does something in the midst of 49 other requests of the same session.
async fn among_many(browser: &Browser, deed: &str, fields: &[(&str, &str)]) -> u16 {
    let mut others = tokio::task::JoinSet::new();
    for _ in 0..49 {
        let mut browser = browser.clone();
        others.spawn(async move { browser.try_call("get_address", &[]).await.status.as_u16() });
    }
    let done = browser.clone().try_call(deed, fields).await.status.as_u16();
    let others = others.join_all().await;
    // whoever looks at the pages of an office is not told this
    assert!(others.iter().all(|status| [200, 403].contains(status)), "{others:?}");
    done
}

async fn office(house: &House) -> String {
    let question = "select account_id::text from person where email = 'anna@harbor-dental.example'";
    sqlx::query_scalar(question).fetch_one(&house.db).await.unwrap()
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_stands_in_the_table_of_sessions_signs_nobody_in(db: PgPool) {
    let house = House::demo(db).await;
    let real = house.signed_in(ANNA).await;
    let kept: String =
        sqlx::query_scalar("select encode(id_hash, 'base64') from session").fetch_one(&house.db).await.unwrap();
    let mut thief = house.browser();
    for value in [kept.trim_end_matches('=').to_owned(), kept.clone(), kept.replace('+', "-").replace('/', "_")] {
        assert_ne!(Some(value.as_str()), real.sid());
        thief.cookies.insert("__Host-sid".to_owned(), value);
        thief.get("/licenses", 303).await;
    }
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_entered_password_counts_for_one_license_and_five_minutes(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let licenses: Vec<String> = sqlx::query_scalar(
        "select l.id::text from license l join person p on p.id = l.administrator_id where p.email = $1",
    )
    .bind(ANNA)
    .fetch_all(&house.db)
    .await
    .unwrap();
    anna.call("show_code", &[("id", &licenses[0]), ("password", PASSWORD)], 200).await;
    anna.call("show_code", &[("id", &licenses[0])], 200).await;
    anna.call("show_code", &[("id", &licenses[1])], 401).await;
    house.world.clock.shift(Duration::seconds(301));
    anna.call("show_code", &[("id", &licenses[0])], 401).await;
}

/// A license that Anna administers.
pub async fn own_license(house: &House) -> String {
    sqlx::query_scalar(
        "select l.id::text from license l join person p on p.id = l.administrator_id where p.email = $1
         order by l.starts_at limit 1",
    )
    .bind(ANNA)
    .fetch_one(&house.db)
    .await
    .unwrap()
}
