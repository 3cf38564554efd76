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
pub enum May {
    /// Strangers too.
    Everyone,
    /// Strangers and people of an account: whoever reads the help.
    Reader,
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
    /// Leads and auditors in support.
    Overseer,
    /// Who joined support and has no second factor yet.
    Newcomer,
}

pub const NO_ID: &str = "00000000-0000-0000-0000-000000000000";
const CODE: [(&str, &str); 2] = [("device", NO_ID), ("code", "AAAAA")];
const DECISION: [(&str, &str); 3] =
    [("number", "R00-0000-0000"), ("version", "1"), ("reason", "A reason that is long enough")];

const WORK: [(&str, &str); 4] = [("number", "S00-0000-0000"), ("version", "1"), ("message", "x"), ("state", "open")];

/// Nothing is called like this, so nothing is released.
const SEARCH: [(&str, &str); 3] = [("search[q]", "no such device"), ("search[show]", "all"), ("search[sort]", "name")];

/// A function, who may call it, and fields to call it with.
pub type Row = (&'static str, May, &'static [(&'static str, &'static str)]);

/// The functions that end the session come last.
pub const TABLE: &[Row] = &[
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
    ("staff_sign_in_by_passkey", May::Everyone, &[("passkey", "{}")]),
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
    ("get_session_end", May::SignedIn, &[]),
    ("stay_signed_in", May::SignedIn, &[]),
    ("get_office", May::Person, &[]),
    ("get_device_history", May::Person, &[("id", NO_ID)]),
    ("get_standing", May::Person, &[("number", "S00-0000-0000")]),
    ("get_devices", May::Person, &[]),
    ("get_link_devices", May::Person, &[]),
    ("get_licenses", May::Person, &[]),
    ("find_licenses", May::Person, &[("search[q]", ""), ("search[show]", "all")]),
    ("get_license", May::Person, &[("id", NO_ID)]),
    ("get_holders", May::Person, &[("id", NO_ID)]),
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
    ("preview_matching", May::Person, &SEARCH),
    ("release_matching", May::Person, &SEARCH),
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
    ("get_addressees", May::Person, &[]),
    ("mail_way", May::Person, &[("to", NO_ID)]),
    ("deny_device", May::Person, &[("user_code", "BCDF-VWXZ")]),
    ("ask_recovery", May::Person, &[("reason", "")]),
    ("disclose", May::Person, &[("token", "x")]),
    ("get_activity", May::Person, &[]),
    ("get_own", May::Person, &[]),
    ("get_export", May::Person, &[]),
    ("prepare_export", May::Person, &[]),
    ("get_progress", May::Person, &[("id", NO_ID)]),
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
    ("replace_ended_code", May::Decider, &DECISION),
    (
        "ask_for_more",
        May::Decider,
        &[("number", "R00-0000-0000"), ("version", "1"), ("missing", "A photo of the receipt")],
    ),
    ("take_request", May::Decider, &DECISION),
    ("hand_over_request", May::Decider, &[("number", "R00-0000-0000"), ("version", "1"), ("to", NO_ID)]),
    ("put_back_request", May::Decider, &DECISION),
    ("transfer_license", May::Lead, &[("id", NO_ID), ("new_owner", "x"), ("reason", "Because of a test")]),
    ("get_published", May::Lead, &[]),
    ("prepare_block", May::Lead, &[("list", ""), ("found_at", "")]),
    ("block_published", May::Lead, &[("id", NO_ID)]),
    ("undo_block", May::Lead, &[("id", NO_ID)]),
    ("view_customer", May::Decider, &[("id", NO_ID)]),
    ("leave_view", May::Staff, &[]),
    ("decide_appeal", May::Lead, &DECISION),
    ("merge_case", May::Decider, &[("number", "S00-0000-0000"), ("version", "1"), ("into", "S00-0000-0001")]),
    ("follow_up_case", May::Decider, &[("number", "S00-0000-0000"), ("message", "x")]),
    ("get_replies", May::Staff, &[]),
    ("keep_reply", May::Lead, &[("title", ""), ("text", "")]),
    ("fill_reply", May::Decider, &[("number", "S00-0000-0000"), ("reply", "None of them")]),
    ("note_recovery", May::Decider, &[("number", "R00-0000-0000"), ("note", "x")]),
    ("retire_reply", May::Lead, &[("id", NO_ID)]),
    ("set_flag", May::Lead, &[("account", NO_ID), ("kind", "priority"), ("reason", "Because of a test")]),
    ("lift_flag", May::Lead, &[("id", NO_ID)]),
    ("stay_here", May::Staff, &[("number", "R00-0000-0000")]),
    ("get_queue", May::Staff, &[("part", "waiting")]),
    ("get_review", May::Staff, &[("number", "R00-0000-0000")]),
    ("approve_recovery", May::Decider, &DECISION),
    ("reject_recovery", May::Decider, &DECISION),
    ("get_feedback", May::Staff, &[]),
    ("get_audit", May::Overseer, &[]),
    ("get_team", May::Lead, &[]),
    ("invite_staff", May::Lead, &[("email", ""), ("role", "agent")]),
    ("revoke_staff_invitation", May::Lead, &[("id", NO_ID)]),
    ("set_staff_role", May::Lead, &[("id", NO_ID), ("role", "agent")]),
    ("change_staff", May::Lead, &[("id", NO_ID), ("change", "suspend")]),
    ("get_staff_invitation", May::Everyone, &[("token", "x")]),
    ("join_support", May::Everyone, &[("token", "x"), ("name", "x"), ("password", "x")]),
    ("begin_staff_factor", May::Newcomer, &[]),
    ("enroll_staff", May::Newcomer, &[("one_time_code", "000000")]),
    ("handle_feedback", May::Decider, &[("id", NO_ID)]),
    ("look_up", May::Staff, &[("sought", "nobody@example.com")]),
    (
        "open_record",
        May::Staff,
        &[("record", "code"), ("id", NO_ID), ("request", "S-1"), ("reason", "Because of a test")],
    ),
    ("get_desk_customer", May::Staff, &[("id", NO_ID)]),
    ("get_desk_code", May::Staff, &[("id", NO_ID)]),
    ("get_desk_device", May::Staff, &[("id", NO_ID)]),
    ("match_code", May::Decider, &[("id", NO_ID), ("read_out", "x")]),
    ("change_code", May::Decider, &[("id", NO_ID), ("change", "replace"), ("reason", ".")]),
    ("get_catalog", May::Staff, &[("part", "product")]),
    ("get_entry", May::Staff, &[("id", NO_ID)]),
    ("get_blank", May::Staff, &[]),
    ("save_entry", May::Lead, &[("part", "bundle")]),
    ("retire_entry", May::Lead, &[("id", NO_ID), ("reason", "Because of a test")]),
    ("make_seller_key", May::Lead, &[("seller", NO_ID), ("key_name", "A test")]),
    ("revoke_seller_key", May::Lead, &[("seller", NO_ID), ("key", NO_ID)]),
    ("get_batches", May::Staff, &[]),
    ("get_batch", May::Staff, &[("id", NO_ID)]),
    ("order_codes", May::Lead, &[]),
    ("try_import", May::Lead, &[]),
    ("get_import", May::Lead, &[("id", NO_ID)]),
    ("bring_in", May::Lead, &[("id", NO_ID)]),
    ("drop_import", May::Lead, &[("id", NO_ID)]),
    ("get_pictures", May::Lead, &[]),
    ("get_status", May::Everyone, &[]),
    ("send_feedback", May::Reader, &[("article", "free-a-seat"), ("helpful", "yes"), ("comment", "")]),
    ("get_staff_passkeys", May::Staff, &[]),
    ("begin_staff_passkey", May::Staff, &[("passkey_name", ""), ("one_time_code", "")]),
    ("add_staff_passkey", May::Staff, &[("passkey", "{}")]),
    ("remove_staff_passkey", May::Staff, &[("id", NO_ID)]),
    ("keep_view", May::Staff, &[("view_name", "")]),
    ("remove_view", May::Staff, &[("id", NO_ID)]),
    ("get_looking", May::Staff, &[]),
    (
        "start_account_change",
        May::Decider,
        &[
            ("account", NO_ID),
            ("person", NO_ID),
            ("change", "second_step"),
            ("reason", "Lost the phone with the codes"),
        ],
    ),
    ("confirm_account_change", May::Lead, &[("id", NO_ID)]),
    ("call_off_account_change", May::Decider, &[("id", NO_ID)]),
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

/// Everybody there is, with what each of them may.
pub const ROLES: [(&str, &[May]); 5] = [
    ("an owner", &[May::Everyone, May::Reader, May::SignedIn, May::Person, May::Caretaker]),
    ("a member", &[May::Everyone, May::Reader, May::SignedIn, May::Person]),
    ("an agent", &[May::Everyone, May::SignedIn, May::Staff, May::Decider]),
    ("a lead", &[May::Everyone, May::SignedIn, May::Staff, May::Decider, May::Lead, May::Overseer]),
    ("an auditor", &[May::Everyone, May::SignedIn, May::Staff, May::Overseer]),
];

/// A browser in which one of them has signed in.
pub async fn signed_in_as(house: &House, who: &str) -> Browser {
    match who {
        "an owner" => house.signed_in(ANNA).await,
        "a member" => house.signed_in(MIA).await,
        "an agent" => house.sam().await,
        "a lead" => house.lena().await,
        _ => auditor(house).await,
    }
}

/// Somebody in support who only looks.
pub async fn auditor(house: &House) -> Browser {
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
    let everyone: BTreeSet<&str> =
        TABLE.iter().filter(|row| matches!(row.1, May::Everyone | May::Reader)).map(|row| row.0).collect();
    assert_eq!(everyone, OPEN_FUNCTIONS.iter().copied().collect());
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn everybody_may_exactly_what_the_table_says(db: PgPool) {
    let house = House::demo(db).await;
    for (who, rights) in ROLES {
        let mut browser = signed_in_as(&house, who).await;
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
            house.world.clock.shift(time::Duration::minutes(3));
        }
    }
}
