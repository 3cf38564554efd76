//! What happened in an account and who did it, as its people read it (domain §5.1).

#[cfg(feature = "postgres")]
pub mod store;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::country::Country;
use crate::id::{DeviceId, LicenseId};

/// One page of what happened, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// The events.
    pub events: Vec<Happened>,
    /// Where the next, older page begins: the number of this page's last event.
    pub older: Option<i64>,
    /// Whether only the reader's own events are shown, because the reader looks after nobody else.
    pub own_only: bool,
    /// Where the account's chain stands, for those who look after the office.
    pub chain: Option<Chain>,
    /// When it was read.
    #[serde(with = "time::serde::rfc3339")]
    pub now: OffsetDateTime,
}

/// Where the chain of an account's events stands: each event is bound to the one before it by a hash, so that a change of any
/// of them changes the last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chain {
    /// How many events it has.
    pub events: i64,
    /// The hash after the last of them, in hexadecimal digits.
    pub head: String,
    /// The id of the key that signs it.
    pub key: String,
}

/// One event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Happened {
    /// Its number in the log.
    pub number: i64,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// What, by its name in the log.
    pub event: String,
    /// Who did it.
    pub by: By,
    /// What it was done to, if that still has a name.
    pub about: Option<About>,
    /// The device on which it happened, where that is not what it was done to.
    pub device: Option<(DeviceId, String)>,
    /// The reason that support gave, or the refusal's code.
    pub reason: Option<String>,
    /// The country it was seen in.
    pub country: Option<Country>,
}

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum By {
    /// A person of the account, by name.
    Person(String),
    /// A device of the account, by name.
    Device(String),
    /// Technical support.
    Support,
    /// The program of a store or provider.
    Seller,
    /// Latchkey by itself.
    Latchkey,
    /// Somebody who had not signed in.
    Stranger,
}

/// What it was done to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum About {
    /// A device.
    Device(DeviceId, String),
    /// A license, by its product.
    License(LicenseId, String),
    /// A code, by its last block.
    Code(String),
    /// A request, by its number.
    Request(String),
}
