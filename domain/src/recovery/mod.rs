//! Getting a lost code back: what the holder claims, what we have recorded, and the way from one state to the next.

pub mod review;
#[cfg(feature = "postgres")]
pub mod store;

use serde::{Deserialize, Serialize};
use time::{Date, Duration, OffsetDateTime, Weekday, macros::format_description};

use crate::id::RecoveryId;
use crate::license::LicenseKey;
use crate::text::{self, Faults};
use crate::{Fault, Result};

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

/// What a holder claims on the support route (R83).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Why the code has to be recovered.
    pub reason: Reason,
    /// Identifies the license; a key alone never returns a code (R30).
    pub license_key: LicenseKey,
    /// Where it was bought, in the holder's words.
    pub bought_at: String,
    /// Full name of the person or the organization that bought it.
    pub buyer_name: String,
    /// The order number, empty for a box or a card.
    pub order_number: String,
    /// The day of the purchase.
    pub bought_on: Date,
    /// Day and approximate time of the first activation, in the holder's words.
    pub first_activated: String,
    /// What happened, in the holder's words.
    pub description: String,
}

/// The recovery form as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimForm {
    /// One of the reasons of R80.
    #[serde(default)]
    pub reason: String,
    /// The license key from the Licensing window.
    #[serde(default)]
    pub license_key: String,
    /// Place of purchase.
    #[serde(default)]
    pub bought_at: String,
    /// Buyer.
    #[serde(default)]
    pub buyer_name: String,
    /// Order number, if bought online.
    #[serde(default)]
    pub order_number: String,
    /// Exact purchase date, year-month-day.
    #[serde(default)]
    pub bought_on: String,
    /// Date and approximate time of the first activation.
    #[serde(default)]
    pub first_activated: String,
    /// Plain description.
    #[serde(default)]
    pub description: String,
}

impl ClaimForm {
    /// Reads the form; every mandatory item of §7 has to be there (R83), the license key first of all (R29).
    ///
    /// # Errors
    /// `Invalid` with every field that can't be used.
    pub fn read(&self, today: Date) -> Result<Claim> {
        let mut faults = Faults::default();
        let reason = faults.take("reason", read_reason(&self.reason));
        let license_key = faults.take("license_key", read_key(&self.license_key));
        let bought_at = faults.take("bought_at", text::line(&self.bought_at, 160));
        let buyer_name = faults.take("buyer_name", text::line(&self.buyer_name, 160));
        let order_number = faults.take("order_number", text::paragraphs(&self.order_number, 60));
        let bought_on = faults.take("bought_on", read_date(&self.bought_on, today));
        let first_activated = faults.take("first_activated", text::line(&self.first_activated, 120));
        let description = faults.take("description", text::paragraphs(&self.description, 2000));
        let claim = (|| {
            Some(Claim {
                reason: reason?,
                license_key: license_key?,
                bought_at: bought_at?,
                buyer_name: buyer_name?,
                order_number: order_number?,
                bought_on: bought_on?,
                first_activated: first_activated?,
                description: description?,
            })
        })();
        faults.finish(claim)
    }
}

fn read_reason(typed: &str) -> Result<Reason, Fault> {
    if typed.is_empty() { Err(Fault::Missing) } else { typed.parse().map_err(|_| Fault::NotAChoice) }
}

fn read_key(typed: &str) -> Result<LicenseKey, Fault> {
    if typed.trim().is_empty() { Err(Fault::Missing) } else { LicenseKey::parse(typed) }
}

fn read_date(typed: &str, today: Date) -> Result<Date, Fault> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(Fault::Missing);
    }
    let date = Date::parse(typed, format_description!("[year]-[month]-[day]")).map_err(|_| Fault::NotADate)?;
    if date > today { Err(Fault::InTheFuture) } else { Ok(date) }
}

/// Reads the reason of a decision: a sentence that the holder can act on, not a dot.
///
/// # Errors
/// `Invalid(reason)` for less than ten characters (H04).
pub fn read_decision_reason(typed: &str) -> Result<String> {
    let reason = text::paragraphs(typed, 1000).map_err(|fault| crate::Error::field("reason", fault))?;
    if reason.is_empty() {
        return Err(crate::Error::field("reason", Fault::Missing));
    }
    if reason.chars().filter(|c| c.is_alphanumeric()).count() < 10 {
        return Err(crate::Error::field("reason", Fault::TooShort { min: 10 }));
    }
    Ok(reason)
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
    /// The request.
    pub id: RecoveryId,
    /// The number to name when writing to support.
    pub number: String,
    /// Why it was made.
    pub reason: Reason,
    /// Where it stands.
    pub state: RecoveryState,
    /// The last block of the claimed license key.
    pub key_tail: String,
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;
    use time::macros::{date, datetime};

    fn form() -> ClaimForm {
        ClaimForm {
            reason: "lost".to_owned(),
            license_key: "0198c0de-0000-7000-8000-00000000abcd".to_owned(),
            bought_at: "Northwall store".to_owned(),
            buyer_name: "Anna Berg".to_owned(),
            order_number: String::new(),
            bought_on: "2026-02-01".to_owned(),
            first_activated: "2 February, in the morning".to_owned(),
            description: String::new(),
        }
    }

    fn faults(form: &ClaimForm) -> Vec<(String, Fault)> {
        match form.read(date!(2026 - 03 - 01)) {
            Err(Error::Invalid(fields)) => fields.into_iter().map(|f| (f.field, f.fault)).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_complete_claim_is_read() {
        assert!(form().read(date!(2026 - 03 - 01)).is_ok());
    }

    #[test]
    fn without_a_license_key_the_support_route_is_closed() {
        let claim = ClaimForm { license_key: " ".to_owned(), ..form() };
        assert_eq!(faults(&claim), [("license_key".to_owned(), Fault::Missing)]);
    }

    #[test]
    fn a_reason_has_to_be_chosen() {
        let claim = ClaimForm { reason: String::new(), ..form() };
        assert_eq!(faults(&claim), [("reason".to_owned(), Fault::Missing)]);
    }

    #[test]
    fn a_day_that_has_not_come_is_no_day_of_purchase() {
        let claim = ClaimForm { bought_on: "2026-03-02".to_owned(), ..form() };
        assert_eq!(faults(&claim), [("bought_on".to_owned(), Fault::InTheFuture)]);
        let claim = ClaimForm { bought_on: "2 March".to_owned(), ..form() };
        assert_eq!(faults(&claim), [("bought_on".to_owned(), Fault::NotADate)]);
    }

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
