//! Refusals: every reason for which a rule of licensing says no, with its facts (domain §3.7).

mod answer;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::code::Script;
use crate::country::{Country, CountrySource};
use crate::seat::{Holder, SeatClass};

crate::choice! {
    /// Why a previous code cannot back a renewal (E23).
    pub enum PreviousCodeCause {
        /// Not the shape of a code.
        Malformed = "malformed",
        /// No longer accepted.
        Blocked = "blocked",
        /// A code we do not know.
        Unknown = "unknown",
        /// Bought for another region (edge case 50).
        OtherRegion = "other_region",
        /// It backs another renewal already (R79).
        AlreadyUsed = "already_used",
        /// Given away, not bought.
        FreePromo = "free_promo",
        /// A code of another product.
        OtherProduct = "other_product",
        /// It covers fewer devices than the renewal code (R79).
        FewerDevices = "fewer_devices",
        /// It was never activated, so there is no earlier license to renew (R77).
        NeverActivated = "never_activated",
    }
}

/// Why a rule says no. The sentences for people are written where people are spoken to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Refusal {
    /// E01: not 20 letters and digits; `entered` were found, and `license_key` says that it is a license key (R31). `block` is
    /// the block, from 1, that is too short, where they were typed in blocks.
    Format {
        entered: usize,
        license_key: bool,
        #[serde(default)]
        block: Option<usize>,
    },
    /// E02: the symbol at `position`, counted from 1 without blanks and dashes, only looks Latin.
    NonLatin { position: usize, found: char, script: Script },
    /// E03: no such code; `outside` is the position of the first symbol that our codes never have.
    NotFound { outside: Option<usize> },
    /// E04: the code is blocked.
    Blocked,
    /// E05: a refund cancelled the code.
    Cancelled,
    /// E06: another code took its place.
    Replaced {
        #[serde(with = "time::serde::rfc3339")]
        at: OffsetDateTime,
    },
    /// E07: the code is for the named product.
    OtherProduct { product: String },
    /// E08: the code has no seats for this kind of device.
    NoSeatsOfClass { class: SeatClass },
    /// E09: the device is seen in a country that the code was not bought for.
    Region { bought_in: Vec<Country>, seen: Country, how: CountrySource },
    /// E10: the license of this code has ended.
    CodeOver {
        #[serde(with = "time::serde::rfc3339")]
        ended_at: OffsetDateTime,
    },
    /// E11: the code had to be used before.
    RedeemBy {
        #[serde(with = "time::serde::rfc3339")]
        by: OffsetDateTime,
    },
    /// E12: every seat of the class is taken, by these devices, the longest silence first.
    SeatsFull { class: SeatClass, total: u32, holders: Vec<Holder> },
    /// E13: the trial was used on this device.
    TrialUsed {
        #[serde(with = "time::serde::rfc3339")]
        at: OffsetDateTime,
    },
    /// E13: a commercial license was on this device, since then (R73).
    TrialAfterLicense {
        #[serde(with = "time::serde::rfc3339")]
        at: OffsetDateTime,
    },
    /// E14: a trial cannot renew a license.
    TrialCannotRenew,
    /// E16: a subscription runs; codes can be added when it has ended.
    SubscriptionRuns,
    /// E17: a subscription cannot wait as a reserve.
    ReserveIsSubscription,
    /// E18: the code's license ends no later than the running one.
    ReserveEndsTooEarly {
        #[serde(with = "time::serde::rfc3339")]
        ends_at: OffsetDateTime,
    },
    /// E19: the code is active or waiting on this device.
    AlreadyHere,
    /// E20: another code waits on this device; `tail` is its last block.
    ReserveWaiting { tail: String },
    /// E21: a switch by hand is possible after the end only.
    TooEarly {
        #[serde(with = "time::serde::rfc3339")]
        from: OffsetDateTime,
    },
    /// E22: a renewal code, and no earlier license was found.
    NoEarlierLicense,
    /// E23: the previous code cannot back the renewal.
    PreviousCode { cause: PreviousCodeCause },
    /// E24: the device's clock is too far off.
    Clock {
        #[serde(with = "time::serde::rfc3339")]
        device: OffsetDateTime,
        #[serde(with = "time::serde::rfc3339")]
        server: OffsetDateTime,
    },
    /// E25: the server was not reached; nothing was used up.
    ServerAway,
    /// E26: too many tries.
    Attempts {
        #[serde(with = "time::serde::rfc3339")]
        until: OffsetDateTime,
    },
    /// E27: only the named license administrator may do this.
    NotAdministrator { administrator: String },
    /// E28: the device is not connected.
    NotConnected,
    /// E29: the device belongs to another account.
    OtherAccount,
    /// E30: the code is registered in another account.
    CodeInOtherAccount,
    /// E31: databases installed by hand would stop the application, because the license has ended.
    ManualDatabases,
    /// E33: the license agreement was not accepted.
    Agreement,
    /// E35: the subscription is suspended.
    Suspended,
    /// E36: license key, order and buyer do not agree.
    ProofMismatch,
    /// The device has no license, and what was asked needs one (R4).
    NoLicense,
    /// The request of a device to be linked was approved or denied before.
    LinkSettled,
    /// The request was decided before, by the named person in support.
    RequestDecided {
        by: String,
        #[serde(with = "time::serde::rfc3339")]
        at: OffsetDateTime,
    },
    /// A person in support may not decide for their own account.
    OwnCase,
    /// The case is closed; one that follows it can be opened.
    CaseClosed,
    /// The case asks for a refund that is not decided yet.
    RefundUndecided,
    /// Above the seller's limit two leads grant a refund; the reader was the first.
    SecondLead {
        first: String,
        #[serde(with = "time::serde::rfc3339")]
        at: OffsetDateTime,
    },
    /// Nothing is missing of the license's term: its end is right (R85).
    EndIsRight,
    /// Something in the catalog was changed by the named person after it was looked at.
    EntryChanged {
        by: String,
        #[serde(with = "time::serde::rfc3339")]
        at: OffsetDateTime,
    },
    /// Who entered the key that a seller's files are encrypted to may not order one: it takes two people.
    OwnRecipient,
    /// The file with the codes of a batch left already, with the named person.
    HandedOver {
        by: String,
        #[serde(with = "time::serde::rfc3339")]
        at: OffsetDateTime,
    },
    /// The case was changed by the named person after it was looked at.
    CaseChanged {
        by: String,
        #[serde(with = "time::serde::rfc3339")]
        at: OffsetDateTime,
    },
}

impl std::fmt::Display for Refusal {
    /// The code alone: the facts of a refusal name people and devices, and belong into no log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl std::error::Error for Refusal {}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_refusal_survives_the_wire() {
        let at = datetime!(2026-05-01 10:00 UTC);
        for refusal in [
            Refusal::NonLatin { position: 5, found: 'Х', script: Script::Cyrillic },
            Refusal::Region {
                bought_in: vec!["IN".parse().unwrap()],
                seen: "GB".parse().unwrap(),
                how: CountrySource::Proxy,
            },
            Refusal::Clock { device: at, server: at },
            Refusal::PreviousCode { cause: PreviousCodeCause::FewerDevices },
            Refusal::SeatsFull { class: SeatClass::FileServer, total: 1, holders: vec![] },
        ] {
            let json = serde_json::to_string(&refusal).unwrap();
            assert_eq!(serde_json::from_str::<Refusal>(&json).unwrap(), refusal, "{json}");
        }
    }

    #[test]
    fn instants_are_written_as_rfc_3339() {
        let json = serde_json::to_string(&Refusal::Replaced { at: datetime!(2026-05-01 10:00 UTC) }).unwrap();
        assert_eq!(json, r#"{"Replaced":{"at":"2026-05-01T10:00:00Z"}}"#);
    }

    #[test]
    fn a_log_sees_the_code_and_no_facts() {
        let refusal = Refusal::NotAdministrator { administrator: "Mira Lindqvist".to_owned() };
        assert_eq!(refusal.to_string(), "E27");
    }
}
