//! Devices as the people of their account see them.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::OsFamily;
use crate::country::Country;
use crate::id::{DeviceId, LicenseId};
use crate::license::LicenseFacts;

/// One device under Devices.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeviceRow {
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
    /// When it was linked.
    #[serde(with = "time::serde::rfc3339")]
    pub connected_at: OffsetDateTime,
    /// When it last contacted us.
    #[serde(with = "time::serde::rfc3339::option")]
    pub last_seen_at: Option<OffsetDateTime>,
    /// The country of that contact, if known.
    pub country: Option<Country>,
    /// The license it holds a seat of.
    pub license: Option<DeviceLicense>,
}

/// The license a device holds a seat of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeviceLicense {
    /// The license.
    pub id: LicenseId,
    /// The product's name.
    pub product: String,
    /// What its standing depends on.
    pub facts: LicenseFacts,
    /// Whether a code waits behind it (edge case 52).
    pub has_reserve: bool,
}

/// Everything under Devices, at one instant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Devices {
    /// The instant at which this was read.
    #[serde(with = "time::serde::rfc3339")]
    pub now: OffsetDateTime,
    /// The devices by name.
    pub rows: Vec<DeviceRow>,
    /// Where the next page begins, if there is one.
    pub next: Option<DeviceId>,
}
