//! Everything that an office asked of support, in one list: cases and recoveries, as the office and as support see them.

#[cfg(feature = "postgres")]
pub mod store;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::case::{CaseState, Topic};
use crate::recovery::{Reason, RecoveryState};

/// What was asked, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Asked {
    /// A case.
    Case { topic: Topic, subject: String, state: CaseState },
    /// A lost code.
    Recovery { reason: Reason, state: RecoveryState },
}

/// One row of an office's list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestRow {
    /// The request: the next page begins after it.
    pub id: Uuid,
    /// The number to name.
    pub number: String,
    /// What was asked.
    pub asked: Asked,
    /// When the last word was said or the last thing decided.
    #[serde(with = "time::serde::rfc3339")]
    pub answered_at: OffsetDateTime,
    /// Whether that was support's.
    pub answered_by_support: bool,
}

/// One page of an office's requests, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requests {
    /// The instant at which this was read.
    #[serde(with = "time::serde::rfc3339")]
    pub now: OffsetDateTime,
    /// The requests.
    pub rows: Vec<RequestRow>,
    /// Where the next, older page begins.
    pub older: Option<Uuid>,
}

crate::choice! {
    /// Which part of the queue is looked at.
    pub enum Part {
        /// Everything that is not done.
        Waiting = "waiting",
        /// What nobody has looked at.
        New = "new",
        /// What support works on.
        Open = "open",
        /// What waits for the customer.
        Pending = "pending",
        /// What waits for somebody else.
        OnHold = "on_hold",
        /// What is done, the newest first.
        Done = "done",
    }
}

crate::choice! {
    /// Whose requests are looked at, as a view of the queue that has an address of its own.
    pub enum View {
        /// Everybody's.
        All = "all",
        /// The reader's own.
        Mine = "mine",
        /// Those that nobody has taken.
        Unassigned = "unassigned",
        /// Those that support owes an answer to and is late with.
        Overdue = "overdue",
    }
}

crate::choice! {
    /// Which kind of request is looked at.
    pub enum Kind {
        /// Cases and recoveries.
        Both = "both",
        /// Cases alone.
        Cases = "cases",
        /// Recoveries alone.
        Recoveries = "recoveries",
    }
}

/// What of the queue is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// Where it stands.
    pub part: Part,
    /// Whose it is.
    pub view: View,
    /// Its kind.
    pub kind: Kind,
}

/// One row of the queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskRow {
    /// The request: the next page begins after it.
    pub id: Uuid,
    /// Its number.
    pub number: String,
    /// What was asked.
    pub asked: Asked,
    /// Who asks.
    pub requester: String,
    /// Their office.
    pub office: String,
    /// The product it is about, where that is known.
    pub product: Option<String>,
    /// Who works on it, or decided it.
    pub assignee: Option<String>,
    /// When it was sent.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// Whether the customer had the last word.
    pub customer_waits: bool,
}

/// One page of the queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desk {
    /// The instant at which this was read.
    #[serde(with = "time::serde::rfc3339")]
    pub now: OffsetDateTime,
    /// The requests; what waits is the oldest first.
    pub rows: Vec<DeskRow>,
    /// Where the next page begins.
    pub next: Option<Uuid>,
}
