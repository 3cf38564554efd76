//! The Licensing window in words: what a device shows of its license (domain §7, R25, R26).

pub mod activation;
pub mod offline;
pub mod preview;
pub mod words;

use domain::code;
use domain::device_api::{DeviceStatus, LicenseWindow, ProblemHolder, ReserveWindow};
use domain::license::{Level, Standing};
use domain::reserve::ReserveState;
use domain::seat::SeatCount;
use time::OffsetDateTime;
use time::UtcOffset;

use crate::terminal::plain;
use words::{kind, level, reserve_state, seat_class, standing};

/// The whole window. `now` only decides between "ends today" and "ended" where the standing leaves that open.
pub fn licensing(device: &DeviceStatus, now: OffsetDateTime) -> String {
    let Some(license) = &device.license else {
        return activation::of(device);
    };
    let mut lines = vec![
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
        ("Updates", updates(device).to_owned()),
    ];
    if !device.restricted.is_empty() {
        lines.push(("Restricted", list(&device.restricted)));
    }
    if let Some(reserve) = &device.reserve {
        lines.extend(reserve_lines(reserve));
    }
    rows(&lines)
}

fn updates(device: &DeviceStatus) -> &'static str {
    match (device.updates, device.level) {
        (true, _) => "databases and modules are updated",
        (false, Level::Stopped) => "none: protection is off",
        (false, _) => "none: databases stay as they are",
    }
}

/// The reserve code's own lines (R25). A switch by hand is offered only where the one by itself has failed (R44).
fn reserve_lines(reserve: &ReserveWindow) -> Vec<(&'static str, String)> {
    let about = format!("{}, {} days", kind(reserve.kind), reserve.term_days);
    let mut lines = vec![
        ("Reserve code", code::mask(&plain(&reserve.code_tail))),
        ("  Kind and term", about),
        ("  Status", reserve_state(reserve.state).to_owned()),
    ];
    if reserve.state == ReserveState::Waiting {
        lines.push(("  Takes over", instant(reserve.takes_over_at)));
    }
    match &reserve.trouble {
        Some(trouble) => lines.push(("  Stands against it", plain(trouble))),
        None => {
            lines.extend(reserve.rehearsed_at.map(|at| ("  Checked", format!("{}: it would succeed", instant(at)))))
        }
    }
    if reserve.activate_now {
        lines.push(("  Activate now", "latchkey-client reserve --activate-now".to_owned()));
    }
    lines
}

/// The devices that hold the seats, the longest silence first, as the server sends them (E12).
pub fn holders(holders: &[ProblemHolder]) -> String {
    let lines = holders.iter().map(|holder| {
        let seen = match holder.last_seen_at {
            Some(at) => format!("last seen {}", instant(at)),
            None => "never seen".to_owned(),
        };
        let same = if holder.same_machine { ": the same machine as this one" } else { "" };
        format!("- {}, {seen}{same}", plain(&holder.name))
    });
    lines.collect::<Vec<_>>().join("\n")
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
        format!("{}{here}", seat_count(count))
    });
    counts.collect::<Vec<_>>().join("\n")
}

fn seat_count(count: &SeatCount) -> String {
    format!("{}: {} of {} in use", seat_class(count.class), count.used, count.total)
}

fn list(names: &[String]) -> String {
    names.iter().map(|name| plain(name)).collect::<Vec<_>>().join("\n")
}

/// Lines of a label and what belongs to it, in two columns.
pub fn rows(rows: &[(&str, String)]) -> String {
    let width = rows.iter().map(|(label, _)| label.chars().count()).max().unwrap_or_default() + 2;
    let lines = rows.iter().map(|(label, text)| {
        let text = text.replace('\n', &format!("\n{:width$}", ""));
        format!("{label:width$}{text}")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A date and a time to the minute, in UTC.
pub fn instant(at: OffsetDateTime) -> String {
    let at = at.to_offset(UtcOffset::UTC);
    format!("{} {:02}:{:02} UTC", date(at), at.hour(), at.minute())
}

pub fn date(at: OffsetDateTime) -> String {
    at.to_offset(UtcOffset::UTC).date().to_string()
}

/// Seconds in the largest unit that divides them; what is divided by none, and is long, in minutes.
pub fn duration(seconds: u32) -> String {
    let (count, unit) = match seconds {
        86_400.. if seconds.is_multiple_of(86_400) => (seconds / 86_400, "day"),
        3_600.. if seconds.is_multiple_of(3_600) => (seconds / 3_600, "hour"),
        60.. if seconds.is_multiple_of(60) => (seconds / 60, "minute"),
        600.. => return format!("about {} minutes", seconds.div_ceil(60)),
        _ => (seconds, "second"),
    };
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}

#[cfg(test)]
mod tests;
