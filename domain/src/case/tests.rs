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
