//! What happened, in words.

use domain::activity::By;

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
];

/// The events of recoveries.
const RECOVERIES: [(&str, &str); 13] = [
    ("recovery_asked", "Asked for a lost code"),
    ("recovery_withdrawn", "Took the request back"),
    ("recovery_viewed", "Support looked at the request"),
    ("recovery_approved", "The recovery was granted"),
    ("recovery_rejected", "The recovery was not granted"),
    ("recovery_disclosed", "The recovered code was shown"),
    ("license_end_corrected", "The end of the license was corrected"),
    ("recovery_taken", "Support looks into the request"),
    ("recovery_questioned", "Support asked for something that is missing"),
    ("recovery_answered", "Told support more"),
    ("recovery_timed_out", "The request was closed without an answer"),
    ("order_mail_asked", "Asked for the mail about an order"),
    ("order_mail_sent", "The mail about an order was sent again"),
];

/// The events of cases.
const CASES: [(&str, &str); 14] = [
    ("case_opened", "A case was opened"),
    ("case_viewed", "Support looked at the case"),
    ("case_taken", "Support took the case"),
    ("case_noted", "Support worked on the case"),
    ("case_answered", "The case was answered"),
    ("case_moved", "The case stands differently"),
    ("case_closed", "The case was closed"),
    ("refund_asked", "Asked for a refund"),
    ("refund_appealed", "Answered the denial of a refund"),
    ("refund_approved", "The refund was granted"),
    ("refund_denied", "The refund was not granted"),
    ("refund_paid", "The refund was paid"),
    ("attachment_viewed", "Support looked at a file"),
    ("attachment_deleted", "A file was deleted, 90 days after its request was closed"),
];

/// The events of support's look-up.
const RECORDS: [(&str, &str); 8] = [
    ("records_looked_up", "Support looked something up"),
    ("record_opened", "Support opened a record"),
    ("record_viewed", "Support looked at a record"),
    ("record_refused", "Support was refused a record"),
    ("harvest_stopped", "Support was stopped from opening more records"),
    ("code_matched", "Support compared what was read out with the code"),
    ("license_extended", "The license ends later"),
    ("countries_set", "The code works in other countries"),
];

/// What an event of the log is called. One that has no words yet is called by its name there.
#[must_use]
pub fn event(name: &str) -> String {
    let known = EVENTS.iter().chain(&RECOVERIES).chain(&CASES).chain(&RECORDS).find(|(known, _)| *known == name);
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
        let mut worded: Vec<&str> =
            EVENTS.iter().chain(&RECOVERIES).chain(&CASES).chain(&RECORDS).map(|(name, _)| *name).collect();
        written.sort_unstable();
        worded.sort_unstable();
        assert_eq!(written, worded);
    }

    #[test]
    fn an_event_without_words_is_still_readable() {
        assert_eq!(event("moon_landed"), "moon landed");
    }
}
