//! Signing in: it tells nobody who has an account, and guessing is slow, however it is spread.

use domain::PgPool;
use domain::demo::PASSWORD;
use time::Duration;
use tokio::task::JoinSet;

use crate::harness::{ANNA, Browser, House, NEW_PASSWORD, SAM};

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_unknown_address_is_answered_like_a_wrong_password(db: PgPool) {
    let house = House::demo(db).await;
    let known = house.browser().call("sign_in", &[("email", ANNA), ("password", "wrong")], 422).await;
    let unknown = house.browser().call("sign_in", &[("email", "nobody@example.com"), ("password", "wrong")], 422).await;
    assert_eq!(known.body, unknown.body);
    let names = |answer: &crate::harness::Answer| answer.headers.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&known), names(&unknown));
    let wrong_form = house.browser();
    house.world.clock.shift(Duration::seconds(20));
    let typed = [("email", ANNA), ("password", "wrong-secret")];
    let page = wrong_form.clone().post_form("/sign-in?do=sign_in", &typed, 422).await;
    assert!(page.text().contains(ANNA), "what was typed stands there again");
    assert!(!page.text().contains("wrong-secret"), "but never a password");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn signing_up_with_an_address_in_use_is_answered_like_any_other(db: PgPool) {
    let house = House::demo(db).await;
    let sign_up = |email: &'static str| {
        [
            ("email", email),
            ("name", "Noor Haddad"),
            ("office", "Lakeside Books"),
            ("country", "IN"),
            ("password", NEW_PASSWORD),
        ]
    };
    let known = house.browser().call("sign_up", &sign_up(ANNA), 200).await;
    let fresh = house.browser().call("sign_up", &sign_up("noor@lakeside.example"), 200).await;
    assert_eq!((known.body.clone(), known.location()), (fresh.body.clone(), fresh.location()));
    assert_eq!(house.count("select count(*) from person where lower(email) = 'anna@harbor-dental.example'").await, 1);
    house.mail_link(ANNA, "/sign-in").await;
    house.mail_link("noor@lakeside.example", "/confirm").await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn asking_for_a_new_password_does_not_tell_who_is_known(db: PgPool) {
    let house = House::demo(db).await;
    let known = house.browser().call("ask_password_reset", &[("email", ANNA)], 200).await;
    let unknown = house.browser().call("ask_password_reset", &[("email", "nobody@example.com")], 200).await;
    assert_eq!((known.body.clone(), known.location()), (unknown.body.clone(), unknown.location()));
    assert_eq!(house.count("select count(*) from mail where to_address = 'nobody@example.com'").await, 0);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn after_a_wrong_password_the_next_try_has_to_wait(db: PgPool) {
    let house = House::demo(db).await;
    let wrong = [("email", ANNA), ("password", "wrong")];
    let right = [("email", ANNA), ("password", PASSWORD)];
    house.browser().call("sign_in", &wrong, 422).await;
    let early = house.browser().call("sign_in", &right, 429).await;
    assert!(early.headers.contains_key("retry-after"));
    for wait in [1, 3, 5, 10, 10] {
        house.world.clock.shift(Duration::seconds(wait));
        house.browser().call("sign_in", &wrong, 422).await;
    }
    house.world.clock.shift(Duration::seconds(10));
    house.browser().call("sign_in", &right, 200).await;
    house.browser().call("sign_in", &right, 200).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn parallel_tries_for_one_name_from_many_addresses_are_one_try_and_all_recorded(db: PgPool) {
    let house = House::demo(db).await;
    let mut tries = JoinSet::new();
    for _ in 0..50 {
        let mut browser = house.browser();
        tries.spawn(async move { browser.try_call("sign_in", &[("email", ANNA), ("password", "wrong")]).await.status });
    }
    let statuses = tries.join_all().await;
    assert_eq!(statuses.iter().filter(|status| **status == 422).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 49, "{statuses:?}");
    assert_eq!(house.count(FAILED).await, 50);
}

const FAILED: &str = "select count(*) from audit_event where event = 'sign_in_failed'";

/// A01: one password tried on two hundred names from one place.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn two_hundred_tries_from_one_address_are_recorded_and_lock_nobody_out(db: PgPool) {
    let house = House::demo(db).await;
    let mut sprayer = house.browser();
    let mut judged = 0;
    for number in 0..200 {
        let name = if number == 5 { ANNA.to_owned() } else { format!("person{number}@example.com") };
        let answer = sprayer.try_call("sign_in", &[("email", &name), ("password", "Summer-2026!")]).await;
        match answer.status.as_u16() {
            422 => judged += 1,
            429 => assert!(answer.headers.contains_key("retry-after")),
            other => panic!("{other}: {}", answer.text()),
        }
    }
    assert_eq!(judged, 10);
    assert_eq!(house.count(FAILED).await, 200);
    let staff = [("email", SAM), ("password", "Summer-2026!"), ("one_time_code", "000000")];
    sprayer.call("staff_sign_in", &staff, 429).await;
    let event = "select count(*) from audit_event where event = 'staff_sign_in_failed'";
    assert_eq!(house.count(event).await, 1);
    house.world.clock.shift(Duration::seconds(1));
    house.signed_in(ANNA).await.get("/licenses", 200).await;
}

/// A03: more than a hundred wrong passwords in a day.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_hundred_wrong_passwords_close_the_way_in_until_the_day_ends_and_the_owner_is_told_once(db: PgPool) {
    let house = House::demo(db).await;
    let mut running = house.signed_in(ANNA).await;
    let (wrong, right) = ([("email", ANNA), ("password", "wrong")], [("email", ANNA), ("password", PASSWORD)]);
    // noon, so that the day has an end that is well ahead
    let noon = house.world.clock.now().replace_time(time::Time::from_hms(12, 0, 0).unwrap()) + Duration::days(1);
    house.world.clock.shift(noon - house.world.clock.now());
    running = Browser { cookies: running.cookies, ..house.browser() };
    running.call("sign_in", &right, 200).await;
    sqlx::query(
        "insert into attempt (bucket, key, at)
         select 'sign_in', sha256($1::text::bytea), $2 - make_interval(secs => 20 * n) from generate_series(1, 99) as n",
    )
    .bind(ANNA)
    .bind(house.world.clock.now())
    .execute(&house.db)
    .await
    .unwrap();
    let told = "select count(*) from mail where subject = 'Too many wrong passwords were entered for you'";
    house.browser().call("sign_in", &wrong, 422).await;
    assert_eq!(house.count(told).await, 0);
    house.world.clock.shift(Duration::seconds(11));
    for _ in 0..3 {
        let closed = house.browser().call("sign_in", &right, 429).await;
        let wait: i64 = closed.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((43_000..43_200).contains(&wait), "until the day ends: {wait}");
        house.world.clock.shift(Duration::seconds(5));
    }
    assert_eq!(house.count(told).await, 1);
    running.get("/licenses", 200).await;
    // the owner's own browser has a ladder of its own
    running.call("sign_in", &right, 200).await;
    house.world.clock.shift(Duration::hours(12));
    house.browser().call("sign_in", &right, 200).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn parallel_tries_for_many_names_from_one_address_are_all_counted(db: PgPool) {
    let house = House::demo(db).await;
    let browser = house.browser();
    let mut tries = JoinSet::new();
    for number in 0..20 {
        let mut browser = browser.clone();
        tries.spawn(async move {
            let email = format!("person{number}@example.com");
            browser.try_call("sign_in", &[("email", &email), ("password", "wrong")]).await.status
        });
    }
    let statuses = tries.join_all().await;
    assert_eq!(statuses.iter().filter(|status| **status == 422).count(), 10, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 10, "{statuses:?}");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn support_needs_both_factors_and_each_one_time_code_once(db: PgPool) {
    let house = House::demo(db).await;
    let staff = house.facts().await.staff;
    let secret = &staff.iter().find(|staff| staff.email == SAM).unwrap().totp_secret;
    let code = house.one_time_code(secret);
    let enter = async |password: &str, code: &str| {
        house.world.clock.shift(Duration::milliseconds(1));
        let fields = [("email", SAM), ("password", password), ("one_time_code", code)];
        house.browser().try_call("staff_sign_in", &fields).await
    };
    let wrong_code = enter(PASSWORD, "000000").await;
    let now = house.world.clock.now();
    house.world.clock.shift(Duration::seconds(1));
    let wrong_password = enter("wrong", &code).await;
    assert_eq!((wrong_code.status.as_u16(), wrong_password.status.as_u16()), (422, 422));
    assert_eq!(wrong_code.body, wrong_password.body, "it does not tell which of them was right");
    house.world.clock.shift(Duration::seconds(3));
    let code = house.one_time_code(secret);
    assert!(house.world.clock.now() > now);
    let mut tries = JoinSet::new();
    for _ in 0..2 {
        let (mut browser, code) = (house.browser(), code.clone());
        tries.spawn(async move {
            browser
                .try_call("staff_sign_in", &[("email", SAM), ("password", PASSWORD), ("one_time_code", &code)])
                .await
                .status
        });
    }
    let statuses = tries.join_all().await;
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    house.world.clock.shift(Duration::seconds(10));
    assert_ne!(enter(PASSWORD, &code).await.status, 200, "a code signs in once");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn after_signing_in_only_an_own_page_is_next(db: PgPool) {
    let house = House::demo(db).await;
    for (next, to) in [
        ("/licenses", "/licenses"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
    ] {
        let fields = [("email", ANNA), ("password", PASSWORD), ("next", next)];
        let answer = house.browser().post_form("/sign-in?do=sign_in", &fields, 303).await;
        assert_eq!(answer.location(), to, "{next}");
    }
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn strangers_who_guess_do_not_keep_the_owner_out_of_a_browser_they_have_used(db: PgPool) {
    let house = House::demo(db).await;
    let right = [("email", ANNA), ("password", PASSWORD)];
    let wrong = [("email", ANNA), ("password", "wrong")];
    let mut own = house.browser();
    own.call("sign_in", &right, 200).await;
    for wait in [0, 1, 3, 5, 10] {
        house.world.clock.shift(Duration::seconds(wait));
        house.browser().call("sign_in", &wrong, 422).await;
    }
    house.browser().call("sign_in", &right, 429).await;
    own.call("sign_in", &right, 200).await;
    // the owner's own success does not clear what strangers have tried
    house.browser().call("sign_in", &right, 429).await;
    // a forged mark is a stranger's
    let mut forged = house.browser();
    forged.cookies.insert(app::auth::known_browser::COOKIE_NAME.to_owned(), "forged".to_owned());
    forged.call("sign_in", &right, 429).await;
}
