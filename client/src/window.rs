//! The Licensing window in words: what a device shows of its license (domain §7, R25, R26).

use domain::code::{self, CodeKind};
use domain::device::OsFamily;
use domain::device_api::{DeviceStatus, LicenseWindow};
use domain::license::{Level, Standing};
use domain::seat::SeatClass;
use time::OffsetDateTime;
use time::UtcOffset;

use crate::terminal::plain;

/// The whole window. `now` only decides between "ends today" and "ended" where the standing leaves that open.
pub fn licensing(device: &DeviceStatus, now: OffsetDateTime) -> String {
    let Some(license) = &device.license else {
        return format!(
            "{} has no license; the application is not activated.\nActivate one with: latchkey-client activate CODE",
            plain(&device.name)
        );
    };
    rows(&[
        ("License key", license.license_key.to_string()),
        ("License type", kind(license.kind).to_owned()),
        ("Product", plain(&license.product)),
        ("Number of devices", seats(license)),
        ("Activation code", code::mask(&plain(&license.code_tail))),
        ("Activation date", instant(license.starts_at)),
        ("Expiry", instant(license.expires_at)),
        ("Days remaining", remaining(license, now)),
        ("Status", standing(license.standing).to_owned()),
        ("Works", level(device.level).to_owned()),
    ])
}

/// The license in one sentence.
pub fn summary(device: &DeviceStatus, now: OffsetDateTime) -> String {
    match &device.license {
        None => "It has no license.".to_owned(),
        Some(license) => {
            format!("License: {}, {}.", standing(license.standing).to_lowercase(), remaining(license, now))
        }
    }
}

/// What is left, in the words of R26.
pub fn remaining(license: &LicenseWindow, now: OffsetDateTime) -> String {
    let ended = match license.standing {
        Standing::Expired | Standing::Grace => true,
        Standing::Trial | Standing::Active | Standing::Expiring => false,
        Standing::Blocked | Standing::Suspended | Standing::Cancelled => now >= license.expires_at,
    };
    match license.days_left {
        1 => "1 day".to_owned(),
        days @ 2.. => format!("{days} days"),
        // a refund ends a license before its term, at an instant the window does not carry
        0 if !ended && license.standing == Standing::Cancelled => "ended".to_owned(),
        0 if ended => format!("ended {}", date(license.expires_at)),
        0 => "ends today".to_owned(),
    }
}

fn seats(license: &LicenseWindow) -> String {
    let counts = license.seats.iter().map(|count| {
        let here = if count.class == license.seat_class { ", this device among them" } else { "" };
        format!("{}: {} of {} in use{here}", seat_class(count.class), count.used, count.total)
    });
    counts.collect::<Vec<_>>().join("\n")
}

/// Lines of a label and what belongs to it, in two columns.
pub fn rows(rows: &[(&str, String)]) -> String {
    let width = rows.iter().map(|(label, _)| label.len()).max().unwrap_or_default() + 2;
    let lines = rows.iter().map(|(label, text)| {
        let text = text.replace('\n', &format!("\n{:width$}", ""));
        format!("{label:width$}{text}")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A date and a time to the minute, in UTC.
fn instant(at: OffsetDateTime) -> String {
    let at = at.to_offset(UtcOffset::UTC);
    format!("{} {:02}:{:02} UTC", date(at), at.hour(), at.minute())
}

fn date(at: OffsetDateTime) -> String {
    at.to_offset(UtcOffset::UTC).date().to_string()
}

/// Seconds in the largest unit that divides them.
pub fn duration(seconds: u32) -> String {
    let (count, unit) = match seconds {
        86_400.. if seconds.is_multiple_of(86_400) => (seconds / 86_400, "day"),
        3_600.. if seconds.is_multiple_of(3_600) => (seconds / 3_600, "hour"),
        60.. if seconds.is_multiple_of(60) => (seconds / 60, "minute"),
        _ => (seconds, "second"),
    };
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}

pub fn os_family(family: OsFamily) -> &'static str {
    match family {
        OsFamily::Windows => "Windows",
        OsFamily::WindowsServer => "Windows Server",
        OsFamily::Mac => "macOS",
        OsFamily::Android => "Android",
        OsFamily::Ios => "iOS",
    }
}

pub fn level(level: Level) -> &'static str {
    match level {
        Level::Full => "in full",
        Level::Restricted => "in part: databases are no longer updated",
        Level::Stopped => "not at all: protection is off",
    }
}

fn kind(kind: CodeKind) -> &'static str {
    match kind {
        CodeKind::Commercial => "Commercial",
        CodeKind::Renewal => "Commercial, renewal",
        CodeKind::Trial => "Trial",
        CodeKind::Subscription => "Subscription",
        CodeKind::Promo => "Promotional",
    }
}

fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Trial => "Trial",
        Standing::Active => "Active",
        Standing::Expiring => "Ends soon",
        Standing::Grace => "In the grace period",
        Standing::Expired => "Ended",
        Standing::Blocked => "Blocked",
        Standing::Suspended => "Suspended",
        Standing::Cancelled => "Cancelled after a refund",
    }
}

fn seat_class(class: SeatClass) -> &'static str {
    match class {
        SeatClass::Desktop => "Computers",
        SeatClass::FileServer => "File servers",
        SeatClass::Mobile => "Phones and tablets",
        SeatClass::PasswordManager => "Password manager",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::device_api::AgreementState;
    use domain::id::{DeviceId, LicenseId};
    use domain::license::LicenseKey;
    use domain::seat::SeatCount;
    use time::macros::datetime;
    use uuid::Uuid;

    const NOW: OffsetDateTime = datetime!(2026-02-27 09:30 UTC);

    fn window() -> LicenseWindow {
        LicenseWindow {
            license_id: LicenseId(Uuid::from_u128(1)),
            license_key: LicenseKey(Uuid::from_u128(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef)),
            kind: CodeKind::Commercial,
            product: "Office Security".to_owned(),
            code_tail: "NPQR5".to_owned(),
            standing: Standing::Expiring,
            days_left: 2,
            starts_at: datetime!(2025-02-28 12:00 +2),
            expires_at: datetime!(2026-02-28 10:00 UTC),
            seats: vec![
                SeatCount { class: SeatClass::Desktop, total: 5, used: 2 },
                SeatCount { class: SeatClass::FileServer, total: 1, used: 0 },
            ],
            seat_class: SeatClass::Desktop,
        }
    }

    fn device(license: Option<LicenseWindow>) -> DeviceStatus {
        DeviceStatus {
            device_id: DeviceId(Uuid::from_u128(2)),
            name: "Reception".to_owned(),
            os_family: OsFamily::Windows,
            office: "Northwind".to_owned(),
            level: Level::Full,
            updates: true,
            restricted: Vec::new(),
            license,
            reserve: None,
            trial_offered: false,
            agreement: AgreementState { version: "2026-01".to_owned(), accepted: true },
            commands: Vec::new(),
            server_time: NOW,
        }
    }

    #[test]
    fn the_window_shows_what_domain_7_lists() {
        assert_eq!(
            licensing(&device(Some(window())), NOW),
            "License key        01234567-89ab-cdef-0123-456789abcdef\n\
             License type       Commercial\n\
             Product            Office Security\n\
             Number of devices  Computers: 2 of 5 in use, this device among them\n\
             \x20                  File servers: 0 of 1 in use\n\
             Activation code    •••••-•••••-•••••-NPQR5\n\
             Activation date    2025-02-28 10:00 UTC\n\
             Expiry             2026-02-28 10:00 UTC\n\
             Days remaining     2 days\n\
             Status             Ends soon\n\
             Works              in full"
        );
    }

    #[test]
    fn days_are_told_in_the_words_of_r26() {
        let told = |standing, days_left, now| remaining(&LicenseWindow { standing, days_left, ..window() }, now);
        let (before, after) = (datetime!(2026-02-28 09:00 UTC), datetime!(2026-02-28 10:00 UTC));
        assert_eq!(told(Standing::Expiring, 2, before), "2 days");
        assert_eq!(told(Standing::Active, 365, before), "365 days");
        assert_eq!(told(Standing::Expiring, 0, before), "ends today");
        assert_eq!(told(Standing::Expired, 0, after), "ended 2026-02-28");
        assert_eq!(told(Standing::Grace, 0, after), "ended 2026-02-28");
        assert_eq!(told(Standing::Suspended, 0, before), "ends today");
        assert_eq!(told(Standing::Blocked, 0, after), "ended 2026-02-28");
        assert_eq!(told(Standing::Cancelled, 0, before), "ended");
    }

    #[test]
    fn the_servers_standing_outweighs_a_wrong_clock() {
        let expired = LicenseWindow { standing: Standing::Expired, days_left: 0, ..window() };
        assert_eq!(remaining(&expired, datetime!(2001-01-01 0:00 UTC)), "ended 2026-02-28");
        let running = LicenseWindow { standing: Standing::Expiring, days_left: 0, ..window() };
        assert_eq!(remaining(&running, datetime!(2099-01-01 0:00 UTC)), "ends today");
    }

    #[test]
    fn a_device_without_a_license_is_told_the_next_step() {
        assert!(licensing(&device(None), NOW).contains("latchkey-client activate CODE"));
        assert_eq!(summary(&device(None), NOW), "It has no license.");
    }

    #[test]
    fn durations_are_told_in_one_unit() {
        assert_eq!(duration(3_600), "1 hour");
        assert_eq!(duration(86_400), "1 day");
        assert_eq!(duration(90), "90 seconds");
        assert_eq!(duration(120), "2 minutes");
        assert_eq!(duration(0), "0 seconds");
    }
}
