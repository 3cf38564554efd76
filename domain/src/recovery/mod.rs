//! Getting a lost code back: what the holder claims, what we have recorded, and the way from one state to the next.

mod claim;
pub mod evidence;
mod progress;
pub mod review;
#[cfg(feature = "postgres")]
pub mod store;

pub use claim::{Claim, ClaimForm};
pub use progress::{ANSWER_WITHIN, answer_until, reopen_until};

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime, Weekday};

use crate::code::hide_codes;
use crate::id::{LicenseId, RecoveryId};
use crate::license::LicenseKey;
use crate::thread::Message;
use crate::{Fault, Result, text};

crate::choice! {
    /// Why a code has to be recovered (R80).
    pub enum Reason {
        /// The code was lost.
        Lost = "lost",
        /// The code was deleted by accident.
        Deleted = "deleted",
        /// The license ended too early.
        ExpiredEarly = "expired_early",
    }
}

crate::choice! {
    /// By which route a code is recovered; the account's own comes before both (R84).
    pub enum Route {
        /// By the order, at the vendor's own store (R81).
        Store = "store",
        /// By the license key, at support (R83).
        Support = "support",
    }
}

crate::choice! {
    /// Where a recovery request stands (§3.4).
    pub enum RecoveryState {
        /// Sent; nobody has looked at it yet.
        Submitted = "submitted",
        /// Somebody in support compares it with the records.
        Checking = "checking",
        /// Something is missing; the holder was asked.
        NeedsInfo = "needs_info",
        /// Granted; the code is on its way to the verified address.
        Approved = "approved",
        /// The code reached its owner.
        Done = "done",
        /// Not granted, with a reason.
        Rejected = "rejected",
        /// Taken back by the holder.
        Withdrawn = "withdrawn",
        /// No answer for 30 days.
        TimedOut = "timed_out",
    }
}

impl RecoveryState {
    /// Whether support may still decide.
    #[must_use]
    pub const fn is_open(self) -> bool {
        match self {
            Self::Submitted | Self::Checking | Self::NeedsInfo => true,
            Self::Approved | Self::Done | Self::Rejected | Self::Withdrawn | Self::TimedOut => false,
        }
    }
}

/// How long the link in the mail shows a recovered code: once, within this many days.
pub const DISCLOSURE_DAYS: i64 = 7;

/// When support owes its answer to a request: on the next working day, at the same hour.
#[must_use]
pub fn due_at(sent: OffsetDateTime) -> OffsetDateTime {
    let days = match sent.weekday() {
        Weekday::Friday => 3,
        Weekday::Saturday => 2,
        Weekday::Monday | Weekday::Tuesday | Weekday::Wednesday | Weekday::Thursday | Weekday::Sunday => 1,
    };
    sent.saturating_add(Duration::days(days))
}

/// Reads the reason of a decision: a sentence that the holder can act on, not a dot.
///
/// # Errors
/// `Invalid(reason)` for less than ten characters (H04).
pub fn read_decision_reason(typed: &str) -> Result<String> {
    read_sentence("reason", typed)
}

/// Reads what support tells a holder: a sentence that they can act on, not a dot. Codes in it are masked.
///
/// # Errors
/// `Invalid` with the field for less than ten characters (H04).
pub fn read_sentence(field: &str, typed: &str) -> Result<String> {
    let sentence = text::paragraphs(&hide_codes(typed), 1000).map_err(|fault| crate::Error::field(field, fault))?;
    if sentence.is_empty() {
        return Err(crate::Error::field(field, Fault::Missing));
    }
    if sentence.chars().filter(|c| c.is_alphanumeric()).count() < 10 {
        return Err(crate::Error::field(field, Fault::TooShort { min: 10 }));
    }
    Ok(sentence)
}

crate::choice! {
    /// How one claimed fact compares with the recorded one.
    pub enum Verdict {
        /// Both say the same.
        Match = "match",
        /// They differ.
        Differs = "differs",
        /// One of them is not there, or only a person can judge.
        Unclear = "unclear",
    }
}

/// One row of the comparison that an agent looks at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// Which fact.
    pub fact: ComparedFact,
    /// What the holder claims.
    pub claimed: String,
    /// What stands in our records; empty where nothing is recorded.
    pub recorded: String,
    /// How they compare.
    pub verdict: Verdict,
}

crate::choice! {
    /// The facts that are compared (§5.2, Recovery review).
    pub enum ComparedFact {
        /// The license key.
        LicenseKey = "license_key",
        /// The account the license belongs to.
        Account = "account",
        /// Who bought it.
        Buyer = "buyer",
        /// The e-mail address of the order.
        Email = "email",
        /// The order number.
        Order = "order",
        /// The day of the purchase.
        BoughtOn = "bought_on",
        /// Where it was bought.
        Seller = "seller",
        /// The first activation.
        FirstActivation = "first_activation",
    }
}

/// Compares two written facts without regard to case and blanks; an empty side leaves it to a person.
#[must_use]
pub fn compare(claimed: &str, recorded: &str) -> Verdict {
    let fold = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    match (fold(claimed), fold(recorded)) {
        (claimed, recorded) if claimed.is_empty() || recorded.is_empty() => Verdict::Unclear,
        (claimed, recorded) if claimed == recorded => Verdict::Match,
        _ => Verdict::Differs,
    }
}

/// A request as its holder sees it in a list and on its page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecoveryStatus {
    /// The instant at which this was read.
    #[serde(with = "time::serde::rfc3339")]
    pub now: OffsetDateTime,
    /// The request.
    pub id: RecoveryId,
    /// The number to name when writing to support.
    pub number: String,
    /// Why it was made.
    pub reason: Reason,
    /// Where it stands.
    pub state: RecoveryState,
    /// By which route.
    pub route: Route,
    /// The last block of the claimed license key; empty where none was claimed.
    pub key_tail: String,
    /// The claimed order number; empty where none was claimed.
    pub order_number: String,
    /// When it was sent.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When it was decided.
    #[serde(with = "time::serde::rfc3339::option")]
    pub decided_at: Option<OffsetDateTime>,
    /// Why it was decided so.
    pub decision_reason: Option<String>,
    /// When the code was shown to its owner.
    #[serde(with = "time::serde::rfc3339::option")]
    pub disclosed_at: Option<OffsetDateTime>,
    /// The end that the license was given, where it had ended too early (R85).
    #[serde(with = "time::serde::rfc3339::option")]
    pub corrected_to: Option<OffsetDateTime>,
    /// Since when it waits for the holder's answer.
    #[serde(with = "time::serde::rfc3339::option")]
    pub asked_at: Option<OffsetDateTime>,
    /// What support named as missing, last.
    pub missing: Option<String>,
    /// Whether an answer is taken now.
    pub takes_answers: bool,
    /// What was said about it, the oldest first.
    pub thread: Vec<Message>,
}

/// What the account knows about one of its licenses, so that less has to be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownFacts {
    /// The license.
    pub license: LicenseId,
    /// Its product.
    pub product: String,
    /// Its key.
    pub license_key: LicenseKey,
    /// Who sold it.
    pub seller: String,
    /// Whether that is a partner or a provider, who helps first (R88).
    pub sold_by_partner: bool,
    /// Where people reach the seller, where that is known.
    pub contact: Option<String>,
    /// Through whom the seller is paid, if through somebody else (R88).
    pub payment_partner: Option<String>,
    /// Where the order can be looked up, if anywhere (R82).
    pub order_lookup: Option<String>,
    /// The order number, where there is one.
    pub order_number: Option<String>,
    /// When its code was first activated.
    #[serde(with = "time::serde::rfc3339")]
    pub first_activated_at: OffsetDateTime,
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn the_answer_is_due_on_the_next_working_day() {
        // 2 March 2026 is a Monday
        assert_eq!(due_at(datetime!(2026-03-02 10:00 UTC)), datetime!(2026-03-03 10:00 UTC));
        for late in [datetime!(2026-03-06 10:00 UTC), datetime!(2026-03-07 10:00 UTC), datetime!(2026-03-08 10:00 UTC)]
        {
            assert_eq!(due_at(late), datetime!(2026-03-09 10:00 UTC));
        }
    }

    #[test]
    fn facts_are_compared_without_case_and_blanks() {
        assert_eq!(compare("anna  BERG", "Anna Berg"), Verdict::Match);
        assert_eq!(compare("Anna Berg", "Jonas Berg"), Verdict::Differs);
        assert_eq!(compare("", "Anna Berg"), Verdict::Unclear);
    }
}
