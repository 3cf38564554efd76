//! The browsers in which people are signed in.

#[cfg(feature = "postgres")]
pub mod store;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::country::Country;
use crate::id::SessionId;

/// A browser in which a person is signed in, as that person sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// The name it is ended by; it opens nothing.
    pub id: SessionId,
    /// Browser and system, such as "Firefox on Windows".
    pub browser: String,
    /// The country it was seen in at sign-in, if known.
    pub country: Option<Country>,
    /// When it was last used, to the minute.
    #[serde(with = "time::serde::rfc3339")]
    pub seen_at: OffsetDateTime,
    /// Whether it is the browser that asks.
    pub here: bool,
}

/// Every browser in which a person is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sessions {
    /// The browsers, the one that asks first.
    pub open: Vec<Open>,
    /// The instant at which this was read.
    #[serde(with = "time::serde::rfc3339")]
    pub now: OffsetDateTime,
}
