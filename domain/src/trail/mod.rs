//! The audit log as leads and auditors read it: who did what, to whom, when and why, across all accounts (domain §5.2). What it
//! tells of a customer is no more than that: no address, no code, no name of a person.

#[cfg(feature = "postgres")]
pub mod store;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::country::Country;
use crate::id::AccountId;

/// What of the log is asked for, as it was typed; what is empty asks for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sought {
    /// What it was done to: a number of a case or recovery, or an identity.
    pub what: String,
    /// Who did it: the address of somebody in support, or an identity.
    pub who: String,
    /// In which office, by its identity.
    pub office: String,
    /// What, by its name in the log.
    pub event: String,
    /// The first day.
    pub from: String,
    /// The last day.
    pub until: String,
    /// Only events with smaller numbers: where the page before ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<i64>,
}

impl Sought {
    /// Whether it asks for the whole log.
    #[must_use]
    pub fn is_all(&self) -> bool {
        [&self.what, &self.who, &self.office, &self.event, &self.from, &self.until].iter().all(|typed| typed.is_empty())
    }
}

/// One page of the log, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trail {
    /// The events.
    pub entries: Vec<Entry>,
    /// Where the next, older page begins: the number of this page's last event.
    pub older: Option<i64>,
    /// When it was read.
    #[serde(with = "time::serde::rfc3339")]
    pub now: OffsetDateTime,
}

/// One event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its number in the log.
    pub number: i64,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// What, by its name in the log.
    pub event: String,
    /// Who did it.
    pub by: Doer,
    /// The office it concerns, with its name if it still has one.
    pub office: Option<(AccountId, Option<String>)>,
    /// What it was done to, with the number or name of it where support may know that.
    pub object: Option<(Uuid, Option<String>)>,
    /// What else is known: the reason, the case, the refusal, each with its name in the log.
    pub facts: Vec<(String, String)>,
    /// The country it was seen in.
    pub country: Option<Country>,
    /// The request that did it, as logs name it.
    pub request: Uuid,
}

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Doer {
    /// Somebody in support.
    Staff {
        /// The identity.
        id: Uuid,
        /// The name.
        name: String,
    },
    /// A person of an office.
    Person(Uuid),
    /// A device.
    Device(Uuid),
    /// The program of a store or provider.
    Seller(Uuid),
    /// Latchkey by itself.
    Latchkey,
    /// Somebody who had not signed in.
    Stranger,
}

impl Doer {
    /// The identity, where there is one.
    #[must_use]
    pub const fn id(&self) -> Option<Uuid> {
        match self {
            Self::Staff { id, .. } | Self::Person(id) | Self::Device(id) | Self::Seller(id) => Some(*id),
            Self::Latchkey | Self::Stranger => None,
        }
    }
}
