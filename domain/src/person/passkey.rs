//! Passkeys: keys that a person's own device keeps. One signs its person in without a password; as the device has made sure
//! who holds it, it counts as both steps.

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::id::PasskeyId;

/// The most passkeys of one person.
pub const MOST: usize = 10;
/// The most characters of a passkey's name.
pub const NAME_MAX: usize = 60;
/// How long a challenge may be answered.
pub const TRY_LIFE: Duration = Duration::minutes(5);

/// A passkey as its person sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passkey {
    /// Names it when it is removed; it opens nothing.
    pub id: PasskeyId,
    /// What its person calls it.
    pub name: String,
    /// When it was added.
    #[serde(with = "time::serde::rfc3339")]
    pub added_at: OffsetDateTime,
    /// When somebody last signed in with it; nothing when nobody has.
    #[serde(with = "time::serde::rfc3339::option")]
    pub used_at: Option<OffsetDateTime>,
}

/// A person's passkeys, the oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passkeys {
    /// The keys.
    pub keys: Vec<Passkey>,
    /// When this was true.
    #[serde(with = "time::serde::rfc3339")]
    pub now: OffsetDateTime,
}
