//! Support cases: what can be asked, what a license entitles to, and the way from one state to the next (§3.4).

mod details;
mod form;
#[cfg(feature = "postgres")]
pub mod store;

pub use details::{Appeal, CaseDetails, DeskCase};
pub use form::{CaseForm, NewCase};

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::activation::Refusal;
use crate::{Error, Fault, Result};

crate::choice! {
    /// What a case is about: a fixed list (R89).
    pub enum Topic {
        /// A code does not activate.
        Activation = "activation",
        /// A code was lost.
        Recovery = "recovery",
        /// A license ended before its days were over.
        ExpiredEarly = "expired_early",
        /// The money is wanted back (R86).
        Refund = "refund",
        /// A renewal does not work.
        Renewal = "renewal",
        /// A code is blocked.
        BlockedCode = "blocked_code",
        /// More devices are needed, or places are in use.
        DeviceCount = "device_count",
        /// A code does not work in a country (E09).
        Region = "region",
        /// Something went wrong with the purchase (R88).
        Purchase = "purchase",
        /// Signing in, people and the account itself.
        Account = "account",
        /// How the application is used.
        Usage = "usage",
        /// Anything else.
        Other = "other",
    }
}

impl Topic {
    /// Whether support is open for this topic without a running license (R23, edge case 35).
    #[must_use]
    pub const fn is_served_after_the_end(self) -> bool {
        match self {
            Self::Activation
            | Self::Recovery
            | Self::ExpiredEarly
            | Self::Refund
            | Self::Renewal
            | Self::BlockedCode
            | Self::Region
            | Self::Purchase
            | Self::Account => true,
            Self::DeviceCount | Self::Usage | Self::Other => false,
        }
    }
}

crate::choice! {
    /// What entitles a case to an answer, as it was when the case was opened (R22, R23).
    pub enum Entitlement {
        /// A license ran.
        Active = "active",
        /// None ran, and support is open for the topic all the same.
        Served = "served",
        /// None ran: accepted, and flagged for the agent.
        Ended = "ended",
    }
}

impl Entitlement {
    /// What a case is entitled by. No case is refused for it (R23).
    #[must_use]
    pub const fn of(topic: Topic, license_runs: bool) -> Self {
        match (license_runs, topic.is_served_after_the_end()) {
            (true, _) => Self::Active,
            (false, true) => Self::Served,
            (false, false) => Self::Ended,
        }
    }
}

crate::choice! {
    /// Where a case stands (§3.4). It never becomes new again.
    pub enum CaseState {
        /// Sent; nobody in support has answered it or taken it.
        New = "new",
        /// Support works on it.
        Open = "open",
        /// It waits for the customer.
        Pending = "pending",
        /// It waits for somebody else; customers are told that it is open.
        OnHold = "on_hold",
        /// Answered for good, as it seems; an answer opens it again.
        Solved = "solved",
        /// Over. What comes after it is another case.
        Closed = "closed",
    }
}

/// A solved case is closed after this time without an answer (§3.9).
pub const CLOSED_AFTER: Duration = Duration::days(4);
/// Files are deleted when the request has been closed for this long (edge case 47).
pub const FILES_KEPT: Duration = Duration::days(90);

/// A case that waits for the customer reminds them after this time, once.
pub const REMINDED_AFTER: Duration = Duration::days(3);
/// A case that waits for the customer is solved after this time without an answer; an answer opens it again.
pub const SOLVED_UNANSWERED_AFTER: Duration = Duration::days(7);

/// How long a case has waited for the customer, and what the clock does about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// Since when.
    #[serde(with = "time::serde::rfc3339")]
    pub since: OffsetDateTime,
    /// When the customer was reminded.
    #[serde(with = "time::serde::rfc3339::option")]
    pub reminded_at: Option<OffsetDateTime>,
}

impl Waiting {
    /// When the customer is reminded, if they were not.
    #[must_use]
    pub fn reminds_at(&self) -> Option<OffsetDateTime> {
        self.reminded_at.is_none().then(|| self.since.saturating_add(REMINDED_AFTER))
    }

    /// When it is solved without an answer: never sooner after the reminder than usual, however late that came.
    #[must_use]
    pub fn solved_at(&self) -> OffsetDateTime {
        let after_reminder = self.reminded_at.map(|at| at.saturating_add(SOLVED_UNANSWERED_AFTER - REMINDED_AFTER));
        self.since.saturating_add(SOLVED_UNANSWERED_AFTER).max(after_reminder.unwrap_or(self.since))
    }
}

/// Whether a case can be joined with another: both of one office, neither over, and not with itself. What asks for a refund
/// is decided in its own case.
///
/// # Errors
/// `Refused(CaseClosed)` for one that is closed; `Invalid(into)` for another that does not fit.
pub fn may_merge(from: (CaseState, Topic), into: CaseState, one_office: bool, the_same: bool) -> Result<()> {
    match from {
        (CaseState::Closed, _) => Err(Refusal::CaseClosed.into()),
        (_, Topic::Refund) => Err(Error::field("into", Fault::DoesNotBelong)),
        _ if the_same || !one_office || !into.is_open() => Err(Error::field("into", Fault::NotAChoice)),
        _ => Ok(()),
    }
}

/// When a solved case closes by itself.
#[must_use]
pub fn closes_at(solved_at: OffsetDateTime) -> OffsetDateTime {
    solved_at.saturating_add(CLOSED_AFTER)
}

impl CaseState {
    /// The state at this instant: a solved case is closed when its time is over, whether a job has noted it or not
    /// (edge case 53).
    #[must_use]
    pub fn at(self, solved_at: Option<OffsetDateTime>, now: OffsetDateTime) -> Self {
        match (self, solved_at) {
            (Self::Solved, Some(solved_at)) if now >= closes_at(solved_at) => Self::Closed,
            _ => self,
        }
    }

    /// The state that the customer is told: on hold reads as open.
    #[must_use]
    pub const fn told(self) -> Self {
        match self {
            Self::OnHold => Self::Open,
            Self::New | Self::Open | Self::Pending | Self::Solved | Self::Closed => self,
        }
    }

    /// Whether support still owes something or waits for something.
    #[must_use]
    pub const fn is_open(self) -> bool {
        match self {
            Self::New | Self::Open | Self::Pending | Self::OnHold => true,
            Self::Solved | Self::Closed => false,
        }
    }

    /// What a customer's answer makes of it: what waited for them or seemed solved is open again.
    ///
    /// # Errors
    /// `Refused(CaseClosed)`: a case that follows it can be opened.
    pub fn answered_by_customer(self) -> Result<Self> {
        match self {
            Self::Pending | Self::Solved => Ok(Self::Open),
            Self::New | Self::Open | Self::OnHold => Ok(self),
            Self::Closed => Err(Refusal::CaseClosed.into()),
        }
    }

    /// What it becomes when the customer says that it is solved.
    ///
    /// # Errors
    /// `Refused(CaseClosed)`.
    pub fn solved_by_customer(self) -> Result<Self> {
        if self == Self::Closed { Err(Refusal::CaseClosed.into()) } else { Ok(Self::Solved) }
    }

    /// What support makes of it, with an answer or without. Closing is the clock's, and nothing becomes new again.
    ///
    /// # Errors
    /// `Refused(CaseClosed)`; `Invalid(state)` for a state that support can't choose.
    pub fn moved_by_support(self, to: Self) -> Result<Self> {
        match (self, to) {
            (Self::Closed, _) => Err(Refusal::CaseClosed.into()),
            (_, Self::New | Self::Closed) => Err(Error::field("state", Fault::NotAChoice)),
            (_, Self::Open | Self::Pending | Self::OnHold | Self::Solved) => Ok(to),
        }
    }

    /// What it becomes when somebody in support takes it: what was new is open.
    ///
    /// # Errors
    /// `Refused(CaseClosed)`.
    pub fn taken(self) -> Result<Self> {
        match self {
            Self::New => Ok(Self::Open),
            Self::Closed => Err(Refusal::CaseClosed.into()),
            Self::Open | Self::Pending | Self::OnHold | Self::Solved => Ok(self),
        }
    }
}

/// The states that support can choose for a case.
pub const CHOSEN_BY_SUPPORT: [CaseState; 4] =
    [CaseState::Pending, CaseState::Solved, CaseState::Open, CaseState::OnHold];

#[cfg(test)]
mod tests;
