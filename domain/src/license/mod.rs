//! Licenses: where one stands, how much of the application works under it, and how long it still runs.

pub mod details;
pub mod key;
#[cfg(feature = "postgres")]
pub mod store;
pub mod term;

pub use key::LicenseKey;
pub use term::Term;

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::code::CodeKind;

/// How long before its end a license is offered for renewal.
pub const RENEWAL_OFFERED: Duration = Duration::days(30);

/// How long before its end a license without a reserve is shown as a warning.
pub const WARNING: Duration = Duration::days(14);

/// How long devices keep working after their code was blocked (R20).
pub const BLOCK_TOLERANCE: Duration = Duration::days(8);

crate::choice! {
    /// Where a license stands (domain §3.2).
    pub enum Standing {
        /// A trial that runs.
        Trial = "trial",
        /// Runs, with more than 30 days left.
        Active = "active",
        /// Runs, and its renewal is offered: 30 days or less are left.
        Expiring = "expiring",
        /// A subscription after its end, in the days in which everything still works.
        Grace = "grace",
        /// Has ended (R103).
        Expired = "expired",
        /// Its code is no longer accepted; devices keep working for 8 days (R20).
        Blocked = "blocked",
        /// A subscription that is paused or whose payment failed (E35).
        Suspended = "suspended",
        /// Ended by a refund (R87).
        Cancelled = "cancelled",
    }
}

impl Standing {
    /// Whether the term is on: a code entered now has to wait until it ends (R32, R35).
    #[must_use]
    pub const fn runs(self) -> bool {
        match self {
            Self::Trial | Self::Active | Self::Expiring | Self::Grace => true,
            Self::Expired | Self::Blocked | Self::Suspended | Self::Cancelled => false,
        }
    }
}

crate::choice! {
    /// How much of the application works.
    pub enum Level {
        /// Everything.
        Full = "full",
        /// Runs with the databases of the last day, some components restricted (R67, R68).
        Restricted = "restricted",
        /// Nothing: protection is off (R71).
        Stopped = "stopped",
    }
}

/// What is left of a license, as people are told it (R26).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Remaining {
    /// Whole days, rounded up; two or more.
    Days(u32),
    /// It ends within the next 24 hours.
    Today,
    /// It ended at this instant.
    Ended(#[serde(with = "time::serde::rfc3339")] OffsetDateTime),
}

/// What is known of a license, as far as its standing depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LicenseFacts {
    /// The kind of code it came from.
    pub kind: CodeKind,
    /// Its first instant.
    #[serde(with = "time::serde::rfc3339")]
    pub starts_at: OffsetDateTime,
    /// The first instant at which it no longer runs (R103).
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
    /// Subscriptions only: the end of the days in which everything still works.
    #[serde(with = "time::serde::rfc3339::option")]
    pub grace_until: Option<OffsetDateTime>,
    /// When its code was blocked, if it still is.
    #[serde(with = "time::serde::rfc3339::option")]
    pub blocked_at: Option<OffsetDateTime>,
    /// When a refund cancelled it.
    #[serde(with = "time::serde::rfc3339::option")]
    pub cancelled_at: Option<OffsetDateTime>,
    /// Subscriptions only: when it was suspended, if it still is.
    #[serde(with = "time::serde::rfc3339::option")]
    pub suspended_at: Option<OffsetDateTime>,
    /// Subscriptions only: whether protection ends with it, and not the updates alone (domain §3.2).
    #[serde(default)]
    pub protection_ends: bool,
}

impl LicenseFacts {
    /// Where the license stands at `now`. A refund outweighs a block, and both outweigh the dates.
    #[must_use]
    pub fn standing(&self, now: OffsetDateTime) -> Standing {
        if self.cancelled_at.is_some() {
            Standing::Cancelled
        } else if self.blocked_at.is_some() {
            Standing::Blocked
        } else {
            self.standing_by_dates(now)
        }
    }

    fn standing_by_dates(&self, now: OffsetDateTime) -> Standing {
        let subscription = self.kind == CodeKind::Subscription;
        let in_grace = subscription && self.grace_until.is_some_and(|until| now < until);
        if now >= self.expires_at && !in_grace {
            Standing::Expired
        } else if self.suspended_at.is_some() {
            Standing::Suspended
        } else if now >= self.expires_at {
            Standing::Grace
        } else if self.kind == CodeKind::Trial {
            Standing::Trial
        } else if !subscription && self.expires_at - now <= RENEWAL_OFFERED {
            // a subscription renews itself, so its end is no reason to act
            Standing::Expiring
        } else {
            Standing::Active
        }
    }

    /// How much of the application works at `now` (R20, R67, R68, R71).
    #[must_use]
    pub fn level(&self, now: OffsetDateTime) -> Level {
        if self.cancelled_at.is_some() {
            return Level::Stopped;
        }
        let ended =
            if self.kind == CodeKind::Trial || self.protection_ends { Level::Stopped } else { Level::Restricted };
        if self.functions_until().is_some_and(|until| now >= until) {
            return ended;
        }
        match self.standing_by_dates(now) {
            Standing::Trial | Standing::Active | Standing::Expiring | Standing::Grace => Level::Full,
            Standing::Suspended => Level::Restricted,
            Standing::Expired | Standing::Blocked | Standing::Cancelled => ended,
        }
    }

    /// For a blocked code: the instant at which its devices fall to the expired level (R20).
    #[must_use]
    pub fn functions_until(&self) -> Option<OffsetDateTime> {
        self.blocked_at.map(|at| at.saturating_add(BLOCK_TOLERANCE))
    }

    /// The end of the term, or of the grace after it where that is later (§3.2).
    #[must_use]
    pub fn runs_until(&self) -> OffsetDateTime {
        self.grace_until.map_or(self.expires_at, |until| until.max(self.expires_at))
    }

    /// The first instant at which, as things stand, not everything works any more: the end of the term or of the grace
    /// after it, of the days that a blocked code is tolerated, or a refund (R20, R87).
    #[must_use]
    pub fn works_until(&self) -> OffsetDateTime {
        let by_dates = self.runs_until();
        let ends = [Some(by_dates), self.functions_until(), self.cancelled_at, self.suspended_at];
        ends.into_iter().flatten().min().unwrap_or(by_dates)
    }

    /// The instant at which the license ends or ended, be it by its term or by a refund before that.
    #[must_use]
    pub fn ends_at(&self) -> OffsetDateTime {
        self.cancelled_at.map_or(self.expires_at, |at| at.min(self.expires_at))
    }

    /// What is left at `now`, in the words of R26.
    #[must_use]
    pub fn remaining(&self, now: OffsetDateTime) -> Remaining {
        let ends_at = self.ends_at();
        if now >= ends_at {
            return Remaining::Ended(ends_at);
        }
        match self.days_left(now) {
            0 => Remaining::Today,
            days => Remaining::Days(days),
        }
    }

    /// Whole days left at `now`, rounded up; zero in the last 24 hours and afterwards (R26).
    #[must_use]
    pub fn days_left(&self, now: OffsetDateTime) -> u32 {
        let left = self.ends_at() - now;
        if left <= Duration::DAY {
            return 0;
        }
        let started_day = left > Duration::days(left.whole_days());
        u32::try_from(left.whole_days() + i64::from(started_day)).unwrap_or(u32::MAX)
    }

    /// Whether the renewal is offered at `now`: from 30 days before the end, and after it (R74). A trial is not renewed
    /// but bought, and a subscription renews itself.
    #[must_use]
    pub fn renewal_offered(&self, now: OffsetDateTime) -> bool {
        let renewable = !matches!(self.kind, CodeKind::Trial | CodeKind::Subscription);
        renewable && matches!(self.standing(now), Standing::Expiring | Standing::Expired)
    }

    /// Whether the end is near enough at `now` for a warning: 14 days or less, and no reserve waits (edge case 52).
    #[must_use]
    pub fn warns(&self, now: OffsetDateTime, has_reserve: bool) -> bool {
        let running_out = matches!(self.standing(now), Standing::Expiring | Standing::Trial);
        !has_reserve && running_out && self.expires_at - now <= WARNING
    }
}

#[cfg(test)]
mod tests;
