//! What a role may not touch it does not touch by naming it: real identities are answered as made-up ones are, and nothing
//! changes (G01, G02, G03).

use domain::PgPool;
use http::StatusCode;
use uuid::Uuid;

use crate::harness::{Browser, House};
use crate::permissions::{May, NO_ID, ROLES, Row, TABLE, signed_in_as};
use crate::viewing::all_of_it;

/// Things of every kind that functions name, each there is.
const KINDS: [(&str, &str); 13] = [
    ("account", "select account_id::text from person where email = 'anna@harbor-dental.example'"),
    ("person", "select id::text from person where email = 'mia@harbor-dental.example'"),
    ("device", "select id::text from device order by id limit 1"),
    ("license", "select id::text from license order by id limit 1"),
    ("code", "select code_id::text from license order by id limit 1"),
    ("staff", "select id::text from staff where email = 'priya@northwall.example'"),
    ("product", "select id::text from product order by id limit 1"),
    ("seller", "select id::text from seller order by id limit 1"),
    ("reply", "select id::text from saved_reply order by id limit 1"),
    ("view", "select id::text from saved_view order by id limit 1"),
    ("flag", "select id::text from customer_flag order by id limit 1"),
    ("case", "select number from support_case where state in ('new', 'open', 'pending') order by id limit 1"),
    ("recovery", "select number from recovery order by id limit 1"),
];

/// A house in which one thing of each kind is.
async fn furnished(db: PgPool) -> (House, Vec<(&'static str, String)>) {
    let house = House::demo(db).await;
    let mut priya = house.priya().await;
    let kept = [("view_name", "Mine"), ("part", "waiting")];
    priya.call("keep_view", &kept, 200).await;
    let account = one(&house, KINDS[0].1).await;
    let case = one(&house, KINDS[11].1).await;
    let opens =
        [("record", "customer"), ("id", account.as_str()), ("request", &case), ("reason", "They asked us to look")];
    priya.call("open_record", &opens, 200).await;
    let flag = [("account", account.as_str()), ("kind", "priority"), ("reason", "Because of a test")];
    priya.call("set_flag", &flag, 200).await;
    let mut real = Vec::new();
    for (kind, question) in KINDS {
        real.push((kind, one(&house, question).await));
    }
    (house, real)
}

async fn one(house: &House, question: &'static str) -> String {
    sqlx::query_scalar(question).fetch_one(&house.db).await.unwrap_or_else(|error| panic!("{question}: {error}"))
}

/// An identity of the same shape that nobody has.
fn made_up(real: &str) -> String {
    if is_uuid(real) { Uuid::now_v7().to_string() } else { format!("{}00-0000-0000", &real[..1]) }
}

fn names_things((_, _, fields): &Row) -> bool {
    fields.iter().any(|(name, value)| *value == NO_ID || ["number", "into"].contains(name))
}

/// A row's fields with one identity or number wherever it takes one.
fn filled<'a>(fields: &[(&'static str, &'a str)], id: &'a str) -> Vec<(&'static str, &'a str)> {
    let is_number = |name: &str| ["number", "into"].contains(&name);
    let takes = |name: &str, value: &str| if is_uuid(id) { value == NO_ID } else { is_number(name) };
    fields.iter().map(|(name, value)| (*name, if takes(name, value) { id } else { *value })).collect()
}

fn is_uuid(id: &str) -> bool {
    id.parse::<Uuid>().is_ok()
}

/// What nobody of this role may do stays undone and tells nothing, whatever it is done to.
async fn refused(who: &str, browser: &mut Browser, row: &Row, real: &[(&'static str, String)]) {
    let (function, _, fields) = row;
    for (kind, id) in real {
        let answer = browser.try_call(function, &filled(fields, id)).await;
        assert_eq!(answer.status, 403, "{who} may not {function} a {kind}: {}", answer.text());
        let none = made_up(id);
        let none = browser.try_call(function, &filled(fields, &none)).await;
        assert_eq!(answer.body, none.body, "{who} learns from {function} that a {kind} is there");
    }
}

/// G03: a function that is not for a role is refused before it looks at what it was asked about.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_is_not_for_a_role_is_refused_for_real_things_as_for_none(db: PgPool) {
    let (house, real) = furnished(db).await;
    for (who, rights) in ROLES {
        let mut browser = signed_in_as(&house, who).await;
        let before = all_of_it(&house).await;
        let mut tried = 0;
        for row in TABLE.iter().filter(|row| !rights.contains(&row.1) && names_things(row)) {
            refused(who, &mut browser, row, &real).await;
            tried += 1;
        }
        assert!(tried > 30, "{who} was refused {tried} functions only");
        assert_eq!(all_of_it(&house).await, before, "{who} changed something");
    }
}

/// The functions of support that take a thing whose record has to be open, or that is somebody else's.
const CLOSED: [&str; 11] = [
    "get_desk_customer",
    "get_desk_code",
    "get_desk_device",
    "view_customer",
    "match_code",
    "change_code",
    "set_flag",
    "transfer_license",
    "start_account_change",
    "remove_view",
    "remove_staff_passkey",
];

/// G02: a record that is not open, and what belongs to a colleague, is answered to those in support as if it were not there.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_record_that_is_not_open_is_answered_as_one_that_is_not_there(db: PgPool) {
    let (house, real) = furnished(db).await;
    for (who, rights) in ROLES.into_iter().filter(|(_, rights)| rights.contains(&May::Staff)) {
        let mut browser = signed_in_as(&house, who).await;
        let before = all_of_it(&house).await;
        let rows = TABLE.iter().filter(|(function, may, _)| CLOSED.contains(function) && rights.contains(may));
        let mut tried = 0;
        for (function, _, fields) in rows {
            for (kind, id) in &real {
                let there = browser.try_call(function, &filled(fields, id)).await;
                let none = made_up(id);
                let none = browser.try_call(function, &filled(fields, &none)).await;
                assert_eq!(there.status, none.status, "{who} {function} {kind}: {}", there.text());
                assert_eq!(there.body, none.body, "{who} {function} {kind}");
                let nothing = there.text() == "null" || there.status.is_client_error();
                assert!(nothing && there.status != StatusCode::FORBIDDEN, "{who} {function} {kind}: {}", there.text());
                tried += 1;
            }
            sqlx::query("delete from attempt").execute(&house.db).await.unwrap();
        }
        assert!(tried > 50, "{who} tried {tried}");
        assert_eq!(all_of_it(&house).await, before, "{who} changed something");
    }
}

/// What is no identity is a fault of the sender in support, too, and never of ours.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_is_no_identity_is_a_fault_of_the_sender_in_support_as_well(db: PgPool) {
    let house = House::demo(db).await;
    let mut lena = house.lena().await;
    for row in TABLE.iter().filter(|row| matches!(row.1, May::Staff | May::Decider | May::Lead) && names_things(row)) {
        for bad in ["x", "", "00000000", "../../support", "\0", "00000000-0000-0000-0000-0000000000000", "' or 1=1 --"]
        {
            let named = |(name, value): &(&'static str, &'static str)| {
                (*name, if *value == NO_ID || ["number", "into"].contains(name) { bad } else { *value })
            };
            let fields: Vec<(&str, &str)> = row.2.iter().map(named).collect();
            let answer = lena.try_call(row.0, &fields).await;
            assert!(answer.status.is_client_error(), "{} {bad:?}: {} {}", row.0, answer.status, answer.text());
        }
    }
}
