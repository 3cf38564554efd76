//! Tickets: signed papers by which a device works without the server, for a limited time and no longer.
//!
//! A device that can't be reached can't be told that its seat was released or its code refunded. The life of its ticket
//! is what bounds that: afterwards it works only once it has called again.

pub mod jws;
pub mod offline;
#[cfg(feature = "postgres")]
pub mod store;

pub use jws::{LONGEST, Signer, Unfit, read};
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
    /// The vendor's own number of the product.
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
    pub holds_until: OffsetDateTime,
    /// How much works from then on (R67, R71).
    pub after: Level,
    /// The components that are restricted from then on (R68).
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

/// What a device is granted now: the facts a ticket is made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The device.
    pub device_id: DeviceId,
    /// The license it holds a seat of.
    pub license_id: LicenseId,
    /// The vendor's own number of the product.
    pub product: String,
    /// Where the license stands.
    pub standing: Standing,
    /// The first instant at which it no longer runs by its term.
    pub license_expires_at: OffsetDateTime,
    /// How much of the application works.
    pub level: Level,
    /// Whether databases and modules are updated.
    pub updates: bool,
    /// The components that are restricted.
    pub restricted: Vec<String>,
    /// The first instant at which this level no longer holds; [`holds_until`] gives it.
    pub holds_until: OffsetDateTime,
    /// How much works from then on.
    pub after: Level,
    /// The components that are restricted from then on.
    pub restricted_after: Vec<String>,
}

/// The first instant at which what a license allows gets less by itself: the end of its term or of a subscription's
/// grace, or of the tolerance after a block, whichever comes first; for a refunded license the refund (R20, R87, R103).
#[must_use]
pub fn holds_until(license: &LicenseFacts) -> OffsetDateTime {
    let ends = license.grace_until.unwrap_or(license.expires_at).max(license.expires_at);
    [license.functions_until(), license.cancelled_at].into_iter().flatten().fold(ends, OffsetDateTime::min)
}

impl Ticket {
    /// The ticket for what is granted at `now`. A device on which nothing works gets none.
    #[must_use]
    pub fn of(grant: &Grant, serial: Uuid, now: OffsetDateTime) -> Option<Self> {
        let ended = now >= grant.holds_until;
        if grant.level == Level::Stopped || (ended && grant.after == Level::Stopped) {
            return None;
        }
        // fractions are cut, so that no instant moves into the future
        let whole = |at: OffsetDateTime| at - Duration::nanoseconds(i64::from(at.nanosecond()));
        let issued_at = whole(now);
        Some(Self {
            serial,
            device_id: grant.device_id,
            license_id: grant.license_id,
            product: grant.product.clone(),
            level: grant.level,
            updates: grant.updates,
            restricted: grant.restricted.clone(),
            standing: grant.standing,
            license_expires_at: whole(grant.license_expires_at),
            holds_until: whole(grant.holds_until),
            after: grant.after,
            restricted_after: grant.restricted_after.clone(),
            issued_at,
            expires_at: issued_at.saturating_add(LIFE),
            grace_until: issued_at.saturating_add(LIFE + GRACE),
        })
    }

    /// The first instant at which a device that never calls again has stopped: what a person is told who releases it.
    #[must_use]
    pub fn works_until(&self) -> OffsetDateTime {
        match self.after {
            Level::Stopped => self.grace_until.min(self.holds_until),
            Level::Full | Level::Restricted => self.grace_until,
        }
    }
}

#[cfg(test)]
mod tests;
