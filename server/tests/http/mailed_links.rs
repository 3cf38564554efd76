//! Links in mails: each works once and for its own purpose, leads to where this installation stands, and is told to nobody.

use domain::PgPool;
use time::Duration;

use crate::harness::{ANNA, Answer, Browser, House, MIA, NEW_PASSWORD, token_of};

async fn asked(house: &House, email: &str) -> String {
    house.browser().call("ask_password_reset", &[("email", email)], 200).await;
    token_of(&house.mail_link(email, "/reset").await).to_owned()
}

async fn set_password(browser: &mut Browser, token: &str) -> Answer {
    browser.try_call("set_password", &[("token", token), ("password", NEW_PASSWORD)]).await
}

/// The same token but for one bit.
fn one_bit_off(token: &str) -> String {
    let mut bytes = token.as_bytes().to_vec();
    bytes[7] = if bytes[7] == b'A' { b'B' } else { b'A' };
    String::from_utf8(bytes).unwrap()
}

/// F05: whatever is wrong with a link, the answer is the same.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_link_that_is_used_late_older_anothers_or_made_up_is_answered_alike(db: PgPool) {
    let house = House::demo(db).await;
    let used = asked(&house, MIA).await;
    assert_eq!(set_password(&mut house.browser(), &used).await.status, 200);
    let late = asked(&house, MIA).await;
    house.world.clock.shift(domain::mail::RESET_LIFE);
    let older = asked(&house, ANNA).await;
    house.world.clock.shift(Duration::seconds(1));
    let newest = asked(&house, ANNA).await;
    let fields = [
        ("email", "noor@lakeside.example"),
        ("name", "Noor Haddad"),
        ("office", "Lakeside Books"),
        ("country", "IN"),
        ("password", NEW_PASSWORD),
    ];
    house.browser().call("sign_up", &fields, 200).await;
    let confirms = token_of(&house.mail_link("noor@lakeside.example", "/confirm").await).to_owned();
    let dead = [used, late, older, confirms, one_bit_off(&newest), newest[1..].to_owned(), String::new()];
    let mut answers = Vec::new();
    for token in &dead {
        let weak = house.browser().try_call("set_password", &[("token", token), ("password", "short")]).await;
        let answer = set_password(&mut house.browser(), token).await;
        assert_eq!(answer.status, 422, "{}", answer.text());
        assert_eq!(weak.body, answer.body, "a dead link judges no password");
        let names: Vec<_> = answer.headers.keys().cloned().collect();
        answers.push((answer.status, names, answer.body));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!(set_password(&mut house.browser(), &newest).await.status, 200);
    let kept = sqlx::query_scalar::<_, String>("select string_agg(l::text, ' ') from mail_link l");
    let kept = kept.fetch_one(&house.db).await.unwrap();
    assert!(dead.iter().filter(|token| !token.is_empty()).all(|token| !kept.contains(token.as_str())));
}

/// F06: the address that a request claims to be sent to moves no link.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn links_lead_to_this_installation_whatever_host_was_asked(db: PgPool) {
    let house = House::demo(db).await;
    for (name, value) in
        [("host", "evil.example"), ("x-forwarded-host", "evil.example"), ("forwarded", "host=evil.example")]
    {
        let mut browser = house.browser();
        let mut request = browser
            .request(http::Method::POST, "/api/ask_password_reset")
            .header("accept", "application/json")
            .header("content-type", crate::harness::FORM)
            .body(axum::body::Body::from("email=mia%40harbor-dental.example"))
            .unwrap();
        request.headers_mut().insert(name, value.parse().unwrap());
        assert_eq!(browser.send(request).await.status, 200, "{name}");
        let newest = &house.mails(MIA).await[0];
        assert!(newest.contains("http://latchkey.test/reset?token=") && !newest.contains("evil"), "{name}: {newest}");
        house.world.clock.shift(Duration::seconds(1));
    }
}

/// F08, F07: a mail scanner that follows links uses none up; and no page with a token in its address tells it to another one.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn opening_a_link_uses_nothing_up_and_tells_nobody_of_it(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let token = asked(&house, MIA).await;
    anna.call("invite_people", &[("emails", "paul@harbor.example")], 200).await;
    let invited = house.mail_link("paul@harbor.example", "/join").await;
    let before = house.count("select count(*) from audit_event").await;
    let pages = [
        format!("/reset?token={token}"),
        invited.clone(),
        "/confirm?token=x".to_owned(),
        "/email/confirm?token=x".to_owned(),
        "/email/stop?token=x".to_owned(),
        "/support/join?token=x".to_owned(),
        "/unsubscribe?token=x".to_owned(),
    ];
    for page in &pages {
        for _ in 0..2 {
            let seen = house.browser().try_get(page).await;
            assert_eq!(seen.headers["referrer-policy"], "no-referrer", "{page}");
        }
    }
    assert_eq!(house.count("select count(*) from audit_event").await, before);
    assert_eq!(set_password(&mut house.browser(), &token).await.status, 200);
    let join = [("token", token_of(&invited)), ("name", "Paul"), ("password", NEW_PASSWORD)];
    house.browser().call("join_office", &join, 200).await;
}
