//! Every edge of a case's life.

use time::macros::datetime;

use super::*;

const CLOSED: Result<CaseState> = Err(Error::Refused(Refusal::CaseClosed));

#[test]
fn a_customers_answer_opens_what_waited_for_them_or_seemed_solved() {
    for (before, after) in [
        (CaseState::New, Ok(CaseState::New)),
        (CaseState::Open, Ok(CaseState::Open)),
        (CaseState::Pending, Ok(CaseState::Open)),
        (CaseState::OnHold, Ok(CaseState::OnHold)),
        (CaseState::Solved, Ok(CaseState::Open)),
        (CaseState::Closed, CLOSED),
    ] {
        assert_eq!(before.answered_by_customer(), after, "{before}");
    }
}

#[test]
fn a_customer_may_call_everything_solved_but_what_is_closed() {
    for state in CaseState::ALL {
        let expected = if *state == CaseState::Closed { CLOSED } else { Ok(CaseState::Solved) };
        assert_eq!(state.solved_by_customer(), expected, "{state}");
    }
}

#[test]
fn support_moves_a_case_anywhere_but_to_new_and_to_closed() {
    let open_states = CaseState::ALL.iter().filter(|state| **state != CaseState::Closed);
    for from in open_states {
        for to in CaseState::ALL {
            let moved = from.moved_by_support(*to);
            if CHOSEN_BY_SUPPORT.contains(to) {
                assert_eq!(moved, Ok(*to), "{from} to {to}");
            } else {
                assert_eq!(moved, Err(Error::field("state", Fault::NotAChoice)), "{from} to {to}");
            }
        }
    }
    for to in CaseState::ALL {
        assert_eq!(CaseState::Closed.moved_by_support(*to), CLOSED, "closed to {to}");
    }
}

#[test]
fn whoever_takes_a_new_case_opens_it() {
    for (before, after) in [
        (CaseState::New, Ok(CaseState::Open)),
        (CaseState::Open, Ok(CaseState::Open)),
        (CaseState::Pending, Ok(CaseState::Pending)),
        (CaseState::OnHold, Ok(CaseState::OnHold)),
        (CaseState::Solved, Ok(CaseState::Solved)),
        (CaseState::Closed, CLOSED),
    ] {
        assert_eq!(before.taken(), after, "{before}");
    }
}

#[test]
fn a_solved_case_is_closed_four_days_later_to_the_instant() {
    let solved = datetime!(2026-03-02 10:00 UTC);
    let closing = datetime!(2026-03-06 10:00 UTC);
    assert_eq!(closes_at(solved), closing);
    let at = |state: CaseState, now| state.at(Some(solved), now);
    assert_eq!(at(CaseState::Solved, closing - Duration::MICROSECOND), CaseState::Solved);
    assert_eq!(at(CaseState::Solved, closing), CaseState::Closed);
    for state in [CaseState::New, CaseState::Open, CaseState::Pending, CaseState::OnHold, CaseState::Closed] {
        assert_eq!(state.at(None, closing), state);
    }
}

#[test]
fn a_customer_is_told_that_a_case_on_hold_is_open() {
    for state in CaseState::ALL {
        let told = if *state == CaseState::OnHold { CaseState::Open } else { *state };
        assert_eq!(state.told(), told);
    }
}

#[test]
fn support_is_open_for_recovery_after_the_end_and_flags_a_question_of_use() {
    assert_eq!(Entitlement::of(Topic::Usage, true), Entitlement::Active);
    assert_eq!(Entitlement::of(Topic::Recovery, true), Entitlement::Active);
    assert_eq!(Entitlement::of(Topic::Recovery, false), Entitlement::Served);
    assert_eq!(Entitlement::of(Topic::Usage, false), Entitlement::Ended);
    for topic in [Topic::Activation, Topic::Renewal, Topic::Refund] {
        assert_eq!(Entitlement::of(topic, false), Entitlement::Served, "{topic}");
    }
}

#[test]
fn two_cases_of_one_office_that_are_not_over_can_be_joined() {
    use CaseState::*;
    assert_eq!(may_merge((New, Topic::Usage), Open, true, false), Ok(()));
    assert_eq!(may_merge((Solved, Topic::Usage), Pending, true, false), Ok(()));
    assert_eq!(may_merge((Closed, Topic::Usage), Open, true, false), Err(Refusal::CaseClosed.into()));
    let none = Err(Error::field("into", Fault::NotAChoice));
    assert_eq!(may_merge((New, Topic::Usage), Open, false, false), none, "another office");
    assert_eq!(may_merge((New, Topic::Usage), New, true, true), none, "itself");
    for over in [Solved, Closed] {
        assert_eq!(may_merge((New, Topic::Usage), over, true, false), none);
    }
    assert!(may_merge((New, Topic::Refund), Open, true, false).is_err());
}

#[test]
fn who_does_not_answer_is_reminded_after_three_days_and_the_case_is_solved_after_seven() {
    let since = time::macros::datetime!(2026-03-02 10:00 UTC);
    let waiting = Waiting { since, reminded_at: None };
    assert_eq!(waiting.reminds_at(), Some(time::macros::datetime!(2026-03-05 10:00 UTC)));
    assert_eq!(waiting.solved_at(), time::macros::datetime!(2026-03-09 10:00 UTC));
    let late = Waiting { reminded_at: Some(time::macros::datetime!(2026-03-08 10:00 UTC)), ..waiting };
    assert_eq!((late.reminds_at(), late.solved_at()), (None, time::macros::datetime!(2026-03-12 10:00 UTC)));
}
