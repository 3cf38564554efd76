//! An office at a glance: what needs somebody, worst first, and how long its licenses run (domain §5.1).

#[cfg(feature = "postgres")]
pub mod store;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::activation::Refusal;
use crate::code::CodeKind;
use crate::id::{DeviceId, LicenseId};
use crate::license::{LicenseFacts, Standing};
use crate::seat::SeatCount;

/// A license that ended and that no device uses is worth a word for this long.
pub const REMEMBERED: Duration = Duration::days(90);

/// An office at one instant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overview {
    /// The instant at which this was read.
    #[serde(with = "time::serde::rfc3339")]
    pub now: OffsetDateTime,
    /// Its licenses that were not cancelled, those that need somebody first, then those that end first.
    pub terms: Vec<Term>,
    /// What needs somebody, worst first.
    pub needs: Vec<Need>,
    /// Whether nothing was begun yet: no device, no license and no code.
    pub begins: bool,
}

/// A license on the common scale of time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Term {
    /// The license.
    pub id: LicenseId,
    /// The product's name.
    pub product: String,
    /// The last block of its code, by which licenses of one product are told apart.
    pub tail: String,
    /// What its standing depends on.
    pub facts: LicenseFacts,
    /// Until when the code that waits behind it on its devices would run, the latest of them; nothing where none waits.
    #[serde(with = "time::serde::rfc3339::option")]
    pub reserve_until: Option<OffsetDateTime>,
    /// Seats of each class, in use and in all.
    pub seats: Vec<SeatCount>,
}

/// Devices that share a trouble.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Troubled {
    /// How many they are.
    pub count: u32,
    /// The first of them by name.
    pub first: (DeviceId, String),
}

/// A device on which the reserve code has trouble.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stuck {
    /// The device.
    pub device: DeviceId,
    /// Its name.
    pub name: String,
    /// When the code takes over, or should have.
    #[serde(with = "time::serde::rfc3339")]
    pub due_at: OffsetDateTime,
    /// What refuses the switch.
    pub trouble: Refusal,
}

/// A request that waits for the office's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asks {
    /// Its number.
    pub number: String,
    /// What a case is about; nothing for a lost code.
    pub subject: Option<String>,
}

/// Something that needs somebody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Need {
    /// A license that is blocked, has ended, is paused, or ends with nothing behind it.
    License { term: Term, standing: Standing },
    /// A code that should have taken over and could not; its device has no running license (R44).
    ReserveFailed(Stuck),
    /// Devices that hold no place of a license (R4).
    Unlicensed(Troubled),
    /// A code that waits and would be refused as things stand (R38).
    Rehearsal(Stuck),
    /// More devices use a class of a license than it has places (R61).
    Overused { license: LicenseId, product: String, tail: String, kind: CodeKind, seats: SeatCount },
    /// All places of a class are in use (R56). A single place is there to be used, so it needs nobody.
    Full { license: LicenseId, product: String, tail: String, kind: CodeKind, seats: SeatCount },
    /// A request that goes no further without an answer.
    Request(Asks),
    /// Devices that have not called for 30 days (N9).
    Silent(Troubled),
    /// Critical notices that the reader has not read.
    Notices { unread: u32 },
}

impl Need {
    /// Its place among the others, the worst first: protection that is lost, protection that will be lost on a date, use
    /// beyond the agreement, what can't grow, what waits for a word, what is only quiet.
    const fn rank(&self) -> u8 {
        match self {
            Self::License { standing: Standing::Blocked, .. } => 0,
            Self::License { standing: Standing::Expired, .. } => 1,
            Self::ReserveFailed(_) => 2,
            Self::Unlicensed(_) => 3,
            Self::License { standing: Standing::Suspended, .. } => 4,
            Self::License { standing: Standing::Grace, .. } => 5,
            Self::Rehearsal(_) => 6,
            Self::License { .. } => 7,
            Self::Overused { .. } => 8,
            Self::Full { .. } => 9,
            Self::Request(_) => 10,
            Self::Silent(_) => 11,
            Self::Notices { .. } => 12,
        }
    }

    /// When what it is about ends or takes over: of equals the earlier comes first.
    fn when(&self) -> Option<OffsetDateTime> {
        match self {
            Self::License { term, .. } => Some(term.facts.ends_at()),
            Self::ReserveFailed(stuck) | Self::Rehearsal(stuck) => Some(stuck.due_at),
            _ => None,
        }
    }
}

impl Term {
    /// How many devices use it.
    #[must_use]
    pub fn in_use(&self) -> u32 {
        self.seats.iter().map(|seat| seat.used).sum()
    }

    /// Everything about this license that needs somebody at `now`.
    fn needs(&self, now: OffsetDateTime) -> Vec<Need> {
        let standing = self.facts.standing(now);
        let mut needs = Vec::new();
        if self.matters(standing, now) {
            needs.push(Need::License { term: self.clone(), standing });
        }
        if standing.runs() {
            needs.extend(self.seats.iter().filter_map(|seats| self.crowded(*seats)));
        }
        needs
    }

    /// A trial that its device has left for a license that was bought needs nobody, however it ends (R43).
    fn matters(&self, standing: Standing, now: OffsetDateTime) -> bool {
        if self.facts.kind == CodeKind::Trial && self.in_use() == 0 {
            return false;
        }
        match standing {
            Standing::Blocked | Standing::Suspended | Standing::Grace => true,
            Standing::Expiring => self.reserve_until.is_none(),
            Standing::Expired => self.in_use() > 0 || now - self.facts.ends_at() < REMEMBERED,
            Standing::Trial => self.facts.warns(now, self.reserve_until.is_some()),
            Standing::Active | Standing::Cancelled => false,
        }
    }

    fn crowded(&self, seats: SeatCount) -> Option<Need> {
        let (license, product, tail, kind) = (self.id, self.product.clone(), self.tail.clone(), self.facts.kind);
        if seats.used > seats.total {
            return Some(Need::Overused { license, product, tail, kind, seats });
        }
        (seats.used == seats.total && seats.total > 1).then_some(Need::Full { license, product, tail, kind, seats })
    }
}

/// What needs somebody, worst first: what the licenses need, and what was found besides.
#[must_use]
pub fn worst_first(terms: &[Term], others: Vec<Need>, now: OffsetDateTime) -> Vec<Need> {
    let mut needs: Vec<Need> = terms.iter().flat_map(|term| term.needs(now)).chain(others).collect();
    needs.sort_by_key(|need| (need.rank(), need.when()));
    needs
}
