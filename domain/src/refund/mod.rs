//! Refunds: the facts that are weighed, and who moves one from state to state (§3.4). Support decides, and money is the
//! seller's (R86).

#[cfg(feature = "postgres")]
pub mod store;

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::id::LicenseId;

crate::choice! {
    /// Where a refund stands (§3.4).
    pub enum RefundState {
        /// Asked for; nobody in support has looked at it.
        Requested = "requested",
        /// Support weighs it.
        UnderReview = "under_review",
        /// Granted: the code is cancelled, and the store was told to pay (R87).
        Approved = "approved",
        /// The store has paid.
        Paid = "paid",
        /// Not granted; the customer may answer once.
        Denied = "denied",
    }
}

impl RefundState {
    /// Whether support may still decide.
    #[must_use]
    pub const fn is_open(self) -> bool {
        match self {
            Self::Requested | Self::UnderReview => true,
            Self::Approved | Self::Paid | Self::Denied => false,
        }
    }

    /// What the customer's answer makes of a denial: it is weighed once more, and only once.
    #[must_use]
    pub const fn appealed(self, before: bool) -> Option<Self> {
        match self {
            Self::Denied if before => None,
            Self::Denied => Some(Self::UnderReview),
            Self::Requested | Self::UnderReview | Self::Approved | Self::Paid => Some(self),
        }
    }
}

crate::choice! {
    /// What support decides.
    pub enum Decision {
        /// Granted.
        Approved = "approved",
        /// Not granted.
        Denied = "denied",
    }
}

/// What is known about the code whose money is wanted back; no formula decides (edge case 42).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundFacts {
    /// The license that the code started.
    pub license: LicenseId,
    /// Its product.
    pub product: String,
    /// The last block of its code.
    pub code_tail: String,
    /// Who sold it.
    pub seller: String,
    /// The order number, where there is one.
    pub order_number: Option<String>,
    /// What was paid for the whole order, as people read it; nothing where the store did not tell.
    pub paid: Option<String>,
    /// When it was bought.
    #[serde(with = "time::serde::rfc3339")]
    pub ordered_at: OffsetDateTime,
    /// For how many days after the order the seller usually pays back.
    pub window_days: u32,
    /// The first activation.
    #[serde(with = "time::serde::rfc3339")]
    pub started_at: OffsetDateTime,
    /// The end of the license.
    #[serde(with = "time::serde::rfc3339")]
    pub ends_at: OffsetDateTime,
    /// The devices that hold its places and would lose them, by name.
    pub devices: Vec<String>,
}

impl RefundFacts {
    /// Until when a refund is usual.
    #[must_use]
    pub fn window_until(&self) -> OffsetDateTime {
        self.ordered_at.saturating_add(Duration::days(i64::from(self.window_days)))
    }

    /// Whether that is over.
    #[must_use]
    pub fn is_late(&self, now: OffsetDateTime) -> bool {
        now >= self.window_until()
    }

    /// Days of the term that were used, begun ones counted.
    #[must_use]
    pub fn days_used(&self, now: OffsetDateTime) -> i64 {
        let used = now.min(self.ends_at) - self.started_at;
        let whole = used.whole_days().max(0);
        whole + i64::from(used > Duration::days(whole))
    }

    /// Days of the whole term.
    #[must_use]
    pub fn days(&self) -> i64 {
        (self.ends_at - self.started_at).whole_days()
    }
}

/// A refund as the people of the account see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundStatus {
    /// Where it stands.
    pub state: RefundState,
    /// What is weighed.
    pub facts: RefundFacts,
    /// When it was asked for.
    #[serde(with = "time::serde::rfc3339")]
    pub requested_at: OffsetDateTime,
    /// When it was decided last.
    #[serde(with = "time::serde::rfc3339::option")]
    pub decided_at: Option<OffsetDateTime>,
    /// Why so.
    pub decision_reason: Option<String>,
    /// When the customer answered a denial.
    #[serde(with = "time::serde::rfc3339::option")]
    pub appealed_at: Option<OffsetDateTime>,
    /// When the store was told to pay.
    #[serde(with = "time::serde::rfc3339::option")]
    pub store_told_at: Option<OffsetDateTime>,
    /// When the store had paid.
    #[serde(with = "time::serde::rfc3339::option")]
    pub paid_at: Option<OffsetDateTime>,
}

/// A refund as support weighs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskRefund {
    /// The refund.
    pub status: RefundStatus,
    /// Who decided last.
    pub decided_by: Option<String>,
    /// Refunds that were granted to the same account before.
    pub earlier: u32,
    /// Devices on which the code waits, and will not take over (edge case 17).
    pub waiting: Vec<String>,
    /// Whether it is above the limit of its seller: two leads grant it.
    pub by_two: bool,
    /// The yes of the first of two leads.
    pub first: Option<FirstYes>,
    /// Whether the reader may decide; leads do.
    pub may_decide: bool,
}

/// What the first of two leads said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstYes {
    /// Who.
    pub by: String,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Why.
    pub reason: String,
    /// Whether that is the reader, who can't be the second.
    pub by_reader: bool,
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn facts() -> RefundFacts {
        RefundFacts {
            license: LicenseId(uuid::Uuid::nil()),
            product: String::new(),
            code_tail: String::new(),
            seller: String::new(),
            order_number: None,
            paid: None,
            ordered_at: datetime!(2026-03-01 10:00 UTC),
            window_days: 30,
            started_at: datetime!(2026-03-03 10:00 UTC),
            ends_at: datetime!(2027-03-03 10:00 UTC),
            devices: vec![],
        }
    }

    #[test]
    fn the_window_closes_to_the_instant() {
        let until = datetime!(2026-03-31 10:00 UTC);
        assert_eq!(facts().window_until(), until);
        assert!(!facts().is_late(until - Duration::MICROSECOND) && facts().is_late(until));
    }

    #[test]
    fn days_used_are_counted_from_the_first_activation_and_never_beyond_the_end() {
        for (now, used) in [
            (datetime!(2026-03-02 10:00 UTC), 0),
            (datetime!(2026-03-03 10:00 UTC), 0),
            (datetime!(2026-03-03 10:00:00.1 UTC), 1),
            (datetime!(2026-03-04 10:00 UTC), 1),
            (datetime!(2026-03-04 10:01 UTC), 2),
            (datetime!(2030-01-01 0:00 UTC), 365),
        ] {
            assert_eq!(facts().days_used(now), used, "{now}");
        }
        assert_eq!(facts().days(), 365);
    }

    #[test]
    fn a_denial_is_weighed_once_more_and_only_once() {
        assert_eq!(RefundState::Denied.appealed(false), Some(RefundState::UnderReview));
        assert_eq!(RefundState::Denied.appealed(true), None);
        for state in [RefundState::Requested, RefundState::UnderReview, RefundState::Approved, RefundState::Paid] {
            assert_eq!(state.appealed(true), Some(state), "an answer moves nothing else");
        }
    }
}
