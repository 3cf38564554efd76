use time::macros::datetime;

use super::*;
use crate::Error;
use crate::code::CodeKind;

const START: OffsetDateTime = datetime!(2026-05-01 10:00 UTC);
const END: OffsetDateTime = datetime!(2026-05-31 10:00 UTC);
const GRACE: OffsetDateTime = datetime!(2026-06-07 10:00 UTC);

fn license() -> LicenseFacts {
    LicenseFacts {
        kind: CodeKind::Subscription,
        starts_at: START,
        expires_at: END,
        grace_until: Some(GRACE),
        blocked_at: None,
        cancelled_at: None,
        suspended_at: None,
        protection_ends: false,
    }
}

fn days(days: u32) -> Renewal {
    Renewal::Days { days, payment: "P-1".to_owned() }
}

fn until(until: OffsetDateTime) -> Renewal {
    Renewal::Until { until, payment: None }
}

fn faults(request: RenewSubscription) -> Vec<(String, Fault)> {
    match Renewal::read(&request, START) {
        Err(Error::Invalid(fields)) => fields.into_iter().map(|at| (at.field, at.fault)).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn days_are_added_to_the_end_as_long_as_everything_works() {
    let renewed = END + Duration::days(30);
    for now in [START, END, GRACE - Duration::SECOND] {
        assert_eq!(days(30).end_of(&license(), now), Ok(renewed), "{now}");
    }
}

#[test]
fn days_count_from_now_after_the_grace_days() {
    for now in [GRACE, GRACE + Duration::days(90)] {
        assert_eq!(days(30).end_of(&license(), now), Ok(now + Duration::days(30)), "{now}");
    }
    let without_grace = LicenseFacts { grace_until: None, ..license() };
    assert_eq!(days(30).end_of(&without_grace, END), Ok(END + Duration::days(30)));
}

#[test]
fn a_renewal_never_shortens() {
    assert_eq!(until(END - Duration::DAY).end_of(&license(), START), Ok(END));
    assert_eq!(until(END).end_of(&license(), START), Ok(END));
    assert_eq!(until(END + Duration::DAY).end_of(&license(), START), Ok(END + Duration::DAY));
}

#[test]
fn nobody_pays_for_more_than_ten_years() {
    let range = Err(Fault::OutOfRange { min: 1, max: 3660 });
    assert_eq!(days(3660).end_of(&license(), START), range);
    assert!(days(3630).end_of(&license(), START).is_ok());
    assert_eq!(days(3640).term_of(Term::of_days(30), START), Err(Fault::OutOfRange { min: 1, max: 3660 }));
}

#[test]
fn what_was_paid_before_the_first_activation_is_not_lost() {
    let month = Term::of_days(30);
    assert_eq!(days(30).term_of(month, START), Ok(Term::of_days(60)));
    assert_eq!(until(START + Duration::days(60)).term_of(month, START), Ok(Term::of_days(60)));
    let begun = START + Duration::days(60) + Duration::SECOND;
    assert_eq!(until(begun).term_of(month, START), Ok(Term::of_days(61)));
    assert_eq!(until(START + Duration::DAY).term_of(month, START), Ok(month));
}

#[test]
fn grace_days_move_along_with_the_end() {
    let end = END + Duration::days(30);
    assert_eq!(grace_of(&license(), None, end), Some(GRACE + Duration::days(30)));
    assert_eq!(grace_of(&license(), Some(Term::of_days(3)), end), Some(end + Duration::days(3)));
    assert_eq!(grace_of(&LicenseFacts { grace_until: None, ..license() }, None, end), None);
}

#[test]
fn a_renewal_is_days_with_their_payment_or_an_instant() {
    let none = RenewSubscription::default();
    let only = |field: &str, fault| vec![(field.to_owned(), fault)];
    assert_eq!(faults(none.clone()), only("period_days", Fault::Missing));
    let alone = RenewSubscription { period_days: Some(30), ..none.clone() };
    assert_eq!(faults(alone.clone()), only("payment", Fault::Missing));
    let both = RenewSubscription { until: Some(END), payment: Some("P".into()), ..alone };
    assert_eq!(faults(both), only("until", Fault::DoesNotBelong));
    let past = RenewSubscription { until: Some(START), ..none.clone() };
    assert_eq!(faults(past), only("until", Fault::InThePast));
    let far = RenewSubscription { until: Some(START + Duration::days(3661)), ..none.clone() };
    assert_eq!(faults(far), only("until", Fault::InTheFuture));
    let long = RenewSubscription { period_days: Some(3661), payment: Some("P".into()), ..none };
    assert_eq!(faults(long), only("period_days", Fault::OutOfRange { min: 1, max: 3660 }));
}
