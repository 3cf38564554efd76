//! What a device shows that can't reach the server: what its ticket allows, until when, and why no more.

use domain::ticket::jws::Distrust;
use domain::ticket::{Offline, Ticket, Why};

use super::words::level;
use super::{instant, rows};
use crate::terminal::plain;

/// The lines of a ticket that is believed.
pub fn of(ticket: &Ticket, offline: &Offline) -> String {
    let mut lines = vec![
        ("Product", plain(&ticket.product)),
        ("License ends", instant(ticket.license_expires_at)),
        ("Last word", instant(ticket.issued_at)),
        ("Works", level(offline.level).to_owned()),
    ];
    if let Some(until) = offline.until {
        lines.push(("Until", instant(until)));
    }
    if !offline.restricted.is_empty() {
        lines.push(("Restricted", super::list(&offline.restricted)));
    }
    lines.push(("Why", why(offline.why)));
    rows(&lines)
}

/// The reason in one sentence.
pub fn why(why: Why) -> String {
    match why {
        Why::Ticket => "The ticket of the server's last word allows it.".to_owned(),
        Why::LicenseEnded => "The license has ended since the server's last word.".to_owned(),
        Why::Overdue => "The server was not reached for more than a week.".to_owned(),
        Why::Over => "The server was not reached for so long that the ticket is over.".to_owned(),
        Why::ClockSetBack { clock, latest } => format!(
            "The clock of this device was set back: it said {} when it was at least {} (E24).",
            instant(clock),
            instant(latest)
        ),
    }
}

/// What has to happen before more works again.
pub fn next_step(why: Why) -> &'static str {
    match why {
        Why::ClockSetBack { .. } => "Set date and time of the device, connect it, then: latchkey-client heartbeat",
        Why::Ticket | Why::LicenseEnded | Why::Overdue | Why::Over => {
            "Connect the device, then: latchkey-client heartbeat"
        }
    }
}

/// Why a kept ticket counts for nothing.
pub fn distrusted(distrust: Distrust) -> String {
    format!("The ticket in the state file counts for nothing: {distrust}.")
}

/// The word for a reason, for programs.
pub fn word(why: Why) -> &'static str {
    match why {
        Why::Ticket => "ticket",
        Why::LicenseEnded => "license_ended",
        Why::Overdue => "overdue",
        Why::Over => "over",
        Why::ClockSetBack { .. } => "clock_set_back",
    }
}
