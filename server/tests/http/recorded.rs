//! Each deed of support that is done leaves exactly one event, and one that is refused none that says it was done (K07).

use domain::PgPool;

use crate::harness::{Browser, House};
use crate::own_office::{Between, lead};

async fn text(house: &House, question: &'static str) -> String {
    sqlx::query_scalar(question).fetch_one(&house.db).await.unwrap()
}

/// The version of a request that is looked at.
async fn version(house: &House, number: &str) -> String {
    let question = "select version::text from support_case where number = $1
                    union all select version::text from recovery where number = $1";
    let found = sqlx::query_scalar(question).bind(number).fetch_optional(&house.db).await.unwrap();
    found.unwrap_or_default()
}

/// Does something and says how many events that left.
async fn events(house: &House, who: &mut Browser, function: &str, fields: &[(&str, &str)]) -> i64 {
    let before = house.count("select count(*) from audit_event").await;
    let version = version(house, fields[0].1).await;
    let fields = [fields, &[("version", version.as_str()), ("reason", "A reason that is long enough")]].concat();
    who.call(function, &fields, 200).await;
    house.count("select count(*) from audit_event").await - before
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn each_deed_of_support_leaves_one_event(db: PgPool) {
    let house = House::demo(db).await;
    let mut sam = lead(&house).await;
    let between = Between::of_the_demo(&house, &mut sam).await;
    let account = text(&house, "select account_id::text from support_case limit 1").await;
    let reply = text(&house, "select title from saved_reply limit 1").await;
    house.watch().await;
    let staff = between.colleague.as_str();
    let case = ("number", between.case.as_str());
    let recovery = ("number", between.recovery.as_str());
    let deeds: Vec<(&str, Vec<(&str, &str)>)> = vec![
        ("take_case", vec![case]),
        ("note_case", vec![case, ("note", "Something that is noted")]),
        ("fill_reply", vec![case, ("reply", &reply)]),
        ("reply_case", vec![case, ("message", "An answer"), ("state", "open")]),
        ("move_case", vec![case, ("state", "on_hold")]),
        ("put_back_request", vec![case]),
        ("take_request", vec![case]),
        ("hand_over_request", vec![case, ("to", staff)]),
        ("merge_case", vec![case, ("into", &between.other)]),
        ("follow_up_case", vec![("number", &between.closed), ("message", "We go on with it")]),
        ("take_recovery", vec![recovery]),
        ("put_back_request", vec![recovery]),
        ("fill_reply", vec![recovery, ("reply", &reply)]),
        ("note_recovery", vec![recovery, ("note", "Something that is noted")]),
        ("ask_for_more", vec![recovery, ("missing", "A photo of the receipt")]),
        ("reject_recovery", vec![recovery]),
        ("set_flag", vec![("account", &account), ("kind", "priority")]),
        ("keep_reply", vec![("title", "A greeting"), ("text", "Hello and thank you.")]),
        ("invite_staff", vec![("email", "ada@northwall.example"), ("role", "agent")]),
        ("set_staff_role", vec![("id", staff), ("role", "agent")]),
        ("change_staff", vec![("id", staff), ("change", "end_sessions")]),
        ("change_staff", vec![("id", staff), ("change", "suspend")]),
        ("change_staff", vec![("id", staff), ("change", "restore")]),
    ];
    for (function, fields) in deeds {
        assert_eq!(events(&house, &mut sam, function, &fields).await, 1, "{function}");
    }
    let invitation = text(&house, "select id::text from staff_invitation").await;
    assert_eq!(events(&house, &mut sam, "revoke_staff_invitation", &[("id", &invitation)]).await, 1);
    house.assert_told().await;
    house.assert_sound().await;
}
