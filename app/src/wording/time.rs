//! Days and instants in words, by the clocks of the reader's zone, which the server passes along with the page; in UTC while
//! none was chosen.

use domain::license::Remaining;
use domain::zone::Zone;
use leptos::prelude::use_context;
use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

/// The instant by the reader's clocks, and what their time is called.
fn by_the_clock(at: OffsetDateTime) -> (OffsetDateTime, String) {
    match use_context::<Option<Zone>>().flatten() {
        Some(zone) => {
            let (at, letters) = zone.clock(at);
            (at, letters.to_owned())
        }
        None => (at.to_offset(UtcOffset::UTC), "UTC".to_owned()),
    }
}

/// “14 Mar 2027”.
#[must_use]
pub fn day(at: OffsetDateTime) -> String {
    domain::text::day_by_clock(by_the_clock(at).0)
}

/// “14 Mar 2027, 10:05 UTC”.
#[must_use]
pub fn moment(at: OffsetDateTime) -> String {
    let (clock, letters) = by_the_clock(at);
    format!("{}, {:02}:{:02} {letters}", day(at), clock.hour(), clock.minute())
}

/// “10:05:07 UTC on 14 Mar 2027”, for waits of a few seconds. The second is rounded up: at the time named the wait is over.
pub(super) fn second(at: OffsetDateTime) -> String {
    let begun = i64::from(at.nanosecond() > 0);
    let at = at.saturating_add(time::Duration::seconds(begun));
    let (clock, letters) = by_the_clock(at);
    format!("{:02}:{:02}:{:02} {letters} on {}", clock.hour(), clock.minute(), clock.second(), day(at))
}

/// The instant for `<time datetime>`.
#[must_use]
pub fn iso(at: OffsetDateTime) -> String {
    let at = at.to_offset(UtcOffset::UTC);
    let whole = at.replace_nanosecond(0).unwrap_or(at);
    whole.format(&Rfc3339).unwrap_or_default()
}

/// “3 days ago”, in the largest unit of which at least one is full.
#[must_use]
pub fn ago(at: OffsetDateTime, now: OffsetDateTime) -> String {
    let minutes = (now - at).whole_minutes();
    let (count, unit) = match minutes {
        ..1 => return "just now".to_owned(),
        1..60 => (minutes, "minute"),
        60..1_440 => (minutes / 60, "hour"),
        1_440..86_400 => (minutes / 1_440, "day"),
        86_400..1_051_200 => (minutes / 43_200, "month"),
        _ => (minutes / 525_600, "year"),
    };
    format!("{} ago", counted(count, unit))
}

/// “26 hours ahead of ours”, for the clock of a device (edge case 1).
#[must_use]
pub fn clock_off(off: time::Duration) -> String {
    let hours = counted(off.whole_hours().abs(), "hour");
    let way = if off.is_negative() { "behind" } else { "ahead of" };
    format!("{hours} {way} ours. Correct it: beyond seven days no code activates.")
}

/// What is left of a license: “12 days left”, “ends today” or “ended 3 Feb 2026” (R26).
#[must_use]
pub fn remaining(remaining: Remaining) -> String {
    match remaining {
        Remaining::Days(days) => format!("{} left", counted(i64::from(days), "day")),
        Remaining::Today => "ends today".to_owned(),
        Remaining::Ended(at) => format!("ended {}", day(at)),
    }
}

fn counted(count: i64, unit: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

#[cfg(test)]
mod tests {
    use time::Duration;
    use time::macros::datetime;

    use super::*;

    #[test]
    fn times_are_written_in_utc() {
        let at = datetime!(2027-03-14 11:05:07.5 +01:00);
        assert_eq!(day(at), "14 Mar 2027");
        assert_eq!(moment(at), "14 Mar 2027, 10:05 UTC");
        assert_eq!(iso(at), "2027-03-14T10:05:07Z");
        assert_eq!(second(at), "10:05:08 UTC on 14 Mar 2027");
    }

    #[test]
    fn a_clock_that_is_off_is_told_with_its_direction() {
        let fix = "Correct it: beyond seven days no code activates.";
        assert_eq!(clock_off(Duration::hours(26)), format!("26 hours ahead of ours. {fix}"));
        assert_eq!(clock_off(Duration::hours(-25)), format!("25 hours behind ours. {fix}"));
    }

    #[test]
    fn the_past_is_told_in_its_largest_full_unit() {
        let now = datetime!(2027-03-14 10:05 UTC);
        for (before, told) in [
            (Duration::seconds(-5), "just now"),
            (Duration::seconds(59), "just now"),
            (Duration::minutes(1), "1 minute ago"),
            (Duration::minutes(119), "1 hour ago"),
            (Duration::days(3), "3 days ago"),
            (Duration::days(61), "2 months ago"),
            (Duration::days(800), "2 years ago"),
        ] {
            assert_eq!(ago(now - before, now), told);
        }
    }

    #[test]
    fn what_is_left_is_told_in_days() {
        assert_eq!(remaining(Remaining::Days(12)), "12 days left");
        assert_eq!(remaining(Remaining::Today), "ends today");
        assert_eq!(remaining(Remaining::Ended(datetime!(2026-02-03 10:00 UTC))), "ended 3 Feb 2026");
    }
}
