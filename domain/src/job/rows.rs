//! What an office takes along, part by part. No part has a code in it, only the last block.

use serde::{Deserialize, Serialize};

use crate::activity::Happened;
use crate::device::listing::DeviceRow;
use crate::license::details::{Granted, KeptCode, LicenseCard};
use crate::notice::Notice;
use crate::person::people::PersonRow;
use crate::request::RequestRow;

crate::choice! {
    /// The parts of an export, in the order in which they are read.
    pub enum Part {
        /// The licenses.
        Licenses = "licenses",
        /// Codes that wait to be used.
        Codes = "codes",
        /// Who may use a license without administering it (R50).
        Grants = "grants",
        /// The devices.
        Devices = "devices",
        /// Who is in the office.
        People = "people",
        /// What was asked of support.
        Requests = "requests",
        /// What the person was told.
        Notices = "notices",
        /// What happened.
        Activity = "activity",
    }
}

/// Rows of one part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Rows {
    /// The licenses.
    Licenses(Vec<LicenseCard>),
    /// Codes that wait to be used.
    Codes(Vec<KeptCode>),
    /// Who may use a license without administering it.
    Grants(Vec<Granted>),
    /// The devices.
    Devices(Vec<DeviceRow>),
    /// Who is in the office.
    People(Vec<PersonRow>),
    /// What was asked of support.
    Requests(Vec<RequestRow>),
    /// What the person was told.
    Notices(Vec<Notice>),
    /// What happened.
    Activity(Vec<Happened>),
}

impl Rows {
    /// How many rows these are.
    #[must_use]
    pub const fn count(&self) -> usize {
        match self {
            Self::Licenses(rows) => rows.len(),
            Self::Codes(rows) => rows.len(),
            Self::Grants(rows) => rows.len(),
            Self::Devices(rows) => rows.len(),
            Self::People(rows) => rows.len(),
            Self::Requests(rows) => rows.len(),
            Self::Notices(rows) => rows.len(),
            Self::Activity(rows) => rows.len(),
        }
    }
}
