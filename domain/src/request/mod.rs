//! Everything that an office asked of support, in one list: cases and recoveries, as the office and as support see them.

#[cfg(feature = "postgres")]
pub mod store;

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::case::{CaseState, Topic};
use crate::id::{ProductId, SavedViewId};
use crate::recovery::{Reason, RecoveryState};
use crate::refund::RefundState;

/// Whoever has a request open is named to others for so long; an open page says so again in good time.
pub const PRESENT_FOR: Duration = Duration::minutes(2);

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
    /// Where the refund stands that is asked for in it, and since when.
    pub refund: Option<Refunding>,
}

/// Where the refund stands that a case asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refunding {
    /// Where it stands.
    pub state: RefundState,
    /// When it came to stand there.
    #[serde(with = "time::serde::rfc3339")]
    pub since: OffsetDateTime,
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
    /// What it is about; lost codes are recoveries as well as cases.
    #[serde(default)]
    pub topic: Option<Topic>,
    /// The product it is about.
    #[serde(default)]
    pub product: Option<ProductId>,
}

impl Default for Shown {
    fn default() -> Self {
        Self { part: Part::Waiting, view: View::All, kind: Kind::Both, topic: None, product: None }
    }
}

/// The most views of the queue that somebody keeps.
pub const MOST_VIEWS: i64 = 10;

/// What somebody in support shows of the queue again and again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    /// Which one.
    pub id: SavedViewId,
    /// What its owner calls it.
    pub name: String,
    /// What it shows.
    pub shown: Shown,
}

/// Who in support has a request open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Looking {
    /// The number of the request.
    pub number: String,
    /// Their names.
    pub names: Vec<String>,
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
    /// When the last word was said that the customer can read: the answer to theirs is due from then on.
    #[serde(with = "time::serde::rfc3339")]
    pub said_at: OffsetDateTime,
    /// Whether the customer had the last word.
    pub customer_waits: bool,
    /// Grows with every change; who takes it names the one that was looked at.
    pub version: i32,
    /// Whether the reader works on it.
    pub is_mine: bool,
    /// Who else in support has it open.
    pub looking: Vec<String>,
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
    /// Whether the reader may take requests; auditors read them.
    pub may_take: bool,
    /// The views that the reader keeps.
    pub views: Vec<SavedView>,
    /// The products that requests can be about.
    pub products: Vec<(ProductId, String)>,
}
