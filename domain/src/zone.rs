//! Time zones: instants are kept in UTC, and shown in the zone of whoever reads them (edge case 12).

use serde::{Deserialize, Serialize};
use time::{OffsetDateTime, UtcOffset};

/// A zone as a page needs it: from when on the clocks of the zone differ by how much. The server reads it from the tables of
/// the zones, and the browser counts with what it was given, so that both write the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    /// Its name in those tables, such as `Europe/Amsterdam`.
    pub name: String,
    /// The oldest first; the first counts for all time before the second.
    changes: Vec<Change>,
}

/// From this instant on, the clocks go by this many seconds before UTC, and that is called so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Change(i64, i32, String);

impl Zone {
    /// The instant by the clocks of the zone, and what their time is called: “CET”, or “UTC+03:00” where it has no letters.
    #[must_use]
    pub fn clock(&self, at: OffsetDateTime) -> (OffsetDateTime, &str) {
        let change = self.changes.iter().rev().find(|change| change.0 <= at.unix_timestamp()).or(self.changes.first());
        let Some(Change(_, seconds, letters)) = change else { return (at.to_offset(UtcOffset::UTC), "UTC") };
        let offset = UtcOffset::from_whole_seconds(*seconds).unwrap_or(UtcOffset::UTC);
        (at.to_offset(offset), letters)
    }
}

#[cfg(feature = "postgres")]
mod tables {
    use jiff::Timestamp;
    use jiff::tz::{TimeZone, db};

    use super::{Change, Zone};
    use crate::Fault;

    /// Pages show nothing older than this before now, and nothing later after it.
    const DAYS: (i64, i64) = (15 * 365, 10 * 365);

    /// The zones that people choose from: one for each place, UTC first.
    #[must_use]
    pub fn names() -> Vec<String> {
        let places = [
            "Africa/",
            "America/",
            "Antarctica/",
            "Asia/",
            "Atlantic/",
            "Australia/",
            "Europe/",
            "Indian/",
            "Pacific/",
        ];
        let mut names: Vec<String> = db()
            .available()
            .map(|name| name.as_str().to_owned())
            .filter(|name| places.iter().any(|place| name.starts_with(place)))
            .filter(|name| TimeZone::get(name).is_ok_and(|zone| zone.is_primary()))
            .collect();
        names.sort_unstable();
        names.insert(0, "UTC".to_owned());
        names
    }

    /// Reads the name of a zone.
    ///
    /// # Errors
    /// `NotAChoice` for a name that is in no table.
    pub fn read(typed: &str) -> Result<String, Fault> {
        match TimeZone::get(typed.trim()) {
            Ok(zone) if !zone.is_unknown() => zone.iana_name().map(ToOwned::to_owned).ok_or(Fault::NotAChoice),
            _ => Err(Fault::NotAChoice),
        }
    }

    impl Zone {
        /// The zone of this name, for instants around `now`; nothing for a name that is in no table.
        #[must_use]
        pub fn named(name: &str, now: time::OffsetDateTime) -> Option<Self> {
            let zone = TimeZone::get(name).ok()?;
            let now = now.unix_timestamp();
            let (first, last) = (now - DAYS.0 * 86_400, now + DAYS.1 * 86_400);
            let begin = Timestamp::from_second(first).ok()?;
            let info = zone.to_offset_info(begin);
            let mut changes =
                vec![Change(first, info.offset().seconds(), letters(info.abbreviation(), info.offset().seconds()))];
            for next in zone.following(begin) {
                let (at, seconds) = (next.timestamp().as_second(), next.offset().seconds());
                if at > last {
                    break;
                }
                changes.push(Change(at, seconds, letters(next.abbreviation(), seconds)));
            }
            changes.dedup_by(|later, earlier| later.1 == earlier.1 && later.2 == earlier.2);
            Some(Self { name: name.to_owned(), changes })
        }
    }

    /// Many zones have digits in place of letters, as “+03”.
    fn letters(abbreviation: &str, seconds: i32) -> String {
        if abbreviation.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return abbreviation.to_owned();
        }
        let sign = if seconds < 0 { '-' } else { '+' };
        let minutes = seconds.abs() / 60;
        format!("UTC{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }

    #[cfg(test)]
    mod tests {
        use time::macros::datetime;

        use super::*;

        fn told(name: &str, at: time::OffsetDateTime) -> String {
            let zone = Zone::named(name, datetime!(2026-11-24 12:00 UTC)).unwrap();
            let (at, letters) = zone.clock(at);
            format!("{} {:02}:{:02} {letters}", at.date(), at.hour(), at.minute())
        }

        #[test]
        fn an_instant_is_told_by_the_clocks_of_the_zone_in_summer_and_in_winter() {
            for (name, at, expected) in [
                ("Europe/Amsterdam", datetime!(2026-11-24 23:30 UTC), "2026-11-25 00:30 CET"),
                ("Europe/Amsterdam", datetime!(2026-07-01 23:30 UTC), "2026-07-02 01:30 CEST"),
                ("Europe/Amsterdam", datetime!(2026-03-29 00:59:59 UTC), "2026-03-29 01:59 CET"),
                ("Europe/Amsterdam", datetime!(2026-03-29 01:00 UTC), "2026-03-29 03:00 CEST"),
                ("Asia/Kolkata", datetime!(2026-11-24 20:00 UTC), "2026-11-25 01:30 IST"),
                ("Asia/Dubai", datetime!(2026-11-24 20:00 UTC), "2026-11-25 00:00 UTC+04:00"),
                ("America/New_York", datetime!(2031-01-01 02:00 UTC), "2030-12-31 21:00 EST"),
                ("UTC", datetime!(2026-11-24 20:00 UTC), "2026-11-24 20:00 UTC"),
            ] {
                assert_eq!(told(name, at), expected, "{name} at {at}");
            }
        }

        #[test]
        fn what_a_page_is_given_is_short() {
            let now = datetime!(2026-11-24 12:00 UTC);
            for name in names() {
                let zone = Zone::named(&name, now).unwrap();
                assert!(zone.changes.len() < 60, "{name}: {}", zone.changes.len());
                assert_eq!(read(&name), Ok(name));
            }
            assert!((300..500).contains(&names().len()), "{}", names().len());
        }

        #[test]
        fn a_name_that_is_in_no_table_is_no_zone() {
            for typed in ["", "Mars/Olympus", "../etc/passwd", "Europe"] {
                assert_eq!(read(typed), Err(Fault::NotAChoice), "{typed}");
                assert_eq!(Zone::named(typed, datetime!(2026-11-24 12:00 UTC)), None, "{typed}");
            }
        }
    }
}

#[cfg(feature = "postgres")]
pub use tables::{names, read};
