//! The refusals in words: what happened, and the one thing to do (domain §3.7).

use domain::activation::{PreviousCodeCause, Refusal};
use domain::code::Script;
use domain::country::{Country, CountrySource};
use domain::seat::{Holder, SeatClass};
use domain::text::COUNTED;

use super::seat_class_in_sentence;
use super::time::{day, moment, second};

/// The block of a code, from 1, in which this character stands.
const fn block_of(position: usize) -> usize {
    position.saturating_sub(1) / domain::code::BLOCK + 1
}

/// A block by its place in the code.
#[must_use]
pub const fn ordinal(block: usize) -> &'static str {
    match block {
        1 => "first",
        2 => "second",
        3 => "third",
        _ => "last",
    }
}

/// What a refusal says: what happened, and what to do.
#[must_use]
pub fn refusal(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Format { license_key: true, .. } => {
            "This is a license key. It names a license and never activates one; enter the activation code: 20 Latin letters and digits in four groups of five."
                .to_owned()
        }
        Refusal::Format { entered, license_key: false, block } => {
            let look = block.map(|number| format!(" Look at the {} block.", ordinal(number))).unwrap_or_default();
            format!("The code has 20 Latin letters and digits in four groups of five. You entered {entered}.{look}")
        }
        Refusal::NonLatin { position, found, script } => {
            let script = match script {
                Script::Cyrillic => "Cyrillic",
                Script::Greek => "Greek",
            };
            format!("Character {position} ({found}) is {script}. Type the code in Latin letters.")
        }
        Refusal::NotFound { outside: None } => "We do not know this code. Check each character.".to_owned(),
        Refusal::NotFound { outside: Some(position) } => format!(
            "We do not know this code. Look at the {} block, character {position} of the code: our codes have no 0, O, 1, I or L.",
            ordinal(block_of(*position))
        ),
        Refusal::Blocked => {
            "This code is blocked. Contact technical support with your license key and proof of purchase.".to_owned()
        }
        Refusal::Cancelled => {
            "This code was cancelled after a refund. Enter another code, or ask the seller if you did not ask for the refund.".to_owned()
        }
        Refusal::Replaced { at } => {
            format!("This code was replaced on {}. Use the new one (Licenses, Details).", day(*at))
        }
        Refusal::OtherProduct { product } => {
            format!("This code is for {product}, not for this application. Enter it there, or enter a code for this application.")
        }
        Refusal::NoSeatsOfClass { class } => format!(
            "Your license has no places for {}. Choose another device, or buy a license that covers this one.",
            seat_class_in_sentence(*class)
        ),
        Refusal::Region { bought_in, seen, how } => region(bought_in, *seen, *how),
        Refusal::CodeOver { ended_at } => {
            format!("The license of this code ended on {}. Renew it, or enter another code.", day(*ended_at))
        }
        Refusal::RedeemBy { by } => {
            format!("This code had to be used by {}. Enter another code, or buy a license.", day(*by))
        }
        Refusal::SeatsFull { class, total, holders } => seats_full(*class, *total, holders),
        Refusal::TrialAfterLicense { at } => format!(
            "This device was licensed on {}. A trial is for devices that never were.",
            day(*at)
        ),
        Refusal::TrialUsed { at } => format!(
            "The trial was already used on this device on {}. Buy a license and enter its code.",
            day(*at)
        ),
        Refusal::TrialCannotRenew => "A trial cannot renew a license. Enter a code that was bought.".to_owned(),
        Refusal::SubscriptionRuns => {
            "A code can be added when the subscription has ended. Keep the code: unused, it does not get old.".to_owned()
        }
        Refusal::ReserveIsSubscription => {
            "A subscription cannot be a reserve code. Add it when the running license has ended.".to_owned()
        }
        Refusal::ReserveEndsTooEarly { ends_at } => format!(
            "This code ends on {}, earlier than your current license. Choose a code that ends later.",
            day(*ends_at)
        ),
        Refusal::AlreadyHere => "This code is already on this device. There is nothing to do.".to_owned(),
        Refusal::ReserveWaiting { tail } => {
            format!("A reserve code is already waiting (…{tail}). Replace it with this one, or keep it.")
        }
        Refusal::TooEarly { from } => {
            format!("The switch by hand is possible from {} on. The code takes over by itself then.", moment(*from))
        }
        Refusal::NoEarlierLicense => {
            "This is a renewal code, and no earlier license was found. Enter your previous code, or accept a shorter term."
                .to_owned()
        }
        Refusal::PreviousCode { cause } => {
            format!("{} Enter another previous code, or accept a shorter term.", previous_code(*cause))
        }
        Refusal::Clock { device, server } => format!(
            "Your device says {}; it is {}. Correct the clock and try again.",
            moment(*device),
            moment(*server)
        ),
        Refusal::ServerAway => "No connection to the activation server. Nothing was used up; try again.".to_owned(),
        Refusal::Attempts { until } => format!("Too many tries. Wait until {}, then try again.", second(*until)),
        Refusal::NotAdministrator { administrator } => {
            format!("Only the license administrator can do this. Ask {administrator}.")
        }
        Refusal::NotConnected => "This device is not connected. Connect it from its application first.".to_owned(),
        Refusal::OtherAccount => {
            "This device belongs to another account. Disconnect it there or from the app.".to_owned()
        }
        Refusal::CodeInOtherAccount => {
            "This code is registered in another account. Sign in to that account, or ask whoever added it to invite you."
                .to_owned()
        }
        Refusal::ManualDatabases => {
            "Your license has ended. Installing databases by hand will stop the application. Renew the license first."
                .to_owned()
        }
        Refusal::Agreement => "Accept the license agreement first.".to_owned(),
        Refusal::Suspended => {
            "The subscription is suspended. Check the payment or ask your provider.".to_owned()
        }
        Refusal::ProofMismatch => {
            "The license key does not belong to this order. Compare it with the Licensing window and the order number with the order message."
                .to_owned()
        }
        Refusal::NoLicense => {
            "This device has no license. Enter an activation code on it first.".to_owned()
        }
        Refusal::LinkSettled => {
            "This request was answered before. Let the device show a new code if it is not linked yet.".to_owned()
        }
        Refusal::RequestDecided { by, at } => {
            format!("{by} decided this request on {}. Load the page again to see the decision.", moment(*at))
        }
        Refusal::CaseClosed => {
            "This case is closed. Open a case that follows it, and support sees both.".to_owned()
        }
        Refusal::RefundUndecided => {
            "The refund of this case is not decided yet. A lead decides it, and the case is solved with it.".to_owned()
        }
        Refusal::SecondLead { first, at } => format!(
            "{first} approved this refund on {}. It is above the limit of its seller, so another lead has to approve it too.",
            moment(*at)
        ),
        Refusal::EndIsRight => {
            "Nothing is missing of the term of this license, so there is nothing to correct. Reject the request with this reason."
                .to_owned()
        }
        Refusal::CaseChanged { by, at } => format!(
            "{by} changed this request on {}, after you had opened it. Load the page again, read what is new, then decide.",
            moment(*at)
        ),
        Refusal::EntryChanged { by, at } => format!(
            "{by} changed this on {}, after you had opened it. Load the page again, read what is new, then change it.",
            moment(*at)
        ),
        Refusal::OwnRecipient => {
            "You entered the key that this seller's files are encrypted to. Let another lead order the codes: it takes two people."
                .to_owned()
        }
        Refusal::HandedOver { by, at } => format!(
            "{by} downloaded this file on {}. It leaves once. If it was lost, issue other codes and let these be blocked.",
            moment(*at)
        ),
        Refusal::OwnCase => {
            "You cannot decide a request of your own account. Leave it to somebody else in support.".to_owned()
        }
    }
}

/// E09, whose first words are fixed; then what was compared, and the ways out (edge cases 26 and 27).
fn region(bought_in: &[Country], seen: Country, how: CountrySource) -> String {
    let bought: Vec<String> = bought_in.iter().map(|country| country.in_sentence()).collect();
    let bought = listed(&bought, "or");
    let how = match how {
        CountrySource::Address => "by its network address",
        CountrySource::Proxy => "by the network it comes through",
        CountrySource::LastContact => "at the device's last contact",
    };
    let seen = seen.in_sentence();
    let facts = if bought.is_empty() {
        format!("It is seen in {seen}, {how}.")
    } else {
        format!("Bought in {bought}, used in {seen} ({how}).")
    };
    format!(
        "Activation code is invalid for this region. {facts} Switch off a VPN if one is on, buy a code in a store of {seen}, or ask technical support if you moved."
    )
}

fn seats_full(class: SeatClass, total: u32, holders: &[Holder]) -> String {
    let class = seat_class_in_sentence(class);
    let all = if total == 1 {
        format!("The only place for {class} is")
    } else {
        format!("All {total} places for {class} are")
    };
    let names: Vec<String> = holders.iter().map(|holder| holder.name.clone()).collect();
    if names.is_empty() {
        return format!("{all} in use. Release one or buy more.");
    }
    let release = if names.len() == 1 { "Release this device" } else { "Release one of these devices" };
    format!("{all} in use: {}. {release} or buy more.", listed(&names, "and"))
}

fn previous_code(cause: PreviousCodeCause) -> &'static str {
    match cause {
        PreviousCodeCause::Malformed => "The previous code has 20 Latin letters and digits; what was entered has not.",
        PreviousCodeCause::Blocked => "The previous code is blocked.",
        PreviousCodeCause::Unknown => "We do not know the previous code.",
        PreviousCodeCause::OtherRegion => "The previous code was bought for another region.",
        PreviousCodeCause::AlreadyUsed => "The previous code was already used for a renewal.",
        PreviousCodeCause::FreePromo => "The previous code was given away, and a renewal needs one that was bought.",
        PreviousCodeCause::OtherProduct => "The previous code is for another product.",
        PreviousCodeCause::FewerDevices => "The previous code covers fewer devices than this one.",
        PreviousCodeCause::NeverActivated => {
            "The previous code was never activated, so it started no license to renew."
        }
    }
}

/// A number as far as things are counted, and “more than” that.
#[must_use]
pub fn counted(many: u32) -> String {
    if many > COUNTED { format!("more than {COUNTED}") } else { many.to_string() }
}

/// “A, B and C”.
#[must_use]
pub fn listed(names: &[String], last: &str) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}

/// A refusal in a few words, by its code, for lists of what was refused.
#[must_use]
pub fn refusal_name(code: &str) -> &'static str {
    match code {
        "E01" => "Not a code",
        "E02" => "Letters of another alphabet",
        "E03" => "Unknown code",
        "E04" => "Blocked",
        "E05" => "Cancelled",
        "E06" => "Replaced",
        "E07" => "Another product",
        "E08" => "No places for this kind of device",
        "E09" => "Another region",
        "E10" => "License over",
        "E11" => "Too late to activate",
        "E12" => "All places in use",
        "E13" => "Trial used before",
        "E14" => "A trial can't renew",
        "E16" => "A subscription runs",
        "E17" => "A subscription can't wait",
        "E18" => "Reserve ends too early",
        "E19" => "Here already",
        "E20" => "A reserve waits",
        "E21" => "Too early to switch",
        "E22" => "No earlier license",
        "E23" => "Previous code unusable",
        "E24" => "Wrong clock",
        "E25" => "Server away",
        "E26" => "Too many tries",
        "E27" => "Not the administrator",
        "E28" => "Not connected",
        "E29" => "Device of another office",
        "E30" => "Code of another office",
        "E31" => "New databases after the end",
        "E33" => "Agreement not accepted",
        "E35" => "Subscription suspended",
        "E36" => "Proof does not agree",
        _ => "Refused",
    }
}

#[cfg(test)]
pub(super) mod tests;
