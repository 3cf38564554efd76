//! The names of closed choices, and for states the mark that goes with the word.

use domain::case::{CaseState, Entitlement, Topic};
use domain::code::{CodeKind, CodeState};
use domain::country::Country;
use domain::device::OsFamily;
use domain::flag::FlagKind;
use domain::license::{Level, Standing};
use domain::notice::NoticeKind;
use domain::order::Channel;
use domain::recovery::evidence::{Band, Brake, Piece};
use domain::recovery::{ComparedFact, Reason, RecoveryState};
use domain::refund::RefundState;
use domain::seat::{SeatClass, Seats};
use domain::staff::StaffRole;

use crate::ui::{State, Tone};

/// Where a license stands.
#[must_use]
pub const fn standing(standing: Standing) -> (State, &'static str) {
    match standing {
        Standing::Trial => (State::Active, "Trial"),
        Standing::Active => (State::Active, "Active"),
        Standing::Expiring => (State::Ending, "Ending soon"),
        Standing::Grace => (State::Ending, "Grace period"),
        Standing::Expired => (State::Ended, "Ended"),
        Standing::Blocked => (State::Blocked, "Blocked"),
        Standing::Suspended => (State::NeedsYou, "Suspended"),
        Standing::Cancelled => (State::Ended, "Cancelled"),
    }
}

/// Where a recovery request stands.
#[must_use]
pub const fn recovery_state(state: RecoveryState) -> (State, &'static str) {
    match state {
        RecoveryState::Submitted => (State::Progress, "Sent"),
        RecoveryState::Checking => (State::Progress, "Being checked"),
        RecoveryState::NeedsInfo => (State::NeedsYou, "Waits for an answer"),
        RecoveryState::Approved => (State::Active, "Approved"),
        RecoveryState::Done => (State::Active, "Done"),
        RecoveryState::Rejected => (State::Blocked, "Rejected"),
        RecoveryState::Withdrawn => (State::Closed, "Withdrawn"),
        RecoveryState::TimedOut => (State::Ended, "Timed out"),
    }
}

/// Where a case stands.
#[must_use]
pub const fn case_state(state: CaseState) -> (State, &'static str) {
    match state {
        CaseState::New => (State::Progress, "New"),
        CaseState::Open => (State::Progress, "Open"),
        CaseState::Pending => (State::NeedsYou, "Waits for an answer"),
        CaseState::OnHold => (State::Ending, "On hold"),
        CaseState::Solved => (State::Active, "Solved"),
        CaseState::Closed => (State::Closed, "Closed"),
    }
}

/// Where a refund stands.
#[must_use]
pub const fn refund_state(state: RefundState) -> (State, &'static str) {
    match state {
        RefundState::Requested => (State::Progress, "Refund requested"),
        RefundState::UnderReview => (State::Progress, "Refund under review"),
        RefundState::Approved => (State::Active, "Refund approved"),
        RefundState::Paid => (State::Active, "Refund paid"),
        RefundState::Denied => (State::Blocked, "Refund denied"),
    }
}

/// Where a code stands (§3.1), as its badge.
#[must_use]
pub const fn code_state(state: CodeState) -> (State, &'static str) {
    match state {
        CodeState::Unused => (State::Reserve, "Not used yet"),
        CodeState::Active => (State::Active, "In use"),
        CodeState::Expired => (State::Ended, "Ended"),
        CodeState::Blocked => (State::Blocked, "Blocked"),
        CodeState::Cancelled => (State::Ended, "Cancelled"),
        CodeState::Replaced => (State::Ended, "Replaced"),
        CodeState::Lapsed => (State::Ended, "Not used in time"),
    }
}

/// What a case is about.
#[must_use]
pub const fn topic(topic: Topic) -> &'static str {
    match topic {
        Topic::Activation => "Activating a code",
        Topic::Recovery => "A lost code",
        Topic::ExpiredEarly => "A license that ended too early",
        Topic::Refund => "A refund",
        Topic::Renewal => "Renewing a license",
        Topic::BlockedCode => "A blocked code",
        Topic::DeviceCount => "Number of devices",
        Topic::Region => "A code that does not work in your country",
        Topic::Purchase => "A purchase",
        Topic::Account => "Your account",
        Topic::Usage => "Using the application",
        Topic::Other => "Something else",
    }
}

/// What entitles a case to an answer.
#[must_use]
pub const fn entitlement(entitlement: Entitlement) -> (State, &'static str) {
    match entitlement {
        Entitlement::Active => (State::Active, "License runs"),
        Entitlement::Served => (State::Active, "Served without a license"),
        Entitlement::Ended => (State::Ended, "License ended"),
    }
}

/// A device's kind of system.
#[must_use]
pub const fn os(os: OsFamily) -> &'static str {
    match os {
        OsFamily::Windows => "Windows",
        OsFamily::WindowsServer => "Windows Server",
        OsFamily::Mac => "macOS",
        OsFamily::Android => "Android",
        OsFamily::Ios => "iOS",
    }
}

/// How much of the application works on a device.
#[must_use]
pub const fn level(level: Level) -> (State, &'static str) {
    match level {
        Level::Full => (State::Active, "Everything works"),
        Level::Restricted => (State::Ending, "Restricted"),
        Level::Stopped => (State::Blocked, "Stopped"),
    }
}

/// What a code was sold as.
#[must_use]
pub const fn kind(kind: CodeKind) -> &'static str {
    match kind {
        CodeKind::Commercial => "Commercial",
        CodeKind::Renewal => "Renewal",
        CodeKind::Trial => "Trial",
        CodeKind::Subscription => "Subscription",
        CodeKind::Promo => "Promotional",
    }
}

/// A kind of device that seats are counted for.
#[must_use]
pub const fn seat_class(class: SeatClass) -> &'static str {
    match class {
        SeatClass::Desktop => "Computers",
        SeatClass::FileServer => "File servers",
        SeatClass::Mobile => "Phones and tablets",
        SeatClass::PasswordManager => "Password manager",
    }
}

/// The same inside a sentence: “places for file servers”.
#[must_use]
pub const fn seat_class_in_sentence(class: SeatClass) -> &'static str {
    class.in_sentence()
}

/// The seats of a license, counted: “5 computers, 1 file server”.
#[must_use]
pub fn seats(seats: &Seats) -> String {
    let counted = seats.iter().map(|(class, count)| match (class, count) {
        (SeatClass::Desktop, 1) => "1 computer".to_owned(),
        (SeatClass::FileServer, 1) => "1 file server".to_owned(),
        (SeatClass::Mobile, 1) => "1 phone or tablet".to_owned(),
        (SeatClass::PasswordManager, 1) => "1 password manager".to_owned(),
        (SeatClass::PasswordManager, count) => format!("{count} password managers"),
        (class, count) => format!("{count} {}", class.in_sentence()),
    });
    counted.collect::<Vec<_>>().join(", ")
}

/// Why a code has to be recovered.
#[must_use]
pub const fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::Lost => "The code was lost",
        Reason::Deleted => "The code was deleted",
        Reason::ExpiredEarly => "The license ended too early",
    }
}

/// A fact that support compares.
#[must_use]
pub const fn fact(fact: ComparedFact) -> &'static str {
    match fact {
        ComparedFact::LicenseKey => "License key",
        ComparedFact::Account => "Account",
        ComparedFact::Buyer => "Buyer",
        ComparedFact::Email => "E-mail of the order",
        ComparedFact::Order => "Order number",
        ComparedFact::BoughtOn => "Date of purchase",
        ComparedFact::Seller => "Place of purchase",
        ComparedFact::FirstActivation => "First activation",
    }
}

/// A fact that speaks for a recovery request.
#[must_use]
pub const fn piece(piece: Piece) -> &'static str {
    match piece {
        Piece::LicenseKey => "The key names a license of this office",
        Piece::OrderAddress => "The order's mail went to the administrator, who asks",
        Piece::KnownDevice => "A known device has reported lately",
        Piece::OrderNumber => "The order number is right",
        Piece::BoughtOn => "The day of the purchase is right",
        Piece::FirstActivation => "The first activation is right to the day",
        Piece::Buyer => "The buyer's name is right",
    }
}

/// Why a person looks at a recovery request first.
#[must_use]
pub const fn brake(brake: Brake) -> &'static str {
    match brake {
        Brake::NotTheirLicense => "What was claimed names no license of this office.",
        Brake::NotTheAdministrator => "Somebody else administers the license.",
        Brake::CodeIsOver => "The code no longer serves: it ended, or it was blocked, cancelled or replaced.",
        Brake::NotSettled => "The administrator, an address or a password changed within the last 72 hours.",
        Brake::Contradiction => "A claimed fact is not the recorded one.",
        Brake::AsksOften => "The office has asked three times within 30 days.",
        Brake::EndedEarly => "A license that ended too early is settled by comparing its dates.",
    }
}

/// What becomes of a recovery request by its evidence.
#[must_use]
pub const fn band(band: Band) -> &'static str {
    match band {
        Band::High => "Enough to grant it at once.",
        Band::Middle => "Not enough to grant it at once. A person decides.",
        Band::Low => "Too little: it was refused at once, and a new request with proof is welcome.",
    }
}

/// How a code reached its owner.
#[must_use]
pub const fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Box => "Retail box",
        Channel::Card => "Activation card",
        Channel::OnlineStore => "Online store",
        Channel::Partner => "Partner",
        Channel::Provider => "Service provider",
    }
}

/// What a notice is about, and what that takes in.
#[must_use]
pub const fn notice_kind(kind: NoticeKind) -> (&'static str, &'static str) {
    match kind {
        NoticeKind::LicenseEnd => {
            ("Licenses that end", "Before the end, on the days that your office chose, and when it has come.")
        }
        NoticeKind::Seats => {
            ("Places in use", "When all places of a license are taken, or more devices than places use it.")
        }
        NoticeKind::Reserve => ("Reserve codes", "When one waits, took over, or could not."),
        NoticeKind::Code => {
            ("Activation codes", "When one was shown, mailed, replaced or blocked, or others try to use it.")
        }
        NoticeKind::People => ("Colleagues", "When somebody joins or leaves."),
        NoticeKind::Request => ("Requests", "When support answers or decides."),
        NoticeKind::Device => ("Silent devices", "When a device has not called for 30 days."),
    }
}

/// A country, as it stands in a list.
#[must_use]
pub fn country(country: Country) -> &'static str {
    country.name()
}

/// What somebody in support is there for.
#[must_use]
pub const fn staff_role(role: StaffRole) -> &'static str {
    match role {
        StaffRole::Agent => "Support agent",
        StaffRole::Lead => "Support lead",
        StaffRole::Auditor => "Auditor",
    }
}

/// What a flag on an office says, and how loudly.
#[must_use]
pub const fn flag(kind: FlagKind) -> (Tone, &'static str) {
    match kind {
        FlagKind::Fraud => (Tone::Danger, "Look twice: this office made claims that were not true"),
        FlagKind::Priority => (Tone::Info, "Answer first"),
        FlagKind::Legal => (Tone::Warn, "A dispute runs: a lead reads answers first"),
    }
}

/// Why a device gave up its place, by the word of the record.
#[must_use]
pub fn release_reason(reason: &str) -> &'static str {
    match reason {
        "user" => "Given up on the device",
        "admin" => "Released in the console",
        "replaced_hardware" => "Another machine took its place",
        "expired" => "The license ended",
        "refund" => "The code was refunded",
        "block" => "The code was blocked",
        "inactivity" => "Not seen for too long",
        _ => "Released",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seat_is_told_in_the_singular() {
        let all = Seats::parse("desktop=5,file_server=1,mobile=1,password_manager=2").unwrap();
        assert_eq!(seats(&all), "5 computers, 1 file server, 1 phone or tablet, 2 password managers");
    }
}
