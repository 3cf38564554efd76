//! Renewal codes: cheaper, for those who had a license before (R76–R79).

use super::Wish;
use super::refusal::{PreviousCodeCause, Refusal};
use crate::id::CodeId;
use crate::seat::Seats;

/// What can back a renewal.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Renewal {
    /// Earlier licenses of the product in this account or on this machine, found by themselves (R77).
    pub earlier: Vec<Earlier>,
    /// The previous code that was entered, or why it can't be used.
    pub previous: Option<Result<Earlier, PreviousCodeCause>>,
}

/// An earlier license.
#[derive(Clone, Debug, PartialEq)]
pub struct Earlier {
    /// Its code.
    pub code: CodeId,
    /// Its seats.
    pub seats: Seats,
    /// Whether it backs another renewal already (R79).
    pub used: bool,
}

/// What a renewal rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backing {
    /// Nothing is needed: no renewal code.
    None,
    /// This earlier code, for the full term; it backs no other renewal from then on (R79).
    Previous(CodeId),
    /// Nothing, so the term is the shorter one (R78).
    ShorterTerm,
}

impl Earlier {
    fn refuses(&self, renewed: &Seats) -> Option<PreviousCodeCause> {
        if self.used {
            Some(PreviousCodeCause::AlreadyUsed)
        } else if renewed.iter().any(|(class, count)| count > self.seats.of(class)) {
            Some(PreviousCodeCause::FewerDevices)
        } else {
            None
        }
    }
}

/// Finds what backs a renewal of these seats: the previous code that was entered, else an earlier license, else the
/// shorter term if it was accepted.
///
/// # Errors
/// `PreviousCode` (E23) with the cause why what there is can't be used, `NoEarlierLicense` (E22) if there is nothing.
pub fn backing(renewal: &Renewal, renewed: &Seats, wish: Wish) -> Result<Backing, Refusal> {
    let mut cause = None;
    match &renewal.previous {
        Some(Ok(previous)) => match previous.refuses(renewed) {
            None => return Ok(Backing::Previous(previous.code)),
            Some(refused) => cause = Some(refused),
        },
        Some(Err(refused)) => cause = Some(*refused),
        None => {
            for earlier in &renewal.earlier {
                match earlier.refuses(renewed) {
                    None => return Ok(Backing::Previous(earlier.code)),
                    Some(refused) => cause = Some(refused),
                }
            }
        }
    }
    match cause {
        _ if wish.shorter_term => Ok(Backing::ShorterTerm),
        Some(cause) => Err(Refusal::PreviousCode { cause }),
        None => Err(Refusal::NoEarlierLicense),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn earlier(number: u128, seats: &str, used: bool) -> Earlier {
        Earlier { code: CodeId(Uuid::from_u128(number)), seats: Seats::parse(seats).unwrap(), used }
    }

    fn backed(renewal: Renewal, shorter_term: bool) -> Result<Backing, Refusal> {
        let renewed = Seats::parse("desktop=3,mobile=1").unwrap();
        backing(&renewal, &renewed, Wish { shorter_term, ..Wish::default() })
    }

    #[test]
    fn an_earlier_license_is_found_by_itself() {
        let renewal = Renewal {
            earlier: vec![earlier(1, "desktop=5,mobile=5", true), earlier(2, "desktop=3,mobile=1", false)],
            previous: None,
        };
        assert_eq!(backed(renewal, false), Ok(Backing::Previous(CodeId(Uuid::from_u128(2)))));
    }

    #[test]
    fn without_any_the_previous_code_is_asked_for_or_the_term_is_shorter() {
        assert_eq!(backed(Renewal::default(), false), Err(Refusal::NoEarlierLicense));
        assert_eq!(backed(Renewal::default(), true), Ok(Backing::ShorterTerm));
    }

    #[test]
    fn one_previous_code_backs_one_renewal_of_no_more_devices() {
        for (seats, used, cause) in [
            ("desktop=5,mobile=5", true, PreviousCodeCause::AlreadyUsed),
            ("desktop=5", false, PreviousCodeCause::FewerDevices),
            ("desktop=2,mobile=1", false, PreviousCodeCause::FewerDevices),
        ] {
            let found = Renewal { earlier: vec![earlier(1, seats, used)], previous: None };
            assert_eq!(backed(found, false), Err(Refusal::PreviousCode { cause }));
            let entered = Renewal { earlier: vec![], previous: Some(Ok(earlier(1, seats, used))) };
            assert_eq!(backed(entered.clone(), false), Err(Refusal::PreviousCode { cause }));
            assert_eq!(backed(entered, true), Ok(Backing::ShorterTerm));
        }
    }

    #[test]
    fn what_was_entered_goes_before_what_was_found() {
        let entered = Renewal {
            earlier: vec![earlier(1, "desktop=3,mobile=1", false)],
            previous: Some(Ok(earlier(2, "desktop=3,mobile=1", false))),
        };
        assert_eq!(backed(entered, false), Ok(Backing::Previous(CodeId(Uuid::from_u128(2)))));
        for cause in PreviousCodeCause::ALL {
            let refused = Renewal { earlier: vec![], previous: Some(Err(*cause)) };
            assert_eq!(backed(refused, false), Err(Refusal::PreviousCode { cause: *cause }));
        }
    }
}
