//! What happened, in words.

use domain::activity::By;

use super::refusal_name;

/// Why it happened, in words, a refusal by its name; what a person wrote stands as it is.
#[must_use]
pub fn event_reason(reason: &str) -> String {
    match reason {
        "user" => "Given up on the device itself",
        "admin" => "Released in the console",
        "replaced_hardware" => "Other hardware took its place",
        "expired" => "The license ended",
        "refund" => "The purchase was refunded",
        "block" => "The code was blocked",
        "inactivity" => "Not seen for as long as the office chose",
        "transfer" => "The license moved to another account",
        code if is_refusal(code) => refusal_name(code),
        written => written,
    }
    .to_owned()
}

/// Whether this is the number of a refusal, E01 to E36.
fn is_refusal(reason: &str) -> bool {
    matches!(reason.as_bytes(), [b'E', tens, ones] if tens.is_ascii_digit() && ones.is_ascii_digit())
}

/// The events that an account's people read about, each by its name in the log.
const EVENTS: &[(&str, &str)] = &[
    ("account_opened", "The account was opened"),
    ("email_confirmed", "An e-mail address was confirmed"),
    ("signed_in", "Signed in"),
    ("sign_in_failed", "A sign-in failed"),
    ("signed_out", "Signed out"),
    ("password_reset_asked", "Asked for a new password"),
    ("password_changed", "The password was changed"),
    ("person_renamed", "Took another name"),
    ("person_invited", "Somebody was asked to join"),
    ("invitation_revoked", "An invitation was taken back"),
    ("person_joined", "Joined the office"),
    ("person_removed", "Somebody left the office"),
    ("role_set", "Somebody got another role"),
    ("office_handed_over", "The office was handed over"),
    ("license_granted", "A colleague may use the license"),
    ("license_grant_revoked", "A colleague may not use the license any more"),
    ("release_after_set", "Chose when unused places are freed"),
    ("offer_made", "A renewal or more seats were taken to the checkout"),
    ("license_grown", "The license has more seats"),
    ("license_shrunk", "The license has fewer seats; an order was taken back"),
    ("notices_chosen", "Chose what is mailed"),
    ("preferences_chosen", "Chose a time zone or a language"),
    ("signed_out_elsewhere", "Signed out everywhere else"),
    ("account_closing", "Closed the account; it ends in 14 days"),
    ("account_kept", "Signed in, so the account stays"),
    ("account_closed", "An account ended"),
    ("email_change_asked", "Asked to sign in with another address"),
    ("email_changed", "Signs in with another address"),
    ("email_change_stopped", "The change of an address was stopped"),
    ("email_change_undone", "The change of an address was taken back"),
    ("account_change_started", "Support was asked to change how somebody signs in"),
    ("account_change_confirmed", "Support agreed to change how somebody signs in, in 72 hours"),
    ("account_change_called_off", "The change of how somebody signs in was called off"),
    ("export_prepared", "Had everything put together to take it along"),
    ("export_taken", "Downloaded what was put together"),
    ("activity_taken", "Downloaded what happened in the office"),
    ("release_begun", "Began to release the seats of many devices"),
    ("undo_begun", "Began to give many seats back"),
    ("job_done", "Long work is done"),
    ("session_ended", "Signed out one browser"),
    ("two_step_on", "Switched on the second step at sign-in"),
    ("two_step_off", "Switched off the second step at sign-in"),
    ("spare_code_used", "Signed in with a recovery code"),
    ("signed_in_by_passkey", "Signed in with a passkey"),
    ("passkey_added", "Added a passkey"),
    ("passkey_removed", "Removed a passkey"),
    ("password_entered_again", "Entered the password again"),
    ("staff_signed_in", "Technical support signed in"),
    ("staff_sign_in_failed", "A sign-in to support failed"),
    ("staff_signed_out", "Technical support signed out"),
    ("staff_created", "Somebody joined technical support"),
    ("way_mailed", "Mailed somebody how to install and link"),
    ("link_asked", "A device asked to be linked"),
    ("link_approved", "Agreed to link a device"),
    ("link_denied", "Refused to link a device"),
    ("device_linked", "The device was linked"),
    ("device_relinked", "The device was linked again and kept its place"),
    ("link_refused", "The device could not be linked"),
    ("codes_issued", "Codes were issued"),
    ("seller_key_created", "A seller got a key"),
    ("seller_key_revoked", "A seller's key was taken back"),
    ("endpoint_created", "Messages go to a further place"),
    ("webhook_replayed", "A message was sent again"),
    ("order_placed", "Codes were ordered"),
    ("order_repeated", "The same order came again"),
    ("order_cancelled", "The order was taken back"),
    ("code_cancelled", "The code was cancelled"),
    ("subscription_renewed", "The subscription was paid for another period"),
    ("subscription_suspended", "The subscription was suspended"),
    ("subscription_resumed", "The subscription goes on"),
    ("subscription_cancelled", "The subscription will end"),
    ("code_added", "The code was added to the account"),
    ("license_started", "The license started"),
    ("seat_bound", "A device took a place"),
    ("seat_released", "A device gave up its place"),
    ("reserve_added", "A code waits as reserve"),
    ("reserve_removed", "The reserve code was removed"),
    ("reserve_promoted", "The reserve code took over"),
    ("reserve_failed", "The reserve code could not take over"),
    ("device_disconnected", "The device was disconnected"),
    ("device_renamed", "The device got another name"),
    ("reinstall_ticket_made", "A reinstall ticket was made"),
    ("reinstall_ticket_revoked", "The reinstall ticket was taken back"),
    ("device_reinstalled", "The device came back after a reinstall and kept its place"),
    ("reinstall_refused", "The reinstall ticket was refused"),
    ("device_uninstalled", "The application was uninstalled"),
    ("command_confirmed", "The device carried out what was asked"),
    ("agreement_accepted", "The license agreement was accepted"),
    ("databases_refused", "Databases were not updated: the license has ended"),
    ("device_stopped", "Databases were installed by hand: the application stopped"),
    ("license_handed_over", "The license was handed over"),
    ("seat_hopping", "Places were moved unusually often"),
    ("country_unknown", "A device was activated in a country that is not known"),
    ("overuse_found", "More devices than places were found"),
    ("ticket_key_rotated", "The key for tickets was changed"),
    ("sharing_found", "Others tried to use the code"),
    ("code_blocked", "The code was blocked"),
    ("code_replaced", "The code was replaced"),
    ("code_unblocked", "The code is accepted again"),
    ("activation_repeated", "The license was activated again: nothing changed"),
    ("activation_refused", "A code was refused"),
    ("code_shown", "The code was shown"),
    ("code_mailed", "The code was mailed to its administrator"),
    ("codes_mailed", "Had all own codes mailed"),
    ("code_withheld", "The code was not shown"),
    ("code_unreadable", "The code could not be read: support looks into it"),
];

/// The events of recoveries.
const RECOVERIES: [(&str, &str); 15] = [
    ("recovery_asked", "Asked for a lost code"),
    ("recovery_withdrawn", "Took the request back"),
    ("recovery_viewed", "Support looked at the request"),
    ("recovery_weighed", "The request was compared with the records"),
    ("recovery_approved", "The recovery was granted"),
    ("recovery_rejected", "The recovery was not granted"),
    ("recovery_disclosed", "The recovered code was shown"),
    ("license_end_corrected", "The end of the license was corrected"),
    ("recovery_taken", "Support looks into the request"),
    ("recovery_questioned", "Support asked for something that is missing"),
    ("recovery_noted", "Support worked on the request"),
    ("recovery_answered", "Told support more"),
    ("recovery_timed_out", "The request was closed without an answer"),
    ("order_mail_asked", "Asked for the mail about an order"),
    ("order_mail_sent", "The mail about an order was sent again"),
];

/// The events of cases.
const CASES: [(&str, &str); 15] = [
    ("case_opened", "A case was opened"),
    ("case_viewed", "Support looked at the case"),
    ("case_taken", "Support took the case"),
    ("case_noted", "Support worked on the case"),
    ("case_answered", "The case was answered"),
    ("case_moved", "The case stands differently"),
    ("case_closed", "The case was closed"),
    ("refund_asked", "Asked for a refund"),
    ("refund_appealed", "Answered the denial of a refund"),
    ("refund_first_yes", "The first of two leads granted the refund"),
    ("refund_approved", "The refund was granted"),
    ("refund_denied", "The refund was not granted"),
    ("refund_paid", "The refund was paid"),
    ("attachment_viewed", "Support looked at a file"),
    ("attachment_deleted", "A file was deleted, 90 days after its request was closed"),
];

/// The events of support's look-up.
const RECORDS: [(&str, &str); 10] = [
    ("queue_viewed", "Support looked at the queue"),
    ("trail_viewed", "Support looked at the audit log"),
    ("records_looked_up", "Support looked something up"),
    ("record_opened", "Support opened a record"),
    ("record_viewed", "Support looked at a record"),
    ("record_refused", "Support was refused a record"),
    ("harvest_stopped", "Support was stopped from opening more records"),
    ("code_matched", "Support compared what was read out with the code"),
    ("license_extended", "The license ends later"),
    ("countries_set", "The code works in other countries"),
];

/// The events of the catalog and of codes issued in numbers.
const CATALOG: [(&str, &str); 6] = [
    ("catalog_changed", "The catalog was changed"),
    ("batch_asked", "Codes were ordered in a batch"),
    ("batch_done", "The codes of a batch are there"),
    ("batch_handed_over", "The file of a batch was handed over"),
    ("import_tried", "A file of codes was tried"),
    ("feedback_handled", "What a reader said was taken care of"),
];

/// The events of how support shares its work.
const DESK: [(&str, &str); 18] = [
    ("view_kept", "A view of the queue was kept"),
    ("view_removed", "A view of the queue was removed"),
    ("case_handed_over", "Support handed the case to a colleague"),
    ("case_put_back", "The case waits for somebody in support to take it"),
    ("recovery_handed_over", "Support handed the request to a colleague"),
    ("recovery_put_back", "The request waits for somebody in support to take it"),
    ("customer_viewed", "Support began to look at your pages"),
    ("page_viewed", "Support looked at one of your pages"),
    ("block_prepared", "A list of published codes was read"),
    ("published_blocked", "Published codes were blocked"),
    ("published_unblocked", "The block of published codes was taken back"),
    ("license_transferred", "The license went to another account"),
    ("case_merged", "The case was joined with another one"),
    ("case_reminded", "Support asked for the answer once more"),
    ("reply_kept", "A saved reply was changed"),
    ("reply_retired", "A saved reply is not used any more"),
    ("flag_set", "A flag was set on an office"),
    ("flag_lifted", "A flag was lifted"),
];

/// The events of support itself.
const TEAM: [(&str, &str); 14] = [
    ("staff_signed_in_by_passkey", "Technical support signed in with a passkey"),
    ("staff_passkey_added", "Somebody in support added a passkey"),
    ("staff_passkey_removed", "Somebody in support removed a passkey"),
    ("audit_exported", "Took a part of the audit log along"),
    ("staff_invited", "Asked somebody to join support"),
    ("staff_invitation_revoked", "An invitation to support was taken back"),
    ("staff_joined", "Somebody joined support"),
    ("staff_enrolled", "Set up the second factor of support"),
    ("staff_role_set", "Somebody in support got another role"),
    ("staff_suspended", "Somebody in support was suspended"),
    ("staff_restored", "Somebody in support was let back in"),
    ("staff_sessions_ended", "Somebody in support was signed out everywhere"),
    ("staff_factor_dropped", "Somebody in support needs a new second factor"),
    ("own_account_refused", "Support was refused a deed in its own office"),
];

/// Every list of them.
fn lists() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    EVENTS.iter().chain(&RECOVERIES).chain(&CASES).chain(&RECORDS).chain(&CATALOG).chain(&DESK).chain(&TEAM)
}

/// Every event with its words, by its words.
pub fn events() -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut all: Vec<_> = lists().copied().collect();
    all.sort_unstable_by_key(|(_, words)| *words);
    all.into_iter()
}

/// What an event of the log is called. One that has no words yet is called by its name there.
#[must_use]
pub fn event(name: &str) -> String {
    let known = lists().find(|(known, _)| *known == name);
    known.map_or_else(|| name.replace('_', " "), |(_, words)| (*words).to_owned())
}

/// Who did something, in an account's own record.
#[must_use]
pub fn by(by: &By) -> String {
    match by {
        By::Person(name) | By::Device(name) => name.clone(),
        By::Support => "Technical support".to_owned(),
        By::Seller => "The seller".to_owned(),
        By::Latchkey => "Latchkey".to_owned(),
        By::Stranger => "Somebody not signed in".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names as the log writes them: the first of each pair in `Event::parts`.
    fn names() -> Vec<&'static str> {
        let log = include_str!("../../../domain/src/audit.rs");
        let parts = &log[log.find("fn parts").unwrap()..];
        let parts = &parts[..parts.find("pub async fn").unwrap_or(parts.len())];
        let pieces = parts.split("(\"").skip(1);
        pieces.filter_map(|piece| piece.split_once("\", ")).map(|(name, _)| name).collect()
    }

    #[test]
    fn every_event_of_the_log_has_words_and_no_words_are_left_over() {
        let mut written: Vec<&str> = names();
        let mut worded: Vec<&str> = lists().map(|(name, _)| *name).collect();
        written.sort_unstable();
        worded.sort_unstable();
        assert_eq!(written, worded);
    }

    #[test]
    fn a_refusal_is_told_by_its_name_and_what_support_wrote_as_it_stands() {
        assert_eq!(event_reason("E08"), "No places for this kind of device");
        assert_eq!(event_reason("admin"), "Released in the console");
        for written in ["E8", "E08 was told on the phone", "Écran"] {
            assert_eq!(event_reason(written), written);
        }
    }

    #[test]
    fn an_event_without_words_is_still_readable() {
        assert_eq!(event("moon_landed"), "moon landed");
    }
}
