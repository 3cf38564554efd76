//! Recovery requests as support sees them: never with a code, always side by side with the records.

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use super::evidence::Weighed;
use super::{Comparison, Reason, RecoveryState, Route};
use crate::flag::Flag;
use crate::id::{RecoveryId, StaffId};
use crate::license::LicenseFacts;
use crate::lookup::CustomerCase;
use crate::thread::Message;

/// A request as it stands in the queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueRow {
    /// The request.
    pub id: RecoveryId,
    /// Its number.
    pub number: String,
    /// Who asks.
    pub requester: String,
    /// Their office.
    pub office: String,
    /// Why.
    pub reason: Reason,
    /// Where it stands.
    pub state: RecoveryState,
    /// Who works on it.
    pub assignee: Option<String>,
    /// When it was sent.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
}

/// One request with everything an agent needs to decide it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Review {
    /// The instant at which this was read.
    #[serde(with = "time::serde::rfc3339")]
    pub now: OffsetDateTime,
    /// The request.
    pub row: QueueRow,
    /// By which route it came.
    pub route: Route,
    /// What the holder wrote.
    pub description: String,
    /// What it waits for, while it waits for the holder.
    pub missing: Option<String>,
    /// What was said since, with the files that came.
    pub thread: Vec<Message>,
    /// The address of the order that it names: the mail about the order can go there and nowhere else (edge case 46).
    pub order_goes_to: Option<String>,
    /// Claimed and recorded, fact by fact.
    pub comparisons: Vec<Comparison>,
    /// The license that the claimed key names, if there is one.
    pub license: Option<ReviewedLicense>,
    /// The dates of that license, where the request says that it ended too early and it is one of the requester's account.
    pub early_end: Option<EarlyEnd>,
    /// Devices of that license, by name.
    pub devices: Vec<String>,
    /// Earlier requests of the same account.
    pub earlier: u32,
    /// Other recoveries of the office, the newest first; nothing once the request is over.
    pub recoveries: Vec<OtherRecovery>,
    /// Its cases, the newest first; nothing once the request is over.
    pub cases: Vec<CustomerCase>,
    /// What everybody in support has to know of the office; nothing once the request is over.
    pub flags: Vec<Flag>,
    /// The saved replies by their titles.
    pub replies: Vec<String>,
    /// Who decided, if somebody did.
    pub decided_by: Option<String>,
    /// When.
    #[serde(with = "time::serde::rfc3339::option")]
    pub decided_at: Option<OffsetDateTime>,
    /// Why so.
    pub decision_reason: Option<String>,
    /// What the evidence weighs; nothing while it was not weighed.
    pub weighed: Option<Weighed>,
    /// Whether the reader may decide requests; auditors read them.
    pub may_decide: bool,
    /// Grows with every change; who decides names the one that was looked at.
    pub version: i32,
    /// Whether the reader works on it.
    pub is_mine: bool,
    /// Who else in support has it open.
    pub looking: Vec<String>,
    /// Whom it can be handed to.
    pub colleagues: Vec<(StaffId, String)>,
}

/// Another recovery of the same office, in its list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherRecovery {
    /// Its number.
    pub number: String,
    /// Why it was asked for.
    pub reason: Reason,
    /// Where it stands.
    pub state: RecoveryState,
}

/// When a license of a request “ended too early” began, and when it should have ended (R85).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlyEnd {
    /// The first activation.
    #[serde(with = "time::serde::rfc3339")]
    pub started_at: OffsetDateTime,
    /// The term in days.
    pub term_days: u32,
    /// The end that is stored.
    #[serde(with = "time::serde::rfc3339")]
    pub stored_end: OffsetDateTime,
}

impl EarlyEnd {
    /// The end that the term has: whole days from the first activation (R8, R102).
    #[must_use]
    pub fn computed_end(&self) -> OffsetDateTime {
        self.started_at.saturating_add(Duration::days(i64::from(self.term_days)))
    }

    /// By how much the stored end is too early; nothing where it is right.
    #[must_use]
    pub fn short_by(&self) -> Duration {
        (self.computed_end() - self.stored_end).max(Duration::ZERO)
    }
}

/// What stands in the way of granting a request, whatever the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// The reader may not decide.
    NotYours,
    /// The claimed key names no license (E36).
    NoLicense,
    /// The license belongs to another account (E36).
    OtherAccount,
}

impl Review {
    /// What stands in the way of granting the request, if anything does. The deed asks again with the rows locked.
    #[must_use]
    pub fn obstacle(&self) -> Option<Obstacle> {
        if !self.may_decide {
            return Some(Obstacle::NotYours);
        }
        match &self.license {
            Some(license) if license.in_requesters_account => None,
            _ if self.goes_by_order() => None,
            Some(_) => Some(Obstacle::OtherAccount),
            None => Some(Obstacle::NoLicense),
        }
    }

    /// Whether granting it sends the mail about the order: it came by the store's route, and no license of the requester's
    /// account is named.
    #[must_use]
    pub fn goes_by_order(&self) -> bool {
        let own = self.license.as_ref().is_some_and(|license| license.in_requesters_account);
        self.route == Route::Store && !own && self.order_goes_to.is_some()
    }
}

/// The license in question, as far as support may see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReviewedLicense {
    /// The product's name.
    pub product: String,
    /// The code's last block.
    pub code_tail: String,
    /// What its standing depends on.
    pub facts: LicenseFacts,
    /// The administrator's name: the code goes to nobody else.
    pub administrator: String,
    /// Whether the administrator is the one who asks.
    pub administrator_asks: bool,
    /// Whether the license belongs to the account from which the request came.
    pub in_requesters_account: bool,
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn an_end_is_too_early_by_what_is_missing_of_the_term() {
        let end = |stored_end| EarlyEnd { started_at: datetime!(2024-02-29 12:00 UTC), term_days: 365, stored_end };
        let right = datetime!(2025-02-28 12:00 UTC);
        assert_eq!(end(right).computed_end(), right);
        assert_eq!(end(right).short_by(), Duration::ZERO);
        assert_eq!(end(right - Duration::days(10)).short_by(), Duration::days(10));
        assert_eq!(end(right + Duration::days(10)).short_by(), Duration::ZERO, "a later end is nobody's loss");
    }
}
