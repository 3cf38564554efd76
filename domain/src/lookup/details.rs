//! Records as support reads them while they are open. None has a field for a code, and addresses are masked.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::case::CaseState;
use crate::code::{CodeKind, CodeState};
use crate::country::Country;
use crate::device::OsFamily;
use crate::flag::Flag;
use crate::id::{AccountId, CodeId, DeviceId, LicenseId, PersonId};
use crate::license::LicenseFacts;
use crate::person::Role;
use crate::person::account_change::AccountChange;
use crate::seat::{SeatClass, SeatCount};

/// What a record is open for, and until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// The number of the case or recovery.
    pub request: String,
    /// Why, in the words that the customer reads.
    pub reason: String,
    /// Until when.
    #[serde(with = "time::serde::rfc3339")]
    pub ends_at: OffsetDateTime,
    /// The instant at which this was read.
    #[serde(with = "time::serde::rfc3339")]
    pub now: OffsetDateTime,
}

/// An office as support reads it, in its record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeskCustomer {
    /// What it is open for.
    pub opened: Opened,
    /// The office.
    pub customer: CustomerFacts,
    /// Whether the reader sets and lifts its flags.
    pub may_flag: bool,
    /// Changes of how its people sign in that are not done yet (H07).
    pub changes: Vec<AccountChange>,
    /// Whose sign-in can be changed, by name.
    pub changeable: Vec<(PersonId, String)>,
    /// Whether the reader starts such changes and calls them off.
    pub may_change: bool,
    /// Whether the reader agrees to those of others.
    pub may_confirm: bool,
}

/// What support reads of an office: addresses are masked, and codes but for the last block.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CustomerFacts {
    /// The office.
    pub id: AccountId,
    /// Its name.
    pub office: String,
    /// Its country.
    pub country: String,
    /// Since when it exists.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// Its people: name, masked address, role.
    pub people: Vec<(String, String, Role)>,
    /// Its codes and licenses.
    pub licenses: Vec<CustomerLicense>,
    /// Its devices.
    pub devices: Vec<(DeviceId, String)>,
    /// Its order numbers, each with its seller.
    pub orders: Vec<(String, String)>,
    /// Its cases, the newest first.
    pub cases: Vec<CustomerCase>,
    /// What everybody in support has to know of it.
    pub flags: Vec<Flag>,
}

#[cfg(feature = "postgres")]
impl CustomerFacts {
    /// With the addresses of its people masked.
    pub(crate) fn masked(mut self) -> Self {
        for (_, email, _) in &mut self.people {
            *email = super::masked_email(email);
        }
        self
    }
}

/// A case of an office, in its list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerCase {
    /// Its number.
    pub number: String,
    /// In one line.
    pub subject: String,
    /// Where it stands.
    pub state: CaseState,
}

/// A code of an office, in its list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CustomerLicense {
    /// The code.
    pub code: CodeId,
    /// Its last block.
    pub tail: String,
    /// The product's name.
    pub product: String,
    /// What the standing of its license depends on, once it is one.
    pub facts: Option<LicenseFacts>,
}

/// A code and its license as support reads them (§5.2).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeskCode {
    /// What it is open for.
    pub opened: Opened,
    /// The code.
    pub id: CodeId,
    /// Its last block.
    pub tail: String,
    /// The office that has it.
    pub customer: Option<(AccountId, String)>,
    /// Its administrator's name.
    pub administrator: Option<String>,
    /// The product's name.
    pub product: String,
    /// Its kind.
    pub kind: CodeKind,
    /// Where it stands.
    pub state: CodeState,
    /// Why it is blocked.
    pub blocked_reason: Option<String>,
    /// Who sold it.
    pub seller: String,
    /// The order number.
    pub order: Option<String>,
    /// The countries it works in; none means everywhere.
    pub countries: Vec<Country>,
    /// Its term in days.
    pub term_days: u32,
    /// When it was first activated.
    #[serde(with = "time::serde::rfc3339::option")]
    pub first_activated_at: Option<OffsetDateTime>,
    /// The license it became.
    pub license: Option<LicenseId>,
    /// What the standing of that license depends on.
    pub facts: Option<LicenseFacts>,
    /// Seats of each class: those in use are those of the instant that is looked at.
    pub seats: Vec<SeatCount>,
    /// When it was last found to be tried in more places than honest use explains (J01).
    #[serde(with = "time::serde::rfc3339::option")]
    pub shared_at: Option<OffsetDateTime>,
    /// How often it was kept as reserve.
    pub reserves: u32,
    /// The instant that is looked at: now, or the one that was asked for.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Who held its seats at that instant: those who took one last, as many as one page lists.
    pub held: Vec<HeldThen>,
    /// What was refused within a day of that instant, the newest first; of now: what was refused last.
    pub refused: Vec<Refused>,
    /// Whether the reader is a lead.
    pub is_lead: bool,
    /// Whether the reader may compare and change anything; auditors only look.
    pub may_work: bool,
}

/// A device that held a seat at an instant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeldThen {
    /// The device.
    pub device: DeviceId,
    /// Its name.
    pub name: String,
    /// The class of the seat.
    pub class: SeatClass,
    /// Since when it held the seat.
    #[serde(with = "time::serde::rfc3339")]
    pub since: OffsetDateTime,
    /// Until when, if it gave it up.
    #[serde(with = "time::serde::rfc3339::option")]
    pub until: Option<OffsetDateTime>,
    /// Why it gave it up.
    pub why: Option<String>,
}

/// An activation that was refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refused {
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// The refusal's code (§3.7).
    pub refusal: String,
    /// The device that tried.
    pub device: Option<String>,
    /// The country it was seen in.
    pub country: Option<Country>,
    /// The seats of the license that were in use at that instant, by class.
    pub taken: BTreeMap<SeatClass, u32>,
    /// The countries that the code worked in at that instant; none means everywhere.
    pub countries: Vec<Country>,
}

/// A device as support reads it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeskDevice {
    /// What it is open for.
    pub opened: Opened,
    /// The device.
    pub id: DeviceId,
    /// Its name.
    pub name: String,
    /// Its office.
    pub customer: (AccountId, String),
    /// Its system.
    pub os_family: OsFamily,
    /// The version of the system.
    pub os_version: String,
    /// The version of the application.
    pub app_version: String,
    /// Who uses it.
    pub owner: String,
    /// Since when it is connected.
    #[serde(with = "time::serde::rfc3339")]
    pub connected_at: OffsetDateTime,
    /// Since when it is not any more.
    #[serde(with = "time::serde::rfc3339::option")]
    pub disconnected_at: Option<OffsetDateTime>,
    /// When it last contacted us.
    #[serde(with = "time::serde::rfc3339::option")]
    pub last_seen_at: Option<OffsetDateTime>,
    /// The seats it has held, the newest first.
    pub seats: Vec<DeviceSeat>,
}

/// A seat that a device has held.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeviceSeat {
    /// The code of the license.
    pub code: CodeId,
    /// The product's name.
    pub product: String,
    /// Since when.
    #[serde(with = "time::serde::rfc3339")]
    pub since: OffsetDateTime,
    /// Until when, if it gave it up.
    #[serde(with = "time::serde::rfc3339::option")]
    pub until: Option<OffsetDateTime>,
}
