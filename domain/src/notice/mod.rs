//! Notices: what people are told without asking, in the console and by mail (domain §3.8).

pub mod stage;
#[cfg(feature = "postgres")]
pub mod store;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

crate::choice! {
    /// What a notice is about; each can be taken out of the mail by itself, and stays in the console.
    pub enum NoticeKind {
        /// A license ends or has ended (N1, N2).
        LicenseEnd = "license_end",
        /// The places of a license are nearly all, all, or more than all in use (N3).
        Seats = "seats",
        /// A reserve code waits, took over, or could not (N4, N5).
        Reserve = "reserve",
        /// A code was shown, mailed, replaced, blocked, or is tried by others (N6).
        Code = "code",
        /// Somebody joined (N7).
        People = "people",
        /// A request moved (N8).
        Request = "request",
        /// A device has not called for long (N9).
        Device = "device",
    }
}

crate::choice! {
    /// How much a notice wants to be read.
    pub enum Severity {
        /// Good to know.
        Info = "info",
        /// Something has to be done in good time.
        Warning = "warning",
        /// Something has stopped, or is about to.
        Critical = "critical",
    }
}

/// A notice as its reader sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Which one.
    pub id: Uuid,
    /// What it is about.
    pub kind: NoticeKind,
    /// How much it wants to be read.
    pub severity: Severity,
    /// What happened, in a line.
    pub title: String,
    /// What it means and what to do, one entry a paragraph.
    pub said: Vec<String>,
    /// The page on which something can be done about it.
    pub path: String,
    /// When it was told.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// Whether it was read.
    pub read: bool,
}

/// One page of a person's notices, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notices {
    /// The notices.
    pub notices: Vec<Notice>,
    /// Where the next, older page begins.
    pub older: Option<Uuid>,
    /// What the person does not want by mail.
    pub muted: Vec<NoticeKind>,
    /// How many days before the end of a license its people are told.
    pub days: Vec<i32>,
    /// Whether the reader may choose those days: the office's owner and managers do.
    pub may_choose_days: bool,
    /// When it was read.
    #[serde(with = "time::serde::rfc3339")]
    pub now: OffsetDateTime,
}
