//! Whatever belongs to another office is answered as if it were not there, by every function (G01, G02, G04, G05).

use domain::PgPool;
use uuid::Uuid;

use crate::crawl::crawl;
use crate::harness::{ANNA, Answer, Browser, House, NEW_PASSWORD};
use crate::permissions::{May, NO_ID, Row, TABLE};

const NOOR: &str = "noor@lakeside.example";

/// The functions of people of an office that take an identity or a number.
fn naming() -> impl Iterator<Item = &'static Row> {
    TABLE.iter().filter(|(function, may, fields)| {
        matches!(may, May::Person | May::Caretaker)
            && !function.ends_with("sign_out")
            && fields.iter().any(|(name, value)| *value == NO_ID || *name == "number" || *name == "what")
    })
}

/// Real identities of the demo office: of each kind one.
async fn reals(house: &House) -> Vec<(&'static str, String)> {
    let office = "(select account_id from person where email = 'anna@harbor-dental.example')";
    let mut found = Vec::new();
    for (kind, question) in [
        ("license", "select id::text from license where account_id = OFFICE order by id limit 1"),
        ("device", "select id::text from device where account_id = OFFICE order by id limit 1"),
        ("person", "select id::text from person where account_id = OFFICE and role = 'member' limit 1"),
        ("invitation", "select id::text from invitation where account_id = OFFICE limit 1"),
        ("session", "select public_id::text from session where public_id is not null limit 1"),
        ("recovery", "select number from recovery where account_id = OFFICE limit 1"),
        ("case", "select number from support_case where account_id = OFFICE limit 1"),
    ] {
        let question = sqlx::AssertSqlSafe(question.replace("OFFICE", office));
        found.push((kind, sqlx::query_scalar(question).fetch_one(&house.db).await.unwrap()));
    }
    found
}

/// The fields of a row with one identity in every place that takes one.
fn filled(
    fields: &[(&'static str, &'static str)],
    real: &[(&'static str, String)],
    id: &str,
) -> Vec<(&'static str, String)> {
    let of = |kind: &str| real.iter().find(|(own, _)| *own == kind).map_or_else(|| id.to_owned(), |(_, id)| id.clone());
    let fill = |(name, value): &(&'static str, &'static str)| {
        let value = match *name {
            "license" => of("license"),
            "device" => of("device"),
            "to" | "from" => of("person"),
            "what" => format!("license:{}", of("license")),
            "number" => id.to_owned(),
            name if name.contains("password") => NEW_PASSWORD.to_owned(),
            _ if *value == NO_ID => id.to_owned(),
            _ => (*value).to_owned(),
        };
        (*name, value)
    };
    fields.iter().map(fill).collect()
}

async fn asked(noor: &mut Browser, function: &str, fields: &[(&'static str, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    noor.try_call(function, &fields).await
}

fn names(answer: &Answer) -> Vec<String> {
    let mut names: Vec<String> =
        answer.headers.keys().map(ToString::to_string).filter(|name| name != "set-cookie").collect();
    names.sort();
    names
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn every_function_answers_for_anothers_thing_as_for_none(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    anna.call("invite_people", &[("emails", "paul@harbor.example")], 200).await;
    let real = reals(&house).await;
    let nobodys: Vec<_> = real.iter().map(|(kind, id)| (*kind, made_up(id))).collect();
    house.newcomer(NOOR).await;
    let mut missing = 0;
    for (function, _, fields) in naming() {
        for (_, id) in &real {
            let mut noor = house.browser();
            noor.call("sign_in", &[("email", NOOR), ("password", NEW_PASSWORD)], 200).await;
            let theirs = asked(&mut noor, function, &filled(fields, &real, id)).await;
            let made_up = made_up(id);
            let none = asked(&mut noor, function, &filled(fields, &nobodys, &made_up)).await;
            assert_eq!(theirs.status, none.status, "{function} {id}: {} {}", theirs.text(), none.text());
            assert_eq!(theirs.body, none.body, "{function} {id}");
            assert_eq!(names(&theirs), names(&none), "{function} {id}");
            missing += usize::from(theirs.status == 404);
            sqlx::query("delete from attempt").execute(&house.db).await.unwrap();
        }
    }
    assert!(missing > 150, "only {missing} answers were 404");
    house.assert_sound().await;
}

/// An identity of the same shape that nobody has.
fn made_up(real: &str) -> String {
    match real.parse::<Uuid>() {
        Ok(_) => Uuid::now_v7().to_string(),
        Err(_) => format!("{}00-0000-0000", &real[..1]),
    }
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_is_no_identity_is_a_fault_of_the_sender_everywhere(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    for (function, _, fields) in naming() {
        for bad in ["x", "", "00000000", "../../licenses", "\0", "00000000-0000-0000-0000-0000000000000", "' or 1=1 --"]
        {
            let answer = asked(&mut anna, function, &filled(fields, &[], bad)).await;
            assert!(answer.status.is_client_error(), "{function} {bad:?}: {} {}", answer.status, answer.text());
        }
        sqlx::query("delete from attempt").execute(&house.db).await.unwrap();
        if anna.try_call("get_address", &[]).await.status == 401 {
            anna = house.signed_in(ANNA).await;
        }
    }
}

/// G01: somebody who was removed, and somebody in support who was suspended, are strangers at the next click.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn who_was_removed_or_suspended_calls_nothing_any_more(db: PgPool) {
    let house = House::demo(db).await;
    let (anna, sam) = (house.signed_in(ANNA).await, house.sam().await);
    sqlx::query("update person set disabled_at = now()").execute(&house.db).await.unwrap();
    sqlx::query("update staff set disabled_at = now()").execute(&house.db).await.unwrap();
    for (function, may, fields) in TABLE.iter().filter(|(_, may, _)| !matches!(may, May::Everyone | May::Reader)) {
        for browser in [&anna, &sam] {
            let answer = browser.clone().try_call(function, fields).await;
            assert_eq!(answer.status, 401, "{function} ({may:?}): {}", answer.text());
        }
    }
}

/// G01: people find no page of support, and support none of an office.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn everybody_is_sent_to_their_own_side_of_the_house(db: PgPool) {
    let house = House::demo(db).await;
    let (mut anna, mut lena) = (house.signed_in(ANNA).await, house.lena().await);
    for route in leptos_axum::generate_route_list(app::App) {
        let path = route.path().replace(['{', '}', ':'], "");
        if server::authenticate::is_open(&path) || path == "/support/second-factor" {
            continue;
        }
        if path.starts_with("/support") {
            assert_eq!(anna.get(&path, 303).await.location(), "/support/sign-in", "{path}");
        } else {
            assert_eq!(lena.get(&path, 303).await.location(), "/support", "{path}");
        }
    }
}

/// G04: what an office is called and has stands nowhere in what another one reads.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn nothing_of_another_office_stands_in_what_one_reads(db: PgPool) {
    const MARK: &str = "ZQMARK";
    let house = House::demo(db).await;
    let mut noor = house.newcomer(NOOR).await;
    let code = house.shop("NW-IN").await.sell(&house.order("LB-1")).await;
    house.linked(&mut noor, "windows").await.activate(&code, 201).await;
    let office = "(select account_id from person where email = 'anna@harbor-dental.example')";
    for change in [
        "update account set name = 'ZQMARK office' where id = OFFICE",
        "update device set name = 'ZQMARK device' where account_id = OFFICE",
        "update support_case set subject = 'ZQMARK case' where account_id = OFFICE",
        "update purchase set order_number = 'ZQMARK-' || id, buyer_name = 'ZQMARK buyer', buyer_email = 'zqmark@example.com'
         where id in (select purchase_id from activation_code where account_id = OFFICE)",
        "update recovery set bought_at = 'ZQMARK store', buyer_name = 'ZQMARK buyer' where account_id = OFFICE",
        "update notice set title = 'ZQMARK notice' where account_id = OFFICE",
        "update person set name = 'ZQMARK person' where account_id = OFFICE",
    ] {
        let done = sqlx::query(sqlx::AssertSqlSafe(change.replace("OFFICE", office))).execute(&house.db).await.unwrap();
        assert!(done.rows_affected() > 0, "{change}");
    }
    let mut anna = house.signed_in(ANNA).await;
    let own = crawl(&mut anna, "/").await;
    let has_mark =
        |answer: &Answer| answer.body.windows(MARK.len()).any(|part| part.eq_ignore_ascii_case(MARK.as_bytes()));
    assert!(own.values().filter(|page| has_mark(page)).count() > 10, "the marks are there to be found");
    let read = crawl(&mut noor, "/").await;
    assert!(read.len() > 20 && read.keys().any(|path| path.contains("/export/")), "{:?}", read.keys());
    for (address, answer) in &read {
        assert!(!has_mark(answer), "{address} shows what is another office's");
    }
    for (function, may, fields) in TABLE {
        if matches!(may, May::Person | May::Caretaker) && !function.ends_with("sign_out") {
            let answer = noor.try_call(function, fields).await;
            assert!(!has_mark(&answer), "{function} tells what is another office's");
            house.world.clock.shift(time::Duration::minutes(2));
        }
    }
}

/// G05: a list that goes on behind what another office has shows what is one's own, and one that goes on nowhere fails nowhere.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_place_in_anothers_list_shows_what_is_ones_own(db: PgPool) {
    let house = House::demo(db).await;
    house.signed_in(ANNA).await.call("invite_people", &[("emails", "paul@harbor.example")], 200).await;
    sqlx::query("update device set name = 'ZQMARK'").execute(&house.db).await.unwrap();
    sqlx::query("update support_case set subject = 'ZQMARK'").execute(&house.db).await.unwrap();
    let mut places: Vec<String> = reals(&house).await.into_iter().map(|(_, id)| id).collect();
    places.extend(["", "x", "%00", "-1", "99999999999999999999", "'"].map(str::to_owned));
    let mut noor = house.newcomer(NOOR).await;
    for page in ["/devices", "/licenses", "/requests", "/activity", "/notices", "/people"] {
        for place in &places {
            for name in ["after", "before"] {
                let answer = noor.try_get(&format!("{page}?{name}={place}")).await;
                assert!(answer.status.as_u16() < 500, "{page}?{name}={place}: {}", answer.status);
                assert!(
                    !answer.text().contains("ZQMARK") && !answer.text().contains("Anna Berg"),
                    "{page}?{name}={place}"
                );
            }
        }
    }
}
