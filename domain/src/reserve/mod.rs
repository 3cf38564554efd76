//! Reserve codes: each waits on one device and takes over by itself when the running license ends (R32–R46).

#[cfg(feature = "postgres")]
pub mod store;

use time::{Duration, OffsetDateTime};

crate::choice! {
    /// Where a reserve code stands on its device.
    pub enum ReserveState {
        /// Waits for the end of the running license.
        Waiting = "waiting",
        /// Took over: its license runs.
        Promoted = "promoted",
        /// Could not take over, or never will; the code itself is kept (R34).
        Failed = "failed",
        /// Taken back by a person (edge case 18).
        Removed = "removed",
    }
}

/// How long before an instant a device must have called last to count as online at it: two heartbeats and a little.
pub const ONLINE_WITHIN: Duration = Duration::minutes(150);

/// Whether a device that called last at `last_seen_at` was online at `instant`, as far as can be known.
#[must_use]
pub fn online_at(instant: OffsetDateTime, last_seen_at: Option<OffsetDateTime>) -> bool {
    last_seen_at.is_some_and(|seen| seen >= instant - ONLINE_WITHIN)
}

/// When the term of a code starts that takes over at `now`, its predecessor having ended at `due_at`: at that very end for
/// a device that was online then, so that nothing is unprotected (R33), else now, so that nothing is lost (edge case 13).
#[must_use]
pub fn starts_at(due_at: OffsetDateTime, last_seen_at: Option<OffsetDateTime>, now: OffsetDateTime) -> OffsetDateTime {
    if online_at(due_at, last_seen_at) { due_at.min(now) } else { now }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const END: OffsetDateTime = datetime!(2026-05-01 10:00 UTC);

    #[test]
    fn a_device_that_is_online_at_the_end_is_switched_at_the_end() {
        let late = END + Duration::minutes(3);
        assert_eq!(starts_at(END, Some(END - Duration::HOUR), late), END);
        assert_eq!(starts_at(END, Some(END - ONLINE_WITHIN), late), END);
        assert_eq!(starts_at(END, Some(late), late), END);
    }

    #[test]
    fn a_device_that_is_offline_at_the_end_loses_nothing_of_the_new_term() {
        let late = END + Duration::days(40);
        assert_eq!(starts_at(END, Some(END - ONLINE_WITHIN - Duration::SECOND), late), late);
        assert_eq!(starts_at(END, None, late), late);
    }
}
