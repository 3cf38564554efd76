//! Installing a device's system anew: what to have ready before, and the ticket that gives the same seat back (R90, R91).

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::Fault;
use crate::code::{ALPHABET, symbols};
use crate::id::DeviceId;

/// How long a ticket can be used.
pub const TICKET_LIFE: Duration = Duration::days(14);

/// Symbols of a ticket: 148 bits of chance, so that none is guessed.
pub const TICKET_SYMBOLS: usize = 30;

/// Symbols in one block of a ticket, as it is printed and typed.
const BLOCK: usize = 5;

/// A ticket that has been read: 30 symbols of the alphabet of codes. It is no activation code and can't be mistaken for
/// one, which has 20.
///
/// It is a secret: it cannot be serialized or printed, and [`reveal`](Self::reveal) is the only way out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ReinstallTicket([u8; TICKET_SYMBOLS]);

impl ReinstallTicket {
    /// Reads what a person typed or pasted; case, blanks and dashes do not matter.
    ///
    /// # Errors
    /// `DeadTicket` for everything that is no ticket, as for one that was used: a guess learns nothing.
    pub fn parse(typed: &str) -> Result<Self, Fault> {
        let symbols: Option<Vec<u8>> = symbols(typed).take(TICKET_SYMBOLS + 1).map(|symbol| symbol.latin()).collect();
        let symbols = symbols.filter(|symbols| symbols.iter().all(|symbol| ALPHABET.contains(symbol)));
        symbols.and_then(|symbols| symbols.try_into().ok()).map(Self).ok_or(Fault::DeadTicket)
    }

    /// The ticket of these random symbols, each given by its index in [`ALPHABET`].
    ///
    /// # Panics
    /// When an index is 31 or more.
    #[must_use]
    pub fn from_symbols(indices: [u8; TICKET_SYMBOLS]) -> Self {
        Self(indices.map(|index| ALPHABET[usize::from(index)]))
    }

    /// The whole ticket in blocks joined by hyphens, for the one answer that shows it.
    #[must_use]
    pub fn reveal(&self) -> String {
        let text: String = self.0.iter().copied().map(char::from).collect();
        let blocks = (0..TICKET_SYMBOLS).step_by(BLOCK).map(|start| &text[start..start + BLOCK]);
        blocks.collect::<Vec<_>>().join("-")
    }

    /// The symbols, to be hashed.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; TICKET_SYMBOLS] {
        &self.0
    }
}

impl std::fmt::Debug for ReinstallTicket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ReinstallTicket(hidden)")
    }
}

/// What decides whether a ticket can still be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TicketFacts {
    /// The instant from which it is too old.
    pub expires_at: OffsetDateTime,
    /// When a device came back by it.
    pub used_at: Option<OffsetDateTime>,
    /// When it was taken back, or a newer one took its place.
    pub revoked_at: Option<OffsetDateTime>,
    /// Whether its device is still connected: one that was disconnected is linked again instead.
    pub connected: bool,
}

impl TicketFacts {
    /// Whether the ticket gives a device back now: once, before its end, not taken back. The end is exclusive (R103).
    #[must_use]
    pub fn works(&self, now: OffsetDateTime) -> bool {
        self.used_at.is_none() && self.revoked_at.is_none() && self.connected && now < self.expires_at
    }
}

/// How well a device is prepared for a new system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// Connected and seen: its license and code are kept in the account (R48).
    Ready,
    /// It was taken out of the account: connect it before the system goes (R90).
    Disconnected,
    /// It never called, so the account keeps nothing of it: recovery is the way (R92).
    NeverSeen,
}

/// Whether a device is ready for a new system.
#[must_use]
pub const fn readiness(connected: bool, last_seen_at: Option<OffsetDateTime>) -> Readiness {
    match (connected, last_seen_at) {
        (_, None) => Readiness::NeverSeen,
        (false, Some(_)) => Readiness::Disconnected,
        (true, Some(_)) => Readiness::Ready,
    }
}

/// The page about installing a device's system anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reinstall {
    /// The instant at which this was read.
    #[serde(with = "time::serde::rfc3339")]
    pub now: OffsetDateTime,
    /// The device.
    pub device: DeviceId,
    /// Its name.
    pub name: String,
    /// Whose device it is.
    pub owner: String,
    /// Whether it is connected to the account.
    pub connected: bool,
    /// When it last called.
    #[serde(with = "time::serde::rfc3339::option")]
    pub last_seen_at: Option<OffsetDateTime>,
    /// The product of the license it holds a seat of.
    pub product: Option<String>,
    /// When that license ends.
    #[serde(with = "time::serde::rfc3339::option")]
    pub ends_at: Option<OffsetDateTime>,
    /// Who looks after that license.
    pub administrator: Option<String>,
    /// Whether the reader may make and take back tickets: whose device it is, or who looks after its license.
    pub may_make: bool,
    /// Until when the ticket that was made last can be used, if it still can.
    #[serde(with = "time::serde::rfc3339::option")]
    pub ticket_until: Option<OffsetDateTime>,
    /// Who made it.
    pub ticket_by: Option<String>,
}

impl Reinstall {
    /// Whether the device is ready for a new system.
    #[must_use]
    pub const fn readiness(&self) -> Readiness {
        readiness(self.connected, self.last_seen_at)
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2027-01-01 12:00 UTC);
    const FRESH: TicketFacts = TicketFacts { expires_at: NOW, used_at: None, revoked_at: None, connected: true };

    #[test]
    fn a_ticket_is_read_back_however_it_is_written() {
        let ticket = ReinstallTicket::from_symbols(std::array::from_fn(|at| at as u8));
        let text = ticket.reveal();
        assert_eq!(text.len(), 35);
        for typed in [text.clone(), text.to_lowercase(), text.replace('-', " "), text.replace('-', "")] {
            assert_eq!(ReinstallTicket::parse(&typed), Ok(ticket), "{typed}");
        }
        assert!(!format!("{ticket:?}").contains(&text[..5]));
    }

    #[test]
    fn what_is_no_ticket_is_answered_like_a_dead_one() {
        let text = ReinstallTicket::from_symbols([0; TICKET_SYMBOLS]).reveal();
        for typed in
            ["", "ABCDE-FGH23-JKLM4-NPQR5", &text[1..], &format!("{text}A"), &text.replace('A', "0"), "\u{1F511}"]
        {
            assert_eq!(ReinstallTicket::parse(typed), Err(Fault::DeadTicket), "{typed}");
        }
    }

    #[test]
    fn a_ticket_works_once_until_its_end_and_not_after_it_was_taken_back() {
        let tick = Duration::microseconds(1);
        assert!(FRESH.works(NOW - tick));
        assert!(!FRESH.works(NOW));
        for dead in [
            TicketFacts { used_at: Some(NOW), ..FRESH },
            TicketFacts { revoked_at: Some(NOW), ..FRESH },
            TicketFacts { connected: false, ..FRESH },
        ] {
            assert!(!dead.works(NOW - tick), "{dead:?}");
        }
    }

    #[test]
    fn a_device_is_ready_when_it_is_connected_and_was_seen() {
        assert_eq!(readiness(true, Some(NOW)), Readiness::Ready);
        assert_eq!(readiness(false, Some(NOW)), Readiness::Disconnected);
        assert_eq!(readiness(true, None), Readiness::NeverSeen);
    }
}
