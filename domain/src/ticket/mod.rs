//! Tickets: what a device may do without asking us, signed, for a limited time.

#[cfg(feature = "ticket")]
pub mod jws;
#[cfg(feature = "postgres")]
pub mod store;

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::id::{DeviceId, LicenseId};
use crate::license::Level;

/// How long a ticket is good for.
pub const LIFE: Duration = Duration::days(7);
/// How long after that the application still works, and asks for a connection.
pub const GRACE: Duration = Duration::days(3);
/// How far a clock may stand behind the latest time it is known to have shown (edge case 1).
pub const SET_BACK_TOLERANCE: Duration = Duration::hours(24);

/// What a ticket says: the claims of a compact JWS (RFC 7515, RFC 7519).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ticket {
    /// Names this ticket.
    #[serde(rename = "jti")]
    pub serial: Uuid,
    /// The license.
    pub license_id: LicenseId,
    /// The one device it is for.
    pub device_id: DeviceId,
    /// How much of the application works.
    pub level: Level,
    /// Whether databases and modules are updated.
    pub updates: bool,
    /// The components that are restricted, by their names.
    pub restricted: Vec<String>,
    /// The instant at which the license, as things stand, no longer gives that level.
    #[serde(with = "time::serde::timestamp")]
    pub level_until: OffsetDateTime,
    /// How much works from then on.
    pub level_after: Level,
    /// When it was signed, in the server's time.
    #[serde(rename = "iat", with = "time::serde::timestamp")]
    pub issued_at: OffsetDateTime,
    /// Until when it is good.
    #[serde(rename = "exp", with = "time::serde::timestamp")]
    pub expires_at: OffsetDateTime,
    /// Until when the application still works, and asks for a connection.
    #[serde(with = "time::serde::timestamp")]
    pub grace_until: OffsetDateTime,
}

/// What a device may do offline, and why no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offline {
    /// The ticket is good: this level, until that instant.
    Good { level: Level, until: OffsetDateTime },
    /// The ticket has expired: the level stands until that instant, and a connection is needed before.
    Grace { level: Level, until: OffsetDateTime },
    /// Nothing works until the server was reached: the ticket and its grace are over.
    Over,
    /// Nothing works until the server was reached: the clock stands behind a time it has shown before.
    SetBack { latest: OffsetDateTime },
}

impl Offline {
    /// How much of the application works.
    #[must_use]
    pub const fn level(self) -> Level {
        match self {
            Self::Good { level, .. } | Self::Grace { level, .. } => level,
            Self::Over | Self::SetBack { .. } => Level::Stopped,
        }
    }
}

impl Ticket {
    /// What a device may do whose clock says `clock`. `latest` is the latest time it is known to have shown, or that the
    /// server has told: time never goes back, so a clock that was set back gains nothing, and one that stands behind by
    /// more than a day is not believed at all.
    #[must_use]
    pub fn offline(&self, clock: OffsetDateTime, latest: OffsetDateTime) -> Offline {
        let latest = latest.max(self.issued_at);
        if clock < latest - SET_BACK_TOLERANCE {
            return Offline::SetBack { latest };
        }
        let now = clock.max(latest);
        let level = if now < self.level_until { self.level } else { self.level_after };
        if now < self.expires_at {
            Offline::Good { level, until: self.expires_at }
        } else if now < self.grace_until {
            Offline::Grace { level, until: self.grace_until }
        } else {
            Offline::Over
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::datetime;

    use super::*;

    const ISSUED: OffsetDateTime = datetime!(2026-05-01 10:00 UTC);

    fn ticket(level_until: OffsetDateTime) -> Ticket {
        Ticket {
            serial: Uuid::from_u128(1),
            license_id: LicenseId(Uuid::from_u128(2)),
            device_id: DeviceId(Uuid::from_u128(3)),
            level: Level::Full,
            updates: true,
            restricted: Vec::new(),
            level_until,
            level_after: Level::Restricted,
            issued_at: ISSUED,
            expires_at: ISSUED + LIFE,
            grace_until: ISSUED + LIFE + GRACE,
        }
    }

    #[test]
    fn a_device_works_offline_inside_the_tickets_life_and_no_longer() {
        let ticket = ticket(ISSUED + Duration::days(365));
        let at = |after: Duration| ticket.offline(ISSUED + after, ISSUED);
        assert_eq!(at(Duration::ZERO), Offline::Good { level: Level::Full, until: ticket.expires_at });
        assert_eq!(at(LIFE - Duration::SECOND), Offline::Good { level: Level::Full, until: ticket.expires_at });
        assert_eq!(at(LIFE), Offline::Grace { level: Level::Full, until: ticket.grace_until });
        assert_eq!(at(LIFE + GRACE), Offline::Over);
        assert_eq!(Offline::Over.level(), Level::Stopped);
    }

    #[test]
    fn a_license_that_ends_while_the_device_is_offline_falls_to_its_level() {
        let ticket = ticket(ISSUED + Duration::days(2));
        let at = |after: Duration| ticket.offline(ISSUED + after, ISSUED).level();
        assert_eq!(at(Duration::days(2) - Duration::SECOND), Level::Full);
        assert_eq!(at(Duration::days(2)), Level::Restricted);
    }

    #[test]
    fn a_clock_that_was_set_back_gains_nothing() {
        let ticket = ticket(ISSUED + Duration::days(365));
        let latest = ISSUED + LIFE + GRACE;
        assert_eq!(ticket.offline(latest - Duration::hours(1), latest), Offline::Over);
        let back = latest - SET_BACK_TOLERANCE - Duration::SECOND;
        assert_eq!(ticket.offline(back, latest), Offline::SetBack { latest });
        // the ticket itself knows a time that has been
        let before = ISSUED - SET_BACK_TOLERANCE - Duration::SECOND;
        assert_eq!(ticket.offline(before, before), Offline::SetBack { latest: ISSUED });
    }

    proptest! {
        #[test]
        fn however_the_clock_is_moved_the_time_granted_never_exceeds_the_ticket(
            moves in proptest::collection::vec(-40i64 * 86_400..40 * 86_400, 1..200),
        ) {
            let ticket = ticket(ISSUED + Duration::days(365));
            let (mut clock, mut latest, mut granted) = (ISSUED, ISSUED, Duration::ZERO);
            for moved in moves {
                let earlier = latest;
                clock += Duration::seconds(moved);
                if ticket.offline(clock, latest).level() != Level::Stopped {
                    latest = latest.max(clock);
                    granted += latest - earlier;
                }
            }
            prop_assert!(granted <= LIFE + GRACE, "{granted}");
        }
    }
}
