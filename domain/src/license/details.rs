//! Licenses as their holders see them. None of these has a field for a code: pages are made of them.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::{LicenseFacts, LicenseKey};
use crate::activation::Refusal;
use crate::code::{CodeKind, CodeState};
use crate::country::Country;
use crate::device::OsFamily;
use crate::id::{CodeId, DeviceId, LicenseId, PersonId};
use crate::order::Channel;
use crate::reserve::ReserveState;
use crate::seat::{SeatClass, SeatCount};

/// One card under Licenses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LicenseCard {
    /// The license.
    pub id: LicenseId,
    /// The product's name.
    pub product: String,
    /// What its standing depends on.
    pub facts: LicenseFacts,
    /// Whether a code waits behind it on one of its devices (edge case 52).
    pub has_reserve: bool,
    /// Seats of each class, in use and in all.
    pub seats: Vec<SeatCount>,
}

/// A code that is kept in the account and was not activated yet (R34).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptCode {
    /// The code.
    pub id: CodeId,
    /// Its last block.
    pub tail: String,
    /// The product's name.
    pub product: String,
    /// Its kind.
    pub kind: CodeKind,
    /// Where it stands.
    pub state: CodeState,
    /// How long its license will run, in days.
    pub term_days: u32,
    /// Seats of each class; none in use.
    pub seats: Vec<SeatCount>,
}

crate::choice! {
    /// Which licenses are looked for.
    pub enum Show {
        /// All of them.
        All = "all",
        /// Those that run.
        Running = "running",
        /// Those that end within 30 days with nothing to follow: no reserve, no renewal by itself.
        Ending = "ending",
        /// Trials.
        Trial = "trial",
        /// Those that run no longer.
        Ended = "ended",
    }
}

/// Which licenses are looked for, and from where on: what stands in the address of the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Search {
    /// Part of the product's or the administrator's name, or the last block of the code.
    pub q: String,
    /// Which of them.
    pub show: Show,
    /// The last license of the page before.
    pub after: Option<LicenseId>,
}

impl Default for Search {
    fn default() -> Self {
        Self { q: String::new(), show: Show::All, after: None }
    }
}

/// Everything under Licenses, at one instant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Licenses {
    /// The instant at which this was read.
    #[serde(with = "time::serde::rfc3339")]
    pub now: OffsetDateTime,
    /// The licenses, those that end first on top.
    pub cards: Vec<LicenseCard>,
    /// The codes that wait.
    pub kept: Vec<KeptCode>,
    /// Where the next page begins, if there is one.
    pub next: Option<LicenseId>,
}

/// A device that holds a seat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldSeat {
    /// The device.
    pub device: DeviceId,
    /// Its name.
    pub name: String,
    /// Its kind of system.
    pub os_family: OsFamily,
    /// The class of the seat.
    pub class: SeatClass,
    /// Since when it holds the seat.
    #[serde(with = "time::serde::rfc3339")]
    pub bound_at: OffsetDateTime,
    /// When it last contacted us.
    #[serde(with = "time::serde::rfc3339::option")]
    pub last_seen_at: Option<OffsetDateTime>,
}

/// The datasheet of one license (R25).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LicenseDetails {
    /// The instant at which this was read.
    #[serde(with = "time::serde::rfc3339")]
    pub now: OffsetDateTime,
    /// The license.
    pub id: LicenseId,
    /// The product's name.
    pub product: String,
    /// Identifies the license, never activates one (R27).
    pub license_key: LicenseKey,
    /// The last block of its code.
    pub code_tail: String,
    /// What its standing depends on.
    pub facts: LicenseFacts,
    /// Its term in days.
    pub term_days: u32,
    /// Seats of each class, in use and in all.
    pub seats: Vec<SeatCount>,
    /// The devices that hold them.
    pub held: Vec<HeldSeat>,
    /// Who sold the code.
    pub seller: String,
    /// The countries it was bought for; none means everywhere (R62).
    pub countries: Vec<Country>,
    /// How it was sold.
    pub channel: Channel,
    /// The order number, where there is one.
    pub order_number: Option<String>,
    /// When it was ordered.
    #[serde(with = "time::serde::rfc3339")]
    pub ordered_at: OffsetDateTime,
    /// The number of the certificate of the order, where the seller gave one.
    pub certificate_number: Option<String>,
    /// The office that holds the license.
    pub office: String,
    /// The version of the agreement that was accepted (R21).
    pub agreement_version: String,
    /// The name of the license's administrator (R49).
    pub administrator: String,
    /// Whether the reader is the administrator, who alone may see the code (R11).
    pub administered_by_reader: bool,
    /// Whether the reader may hand the license to somebody else (edge case 37).
    pub may_hand_over: bool,
    /// The people it can be handed to.
    pub people: Vec<(PersonId, String)>,
    /// Who may use it on own devices without administering it, and on how many (R50).
    pub grants: Vec<Grant>,
    /// The codes that wait on its devices, or could not take over.
    pub reserves: Vec<ReserveEntry>,
}

/// Somebody who may use a license on own devices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Who.
    pub person: PersonId,
    /// The name.
    pub name: String,
    /// On how many devices.
    pub seats: u32,
    /// How many of them use it now.
    pub used: u32,
}

/// A code that waits on a device (R36).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReserveEntry {
    /// The device.
    pub device: DeviceId,
    /// Its name.
    pub device_name: String,
    /// The code's last block.
    pub tail: String,
    /// Where it stands.
    pub state: ReserveState,
    /// When it takes over, or should have.
    #[serde(with = "time::serde::rfc3339")]
    pub due_at: OffsetDateTime,
    /// When the switch was last tried dry.
    #[serde(with = "time::serde::rfc3339::option")]
    pub rehearsed_at: Option<OffsetDateTime>,
    /// What would refuse the switch; nothing if it would succeed.
    pub trouble: Option<Refusal>,
}
