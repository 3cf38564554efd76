//! Devices as the people of their account see them.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::OsFamily;
use crate::country::Country;
use crate::id::{DeviceId, LicenseId};
use crate::job::Progress;
use crate::license::{Level, LicenseFacts};
use crate::seat::release::Undoable;

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
    /// The date of its databases, if it told us.
    #[serde(with = "time::serde::rfc3339::option")]
    pub databases_at: Option<OffsetDateTime>,
    /// How much of the application works.
    pub level: Level,
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

crate::choice! {
    /// Which devices are looked for.
    pub enum Show {
        /// All of them.
        All = "all",
        /// Those that were not seen for 30 days.
        Silent = "silent",
        /// Those whose protection has ended, or ends within 14 days with nothing to follow.
        Risk = "risk",
        /// Those that hold no place of a license.
        Unlicensed = "unlicensed",
    }
}

crate::choice! {
    /// In which order devices stand.
    pub enum Sort {
        /// By name.
        Name = "name",
        /// The longest silence first.
        Silence = "silence",
    }
}

/// Which devices are looked for, and from where on: what stands in the address of the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Search {
    /// Part of the name, or of the name of the person whose device it is (R55).
    pub q: String,
    /// Which of them.
    pub show: Show,
    /// In which order.
    pub sort: Sort,
    /// The last device of the page before.
    pub after: Option<DeviceId>,
}

impl Default for Search {
    fn default() -> Self {
        Self { q: String::new(), show: Show::All, sort: Sort::Name, after: None }
    }
}

/// The devices that a form lists to choose one from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Choices {
    /// The devices by name.
    pub rows: Vec<DeviceRow>,
    /// Whether the office has more devices than these.
    pub more: bool,
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
    /// What the reader released together and can still give back.
    pub undo: Option<Undoable>,
    /// After how many days unseen the office frees the places of devices by itself.
    pub release_after: Option<u16>,
    /// Whether the reader may choose that.
    pub may_choose: bool,
    /// What is being released, or given back, for the reader.
    pub releasing: Option<Progress>,
}
