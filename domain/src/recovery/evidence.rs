//! What a recovery request is worth before a person looks at it: a score of facts that the system knows itself.
//!
//! Nothing here can send a code to a wrong person: a code goes to the administrator of a license in the requester's account
//! and to nobody else, whatever the score. The score only says whether a person has to look first.

mod days;

use serde::{Deserialize, Serialize};
use time::{Date, Duration};

pub use days::{compare_days, days_in};

use super::{Reason, Verdict};

/// From this score on a request without a [`Brake`] is granted at once.
pub const ENOUGH: u8 = 70;
/// Below this score a request that names no license of its account and brings no file is refused at once.
pub const TOO_LITTLE: u8 = 25;
/// So long after its owner changed, or their address, or their password, a code is not sent without a person.
pub const SETTLES_AFTER: Duration = Duration::hours(72);
/// A device is known when it has been connected for so long…
pub const KNOWN_AFTER: Duration = Duration::days(7);
/// … and has reported within so long.
pub const HEARD_WITHIN: Duration = Duration::days(14);
/// An office that asked this often within 30 days is looked at by a person.
pub const OFTEN: u32 = 3;

crate::choice! {
    /// A fact that speaks for a request.
    pub enum Piece {
        /// The license key names a license of the requester's account (R30).
        LicenseKey = "license_key",
        /// The mail about the order went to the confirmed address of the administrator, who asks.
        OrderAddress = "order_address",
        /// A device that has reported lately, and not only since yesterday, holds or held a place of the license.
        KnownDevice = "known_device",
        /// The order number is that of the order.
        OrderNumber = "order_number",
        /// The day of the purchase is right to the day.
        BoughtOn = "bought_on",
        /// The claimed first activation is right to the day.
        FirstActivation = "first_activation",
        /// The buyer's name is that of the order.
        Buyer = "buyer",
    }
}

impl Piece {
    /// What it counts, of a hundred. What only the owner's own devices and mailbox can show counts most; what stands on
    /// an invoice that many may have seen counts least.
    #[must_use]
    pub const fn weight(self) -> u8 {
        match self {
            Self::LicenseKey | Self::OrderAddress => 25,
            Self::KnownDevice => 15,
            Self::OrderNumber | Self::BoughtOn | Self::FirstActivation => 10,
            Self::Buyer => 5,
        }
    }
}

crate::choice! {
    /// What makes a person look first, however much speaks for a request.
    pub enum Brake {
        /// The license belongs to another account, or none was named.
        NotTheirLicense = "not_their_license",
        /// Somebody else administers the license.
        NotTheAdministrator = "not_the_administrator",
        /// The code is blocked, cancelled, replaced or over: nothing is gained by sending it.
        CodeIsOver = "code_is_over",
        /// The owner, their address or their password changed within 72 hours.
        NotSettled = "not_settled",
        /// A claimed fact is not the recorded one.
        Contradiction = "contradiction",
        /// The office asked three times within 30 days.
        AsksOften = "asks_often",
        /// “Ended too early” is decided by comparing dates (R85).
        EndedEarly = "ended_early",
    }
}

crate::choice! {
    /// What becomes of a request by its evidence.
    pub enum Band {
        /// Granted at once.
        High = "high",
        /// A person decides, with the facts laid out.
        Middle = "middle",
        /// Refused at once; a new request with more is welcome.
        Low = "low",
    }
}

/// Whose license a request names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// None of ours.
    Nothing,
    /// One of another account.
    Foreign,
    /// One of the requester's account.
    Own,
}

/// What the system knows about a request when it comes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Why it was made.
    pub reason: Reason,
    /// Whose license it names, by key or by order.
    pub named: Named,
    /// Whether a license key was claimed that names that license.
    pub by_key: bool,
    /// Whether the administrator of the license asks, with a confirmed address.
    pub administrator_asks: bool,
    /// Whether the code still serves.
    pub code_serves: bool,
    /// Whether owner, address and password are as they were 72 hours ago.
    pub settled: bool,
    /// Whether the mail about the order went to the administrator's confirmed address.
    pub order_mail_theirs: bool,
    /// Whether a known device holds or held a place of the license.
    pub known_device: bool,
    /// The claimed order number beside the recorded one.
    pub order_number: Verdict,
    /// The claimed address of the order beside the recorded one.
    pub order_address: Verdict,
    /// The claimed day of purchase beside the recorded one.
    pub bought_on: Verdict,
    /// The claimed first activation beside the recorded one.
    pub first_activation: Verdict,
    /// The claimed buyer beside the recorded one.
    pub buyer: Verdict,
    /// Whether files came with it.
    pub brings_files: bool,
    /// How often the account asked in the 30 days before.
    pub asked_before: u32,
}

/// The score with what made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weighed {
    /// Of a hundred.
    pub score: u8,
    /// What becomes of the request.
    pub band: Band,
    /// What speaks for it, the weightiest first.
    pub pieces: Vec<Piece>,
    /// What makes a person look.
    pub brakes: Vec<Brake>,
}

impl Evidence {
    /// Weighs a request. A person decides everything that is neither plain nor empty.
    #[must_use]
    pub fn weigh(&self) -> Weighed {
        let pieces: Vec<Piece> = Piece::ALL.iter().copied().filter(|piece| self.speaks(*piece)).collect();
        let score = pieces.iter().map(|piece| piece.weight()).sum();
        let brakes = self.brakes();
        let band = if brakes.is_empty() && score >= ENOUGH {
            Band::High
        } else if self.named != Named::Own && !self.brings_files && score < TOO_LITTLE {
            Band::Low
        } else {
            Band::Middle
        };
        Weighed { score, band, pieces, brakes }
    }

    fn speaks(&self, piece: Piece) -> bool {
        let own = self.named == Named::Own;
        match piece {
            Piece::LicenseKey => own && self.by_key,
            Piece::OrderAddress => own && self.administrator_asks && self.order_mail_theirs,
            Piece::KnownDevice => own && self.known_device,
            Piece::OrderNumber => self.order_number == Verdict::Match,
            Piece::BoughtOn => self.bought_on == Verdict::Match,
            Piece::FirstActivation => self.first_activation == Verdict::Match,
            Piece::Buyer => self.buyer == Verdict::Match,
        }
    }

    fn brakes(&self) -> Vec<Brake> {
        let contradicted =
            [self.order_number, self.order_address, self.bought_on, self.first_activation].contains(&Verdict::Differs);
        [
            (Brake::NotTheirLicense, self.named != Named::Own),
            (Brake::NotTheAdministrator, self.named == Named::Own && !self.administrator_asks),
            (Brake::CodeIsOver, self.named == Named::Own && !self.code_serves),
            (Brake::NotSettled, !self.settled),
            (Brake::Contradiction, contradicted),
            (Brake::AsksOften, self.asked_before >= OFTEN),
            (Brake::EndedEarly, self.reason == Reason::ExpiredEarly),
        ]
        .into_iter()
        .filter_map(|(brake, holds)| holds.then_some(brake))
        .collect()
    }
}

/// A claimed day beside a recorded one: a day more or less is the same, zones and order mails being what they are.
#[must_use]
pub fn compare_day(claimed: Date, recorded: Option<Date>) -> Verdict {
    match recorded {
        None => Verdict::Unclear,
        Some(recorded) if (claimed - recorded).abs() <= Duration::days(1) => Verdict::Match,
        Some(_) => Verdict::Differs,
    }
}

#[cfg(test)]
mod tests;
