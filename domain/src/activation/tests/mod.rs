mod order;
mod what_if;

use time::macros::datetime;
use uuid::Uuid;

use super::renewal::{Earlier, Renewal};
use super::*;
use crate::country::{Country, CountrySource};
use crate::id::{AccountId, CodeId, ProductId};
use crate::license::Term;
use crate::seat::{Holder, Seats};

const NOW: OffsetDateTime = datetime!(2026-05-01 10:00 UTC);
const DAY: Duration = Duration::DAY;
const SECOND: Duration = Duration::SECOND;

const ACCOUNT: AccountId = AccountId(Uuid::from_u128(1));
const CODE: CodeId = CodeId(Uuid::from_u128(5));
const RESERVE: ReserveId = ReserveId(Uuid::from_u128(6));
const PRODUCT: ProductId = ProductId(Uuid::from_u128(2));
const LICENSE: LicenseId = LicenseId(Uuid::from_u128(3));
const OTHER_LICENSE: LicenseId = LicenseId(Uuid::from_u128(4));

/// A linked computer without a license and an unused commercial code for five of them, bought where it is seen.
fn facts() -> Facts {
    Facts {
        attempts_until: None,
        agreement_accepted: true,
        format: None,
        outside: None,
        wish: Wish::default(),
        device: DeviceFacts {
            account: ACCOUNT,
            class: SeatClass::Desktop,
            product: PRODUCT,
            clock: Some(NOW),
            seen: seen("IN"),
            trial_used_at: None,
            commercial_since: None,
            has_commercial: false,
            running: None,
            waiting: None,
        },
        code: Some(CodeFacts {
            code: CODE,
            account: Some(ACCOUNT),
            kind: CodeKind::Commercial,
            product: PRODUCT,
            product_name: "Northwall Small Office Security".to_owned(),
            seats: Seats::parse("desktop=5,file_server=1").unwrap(),
            term: Term::of_days(365),
            reduced_term: Some(Term::of_days(270)),
            start_rule: StartRule::OnFirstActivation,
            ordered_at: NOW - DAY * 10,
            redeem_by: None,
            countries: vec![country("IN")],
            blocked_at: None,
            cancelled_at: None,
            replaced_at: None,
            suspended_at: None,
            license: None,
            renewal: Renewal::default(),
            ahead: 0,
        }),
    }
}

fn seen(code: &str) -> Option<(Country, CountrySource)> {
    Some((country(code), CountrySource::Address))
}

fn country(code: &str) -> Country {
    code.parse().unwrap()
}

fn holder(number: u128, last_seen_at: Option<OffsetDateTime>) -> Holder {
    Holder {
        device: DeviceId(Uuid::from_u128(number)),
        name: format!("Desk {number}"),
        last_seen_at,
        same_machine: false,
    }
}

/// The license that a code became 100 days ago.
fn started(holders: usize, held_by_this_device: bool) -> CodeLicense {
    CodeLicense {
        license: LICENSE,
        starts_at: NOW - DAY * 100,
        expires_at: NOW + DAY * 265,
        grace_until: None,
        holders: (0..holders).map(|number| holder(number as u128, Some(NOW))).collect(),
        held_by_this_device,
        held_by_this_machine: None,
        administered_by_other: None,
    }
}

fn running(kind: CodeKind, days_left: i32) -> Option<Running> {
    Some(Running { license: OTHER_LICENSE, kind, ends_at: NOW + DAY * days_left })
}

fn started_until(starts_at: OffsetDateTime, expires_at: OffsetDateTime) -> Decision {
    Decision::Start { starts_at, expires_at, backing: Backing::None }
}

fn code(facts: &mut Facts) -> &mut CodeFacts {
    facts.code.as_mut().unwrap()
}

fn decided(change: impl FnOnce(&mut DeviceFacts, &mut CodeFacts)) -> Result<Decision, Refusal> {
    let mut facts = facts();
    change(&mut facts.device, facts.code.as_mut().unwrap());
    decide(&facts, NOW)
}

#[test]
fn the_first_activation_starts_the_full_term_even_years_after_the_order() {
    let start = started_until(NOW, datetime!(2027-05-01 10:00 UTC));
    assert_eq!(decided(|_, _| {}), Ok(start));
    assert_eq!(decided(|_, code| code.ordered_at = datetime!(2021-05-01 10:00 UTC)), Ok(start));
    assert_eq!(decided(|_, code| code.account = None), Ok(start));
}

#[test]
fn a_term_from_the_order_has_less_left() {
    let ordered_at = NOW - DAY * 100;
    let decision = decided(|_, code| {
        code.start_rule = StartRule::OnOrder;
        code.ordered_at = ordered_at;
    });
    assert_eq!(decision, Ok(started_until(ordered_at, NOW + DAY * 265)));
}

#[test]
fn a_term_from_the_order_can_be_over_before_the_code_is_used() {
    let over = |days: i32| {
        decided(|_, code| {
            code.start_rule = StartRule::OnOrder;
            code.ordered_at = NOW - DAY * days;
        })
    };
    assert!(over(364).is_ok());
    assert_eq!(over(365), Err(Refusal::CodeOver { ended_at: NOW }));
}

#[test]
fn later_devices_share_the_end() {
    let decision = decided(|_, code| code.license = Some(started(4, false)));
    let join =
        Decision::Join { license: LICENSE, starts_at: NOW - DAY * 100, expires_at: NOW + DAY * 265, instead_of: None };
    assert_eq!(decision, Ok(join));
}

#[test]
fn all_seats_taken_lists_the_longest_silence_first() {
    let refused = decided(|_, code| {
        let holders = vec![
            holder(1, Some(NOW - DAY)),
            holder(2, Some(NOW - DAY * 90)),
            holder(3, None),
            holder(4, Some(NOW)),
            holder(5, Some(NOW - DAY * 7)),
        ];
        code.license = Some(CodeLicense { holders, ..started(0, false) });
    });
    let Err(Refusal::SeatsFull { class: SeatClass::Desktop, total: 5, holders }) = refused else {
        panic!("{refused:?}");
    };
    let names: Vec<_> = holders.iter().map(|holder| holder.name.as_str()).collect();
    assert_eq!(names, ["Desk 3", "Desk 2", "Desk 5", "Desk 1", "Desk 4"]);
}

#[test]
fn seats_of_one_class_leave_those_of_another_alone() {
    let server = decided(|device, code| {
        device.class = SeatClass::FileServer;
        code.license = Some(started(1, false));
    });
    assert!(matches!(server, Err(Refusal::SeatsFull { class: SeatClass::FileServer, total: 1, .. })));
    assert!(matches!(decided(|_, code| code.license = Some(started(1, false))), Ok(Decision::Join { .. })));
    let phone = decided(|device, _| device.class = SeatClass::Mobile);
    assert_eq!(phone, Err(Refusal::NoSeatsOfClass { class: SeatClass::Mobile }));
}

#[test]
fn a_device_that_holds_a_seat_is_never_refused_it() {
    let decision = decided(|device, code| {
        code.license = Some(started(5, true));
        device.seen = seen("GB");
        device.running = Some(Running { license: LICENSE, kind: CodeKind::Commercial, ends_at: NOW + DAY * 265 });
    });
    assert_eq!(decision, Ok(Decision::Repeat { license: LICENSE }));
}

#[test]
fn a_seat_of_a_license_that_has_ended_is_no_repeat() {
    let ended_at = |expires_at| decided(|_, code| code.license = Some(CodeLicense { expires_at, ..started(5, true) }));
    assert_eq!(ended_at(NOW + SECOND), Ok(Decision::Repeat { license: LICENSE }));
    assert_eq!(ended_at(NOW), Err(Refusal::CodeOver { ended_at: NOW }));
}

#[test]
fn a_subscription_in_grace_is_no_code_that_is_over() {
    let at = |held: bool, left: Duration| {
        decided(|_, code| {
            code.kind = CodeKind::Subscription;
            let (expires_at, grace_until) = (NOW + left - DAY * 7, Some(NOW + left));
            code.license = Some(CodeLicense { expires_at, grace_until, ..started(1, held) });
        })
    };
    assert_eq!(at(true, SECOND), Ok(Decision::Repeat { license: LICENSE }));
    assert!(matches!(at(false, SECOND), Ok(Decision::Join { .. })));
    for held in [true, false] {
        assert_eq!(at(held, Duration::ZERO), Err(Refusal::CodeOver { ended_at: NOW - DAY * 7 }));
    }
}

#[test]
fn a_blocked_code_is_refused_even_where_it_still_works() {
    let refused = decided(|_, code| {
        code.license = Some(started(1, true));
        code.blocked_at = Some(NOW - DAY);
    });
    assert_eq!(refused, Err(Refusal::Blocked));
}

#[test]
fn a_code_works_where_it_was_bought_and_nowhere_else() {
    let used_in = |code: Option<&str>| decided(|device, _| device.seen = code.and_then(seen));
    assert!(used_in(Some("IN")).is_ok());
    let abroad = Refusal::Region { bought_in: vec![country("IN")], seen: country("GB"), how: CountrySource::Address };
    assert_eq!(used_in(Some("GB")), Err(abroad));
    assert!(used_in(None).is_ok());
    let everywhere = decided(|device, code| {
        device.seen = seen("GB");
        code.countries.clear();
    });
    assert!(everywhere.is_ok());
}

#[test]
fn a_trial_works_once_and_never_after_a_bought_license() {
    let trial = |change: fn(&mut DeviceFacts)| {
        decided(|device, code| {
            code.kind = CodeKind::Trial;
            change(device);
        })
    };
    assert!(matches!(trial(|_| {}), Ok(Decision::Start { .. })));
    let used_at = datetime!(2023-05-01 10:00 UTC);
    assert_eq!(
        trial(|device| device.trial_used_at = Some(datetime!(2023-05-01 10:00 UTC))),
        Err(Refusal::TrialUsed { at: used_at })
    );
    let since = NOW - DAY * 400;
    assert_eq!(
        trial(|device| device.commercial_since = Some(NOW - DAY * 400)),
        Err(Refusal::TrialAfterLicense { at: since })
    );
    let ended = trial(|device| {
        device.commercial_since = Some(NOW - DAY * 400);
        device.has_commercial = true;
    });
    assert_eq!(ended, Err(Refusal::TrialCannotRenew));
    assert_eq!(trial(|device| device.running = running(CodeKind::Commercial, 40)), Err(Refusal::TrialCannotRenew));
    assert_eq!(trial(|device| device.running = running(CodeKind::Subscription, 40)), Err(Refusal::TrialCannotRenew));
}

#[test]
fn a_used_trial_does_not_stand_in_the_way_of_a_bought_code() {
    assert!(matches!(decided(|device, _| device.trial_used_at = Some(NOW)), Ok(Decision::Start { .. })));
}

#[test]
fn while_a_license_runs_a_new_code_waits_for_its_end() {
    let decision = decided(|device, _| device.running = running(CodeKind::Commercial, 40));
    assert_eq!(decision, Ok(Decision::Reserve { from: NOW + DAY * 40, replaces: None }));
}

#[test]
fn during_a_trial_a_bought_code_starts_at_once() {
    let decision = decided(|device, _| device.running = running(CodeKind::Trial, 20));
    assert_eq!(decision, Ok(started_until(NOW, NOW + DAY * 365)));
}

#[test]
fn a_subscription_neither_has_a_reserve_nor_is_one() {
    let under = decided(|device, _| device.running = running(CodeKind::Subscription, 10));
    assert_eq!(under, Err(Refusal::SubscriptionRuns));
    let as_reserve = decided(|device, code| {
        device.running = running(CodeKind::Commercial, 10);
        code.kind = CodeKind::Subscription;
    });
    assert_eq!(as_reserve, Err(Refusal::ReserveIsSubscription));
}

#[test]
fn a_reserve_has_to_end_later_than_the_running_license() {
    let ends_at = NOW + DAY * 265;
    let behind = |days: i32| {
        decided(|device, code| {
            device.running = running(CodeKind::Commercial, days);
            code.license = Some(started(1, false));
        })
    };
    assert_eq!(behind(264), Ok(Decision::Reserve { from: NOW + DAY * 264, replaces: None }));
    assert_eq!(behind(265), Err(Refusal::ReserveEndsTooEarly { ends_at }));
    assert_eq!(behind(266), Err(Refusal::ReserveEndsTooEarly { ends_at }));
    let from_the_order = decided(|device, code| {
        device.running = running(CodeKind::Commercial, 400);
        code.start_rule = StartRule::OnOrder;
    });
    assert_eq!(from_the_order, Err(Refusal::ReserveEndsTooEarly { ends_at: NOW + DAY * 355 }));
    // its own term begins only when the running license ends
    let unused = decided(|device, _| device.running = running(CodeKind::Commercial, 400));
    assert_eq!(unused, Ok(Decision::Reserve { from: NOW + DAY * 400, replaces: None }));
}

#[test]
fn a_renewal_code_needs_an_earlier_license_when_it_starts() {
    let renewal = |earlier: bool, shorter: bool, license: Option<CodeLicense>| {
        let mut facts = facts();
        facts.wish.shorter_term = shorter;
        let code = facts.code.as_mut().unwrap();
        code.kind = CodeKind::Renewal;
        code.license = license;
        if earlier {
            let found = Earlier { code: CodeId(Uuid::from_u128(77)), seats: code.seats.clone(), used: false };
            code.renewal.earlier.push(found);
        }
        decide(&facts, NOW)
    };
    assert_eq!(renewal(false, false, None), Err(Refusal::NoEarlierLicense));
    let backing = Backing::Previous(CodeId(Uuid::from_u128(77)));
    let full = Decision::Start { starts_at: NOW, expires_at: NOW + DAY * 365, backing };
    assert_eq!(renewal(true, false, None), Ok(full));
    let shorter = Decision::Start { starts_at: NOW, expires_at: NOW + DAY * 270, backing: Backing::ShorterTerm };
    assert_eq!(renewal(false, true, None), Ok(shorter));
    assert!(matches!(renewal(false, false, Some(started(1, false))), Ok(Decision::Join { .. })));
}

#[test]
fn one_reserve_waits_on_a_device_and_a_second_asks_to_replace_it() {
    let second = |replace: bool, own: bool| {
        let mut facts = facts();
        facts.device.running = running(CodeKind::Commercial, 40);
        facts.device.waiting = Some(Waiting {
            reserve: RESERVE,
            code: if own { CODE } else { CodeId(Uuid::from_u128(88)) },
            tail: "ABCDE".to_owned(),
        });
        facts.wish.replace_reserve = replace;
        decide(&facts, NOW)
    };
    assert_eq!(second(false, false), Err(Refusal::ReserveWaiting { tail: "ABCDE".to_owned() }));
    assert_eq!(second(true, false), Ok(Decision::Reserve { from: NOW + DAY * 40, replaces: Some(RESERVE) }));
    assert_eq!(second(false, true), Err(Refusal::AlreadyHere));
    assert_eq!(second(true, true), Err(Refusal::AlreadyHere));
}

#[test]
fn a_machine_takes_its_own_seat_back_even_when_all_are_taken() {
    let own = DeviceId(Uuid::from_u128(2));
    let decision = decided(|_, code| {
        code.license = Some(CodeLicense { held_by_this_machine: Some(own), ..started(5, false) });
    });
    assert!(matches!(decision, Ok(Decision::Join { instead_of: Some(other), .. }) if other == own));
}

#[test]
fn only_the_administrator_takes_the_seat_of_another_device_over() {
    let instead = |of: u128, administrator: Option<&str>| {
        let mut facts = facts();
        facts.wish.instead_of = Some(DeviceId(Uuid::from_u128(of)));
        facts.code.as_mut().unwrap().license =
            Some(CodeLicense { administered_by_other: administrator.map(str::to_owned), ..started(5, false) });
        decide(&facts, NOW)
    };
    assert!(matches!(instead(3, None), Ok(Decision::Join { instead_of: Some(_), .. })));
    let refused = Refusal::NotAdministrator { administrator: "Anna Berg".to_owned() };
    assert_eq!(instead(3, Some("Anna Berg")), Err(refused));
    // nobody is named for a code of another account
    let mut foreign = facts();
    foreign.wish.instead_of = Some(DeviceId(Uuid::from_u128(3)));
    code(&mut foreign).account = Some(AccountId(Uuid::from_u128(99)));
    code(&mut foreign).license =
        Some(CodeLicense { administered_by_other: Some("Anna Berg".to_owned()), ..started(5, false) });
    assert_eq!(decide(&foreign, NOW), Err(Refusal::CodeInOtherAccount));
    // a device that holds no seat has none to give
    assert!(matches!(instead(9, None), Err(Refusal::SeatsFull { .. })));
}

#[test]
fn the_switch_is_refused_to_who_comes_after_the_last_seat() {
    let waits_behind = |ahead: u32| {
        let mut facts = facts();
        facts.device.running = running(CodeKind::Commercial, 40);
        rehearse(&facts, ahead, NOW + DAY * 40)
    };
    assert_eq!(waits_behind(4), None);
    assert!(matches!(waits_behind(5), Some(Refusal::SeatsFull { total: 5, .. })));
}

#[test]
fn a_rehearsal_finds_what_would_refuse_the_switch_weeks_before() {
    let then = |change: fn(&mut Facts)| {
        let mut facts = facts();
        facts.device.running = running(CodeKind::Commercial, 40);
        change(&mut facts);
        rehearse(&facts, 0, NOW + DAY * 40).map(|refusal| refusal.code())
    };
    assert_eq!(then(|_| {}), None);
    assert_eq!(then(|facts| code(facts).blocked_at = Some(NOW)), Some("E04"));
    assert_eq!(then(|facts| facts.device.seen = seen("GB")), Some("E09"));
    assert_eq!(then(|facts| code(facts).redeem_by = Some(NOW + DAY * 39)), Some("E11"));
    assert_eq!(then(|facts| code(facts).kind = CodeKind::Renewal), Some("E22"));
    let used_elsewhere =
        |facts: &mut Facts| code(facts).license = Some(CodeLicense { expires_at: NOW + DAY * 30, ..started(1, false) });
    assert_eq!(then(used_elsewhere), Some("E10"));
}

#[test]
fn a_code_has_to_be_used_before_its_last_instant_but_runs_on_after_it() {
    let by = |by| decided(|_, code| code.redeem_by = Some(by));
    assert!(by(NOW + SECOND).is_ok());
    assert_eq!(by(NOW), Err(Refusal::RedeemBy { by: NOW }));
    let used_in_time = decided(|_, code| {
        code.redeem_by = Some(NOW - DAY);
        code.license = Some(started(1, false));
    });
    assert!(matches!(used_in_time, Ok(Decision::Join { .. })));
}

#[test]
fn a_clock_may_be_seven_days_off_and_not_a_second_more() {
    let off = |off: Duration| decided(|device, _| device.clock = Some(NOW + off));
    for tolerated in [CLOCK_TOLERANCE, -CLOCK_TOLERANCE] {
        assert!(off(tolerated).is_ok());
    }
    for refused in [CLOCK_TOLERANCE + SECOND, -CLOCK_TOLERANCE - SECOND] {
        assert_eq!(off(refused), Err(Refusal::Clock { device: NOW + refused, server: NOW }));
    }
    assert!(decided(|device, _| device.clock = None).is_ok());
}

#[test]
fn after_too_many_tries_the_right_code_has_to_wait_too() {
    let mut facts = facts();
    facts.attempts_until = Some(NOW + SECOND);
    assert_eq!(decide(&facts, NOW), Err(Refusal::Attempts { until: NOW + SECOND }));
    facts.attempts_until = Some(NOW);
    assert!(decide(&facts, NOW).is_ok());
}

#[test]
fn an_unknown_code_names_the_symbol_that_our_codes_never_have() {
    let mut facts = facts();
    facts.code = None;
    facts.outside = Some(13);
    assert_eq!(decide(&facts, NOW), Err(Refusal::NotFound { outside: Some(13) }));
}

#[test]
fn the_owner_of_a_code_is_not_named() {
    let refused = decided(|_, code| code.account = Some(AccountId(Uuid::from_u128(99))));
    assert_eq!(refused, Err(Refusal::CodeInOtherAccount));
}

#[test]
fn a_code_both_foreign_and_full_is_refused_for_its_region() {
    let refused = decided(|device, code| {
        device.seen = seen("GB");
        code.license = Some(started(5, false));
    });
    assert_eq!(refused.unwrap_err().code(), "E09");
}

#[test]
fn behind_a_running_license_seats_are_not_counted_yet() {
    let decision = decided(|device, code| {
        device.running = running(CodeKind::Commercial, 40);
        code.license = Some(started(5, false));
    });
    assert_eq!(decision, Ok(Decision::Reserve { from: NOW + DAY * 40, replaces: None }));
}

#[test]
fn a_running_subscription_is_told_before_a_missing_earlier_license() {
    let refused = decided(|device, code| {
        device.running = running(CodeKind::Subscription, 40);
        code.kind = CodeKind::Renewal;
    });
    assert_eq!(refused, Err(Refusal::SubscriptionRuns));
}

#[test]
fn five_wrong_codes_in_a_quarter_of_an_hour_are_the_limit() {
    assert_eq!(ATTEMPTS, AttemptLimit { tries: 5, within: Duration::minutes(15) });
}
