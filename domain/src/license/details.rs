//! Licenses as their holders see them. None of these has a field for a code: pages are made of them.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::{LicenseFacts, LicenseKey};
use crate::activation::Refusal;
use crate::code::{CodeKind, CodeState};
use crate::country::Country;
use crate::device::OsFamily;
use crate::id::{CodeId, DeviceId, LicenseId, PersonId, SeatId};
use crate::order::Channel;
use crate::person::people::Colleagues;
use crate::refund::RefundState;
use crate::reserve::ReserveState;
use crate::seat::{SeatClass, SeatCount};

/// One card under Licenses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LicenseCard {
    /// The license.
    pub id: LicenseId,
    /// The product's name.
    pub product: String,
    /// The last block of its code, which tells it from another one of the same product.
    pub tail: String,
    /// What its standing depends on.
    pub facts: LicenseFacts,
    /// Whether a code waits behind it on one of its devices (edge case 52).
    pub has_reserve: bool,
    /// Seats of each class, in use and in all.
    pub seats: Vec<SeatCount>,
    /// The refund of its code that was asked for last, if one was.
    pub refund: Option<CardRefund>,
}

/// Where the refund of a license's code stands, and the case it is asked in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardRefund {
    /// Where it stands.
    pub state: RefundState,
    /// The number of the case.
    pub case: String,
    /// When it came to stand there.
    #[serde(with = "time::serde::rfc3339")]
    pub since: OffsetDateTime,
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
    /// Whether only the end of the key is there: support looks at the page, and compares keys without seeing them (R101).
    pub key_hidden: bool,
    /// The last block of its code.
    pub code_tail: String,
    /// What its standing depends on.
    pub facts: LicenseFacts,
    /// Its term in days.
    pub term_days: u32,
    /// Seats of each class, in use and in all.
    pub seats: Vec<SeatCount>,
    /// The devices that hold them, one page of them: who has a seat longest stands first.
    pub held: Vec<HeldSeat>,
    /// Where the next page of them begins, if there is one.
    pub more_held: Option<SeatId>,
    /// Whether a code waits on any of them.
    pub has_reserve: bool,
    /// Who sold the code.
    pub seller: String,
    /// Where people reach the seller, where that is known (R88).
    pub seller_contact: Option<String>,
    /// Through whom the seller is paid, if through somebody else (R88).
    pub payment_partner: Option<String>,
    /// Where the order can be looked up, if anywhere (R82).
    pub order_lookup: Option<String>,
    /// The refund of its code that was asked for last, if one was.
    pub refund: Option<CardRefund>,
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
    /// Where the application is downloaded for each kind of system; for the administrator alone (R50).
    pub installers: Vec<(OsFamily, String)>,
    /// The name of the license's administrator (R49).
    pub administrator: String,
    /// Whether the reader is the administrator, who alone may see the code (R11).
    pub administered_by_reader: bool,
    /// Whether the reader may hand the license to somebody else (edge case 37).
    pub may_hand_over: bool,
    /// The people it can be handed to.
    pub people: Colleagues,
    /// Who may use it on own devices without administering it, and on how many (R50); one page of them, by name.
    pub grants: Vec<Grant>,
    /// Where the next page of them begins, if there is one.
    pub more_grants: Option<PersonId>,
    /// The codes that wait on its devices, or could not take over: what needs somebody first, then what is due first.
    pub reserves: Vec<ReserveEntry>,
    /// Whether there are more of them than are listed.
    pub more_reserves: bool,
}

/// Which page of each long list of a datasheet is read: what stands in its address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pages {
    /// The last seat of the page before.
    pub held_after: Option<SeatId>,
    /// The last colleague of the page before.
    pub grants_after: Option<PersonId>,
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

/// Who may use which license without administering it, to take it along.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Granted {
    /// The product's name.
    pub product: String,
    /// The last block of the license's code.
    pub tail: String,
    /// Who, by name.
    pub person: String,
    /// On how many own devices.
    pub seats: u32,
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
