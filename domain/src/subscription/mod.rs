//! Subscriptions: paid by the period at a provider, who renews, suspends and ends them (R42, §3.2).

#[cfg(feature = "postgres")]
pub mod store;

use time::{Duration, OffsetDateTime, UtcOffset};

use crate::license::{LicenseFacts, Term};
use crate::seller_api::RenewSubscription;
use crate::text::{self, Faults};
use crate::{Fault, Result};

/// A further period that was paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Renewal {
    /// This many days are added, for the payment of this number.
    Days { days: u32, payment: String },
    /// The paid time ends at this instant.
    Until { until: OffsetDateTime, payment: Option<String> },
}

impl Renewal {
    /// Reads a renewal at `now`. Days alone can't be told from the same days sent again, so they need the number of their
    /// payment (R104).
    ///
    /// # Errors
    /// `Invalid` with every field that can't be used.
    pub fn read(request: &RenewSubscription, now: OffsetDateTime) -> Result<Self> {
        let mut faults = Faults::default();
        let payment = request.payment.as_deref().map(|typed| faults.take("payment", text::line(typed, 60)));
        let payment = payment.flatten();
        match (request.period_days, request.until) {
            (Some(_), Some(_)) => faults.note("until", Fault::DoesNotBelong),
            (None, None) => faults.note("period_days", Fault::Missing),
            (Some(days), None) => {
                if !(1..=Term::MOST_DAYS).contains(&days) {
                    faults.note("period_days", Fault::OutOfRange { min: 1, max: Term::MOST_DAYS.into() });
                }
                if request.payment.is_none() {
                    faults.note("payment", Fault::Missing);
                }
            }
            (None, Some(until)) => {
                if until <= now {
                    faults.note("until", Fault::InThePast);
                } else if until > latest(now) {
                    faults.note("until", Fault::InTheFuture);
                }
            }
        }
        let renewal = match (request.period_days, request.until, payment) {
            (Some(days), _, Some(payment)) => Some(Self::Days { days, payment }),
            (None, Some(until), payment) => Some(Self::Until { until: until.to_offset(UtcOffset::UTC), payment }),
            _ => None,
        };
        faults.finish(renewal)
    }

    /// The number of the payment it comes from, if it is known.
    #[must_use]
    pub fn payment(&self) -> Option<&str> {
        match self {
            Self::Days { payment, .. } => Some(payment),
            Self::Until { payment, .. } => payment.as_deref(),
        }
    }

    /// The end of a license that is renewed at `now`. Days are added to its end as long as everything still works, grace
    /// included, and count from now afterwards. A renewal never shortens a license: one that comes late, or again, changes
    /// nothing.
    ///
    /// # Errors
    /// `OutOfRange` beyond ten years from now.
    pub fn end_of(&self, license: &LicenseFacts, now: OffsetDateTime) -> Result<OffsetDateTime, Fault> {
        match self {
            Self::Until { until, .. } => Ok(license.expires_at.max(*until)),
            Self::Days { days, .. } => {
                let works_until = license.grace_until.map_or(license.expires_at, |grace| grace.max(license.expires_at));
                let from = if now < works_until { license.expires_at } else { now };
                let end = Term::of_days(*days).end_from(from);
                if end > latest(now) { Err(Fault::OutOfRange { min: 1, max: Term::MOST_DAYS.into() }) } else { Ok(end) }
            }
        }
    }

    /// The term of a code that nobody has activated yet: what was paid for is not lost. Days are added; until an instant it
    /// is at least the days from now to then, begun ones counted whole.
    ///
    /// # Errors
    /// `OutOfRange` beyond the longest term.
    pub fn term_of(&self, term: Term, now: OffsetDateTime) -> Result<Term, Fault> {
        let days = match self {
            Self::Days { days, .. } => term.days().saturating_add(*days),
            Self::Until { until, .. } => {
                let left = *until - now;
                let begun = left.whole_days() + i64::from(left > Duration::days(left.whole_days()));
                term.days().max(u32::try_from(begun).unwrap_or(0))
            }
        };
        if days > Term::MOST_DAYS {
            return Err(Fault::OutOfRange { min: 1, max: Term::MOST_DAYS.into() });
        }
        Ok(Term::of_days(days))
    }
}

/// No subscription is paid for beyond this instant.
fn latest(now: OffsetDateTime) -> OffsetDateTime {
    Term::of_days(Term::MOST_DAYS).end_from(now)
}

/// Where the days end in which everything still works, of a license that now ends at `expires_at`: the days that its code
/// grants or else as many as it had before.
#[must_use]
pub fn grace_of(license: &LicenseFacts, granted: Option<Term>, expires_at: OffsetDateTime) -> Option<OffsetDateTime> {
    match (granted, license.grace_until) {
        (Some(days), _) => Some(days.end_from(expires_at)),
        (None, Some(until)) => Some(expires_at + (until - license.expires_at)),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests;
