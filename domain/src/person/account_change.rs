//! What support changes about how somebody signs in who can't do it themselves: another address, or no second step. Two
//! people have to agree, and three days pass in which the old address stops it (H07). Nobody in support sets a password.

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use super::Email;
use crate::id::{AccountChangeId, PersonId, StaffId};
use crate::lookup::read_reason;
use crate::text::Faults;
use crate::{Error, Fault, Result};

/// How long a change waits after the second person in support agreed to it (H07).
pub const WAIT: Duration = Duration::hours(72);

crate::choice! {
    /// What is changed about how somebody signs in.
    pub enum AccountChangeKind {
        /// They sign in with another address.
        Address = "address",
        /// No one-time code is asked for any more.
        SecondStep = "second_step",
    }
}

/// What an agent types to start a change.
#[derive(Clone, Debug, Default)]
pub struct AccountChangeForm {
    /// Whose sign-in is changed.
    pub person: String,
    /// What is changed.
    pub change: String,
    /// The new address, if that is what is changed.
    pub address: String,
    /// Why, in words that the customer reads.
    pub reason: String,
}

/// A change as it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Whose sign-in is changed.
    pub person: PersonId,
    /// The new address; none where the second step is removed.
    pub address: Option<Email>,
    /// Why.
    pub reason: String,
}

impl Wanted {
    /// What is changed.
    #[must_use]
    pub fn kind(&self) -> AccountChangeKind {
        if self.address.is_some() { AccountChangeKind::Address } else { AccountChangeKind::SecondStep }
    }
}

impl AccountChangeForm {
    /// Reads what was typed.
    ///
    /// # Errors
    /// `Invalid(person)`, `Invalid(change)`, `Invalid(address)` and `Invalid(reason)` (H04).
    pub fn read(&self) -> Result<Wanted> {
        let mut faults = Faults::default();
        let person = faults.take("person", self.person.parse().map(PersonId).map_err(|_| Fault::NotAChoice));
        let address = match self.change.parse() {
            Ok(AccountChangeKind::Address) => faults.take("address", Email::parse(&self.address).map(Some)),
            Ok(AccountChangeKind::SecondStep) => Some(None),
            Err(_) => faults.take("change", Err(Fault::NotAChoice)),
        };
        let reason = match read_reason(&self.reason) {
            Ok(reason) => Some(reason),
            Err(Error::Invalid(at)) => {
                at.into_iter().for_each(|at| faults.note(&at.field, at.fault));
                None
            }
            Err(error) => return Err(error),
        };
        let read = (|| Some(Wanted { person: person?, address: address?, reason: reason? }))();
        faults.finish(read)
    }
}

/// A change that is not done yet, as support reads it on the record of the office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountChange {
    /// The change.
    pub id: AccountChangeId,
    /// What is changed.
    pub change: AccountChangeKind,
    /// Whose sign-in it is.
    pub person: String,
    /// The new address: whoever agrees compares it with the case.
    pub new_email: Option<String>,
    /// The number of the case or recovery it is done for.
    pub request: String,
    /// Why.
    pub reason: String,
    /// Who started it, by name.
    pub started_by: String,
    /// Whether that is the reader, who can't agree to it as well.
    pub is_own: bool,
    /// When it was started.
    #[serde(with = "time::serde::rfc3339")]
    pub started_at: OffsetDateTime,
    /// Who agreed to it, by name.
    pub confirmed_by: Option<String>,
    /// When it is carried out, once somebody has agreed.
    #[serde(with = "time::serde::rfc3339::option")]
    pub due_at: Option<OffsetDateTime>,
}

/// The instant at which a change is carried out that a second person agrees to now (H07).
#[must_use]
pub fn due_at(confirmed_at: OffsetDateTime) -> OffsetDateTime {
    confirmed_at + WAIT
}

/// Whether this person in support may agree to a change: never whoever started it (H07).
#[must_use]
pub fn may_confirm(started_by: StaffId, asker: StaffId) -> bool {
    started_by != asker
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(change: &str, address: &str, reason: &str) -> AccountChangeForm {
        AccountChangeForm {
            person: "00000000-0000-0000-0000-000000000001".to_owned(),
            change: change.to_owned(),
            address: address.to_owned(),
            reason: reason.to_owned(),
        }
    }

    fn blamed(form: &AccountChangeForm) -> Vec<String> {
        match form.read() {
            Err(Error::Invalid(at)) => at.into_iter().map(|at| at.field).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn each_field_that_cannot_be_used_is_named() {
        assert_eq!(blamed(&AccountChangeForm::default()), ["person", "change", "reason"]);
        assert_eq!(blamed(&form("address", "", "Lost the mailbox")), ["address"]);
        assert_eq!(blamed(&form("address", "anna@new.example", "test")), ["reason"]);
        assert_eq!(blamed(&form("password", "", "Lost the mailbox")), ["change"]);
    }

    #[test]
    fn a_second_step_is_removed_without_an_address() {
        let read = form("second_step", "kept@typed.example", "Lost the phone").read().map(|wanted| wanted.kind());
        assert_eq!(read, Ok(AccountChangeKind::SecondStep));
    }

    #[test]
    fn whoever_started_a_change_does_not_agree_to_it() {
        let (sam, lena) = (StaffId(uuid::Uuid::from_u128(1)), StaffId(uuid::Uuid::from_u128(2)));
        assert!(may_confirm(sam, lena));
        assert!(!may_confirm(sam, sam));
    }

    #[test]
    fn three_days_pass_after_the_second_yes() {
        let at = time::macros::datetime!(2026-11-24 10:30 UTC);
        assert_eq!(due_at(at), time::macros::datetime!(2026-11-27 10:30 UTC));
    }
}
