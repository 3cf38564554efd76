//! One device as the people of its account see it.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::listing::DeviceLicense;
use super::{CommandKind, OsFamily};
use crate::activation::Refusal;
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
    /// What people asked of it lately, the newest first.
    pub commands: Vec<CommandRow>,
    /// Licenses that the reader administers and could send to it.
    pub licenses: Vec<Sendable>,
    /// Codes of the account that the reader administers, nobody uses, and that do not wait on it already.
    pub codes: Vec<SendableCode>,
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
