//! What needs somebody, and what does not.

use time::macros::datetime;
use uuid::Uuid;

use super::*;
use crate::seat::SeatClass;

const NOW: OffsetDateTime = datetime!(2026-06-01 10:00 UTC);

fn term(days: i64, used: u32, blocked: bool) -> Term {
    Term {
        id: LicenseId(Uuid::nil()),
        product: "Small Office Security".to_owned(),
        tail: "NPQR5".to_owned(),
        facts: LicenseFacts {
            kind: CodeKind::Commercial,
            starts_at: NOW - Duration::days(400),
            expires_at: NOW + Duration::days(days),
            grace_until: None,
            blocked_at: blocked.then_some(NOW - Duration::DAY),
            cancelled_at: None,
            suspended_at: None,
            protection_ends: false,
        },
        reserve_until: None,
        seats: vec![SeatCount { class: SeatClass::Desktop, total: 5, used }],
    }
}

fn stuck(days: i64) -> Stuck {
    Stuck {
        device: DeviceId(Uuid::nil()),
        name: "Lab".to_owned(),
        due_at: NOW + Duration::days(days),
        trouble: Refusal::Blocked,
    }
}

fn troubled() -> Troubled {
    Troubled { count: 1, first: (DeviceId(Uuid::nil()), "Lab".to_owned()) }
}

fn standings(needs: &[Need]) -> Vec<Standing> {
    let of = |need: &Need| match need {
        Need::License { standing, .. } => Some(*standing),
        _ => None,
    };
    needs.iter().filter_map(of).collect()
}

#[test]
fn blocked_comes_before_ended_before_ending() {
    let terms = [term(20, 1, false), term(-5, 2, false), term(200, 1, true), term(10, 1, false), term(300, 1, false)];
    let found = worst_first(&terms, Vec::new(), NOW);
    assert_eq!(standings(&found), [Standing::Blocked, Standing::Expired, Standing::Expiring, Standing::Expiring]);
    assert_eq!(found[2].when(), Some(NOW + Duration::days(10)));
}

#[test]
fn lost_protection_comes_before_a_date_before_crowding_before_words_before_silence() {
    let others = vec![
        Need::Notices { unread: 1 },
        Need::Silent(troubled()),
        Need::Request(Asks { number: "S26-0000-0000".to_owned(), subject: None }),
        Need::Rehearsal(stuck(40)),
        Need::Rehearsal(stuck(4)),
        Need::Unlicensed(troubled()),
        Need::ReserveFailed(stuck(-1)),
    ];
    let terms = [term(300, 5, false), term(300, 6, false), term(20, 1, false), term(-5, 1, false)];
    let ranks: Vec<u8> = worst_first(&terms, others, NOW).iter().map(Need::rank).collect();
    assert_eq!(ranks, [1, 2, 3, 6, 6, 7, 8, 9, 10, 11, 12]);
    let rehearsals = worst_first(&[], vec![Need::Rehearsal(stuck(40)), Need::Rehearsal(stuck(4))], NOW);
    assert_eq!(rehearsals, [Need::Rehearsal(stuck(4)), Need::Rehearsal(stuck(40))]);
}

#[test]
fn an_end_behind_which_a_code_waits_needs_nobody() {
    let ending = term(10, 1, false);
    let waited = Term { reserve_until: Some(NOW + Duration::days(375)), ..ending.clone() };
    assert_eq!(worst_first(&[waited], Vec::new(), NOW), []);
    assert_eq!(worst_first(&[ending], Vec::new(), NOW).len(), 1);
}

#[test]
fn an_old_end_matters_only_while_devices_depend_on_it() {
    let needs = |term: Term| worst_first(&[term], Vec::new(), NOW).len();
    assert_eq!(needs(term(-200, 0, false)), 0);
    assert_eq!(needs(term(-200, 1, false)), 1);
    assert_eq!(needs(term(-20, 0, false)), 1);
}

#[test]
fn places_are_counted_while_a_license_runs_and_a_single_one_is_there_to_be_used() {
    let of = |total, used, days| {
        let seats = vec![SeatCount { class: SeatClass::Desktop, total, used }];
        worst_first(&[Term { seats, ..term(days, 0, false) }], Vec::new(), NOW)
    };
    assert!(matches!(of(2, 2, 300)[..], [Need::Full { .. }]));
    assert!(matches!(of(1, 2, 300)[..], [Need::Overused { .. }]));
    assert_eq!(of(1, 1, 300), []);
    assert_eq!(of(5, 4, 300), []);
    assert!(matches!(of(2, 3, -1)[..], [Need::License { .. }]));
}

#[test]
fn a_trial_that_no_device_uses_any_more_needs_nobody() {
    let trial = |days, used| {
        let mut term = term(days, used, false);
        term.facts.kind = CodeKind::Trial;
        worst_first(&[term], Vec::new(), NOW).len()
    };
    assert_eq!((trial(5, 0), trial(-5, 0)), (0, 0));
    assert_eq!((trial(5, 1), trial(-5, 1)), (1, 1));
}
