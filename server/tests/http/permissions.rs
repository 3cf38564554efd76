//! Who may call which server function: a table that has to name every one of them, tried with every kind of person.

use std::collections::BTreeSet;

use domain::PgPool;
use domain::cx::Cx;
use domain::demo::PASSWORD;
use domain::person::Email;
use domain::staff::StaffRole;
use domain::staff::store::{NewStaff, create};
use leptos::server_fn::axum::server_fn_paths;
use server::authenticate::OPEN_FUNCTIONS;

use crate::harness::{ANNA, Browser, House, MIA};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum May {
    /// Strangers too.
    Everyone,
    /// Whoever has signed in.
    SignedIn,
    /// People of an account.
    Person,
    /// People who look after an office.
    Caretaker,
    /// Everybody in support.
    Staff,
    /// Those in support who decide.
    Decider,
    /// Leads in support.
    Lead,
}

const NO_ID: &str = "00000000-0000-0000-0000-000000000000";
const CODE: [(&str, &str); 2] = [("device", NO_ID), ("code", "AAAAA")];
const DECISION: [(&str, &str); 2] = [("number", "R00-0000-0000"), ("reason", "A reason that is long enough")];

const WORK: [(&str, &str); 4] = [("number", "S00-0000-0000"), ("version", "1"), ("message", "x"), ("state", "open")];

/// A function, who may call it, and fields to call it with.
type Row = (&'static str, May, &'static [(&'static str, &'static str)]);

/// The functions that end the session come last.
const TABLE: &[Row] = &[
    ("sign_up", May::Everyone, &[("email", ""), ("name", ""), ("office", ""), ("country", ""), ("password", "")]),
    ("confirm_email", May::Everyone, &[("token", "x")]),
    ("sign_in", May::Everyone, &[("email", "nobody@example.com"), ("password", "x")]),
    ("sign_in_by_code", May::Everyone, &[("one_time_code", "000000")]),
    ("begin_passkey_sign_in", May::Everyone, &[]),
    ("sign_in_by_passkey", May::Everyone, &[("passkey", "{}")]),
    ("confirm_email_change", May::Everyone, &[("token", "x")]),
    ("stop_email_change", May::Everyone, &[("token", "x")]),
    ("ask_password_reset", May::Everyone, &[("email", "")]),
    ("set_password", May::Everyone, &[("token", "x"), ("password", "x")]),
    (
        "staff_sign_in",
        May::Everyone,
        &[("email", "nobody@example.com"), ("password", "x"), ("one_time_code", "000000")],
    ),
    ("get_unsubscribe", May::Everyone, &[("token", "x")]),
    ("unsubscribe", May::Everyone, &[("token", "x")]),
    ("get_invitation", May::Everyone, &[("token", "x")]),
    ("join_office", May::Everyone, &[("token", "x"), ("name", "x"), ("password", "x")]),
    ("get_people", May::Person, &[]),
    ("get_person", May::Person, &[("id", NO_ID)]),
    ("invite_people", May::Caretaker, &[("emails", "paul@harbor.example")]),
    ("revoke_invitation", May::Caretaker, &[("id", NO_ID)]),
    ("set_role", May::Caretaker, &[("id", NO_ID), ("role", "member")]),
    ("hand_over_office", May::Caretaker, &[("id", NO_ID)]),
    ("remove_person", May::Person, &[("id", NO_ID)]),
    ("grant_license", May::Person, &[("id", NO_ID), ("to", NO_ID), ("seats", "1")]),
    ("revoke_grant", May::Person, &[("id", NO_ID), ("from", NO_ID)]),
    ("get_notices", May::Person, &[]),
    ("read_notices", May::Person, &[]),
    ("set_notice_mails", May::Person, &[]),
    ("set_notice_days", May::Caretaker, &[]),
    ("get_address", May::SignedIn, &[]),
    ("get_office", May::Person, &[]),
    ("get_devices", May::Person, &[]),
    ("get_link_devices", May::Person, &[]),
    ("get_licenses", May::Person, &[]),
    ("find_licenses", May::Person, &[("search[q]", ""), ("search[show]", "all")]),
    ("get_license", May::Person, &[("id", NO_ID)]),
    ("show_code", May::Person, &[("id", NO_ID), ("password", "wrong")]),
    ("get_renewables", May::Person, &[]),
    ("find_renewable", May::Person, &[("by", "x")]),
    ("make_offer", May::Person, &[("license", NO_ID)]),
    ("get_checkout", May::Person, &[("offer", NO_ID)]),
    ("pay_offer", May::Person, &[("offer", NO_ID)]),
    ("get_license_history", May::Person, &[("id", NO_ID)]),
    ("mail_code", May::Person, &[("id", NO_ID), ("password", "wrong")]),
    ("rotate_code", May::Person, &[("id", NO_ID), ("password", "wrong")]),
    ("preview_code", May::Person, &CODE),
    ("add_code", May::Person, &CODE),
    ("get_stores", May::Person, &[]),
    ("hand_over_license", May::Person, &[("id", NO_ID), ("to", NO_ID)]),
    ("get_device", May::Person, &[("id", NO_ID)]),
    ("preview_releases", May::Person, &[]),
    ("release_seats", May::Person, &[]),
    ("undo_releases", May::Person, &[("batch", NO_ID)]),
    ("set_release_after", May::Caretaker, &[("days", "")]),
    ("rename_device", May::Person, &[("id", NO_ID), ("device_name", "Reception")]),
    ("disconnect_device", May::Person, &[("id", NO_ID)]),
    ("get_reinstall", May::Person, &[("id", NO_ID)]),
    ("make_reinstall_ticket", May::Person, &[("id", NO_ID)]),
    ("revoke_reinstall_ticket", May::Person, &[("id", NO_ID)]),
    ("preview_release", May::Person, &[("device", NO_ID), ("license", NO_ID)]),
    ("release_seat", May::Person, &[("device", NO_ID), ("license", NO_ID)]),
    ("remove_reserve", May::Person, &[("device", NO_ID)]),
    ("activate_now", May::Person, &[("device", NO_ID)]),
    ("preview_send", May::Person, &[("device", NO_ID), ("what", "license:x")]),
    ("send_license", May::Person, &[("device", NO_ID), ("what", "license:x")]),
    ("find_link", May::Person, &[("user_code", "BCDF-VWXZ")]),
    ("link_device", May::Person, &[("user_code", "BCDF-VWXZ")]),
    ("mail_way", May::Person, &[("to", NO_ID)]),
    ("deny_device", May::Person, &[("user_code", "BCDF-VWXZ")]),
    ("ask_recovery", May::Person, &[("reason", "")]),
    ("disclose", May::Person, &[("token", "x")]),
    ("get_activity", May::Person, &[]),
    ("get_own", May::Person, &[]),
    ("rename_own", May::Person, &[("name", "")]),
    ("get_requests", May::Person, &[]),
    ("get_request", May::Person, &[("number", "R00-0000-0000")]),
    ("withdraw_request", May::Person, &[("number", "R00-0000-0000")]),
    ("open_case", May::Person, &[("topic", "")]),
    ("get_case", May::Person, &[("number", "S00-0000-0000")]),
    ("answer_case", May::Person, &[("number", "S00-0000-0000"), ("message", "x")]),
    ("solve_case", May::Person, &[("number", "S00-0000-0000")]),
    ("get_desk_case", May::Staff, &[("number", "S00-0000-0000")]),
    ("take_case", May::Decider, &WORK),
    ("note_case", May::Decider, &[("number", "S00-0000-0000"), ("note", "x")]),
    ("reply_case", May::Decider, &WORK),
    ("move_case", May::Decider, &WORK),
    ("get_refund_facts", May::Person, &[("license", NO_ID)]),
    ("ask_refund", May::Person, &[("license", NO_ID), ("description", "x")]),
    ("decide_refund", May::Lead, &DECISION),
    ("pay_refund", May::Lead, &DECISION),
    ("get_known", May::Person, &[]),
    ("resend_order", May::Person, &[("order_email", "")]),
    ("answer_request", May::Person, &[("number", "R00-0000-0000"), ("message", "x")]),
    ("take_recovery", May::Decider, &DECISION),
    ("correct_end", May::Decider, &DECISION),
    ("ask_for_more", May::Decider, &[("number", "R00-0000-0000"), ("missing", "A photo of the receipt")]),
    ("get_queue", May::Staff, &[("part", "waiting")]),
    ("get_review", May::Staff, &[("number", "R00-0000-0000")]),
    ("approve_recovery", May::Decider, &DECISION),
    ("reject_recovery", May::Decider, &DECISION),
    ("get_feedback", May::Staff, &[]),
    ("handle_feedback", May::Staff, &[("id", NO_ID)]),
    ("look_up", May::Decider, &[("sought", "nobody@example.com")]),
    (
        "open_record",
        May::Decider,
        &[("record", "code"), ("id", NO_ID), ("request", "S-1"), ("reason", "Because of a test")],
    ),
    ("get_desk_customer", May::Decider, &[("id", NO_ID)]),
    ("get_desk_code", May::Decider, &[("id", NO_ID)]),
    ("get_desk_device", May::Decider, &[("id", NO_ID)]),
    ("match_code", May::Decider, &[("id", NO_ID), ("read_out", "x")]),
    ("change_code", May::Decider, &[("id", NO_ID), ("change", "replace"), ("reason", ".")]),
    ("send_feedback", May::Person, &[("article", "free-a-seat"), ("helpful", "yes"), ("comment", "")]),
    ("get_sessions", May::Person, &[]),
    ("end_session", May::Person, &[("id", NO_ID), ("session_password", "")]),
    ("get_two_step", May::Person, &[]),
    ("begin_two_step", May::Person, &[("two_step_password", "")]),
    ("switch_on_two_step", May::Person, &[("one_time_code", "000000")]),
    ("switch_off_two_step", May::Person, &[("two_step_password", ""), ("one_time_code", "000000")]),
    ("set_preferences", May::Person, &[]),
    ("get_passkeys", May::Person, &[]),
    ("begin_passkey", May::Person, &[("passkey_name", ""), ("passkey_password", "")]),
    ("add_passkey", May::Person, &[("passkey", "{}")]),
    ("remove_passkey", May::Person, &[("id", NO_ID), ("removal_password", "")]),
    ("ask_email_change", May::Person, &[("new_email", ""), ("email_password", "")]),
    ("close_account", May::Person, &[("close_password", "")]),
    ("mail_codes", May::Person, &[("codes_password", "")]),
    ("change_password", May::Person, &[("current", "wrong"), ("password", "x")]),
    ("sign_out_elsewhere", May::Person, &[]),
    ("sign_out", May::Person, &[]),
    ("staff_sign_out", May::Staff, &[]),
];

/// Somebody in support who only looks.
async fn auditor(house: &House) -> Browser {
    let hash = app::auth::password::hash(PASSWORD).await.unwrap();
    let email = Email::parse("ada@northwall.example").unwrap();
    let new = NewStaff { email, name: "Ada Quill".to_owned(), role: StaffRole::Auditor, password_hash: hash };
    let (_, secret) = create(Cx::system(&house.world), new).await.unwrap();
    let mut browser = house.browser();
    let code = house.one_time_code(&secret);
    let fields = [("email", "ada@northwall.example"), ("password", PASSWORD), ("one_time_code", &code)];
    browser.call("staff_sign_in", &fields, 200).await;
    browser
}

#[test]
fn every_server_function_stands_in_the_table() {
    let known: BTreeSet<&str> = TABLE.iter().map(|(function, _, _)| *function).collect();
    let there: BTreeSet<&str> = server_fn_paths().map(|(path, _)| path.trim_start_matches("/api/")).collect();
    assert_eq!(known, there);
}

#[test]
fn the_open_functions_are_those_for_everyone() {
    let everyone: BTreeSet<&str> = TABLE.iter().filter(|row| row.1 == May::Everyone).map(|row| row.0).collect();
    assert_eq!(everyone, OPEN_FUNCTIONS.iter().copied().collect());
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn everybody_may_exactly_what_the_table_says(db: PgPool) {
    let house = House::demo(db).await;
    let people: [(&str, &[May]); 5] = [
        ("an owner", &[May::Everyone, May::SignedIn, May::Person, May::Caretaker]),
        ("a member", &[May::Everyone, May::SignedIn, May::Person]),
        ("an agent", &[May::Everyone, May::SignedIn, May::Staff, May::Decider]),
        ("a lead", &[May::Everyone, May::SignedIn, May::Staff, May::Decider, May::Lead]),
        ("an auditor", &[May::Everyone, May::SignedIn, May::Staff]),
    ];
    for (who, rights) in people {
        let mut browser = match who {
            "an owner" => house.signed_in(ANNA).await,
            "a member" => house.signed_in(MIA).await,
            "an agent" => house.sam().await,
            "a lead" => house.lena().await,
            _ => auditor(&house).await,
        };
        // what is refused comes first: signing out ends the session
        let (granted, refused): (Vec<_>, Vec<_>) = TABLE.iter().copied().partition(|(_, may, _)| rights.contains(may));
        for (function, may, fields) in refused.into_iter().chain(granted) {
            let answer = browser.try_call(function, fields).await;
            if rights.contains(&may) {
                let done = !matches!(answer.status.as_u16(), 401 | 403 | 500..);
                assert!(done, "{who} may {function}, but: {} {}", answer.status, answer.text());
            } else {
                assert_eq!(answer.status, 403, "{who} may not {function}: {}", answer.text());
            }
            // two functions at the same instant would wait for each other's limits
            house.world.clock.shift(time::Duration::minutes(4));
        }
    }
}
