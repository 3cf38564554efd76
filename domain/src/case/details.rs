//! One case as its people and as support see it.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::{CaseState, Entitlement, Topic};
use crate::id::{DeviceId, LicenseId};
use crate::license::LicenseFacts;
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
    /// What was said, the oldest first.
    pub thread: Vec<Message>,
    /// The refund that it asks for.
    pub refund: Option<RefundStatus>,
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
    /// The requester's address.
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
    /// Earlier cases of the same account, the newest first, each with its subject.
    pub earlier: Vec<(String, String)>,
    /// The refund that it asks for, as it is weighed.
    pub refund: Option<DeskRefund>,
    /// Whether the reader may answer; auditors read.
    pub may_work: bool,
}
