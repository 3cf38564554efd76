//! What a code would do, told before anything changes.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::code::CodeKind;
use crate::country::Country;
use crate::id::{DeviceId, LicenseId};
use crate::seat::SeatCount;

/// What a code would do on a device, for a person to agree to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Preview {
    /// The device.
    pub device: DeviceId,
    /// Its name.
    pub device_name: String,
    /// The product the code is for.
    pub product: String,
    /// The code's kind.
    pub kind: CodeKind,
    /// The code's last block, to compare with the paper.
    pub tail: String,
    /// The countries it was bought for; none means everywhere.
    pub countries: Vec<Country>,
    /// Seats as they would be afterwards.
    pub seats: Vec<SeatCount>,
    /// What would happen.
    pub effect: Effect,
}

/// What would happen, or has happened, to the code and the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Effect {
    /// A license begins and ends at these instants (R8).
    Starts {
        #[serde(with = "time::serde::rfc3339")]
        starts_at: OffsetDateTime,
        #[serde(with = "time::serde::rfc3339")]
        ends_at: OffsetDateTime,
    },
    /// The device takes a seat of a license that runs until then (R9).
    Joins {
        #[serde(with = "time::serde::rfc3339")]
        ends_at: OffsetDateTime,
    },
    /// Nothing: the code is active on this device.
    Nothing,
    /// The device has a license until then; the code is kept unused in the account (R34).
    Kept {
        #[serde(with = "time::serde::rfc3339")]
        until: OffsetDateTime,
    },
}

/// What adding a code has done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Added {
    /// The device.
    pub device: DeviceId,
    /// The license, unless the code is kept.
    pub license: Option<LicenseId>,
    /// What happened.
    pub effect: Effect,
}
