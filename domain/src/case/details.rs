//! One case as its people and as support see it.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::{CaseState, Entitlement, Topic, Waiting};
use crate::id::{CodeId, DeviceId, LicenseId, StaffId};
use crate::license::LicenseFacts;
use crate::lookup::CustomerFacts;
use crate::person::preferences::Language;
use crate::refund::{DeskRefund, RefundStatus};
use crate::thread::Message;

/// A case with what was said in it, for the people of its account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseDetails {
    /// The instant at which this was read.
    #[serde(with = "time::serde::rfc3339")]
    pub now: OffsetDateTime,
    /// The number to name.
    pub number: String,
    /// What it is about.
    pub topic: Topic,
    /// In one line.
    pub subject: String,
    /// Where it stands; for the people of the account as they are told it.
    pub state: CaseState,
    /// Who opened it.
    pub requester: String,
    /// When it was opened.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When support answered first.
    #[serde(with = "time::serde::rfc3339::option")]
    pub first_reply_at: Option<OffsetDateTime>,
    /// Since when it is solved.
    #[serde(with = "time::serde::rfc3339::option")]
    pub solved_at: Option<OffsetDateTime>,
    /// Since when it is closed.
    #[serde(with = "time::serde::rfc3339::option")]
    pub closed_at: Option<OffsetDateTime>,
    /// The license it is about, by its product.
    pub license: Option<(LicenseId, String)>,
    /// The device it is about.
    pub device: Option<(DeviceId, String)>,
    /// The case that it follows.
    pub follows: Option<String>,
    /// The case that follows it.
    pub followed_by: Option<String>,
    /// The case that it was joined with: what was said stands there.
    pub merged_into: Option<String>,
    /// What was said, the oldest first.
    pub thread: Vec<Message>,
    /// The refund that it asks for.
    pub refund: Option<RefundStatus>,
}

/// An appeal against the block of a code, as it is weighed: what is recorded of the code that the case is about. What the
/// customer tells, and the proof, stand in the thread (§3.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appeal {
    /// The code.
    pub code: CodeId,
    /// Its last block.
    pub tail: String,
    /// The last digits of its license's key.
    #[serde(default)]
    pub key_tail: String,
    /// Since when it is blocked; nothing once it is accepted again.
    #[serde(with = "time::serde::rfc3339::option")]
    pub blocked_at: Option<OffsetDateTime>,
    /// Why it was blocked.
    pub blocked_reason: Option<String>,
    /// Who sold it.
    pub seller: String,
    /// The order number.
    pub order: Option<String>,
    /// Who bought it.
    pub buyer: Option<String>,
    /// When it was ordered.
    #[serde(with = "time::serde::rfc3339")]
    pub ordered_at: OffsetDateTime,
    /// When it was first activated.
    #[serde(with = "time::serde::rfc3339::option")]
    pub first_activated_at: Option<OffsetDateTime>,
    /// Whether the reader decides it.
    #[serde(default)]
    pub may_decide: bool,
}

/// A case as support works on it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeskCase {
    /// The case and all that was said, private notes among it.
    pub case: CaseDetails,
    /// Grows with every change; who decides names the one that was looked at.
    pub version: i32,
    /// The requester's office.
    pub office: String,
    /// The requester's address, masked.
    pub email: String,
    /// The language that the requester wants answers in.
    pub language: Language,
    /// What entitles it to an answer.
    pub entitlement: Entitlement,
    /// Who works on it.
    pub assignee: Option<String>,
    /// Whether that is the reader.
    pub is_mine: bool,
    /// How often it was opened again.
    pub reopened: u32,
    /// What the standing of its license depends on.
    pub license_facts: Option<LicenseFacts>,
    /// The last block of the license's code.
    pub code_tail: Option<String>,
    /// The office with the newest of what it has, as far as a case entitles to: nothing once the case is over.
    pub customer: Option<CustomerFacts>,
    /// Since when it waits for the customer, while it does.
    pub waiting: Option<Waiting>,
    /// The saved replies by their titles.
    pub replies: Vec<String>,
    /// The block that it appeals against.
    pub appeal: Option<Appeal>,
    /// The refund that it asks for, as it is weighed.
    pub refund: Option<DeskRefund>,
    /// Whether the reader may answer; auditors read.
    pub may_work: bool,
    /// Who else in support has it open.
    pub looking: Vec<String>,
    /// Whom it can be handed to.
    pub colleagues: Vec<(StaffId, String)>,
}
