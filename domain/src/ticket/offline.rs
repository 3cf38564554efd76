//! What a device may do without the server: by its ticket, and by a sense of time that a clock set back does not fool.

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use super::Ticket;
use crate::activation::CLOCK_WARNING;
use crate::license::Level;

/// How far a clock may fall behind the latest time known before it counts as set back: as far as the server tolerates
/// without a word. Within it nothing is gained, because time is then taken to stand still at the latest instant known.
pub const TOLERANCE: Duration = CLOCK_WARNING;

/// A clock that nobody sets: how long the machine has been running since it was last started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Steady {
    /// Tells this start of the machine from every other.
    pub boot: String,
    /// Seconds since then, those of sleep included.
    pub seconds: u64,
}

/// One look at the device's own clocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The clock that people set.
    pub clock: OffsetDateTime,
    /// The one that nobody sets, where the system has it.
    pub steady: Option<Steady>,
}

/// A ticket was made before one that was seen already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the ticket is older than one that was seen before")]
pub struct Stale;

/// What a device knows of the time: the latest instant it has ever seen, which never becomes earlier but by a newer
/// word of the server. It is kept between two runs of the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watch {
    /// The latest instant: the server's, the clock's, or what must have passed since by the steady clock.
    #[serde(with = "time::serde::rfc3339")]
    pub latest: OffsetDateTime,
    /// The latest instant that the server has signed.
    #[serde(with = "time::serde::rfc3339")]
    pub signed: OffsetDateTime,
    /// The steady clock when `latest` was noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steady: Option<Steady>,
    /// The clock as it was found set back, until the server is reached again (E24).
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub set_back: Option<OffsetDateTime>,
}

impl Watch {
    /// The time as the first ticket tells it.
    #[must_use]
    pub fn begin(ticket: &Ticket, reading: &Reading) -> Self {
        let now = ticket.issued_at;
        Self { latest: now, signed: now, steady: reading.steady.clone(), set_back: None }
    }

    /// Takes the server's word for the time from a fresh ticket. One that was seen before tells nothing new: else its
    /// time could be had again and again.
    ///
    /// # Errors
    /// `Stale` for a ticket made before one that was seen already.
    pub fn hear(&mut self, ticket: &Ticket, reading: &Reading) -> Result<(), Stale> {
        if ticket.issued_at < self.signed {
            return Err(Stale);
        }
        if ticket.issued_at > self.signed {
            *self = Self::begin(ticket, reading);
        }
        Ok(())
    }

    /// Takes note of the device's own clocks. A clock set forward makes it later for good; one set back by more than the
    /// tolerance is remembered until the server is reached.
    pub fn look(&mut self, reading: &Reading) {
        let ran = match (&self.steady, &reading.steady) {
            (Some(then), Some(now)) if then.boot == now.boot => now.seconds.saturating_sub(then.seconds),
            // started anew since, so at least as long ago as it runs
            (Some(_), Some(now)) => now.seconds,
            _ => 0,
        };
        let ran = Duration::seconds(i64::try_from(ran).unwrap_or(i64::MAX));
        let least = self.latest.saturating_add(ran);
        if reading.clock < least.saturating_sub(TOLERANCE) {
            self.set_back = Some(reading.clock);
        }
        self.latest = least.max(reading.clock);
        self.steady.clone_from(&reading.steady);
    }
}

/// Why a device stands offline as it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The ticket says so.
    Ticket,
    /// The license, or the tolerance after its block, has ended since the ticket was made (R20, R67, R71).
    LicenseEnded,
    /// The ticket's life is over, and its last days run: the device has to call.
    Overdue,
    /// The ticket is over.
    Over,
    /// The device's clock was set back, so it can't be told how long the ticket has been used (E24).
    ClockSetBack {
        /// What the clock said.
        clock: OffsetDateTime,
        /// What the device knows to have passed.
        latest: OffsetDateTime,
    },
}

/// How a device stands without the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offline {
    /// How much of the application works.
    pub level: Level,
    /// Whether databases and modules may be updated (R67).
    pub updates: bool,
    /// The components that are restricted (R68).
    pub restricted: Vec<String>,
    /// Why.
    pub why: Why,
    /// The first instant at which less works than now; nothing once all has stopped.
    pub until: Option<OffsetDateTime>,
}

/// How the device stands at the time that `watch` knows: as the ticket says during its life and while the license
/// allows it, with restricted components in the days after, and not at all from then on or under a clock set back.
#[must_use]
pub fn standing_offline(ticket: &Ticket, watch: &Watch) -> Offline {
    if let Some(clock) = watch.set_back {
        return stopped(Why::ClockSetBack { clock, latest: watch.latest });
    }
    let now = watch.latest;
    if now >= ticket.grace_until {
        return stopped(Why::Over);
    }
    let ended = now >= ticket.level_until;
    let overdue = now >= ticket.expires_at;
    let by_license = if ended { ticket.level_after } else { ticket.level };
    if by_license == Level::Stopped {
        return stopped(if ended { Why::LicenseEnded } else { Why::Ticket });
    }
    let level = if overdue { by_license.max(Level::Restricted) } else { by_license };
    let turns = [
        (!ended && (ticket.level_after == Level::Stopped || level == Level::Full)).then_some(ticket.level_until),
        (level == Level::Full).then_some(ticket.expires_at),
        Some(ticket.grace_until),
    ];
    Offline {
        level,
        updates: level == Level::Full && ticket.updates,
        restricted: match (level == Level::Restricted, ticket.level) {
            (true, Level::Full) => ticket.restricted_after.clone(),
            _ => ticket.restricted.clone(),
        },
        why: match (ended, overdue) {
            (true, _) => Why::LicenseEnded,
            (false, true) => Why::Overdue,
            (false, false) => Why::Ticket,
        },
        until: turns.into_iter().flatten().min(),
    }
}

fn stopped(why: Why) -> Offline {
    Offline { level: Level::Stopped, updates: false, restricted: Vec::new(), why, until: None }
}
