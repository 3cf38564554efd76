//! The catalog of refusals as programs read it: what each code means, the rule behind it, and what puts it right.

use std::sync::LazyLock;

use domain::activation::{PreviousCodeCause, Refusal};
use domain::code::Script;
use domain::country::{Country, CountrySource};
use domain::seat::SeatClass;
use time::OffsetDateTime;

/// One reason for which a rule says no.
#[derive(Debug)]
pub struct Entry {
    /// E01 to E36, or the word of a refusal outside the catalog.
    pub code: &'static str,
    /// What it means, in a few words.
    pub means: &'static str,
    /// The rules that say no.
    pub rules: &'static [&'static str],
    /// The one thing that puts it right.
    pub fix: Option<&'static str>,
}

fn entry(refusal: &Refusal, means: &'static str, fix: &'static str) -> Entry {
    Entry { code: refusal.code(), means, rules: refusal.rules(), fix: Some(fix).filter(|fix| !fix.is_empty()) }
}

/// Every refusal that a program can meet. Code and rules are the refusal's own, whatever its facts.
pub static CATALOG: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let (at, class) = (OffsetDateTime::UNIX_EPOCH, SeatClass::Desktop);
    let how = CountrySource::Address;
    let region = Country::all().next().map(|seen| Refusal::Region { bought_in: Vec::new(), seen, how });
    let mut all = vec![
        entry(
            &Refusal::Format { entered: 0, license_key: false, block: None },
            "not 20 letters and digits",
            "type the code again",
        ),
        entry(
            &Refusal::NonLatin { position: 1, found: 'Х', script: Script::Cyrillic },
            "a letter that only looks Latin",
            "send the suggestion",
        ),
        entry(&Refusal::NotFound { outside: None }, "no such code", "check each character"),
        entry(&Refusal::Blocked, "the code is blocked", "contact support"),
        entry(&Refusal::Cancelled, "a refund cancelled the code", "buy a code"),
        entry(&Refusal::Replaced { at }, "another code took its place", "use the new code"),
        entry(
            &Refusal::OtherProduct { product: String::new() },
            "a code of another product",
            "use a code of this product",
        ),
        entry(&Refusal::NoSeatsOfClass { class }, "no seats for this kind of device", "use another code"),
        entry(&Refusal::CodeOver { ended_at: at }, "the license of the code has ended", "renew the license"),
        entry(&Refusal::RedeemBy { by: at }, "the code had to be used before", "buy a code"),
        entry(
            &Refusal::SeatsFull { class, total: 0, holders: Vec::new() },
            "all seats are taken",
            "release one of these devices",
        ),
        entry(&Refusal::TrialUsed { at }, "the trial was used on this device", "buy a code"),
        entry(&Refusal::TrialCannotRenew, "a trial cannot renew a license", "buy a code"),
        entry(&Refusal::SubscriptionRuns, "a subscription runs", "wait until the subscription ends"),
        entry(&Refusal::ReserveIsSubscription, "a subscription cannot wait", "use another code"),
        entry(
            &Refusal::ReserveEndsTooEarly { ends_at: at },
            "ends no later than the running license",
            "use another code",
        ),
        entry(&Refusal::AlreadyHere, "the code is already on this device", ""),
        entry(&Refusal::ReserveWaiting { tail: String::new() }, "another code waits already", "send replace_reserve"),
        entry(&Refusal::TooEarly { from: at }, "the running license has not ended", "wait until it ends"),
        entry(&Refusal::NoEarlierLicense, "no earlier license was found", "send previous_code or accept_shorter_term"),
        entry(
            &Refusal::PreviousCode { cause: PreviousCodeCause::Unknown },
            "the previous code is of no use",
            "send another previous_code or accept_shorter_term",
        ),
        entry(&Refusal::Clock { device: at, server: at }, "the device's clock is far off", "correct the clock"),
        entry(&Refusal::Attempts { until: at }, "too many tries", "wait"),
        entry(
            &Refusal::NotAdministrator { administrator: String::new() },
            "only the license administrator may",
            "ask the administrator",
        ),
        entry(&Refusal::NotConnected, "the device is not connected", "link the device again"),
        entry(&Refusal::OtherAccount, "the device belongs to another account", "disconnect it there"),
        entry(&Refusal::CodeInOtherAccount, "the code is in another account", "use another code"),
        entry(&Refusal::ManualDatabases, "databases installed by hand stop the application", "send confirmed"),
        entry(&Refusal::Agreement, "the agreement was not accepted", "accept the agreement"),
        entry(&Refusal::Suspended, "the subscription is suspended", "check the payment"),
        entry(&Refusal::ProofMismatch, "key, order and buyer do not agree", "check the key and the order"),
        entry(&Refusal::NoLicense, "the device has no license", "activate a code"),
        entry(&Refusal::LinkSettled, "the request to link was decided", "link the device again"),
    ];
    all.extend(region.map(|region| entry(&region, "not bought for this country", "buy a code in this country")));
    all.sort_by_key(|entry| entry.code);
    all
});

/// The entry of a code.
pub fn look_up(code: &str) -> Option<&'static Entry> {
    CATALOG.iter().find(|entry| entry.code == code)
}

/// What an activation, its preview, and a code that is to wait may be refused with.
const OF_A_CODE: &[&str] = &[
    "E04", "E05", "E06", "E07", "E08", "E09", "E10", "E11", "E12", "E13", "E14", "E16", "E17", "E18", "E19", "E20",
    "E22", "E23", "E24", "E27", "E28", "E30", "E33", "E35",
];
/// What a switch by hand may be refused with.
const OF_A_SWITCH: &[&str] =
    &["E04", "E05", "E06", "E07", "E08", "E09", "E10", "E11", "E12", "E18", "E21", "E22", "E23", "E30", "E35"];
const TYPED: &[&str] = &["E01", "E02", "E03"];
const TRIES: &[&str] = &["E26"];

/// Which refusals an operation may be answered with, by status.
pub fn refusals(operation: &str, by_device: bool, status: &str) -> &'static [&'static str] {
    if by_device && status == "401" {
        return &["E28"];
    }
    match (operation, status) {
        ("activate" | "preview" | "reserve", "422") => TYPED,
        ("activate" | "preview" | "reserve", "429") => TRIES,
        ("activate" | "preview", "409") => OF_A_CODE,
        ("reserve", "409") => const { &with_no_license() },
        ("activate_reserve", "409") => OF_A_SWITCH,
        ("reinstall", "429") => TRIES,
        ("reinstall", "409") => &["E08", "E29"],
        ("update_databases", "409") => &["E10", "E31", "E35", "no-license"],
        ("renew_subscription" | "suspend_subscription" | "resume_subscription" | "cancel_subscription", "409") => {
            &["E05"]
        }
        _ => &[],
    }
}

const fn with_no_license() -> [&'static str; OF_A_CODE.len() + 1] {
    let mut all = ["no-license"; OF_A_CODE.len() + 1];
    let mut at = 0;
    while at < OF_A_CODE.len() {
        all[at] = OF_A_CODE[at];
        at += 1;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_of_an_operation_is_in_the_catalog_once() {
        for operation in [
            "activate",
            "preview",
            "reserve",
            "activate_reserve",
            "update_databases",
            "reinstall",
            "renew_subscription",
        ] {
            for status in ["401", "409", "422", "429"] {
                for code in refusals(operation, true, status) {
                    assert_eq!(CATALOG.iter().filter(|entry| entry.code == *code).count(), 1, "{code}");
                }
            }
        }
    }
}
