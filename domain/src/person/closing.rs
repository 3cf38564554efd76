//! Closing an account: when it may be done, and how long it can be undone (edge case 37).

use time::{Duration, OffsetDateTime};

use crate::Fault;

/// How long signing in undoes the closing of an account.
pub const UNDO: Duration = Duration::days(14);

/// What decides whether a person may close their account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClosingFacts {
    /// Until when the longest paid license runs that would have nobody to look after it.
    pub runs_until: Option<OffsetDateTime>,
    /// Whether the office is the person's.
    pub owner: bool,
    /// Whether somebody else of the office could take over what the person looks after.
    pub others: bool,
}

impl ClosingFacts {
    /// Whether the account may be closed: no paid license runs without an administrator, and no office is left without an
    /// owner. A trial ends with the account.
    ///
    /// # Errors
    /// `PaidLicenseRuns`, `OfficeHasPeople`.
    pub fn may_close(&self) -> Result<(), Fault> {
        match (self.runs_until, self.owner && self.others) {
            (Some(until), _) => Err(Fault::PaidLicenseRuns { until, others: self.others }),
            (None, true) => Err(Fault::OfficeHasPeople),
            (None, false) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const FREE: ClosingFacts = ClosingFacts { runs_until: None, owner: true, others: false };

    #[test]
    fn an_account_is_closed_when_nothing_and_nobody_depends_on_it() {
        assert_eq!(FREE.may_close(), Ok(()));
        assert_eq!(ClosingFacts { owner: false, others: true, ..FREE }.may_close(), Ok(()));
    }

    #[test]
    fn a_paid_license_that_runs_is_handed_over_or_waited_for() {
        let until = datetime!(2027-03-14 10:00 UTC);
        for others in [false, true] {
            let facts = ClosingFacts { runs_until: Some(until), others, ..FREE };
            assert_eq!(facts.may_close(), Err(Fault::PaidLicenseRuns { until, others }));
        }
    }

    #[test]
    fn an_office_with_people_needs_another_owner_first() {
        assert_eq!(ClosingFacts { others: true, ..FREE }.may_close(), Err(Fault::OfficeHasPeople));
    }
}
