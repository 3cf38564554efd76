//! License terms: whole days, counted from an instant (R102).

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::code::StartRule;

/// How long a license runs, in whole days (R102). A month that a shop sells is stored as 30 (edge case 11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Term(u32);

impl Term {
    /// A trial.
    pub const TRIAL: Self = Self(30);

    /// The terms that commercial licenses are sold for: one, two and three years.
    pub const COMMERCIAL: [Self; 3] = [Self(365), Self(730), Self(1095)];

    /// The longest term that is kept, in days.
    pub const MOST_DAYS: u32 = 3660;

    /// The grace period of a subscription unless its provider grants another.
    pub const GRACE: Self = Self(7);

    /// A term of this many days.
    #[must_use]
    pub const fn of_days(days: u32) -> Self {
        Self(days)
    }

    /// Its length in days.
    #[must_use]
    pub const fn days(self) -> u32 {
        self.0
    }

    /// The first instant after a term that begins at `start` (R103). Days are of 24 hours, whatever a calendar says.
    #[must_use]
    pub fn end_from(self, start: OffsetDateTime) -> OffsetDateTime {
        start.saturating_add(Duration::days(i64::from(self.0)))
    }

    /// First instant and end of a license whose code is first activated at `now`: from then (R8), or from the order
    /// (R7).
    #[must_use]
    pub fn span(self, rule: StartRule, ordered_at: OffsetDateTime, now: OffsetDateTime) -> Span {
        let starts_at = match rule {
            StartRule::OnFirstActivation => now,
            StartRule::OnOrder => ordered_at,
        };
        Span { starts_at, expires_at: self.end_from(starts_at) }
    }
}

/// The time a license runs for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its first instant.
    pub starts_at: OffsetDateTime,
    /// The first instant at which it no longer runs (R103).
    pub expires_at: OffsetDateTime,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_year_is_365_days() {
        let term = Term::COMMERCIAL[0];
        assert_eq!(term.end_from(datetime!(2025-03-01 10:00 UTC)), datetime!(2026-03-01 10:00 UTC));
        assert_eq!(term.end_from(datetime!(2024-02-29 12:00 UTC)), datetime!(2025-02-28 12:00 UTC));
    }

    #[test]
    fn the_term_of_a_code_bought_five_years_ago_starts_today() {
        let now = datetime!(2026-05-01 10:00 UTC);
        let span = Term::of_days(365).span(StartRule::OnFirstActivation, datetime!(2021-05-01 10:00 UTC), now);
        assert_eq!(span, Span { starts_at: now, expires_at: datetime!(2027-05-01 10:00 UTC) });
    }

    #[test]
    fn a_term_from_the_order_has_265_days_left_after_100() {
        let ordered_at = datetime!(2025-03-01 10:00 UTC);
        let now = ordered_at + Duration::days(100);
        let span = Term::of_days(365).span(StartRule::OnOrder, ordered_at, now);
        assert_eq!(span.expires_at - now, Duration::days(265));
    }

    #[test]
    fn a_term_beyond_the_calendar_ends_on_its_last_day() {
        assert!(Term::of_days(u32::MAX).end_from(datetime!(2025-03-01 10:00 UTC)).year() == 9999);
    }

    proptest! {
        #[test]
        fn a_term_lasts_exactly_its_days(days in 0u32..20_000, seconds in 0i64..4_102_444_800) {
            let start = OffsetDateTime::from_unix_timestamp(seconds).unwrap();
            prop_assert_eq!(Term::of_days(days).end_from(start) - start, Duration::days(i64::from(days)));
        }

        #[test]
        fn two_terms_in_a_row_end_like_one(first in 1u32..2_000, second in 1u32..2_000, seconds in 0i64..4_102_444_800) {
            let start = OffsetDateTime::from_unix_timestamp(seconds).unwrap();
            let in_a_row = Term::of_days(second).end_from(Term::of_days(first).end_from(start));
            prop_assert_eq!(in_a_row, Term::of_days(first + second).end_from(start));
        }
    }
}
