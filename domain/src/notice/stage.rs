//! How long before the end of a license its people are told, and of how much (N1).

use time::{Duration, OffsetDateTime};

/// The days before the end among which an office chooses; nought is the day itself (domain §3.8).
pub const DAYS: [i32; 6] = [30, 14, 7, 3, 1, 0];

/// From so many days before the end on, the users of a license's devices are told too (N1).
pub const USERS_TOLD_FROM: i32 = 7;

/// The instant at which a stage begins. The day itself begins at midnight UTC, so that it is told before the hour.
fn begins(days: i32, ends_at: OffsetDateTime) -> OffsetDateTime {
    match days {
        0 => ends_at.to_offset(time::UtcOffset::UTC).replace_time(time::Time::MIDNIGHT),
        days => ends_at.saturating_sub(Duration::days(i64::from(days))),
    }
}

/// The stage reached at `now`, among those chosen: the latest of them, so that who was away is told once and not of each.
#[must_use]
pub fn reached(chosen: &[i32], ends_at: OffsetDateTime, now: OffsetDateTime) -> Option<i32> {
    chosen.iter().copied().filter(|days| now < ends_at && begins(*days, ends_at) <= now).min()
}

/// When to look again: at the next stage, or at the end.
#[must_use]
pub fn next(chosen: &[i32], ends_at: OffsetDateTime, now: OffsetDateTime) -> OffsetDateTime {
    let later = chosen.iter().map(|days| begins(*days, ends_at)).filter(|begins| *begins > now);
    later.min().unwrap_or(ends_at)
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const END: OffsetDateTime = datetime!(2027-05-01 10:00 UTC);

    #[test]
    fn each_stage_begins_to_the_instant_and_the_latest_counts() {
        for (now, told) in [
            (END - Duration::days(30) - Duration::SECOND, None),
            (END - Duration::days(30), Some(30)),
            (END - Duration::days(14) - Duration::SECOND, Some(30)),
            (END - Duration::days(14), Some(14)),
            (END - Duration::days(2), Some(3)),
            (END - Duration::DAY, Some(1)),
            (datetime!(2027-04-30 23:59:59 UTC), Some(1)),
            (datetime!(2027-05-01 0:00 UTC), Some(0)),
            (END - Duration::SECOND, Some(0)),
            (END, None),
        ] {
            assert_eq!(reached(&DAYS, END, now), told, "{now}");
        }
    }

    #[test]
    fn only_chosen_stages_count() {
        assert_eq!(reached(&[7], END, END - Duration::days(20)), None);
        assert_eq!(reached(&[7], END, END - Duration::days(2)), Some(7));
        assert_eq!(reached(&[], END, END - Duration::SECOND), None);
    }

    #[test]
    fn the_next_look_is_at_the_next_stage_and_at_last_at_the_end() {
        assert_eq!(next(&DAYS, END, END - Duration::days(100)), END - Duration::days(30));
        assert_eq!(next(&DAYS, END, END - Duration::days(30)), END - Duration::days(14));
        assert_eq!(next(&DAYS, END, datetime!(2027-05-01 0:00 UTC)), END);
        assert_eq!(next(&[], END, END - Duration::days(100)), END);
    }
}
