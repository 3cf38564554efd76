//! Flags on a customer: what everybody in support has to know of an office before they answer. A lead sets and lifts them,
//! with a reason; the office does not see them.

#[cfg(feature = "postgres")]
pub mod store;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::id::FlagId;

crate::choice! {
    /// What has to be known.
    pub enum FlagKind {
        /// Claims of this office are looked at twice.
        Fraud = "fraud",
        /// This office is answered first.
        Priority = "priority",
        /// A dispute runs: a lead reads answers before they are sent.
        Legal = "legal",
    }
}

/// A flag that is set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flag {
    /// Which one.
    pub id: FlagId,
    /// What has to be known.
    pub kind: FlagKind,
    /// Why.
    pub reason: String,
    /// Who set it.
    pub set_by: String,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub set_at: OffsetDateTime,
}
