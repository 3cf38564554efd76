//! Tickets: signed papers by which a device works without the server, for a limited time and no longer.
//!
//! A device that can't be reached can't be told that its seat was released or its code refunded. The life of its ticket
//! is what bounds that: afterwards it works only once it has called again.

#[cfg(feature = "ticket")]
pub mod jws;
pub mod offline;
#[cfg(feature = "postgres")]
pub mod store;

pub use offline::{Offline, Reading, Steady, Watch, Why, standing_offline};

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::id::{DeviceId, LicenseId};
use crate::license::{Level, LicenseFacts, Standing};

/// How long a ticket lets a device work as if the server were there: devices call every hour, so a week covers a long
/// failure of the network or of ours.
pub const LIFE: Duration = Duration::days(7);

/// How long after that a device goes on with restricted components and a warning that it has to call.
pub const GRACE: Duration = Duration::days(3);

/// What a ticket says. Instants are whole seconds of the server's clock, as RFC 7519 counts them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Tells this ticket from every other (RFC 7519 `jti`).
    #[serde(rename = "jti")]
    pub serial: Uuid,
    /// The device it was made for; on another it is worth nothing (RFC 7519 `sub`).
    #[serde(rename = "sub")]
    pub device_id: DeviceId,
    /// The license the device holds a seat of.
    pub license_id: LicenseId,
    /// The product's name.
    pub product: String,
    /// How much of the application works while the license stands as it did.
    pub level: Level,
    /// Whether databases and modules are updated at that level (R67).
    pub updates: bool,
    /// The components that are restricted at that level (R68).
    pub restricted: Vec<String>,
    /// Where the license stood.
    pub standing: Standing,
    /// The first instant at which the license no longer runs by its term (R103).
    #[serde(with = "time::serde::timestamp")]
    pub license_expires_at: OffsetDateTime,
    /// The first instant at which the level no longer holds, because the license or the tolerance of a block ends (R20).
    #[serde(with = "time::serde::timestamp")]
    pub level_until: OffsetDateTime,
    /// How much works from then on (R67, R71).
    pub level_after: Level,
    /// The components that are restricted whenever not everything works: after the end, or when the device has not called
    /// (R68). Tickets of before it was told lack it.
    #[serde(default)]
    pub restricted_after: Vec<String>,
    /// The server's time when it was made (RFC 7519 `iat`).
    #[serde(rename = "iat", with = "time::serde::timestamp")]
    pub issued_at: OffsetDateTime,
    /// The first instant at which the device has to have called again (RFC 7519 `exp`).
    #[serde(rename = "exp", with = "time::serde::timestamp")]
    pub expires_at: OffsetDateTime,
    /// The first instant at which nothing works any more without a new ticket.
    #[serde(with = "time::serde::timestamp")]
    pub grace_until: OffsetDateTime,
}

impl Ticket {
    /// The first instant at which a device that never calls again has stopped: what a person is told who releases it.
    #[must_use]
    pub fn works_until(&self) -> OffsetDateTime {
        match self.level_after {
            Level::Stopped => self.grace_until.min(self.level_until),
            Level::Full | Level::Restricted => self.grace_until,
        }
    }
}

/// Until when a ticket of a running license, given at `now`, would let a device work that never calls again.
#[must_use]
pub fn works_until_if_given(license: &LicenseFacts, now: OffsetDateTime) -> OffsetDateTime {
    let (ends, grace_until) = (license.works_until(), now + LIFE + GRACE);
    match license.level(ends) {
        Level::Stopped => grace_until.min(ends),
        Level::Full | Level::Restricted => grace_until,
    }
}

#[cfg(test)]
#[cfg(feature = "ticket")]
mod tests;
