//! What customers are promised of the service itself, and how things are, from its own numbers. It names nobody.

#[cfg(feature = "postgres")]
pub mod store;

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::recovery::due_at;

/// So long may 95 of 100 answers take, in milliseconds.
pub const ANSWERS: u32 = 500;
/// So long may a mail wait.
pub const MAILS: Duration = Duration::minutes(10);

/// How things are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// When it was looked at.
    #[serde(with = "time::serde::rfc3339")]
    pub now: OffsetDateTime,
    /// 95 of 100 answers of the last minutes took at most so many milliseconds; nothing while too few were asked for.
    pub answers_ms: Option<u32>,
    /// Since when the oldest request waits for support.
    #[serde(with = "time::serde::rfc3339::option")]
    pub oldest_request: Option<OffsetDateTime>,
    /// Since when the oldest thing that was asked of a device waits for it.
    #[serde(with = "time::serde::rfc3339::option")]
    pub oldest_command: Option<OffsetDateTime>,
    /// Mails that wait to leave.
    pub mails: u32,
    /// Since when the oldest of them waits.
    #[serde(with = "time::serde::rfc3339::option")]
    pub oldest_mail: Option<OffsetDateTime>,
}

impl Promise {
    /// Whether pages answer as fast as they should.
    #[must_use]
    pub fn answers_in_time(&self) -> bool {
        self.answers_ms.is_none_or(|ms| ms <= ANSWERS)
    }

    /// Whether the oldest request still waits within the working day in which it is answered.
    #[must_use]
    pub fn requests_in_time(&self) -> bool {
        self.oldest_request.is_none_or(|since| self.now < due_at(since))
    }

    /// Whether mails leave in time.
    #[must_use]
    pub fn mails_in_time(&self) -> bool {
        self.oldest_mail.is_none_or(|since| self.now - since <= MAILS)
    }

    /// Whether every promise is kept. A device learns what is asked of it when it calls, so commands promise nothing.
    #[must_use]
    pub fn kept(&self) -> bool {
        self.answers_in_time() && self.requests_in_time() && self.mails_in_time()
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const WEDNESDAY: OffsetDateTime = datetime!(2027-03-17 10:00 UTC);

    fn calm() -> Promise {
        Promise {
            now: WEDNESDAY,
            answers_ms: Some(12),
            oldest_request: None,
            oldest_command: Some(datetime!(2026-01-01 0:00 UTC)),
            mails: 0,
            oldest_mail: None,
        }
    }

    #[test]
    fn a_device_that_is_switched_off_breaks_no_promise() {
        assert!(calm().kept());
        assert!(Promise { answers_ms: None, ..calm() }.kept());
    }

    #[test]
    fn each_promise_is_broken_at_its_own_limit() {
        assert!(Promise { answers_ms: Some(ANSWERS), ..calm() }.kept());
        assert!(!Promise { answers_ms: Some(ANSWERS + 1), ..calm() }.kept());
        assert!(Promise { oldest_mail: Some(WEDNESDAY - MAILS), ..calm() }.kept());
        assert!(!Promise { oldest_mail: Some(WEDNESDAY - MAILS - Duration::SECOND), ..calm() }.kept());
        let due = due_at(WEDNESDAY - Duration::days(7));
        let waits = |now| Promise { now, oldest_request: Some(WEDNESDAY - Duration::days(7)), ..calm() };
        assert!(waits(due - Duration::SECOND).kept());
        assert!(!waits(due).kept());
    }
}
