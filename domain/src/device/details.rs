//! One device as the people of its account see it.

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use super::listing::DeviceLicense;
use super::{CommandKind, OsFamily};
use crate::activation::{CLOCK_WARNING, Refusal};
use crate::country::Country;
use crate::id::{CodeId, CommandId, DeviceId, LicenseId};
use crate::license::Level;
use crate::reserve::ReserveState;

/// The page of one device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeviceDetails {
    /// The instant at which this was read.
    #[serde(with = "time::serde::rfc3339")]
    pub now: OffsetDateTime,
    /// The device.
    pub id: DeviceId,
    /// Its name.
    pub name: String,
    /// Its kind of system.
    pub os_family: OsFamily,
    /// Its system's version in words.
    pub os_version: String,
    /// The version of the application.
    pub app_version: String,
    /// Whose device it is.
    pub owner: String,
    /// When it was connected last.
    #[serde(with = "time::serde::rfc3339")]
    pub connected_at: OffsetDateTime,
    /// When it was taken out of remote management, if it is.
    #[serde(with = "time::serde::rfc3339::option")]
    pub disconnected_at: Option<OffsetDateTime>,
    /// When it last contacted us.
    #[serde(with = "time::serde::rfc3339::option")]
    pub last_seen_at: Option<OffsetDateTime>,
    /// The country of that contact, if known.
    pub country: Option<Country>,
    /// How far its clock was ahead of ours when it last told us, in seconds.
    pub clock_offset: Option<i64>,
    /// The date of its databases, if it told us.
    #[serde(with = "time::serde::rfc3339::option")]
    pub databases_at: Option<OffsetDateTime>,
    /// How much of the application works.
    pub level: Level,
    /// The components that are restricted, by their names.
    pub restricted: Vec<String>,
    /// The license it holds a seat of.
    pub license: Option<DeviceLicense>,
    /// Nothing if the reader administers that license, else who does.
    pub license_administrator: Option<String>,
    /// The code that waits on it, or could not take over.
    pub reserve: Option<DeviceReserve>,
    /// The places it holds or held, the latest first.
    pub places: Vec<HeldPlace>,
    /// What people asked of it lately, the newest first.
    pub commands: Vec<CommandRow>,
    /// Licenses with places for this kind of device, that the reader administers and could send to it.
    pub licenses: Vec<Sendable>,
    /// Such codes of the account, that the reader administers, nobody uses, and that do not wait on it already.
    pub codes: Vec<SendableCode>,
    /// How many more there are that have no places for this kind of device (E08).
    pub unfit: u32,
}

impl DeviceDetails {
    /// How far the device's clock is ahead of ours, or behind it, if that is worth a warning: more than a day (edge case 1).
    #[must_use]
    pub fn clock_off(&self) -> Option<Duration> {
        self.clock_offset.map(Duration::seconds).filter(|off| off.abs() > CLOCK_WARNING)
    }
}

/// A place of a license that a device holds or held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldPlace {
    /// The license.
    pub license: LicenseId,
    /// The product's name.
    pub product: String,
    /// Since when.
    #[serde(with = "time::serde::rfc3339")]
    pub bound_at: OffsetDateTime,
    /// Until when, if it gave it up.
    #[serde(with = "time::serde::rfc3339::option")]
    pub released_at: Option<OffsetDateTime>,
    /// Why it gave it up, by the word of the record.
    pub reason: Option<String>,
}

/// The code that waits on a device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeviceReserve {
    /// Its last block.
    pub tail: String,
    /// Where it stands.
    pub state: ReserveState,
    /// When it takes over, or should have.
    #[serde(with = "time::serde::rfc3339")]
    pub due_at: OffsetDateTime,
    /// When the switch was last tried, dry or in earnest.
    #[serde(with = "time::serde::rfc3339::option")]
    pub rehearsed_at: Option<OffsetDateTime>,
    /// What refuses the switch; nothing if it would succeed.
    pub trouble: Option<Refusal>,
    /// Whether the switch may be tried by hand now (R44).
    pub activate_now: bool,
}

/// Something that people asked of a device, with its clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandRow {
    /// The command.
    pub id: CommandId,
    /// What was asked.
    pub kind: CommandKind,
    /// For a new name: the name.
    pub name: Option<String>,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub asked_at: OffsetDateTime,
    /// By whom.
    pub asked_by: Option<String>,
    /// When the device confirmed it.
    #[serde(with = "time::serde::rfc3339::option")]
    pub confirmed_at: Option<OffsetDateTime>,
    /// The instant until which the device, if it stays offline, can go on as before.
    #[serde(with = "time::serde::rfc3339::option")]
    pub ends_by: Option<OffsetDateTime>,
}

/// A license that could be sent to a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sendable {
    /// The license.
    pub id: LicenseId,
    /// The last block of its code.
    pub tail: String,
    /// The product's name.
    pub product: String,
    /// When it ends.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
}

/// A code that could be used for a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendableCode {
    /// The code.
    pub id: CodeId,
    /// Its last block.
    pub tail: String,
    /// The product's name.
    pub product: String,
}
