//! What a refusal is answered with, wherever it is told: its code, the rules behind it and its status.

use super::{PreviousCodeCause, Refusal};

impl Refusal {
    /// The code by which people and programs name this refusal: E01 to E36, or a word for those outside the catalogue.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Format { .. } => "E01",
            Self::NonLatin { .. } => "E02",
            Self::NotFound { .. } => "E03",
            Self::Blocked => "E04",
            Self::Cancelled => "E05",
            Self::Replaced { .. } => "E06",
            Self::OtherProduct { .. } => "E07",
            Self::NoSeatsOfClass { .. } => "E08",
            Self::Region { .. } => "E09",
            Self::CodeOver { .. } => "E10",
            Self::RedeemBy { .. } => "E11",
            Self::SeatsFull { .. } => "E12",
            Self::TrialUsed { .. } | Self::TrialAfterLicense { .. } => "E13",
            Self::TrialCannotRenew => "E14",
            Self::SubscriptionRuns => "E16",
            Self::ReserveIsSubscription => "E17",
            Self::ReserveEndsTooEarly { .. } => "E18",
            Self::AlreadyHere => "E19",
            Self::ReserveWaiting { .. } => "E20",
            Self::TooEarly { .. } => "E21",
            Self::NoEarlierLicense => "E22",
            Self::PreviousCode { .. } => "E23",
            Self::Clock { .. } => "E24",
            Self::ServerAway => "E25",
            Self::Attempts { .. } => "E26",
            Self::NotAdministrator { .. } => "E27",
            Self::NotConnected => "E28",
            Self::OtherAccount => "E29",
            Self::CodeInOtherAccount => "E30",
            Self::ManualDatabases => "E31",
            Self::Agreement => "E33",
            Self::Suspended => "E35",
            Self::ProofMismatch => "E36",
            Self::NoLicense => "no-license",
            Self::LinkSettled => "link-settled",
            Self::RequestDecided { .. } => "request-decided",
            Self::OwnCase => "own-case",
            Self::CaseClosed => "case-closed",
            Self::EndIsRight => "end-is-right",
            Self::RefundUndecided => "refund-undecided",
            Self::SecondLead { .. } => "second-lead",
            Self::CaseChanged { .. } => "case-changed",
            Self::EntryChanged { .. } => "entry-changed",
            Self::OwnRecipient => "own-recipient",
            Self::HandedOver { .. } => "handed-over",
        }
    }

    /// The rules of licensing that say no, as R1 to R104, the first one first.
    #[must_use]
    pub const fn rules(&self) -> &'static [&'static str] {
        match self {
            Self::Format { license_key: true, .. } => &["R31"],
            Self::Format { license_key: false, .. } => &["R1"],
            Self::NonLatin { .. } => &["R2"],
            Self::NotFound { .. } => &["R5"],
            Self::Blocked => &["R13"],
            Self::Cancelled => &["R87"],
            Self::Replaced { .. } | Self::EndIsRight => &["R85"],
            Self::OtherProduct { .. } => &["R12"],
            Self::NoSeatsOfClass { .. } => &["R24"],
            Self::Region { .. } => &["R62"],
            Self::CodeOver { .. } => &["R9", "R103"],
            Self::RedeemBy { .. } => &["R7"],
            Self::SeatsFull { .. } => &["R56"],
            Self::TrialUsed { .. } => &["R72"],
            Self::TrialAfterLicense { .. } => &["R73"],
            Self::TrialCannotRenew => &["R70"],
            Self::SubscriptionRuns | Self::ReserveIsSubscription => &["R42"],
            Self::ReserveEndsTooEarly { .. } => &["R40"],
            Self::AlreadyHere
            | Self::LinkSettled
            | Self::RequestDecided { .. }
            | Self::CaseChanged { .. }
            | Self::EntryChanged { .. }
            | Self::OwnRecipient
            | Self::HandedOver { .. }
            | Self::CaseClosed => &["R104"],
            Self::ReserveWaiting { .. } => &["R45"],
            Self::TooEarly { .. } => &["R44"],
            Self::PreviousCode { cause: PreviousCodeCause::AlreadyUsed | PreviousCodeCause::FewerDevices } => &["R79"],
            Self::NoEarlierLicense | Self::PreviousCode { .. } => &["R77"],
            // the server's clock decides, and a device that lives in another time would not agree with it
            Self::Clock { .. } | Self::ServerAway => &["R18"],
            Self::Attempts { .. } => &["R99"],
            Self::NotAdministrator { .. } => &["R50"],
            Self::NotConnected => &["R52"],
            Self::OtherAccount => &["R100"],
            Self::CodeInOtherAccount => &["R49"],
            Self::ManualDatabases => &["R69"],
            Self::Agreement => &["R19"],
            Self::Suspended => &["R22"],
            Self::ProofMismatch | Self::OwnCase => &["R83"],
            Self::RefundUndecided | Self::SecondLead { .. } => &["R86"],
            Self::NoLicense => &["R4"],
        }
    }

    /// The HTTP status it is answered with: 422 where what was typed is at fault, 409 where the facts are.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::Format { .. } | Self::NonLatin { .. } | Self::NotFound { .. } => 422,
            Self::Attempts { .. } => 429,
            Self::ServerAway => 503,
            Self::OwnCase | Self::SecondLead { .. } => 403,
            Self::Blocked
            | Self::Cancelled
            | Self::Replaced { .. }
            | Self::OtherProduct { .. }
            | Self::NoSeatsOfClass { .. }
            | Self::Region { .. }
            | Self::CodeOver { .. }
            | Self::RedeemBy { .. }
            | Self::SeatsFull { .. }
            | Self::TrialUsed { .. }
            | Self::TrialAfterLicense { .. }
            | Self::TrialCannotRenew
            | Self::SubscriptionRuns
            | Self::ReserveIsSubscription
            | Self::ReserveEndsTooEarly { .. }
            | Self::AlreadyHere
            | Self::ReserveWaiting { .. }
            | Self::TooEarly { .. }
            | Self::NoEarlierLicense
            | Self::PreviousCode { .. }
            | Self::Clock { .. }
            | Self::NotAdministrator { .. }
            | Self::NotConnected
            | Self::OtherAccount
            | Self::CodeInOtherAccount
            | Self::ManualDatabases
            | Self::Agreement
            | Self::Suspended
            | Self::ProofMismatch
            | Self::NoLicense
            | Self::LinkSettled
            | Self::RequestDecided { .. }
            | Self::CaseClosed
            | Self::RefundUndecided
            | Self::EndIsRight
            | Self::EntryChanged { .. }
            | Self::OwnRecipient
            | Self::HandedOver { .. }
            | Self::CaseChanged { .. } => 409,
        }
    }

    /// Whether a code that does not exist was entered, as the code or as the previous one: it counts as a try (R99).
    #[must_use]
    pub const fn is_wrong_code(&self) -> bool {
        matches!(
            self,
            Self::Format { .. }
                | Self::NonLatin { .. }
                | Self::NotFound { .. }
                | Self::PreviousCode { cause: PreviousCodeCause::Malformed | PreviousCodeCause::Unknown }
        )
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn what_was_typed_is_422_and_what_is_known_409() {
        assert_eq!(Refusal::Format { entered: 19, license_key: false, block: None }.status(), 422);
        assert_eq!(Refusal::NotFound { outside: None }.status(), 422);
        assert_eq!(Refusal::Attempts { until: datetime!(2026-05-01 10:00 UTC) }.status(), 429);
        assert_eq!(Refusal::ServerAway.status(), 503);
        assert_eq!(Refusal::OwnCase.status(), 403);
        assert_eq!(Refusal::Blocked.status(), 409);
    }
}
