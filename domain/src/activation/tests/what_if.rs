//! A hundred thousand offices in which a code is added: what was told before is what the facts say afterwards.

use proptest::prelude::*;

use super::*;
use crate::activation::forecast;

const OTHER_CODE: CodeId = CodeId(Uuid::from_u128(88));
const STARTED: LicenseId = LicenseId(Uuid::from_u128(500));
const THIS_DEVICE: DeviceId = DeviceId(Uuid::from_u128(900));

fn kinds() -> impl Strategy<Value = CodeKind> {
    proptest::sample::select(CodeKind::ALL)
}

prop_compose! {
    fn offices()(
        kind in kinds(),
        running in proptest::option::of((kinds(), 1i32..400)),
        waiting in proptest::option::of(any::<bool>()),
        license in proptest::option::of((0usize..7, any::<bool>(), 0i32..400, proptest::option::of(0u128..7))),
        seats in 0u32..6,
        days in 1u32..800,
        ordered_ago in 0i32..500,
        on_order in any::<bool>(),
        redeem_in in proptest::option::of(-10i32..10),
        sides in proptest::collection::vec(0u8..12, 5),
        abroad in 0u8..8,
        history in proptest::option::of(any::<bool>()),
        wish in (any::<bool>(), any::<bool>(), proptest::option::of(0u128..8)),
        earlier in proptest::option::of((any::<bool>(), 0u32..6)),
    ) -> Facts {
        let mut office = facts();
        let past = |which: usize| (sides[which] == 0).then_some(NOW - DAY);
        office.agreement_accepted = sides[0] != 1;
        office.wish = Wish {
            replace_reserve: wish.0,
            shorter_term: wish.1,
            instead_of: wish.2.map(|number| DeviceId(Uuid::from_u128(number))),
        };
        let device = &mut office.device;
        device.seen = seen(if abroad == 0 { "GB" } else { "IN" });
        device.running = running.and_then(|(kind, days)| super::running(kind, days));
        device.waiting = waiting.filter(|_| running.is_some()).map(|own| Waiting {
            reserve: RESERVE,
            code: if own { CODE } else { OTHER_CODE },
            tail: "ABCDE".to_owned(),
        });
        match history {
            Some(true) => device.trial_used_at = Some(NOW - DAY * 400),
            Some(false) => device.commercial_since = Some(NOW - DAY * 400),
            None => {}
        }
        let code = office.code.as_mut().unwrap();
        code.kind = kind;
        code.seats = [(SeatClass::Desktop, seats)].into_iter().collect();
        code.term = Term::of_days(days);
        code.reduced_term = Some(Term::of_days(days.div_ceil(2)));
        code.start_rule = if on_order { StartRule::OnOrder } else { StartRule::OnFirstActivation };
        code.ordered_at = NOW - DAY * ordered_ago;
        code.redeem_by = redeem_in.map(|days| NOW + DAY * days);
        (code.blocked_at, code.cancelled_at, code.replaced_at, code.suspended_at) =
            (past(1), past(2), past(3), past(4));
        code.license = license.map(|(holders, this_device, days, machine)| CodeLicense {
            expires_at: NOW + DAY * days,
            held_by_this_machine: machine.map(|number| DeviceId(Uuid::from_u128(number))).filter(|_| holders > 6),
            administered_by_other: (holders == 5).then(|| "Anna Berg".to_owned()),
            ..started(holders, this_device)
        });
        code.renewal.earlier = earlier
            .map(|(used, desktops)| Earlier {
                code: OTHER_CODE,
                seats: [(SeatClass::Desktop, desktops)].into_iter().collect(),
                used,
            })
            .into_iter()
            .collect();
        office
    }
}

/// The office as carrying the decision out leaves it.
fn carried_out(mut office: Facts, decision: Decision) -> Facts {
    let this = Holder { device: THIS_DEVICE, name: "This".to_owned(), last_seen_at: Some(NOW), same_machine: false };
    let device = &mut office.device;
    let code = office.code.as_mut().unwrap();
    let runs = |license, kind, ends_at| Some(Running { license, kind, ends_at });
    match decision {
        Decision::Repeat { .. } => {}
        Decision::Start { starts_at, expires_at, .. } => {
            code.license = Some(CodeLicense {
                license: STARTED,
                starts_at,
                expires_at,
                grace_until: None,
                holders: vec![this],
                held_by_this_device: true,
                held_by_this_machine: None,
                administered_by_other: None,
            });
            device.running = runs(STARTED, code.kind, expires_at);
        }
        Decision::Join { license, expires_at, instead_of, .. } => {
            let joined = code.license.as_mut().unwrap();
            joined.holders.retain(|holder| Some(holder.device) != instead_of);
            joined.holders.push(this);
            joined.held_by_this_device = true;
            device.running = runs(license, code.kind, expires_at);
        }
        Decision::Reserve { .. } => {
            device.waiting = Some(Waiting { reserve: RESERVE, code: code.code, tail: "FGHJK".to_owned() });
        }
    }
    office
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100_000, ..ProptestConfig::default() })]

    #[test]
    fn what_is_told_before_is_what_the_facts_say_afterwards(office in offices()) {
        let untouched = office.clone();
        let Ok(decision) = decide(&office, NOW) else { return Ok(()) };
        let code = office.code.clone().unwrap();
        let (effect, losses) = forecast(&office, &code, &decision, NOW);
        // the preview is a function of values: it can't change what it looks at
        prop_assert_eq!(&office, &untouched);
        let before = office.device.clone();
        let after = carried_out(office, decision);
        let held = |facts: &Facts| facts.code.as_ref().unwrap().license.as_ref().map_or(0, |l| l.holders.len());
        let now_running = after.device.running;
        match &effect {
            Effect::Starts { ends_at, .. } => {
                prop_assert_eq!(now_running.map(|r| r.ends_at), Some(*ends_at));
                prop_assert!(*ends_at > NOW);
            }
            Effect::Joins { ends_at } => {
                prop_assert_eq!(now_running.map(|r| r.ends_at), Some(*ends_at));
                prop_assert_eq!(held(&after), held(&untouched) + 1);
                prop_assert!(held(&after) <= code.seats.of(SeatClass::Desktop) as usize);
            }
            Effect::Reclaims { ends_at, from } => {
                prop_assert_eq!(now_running.map(|r| r.ends_at), Some(*ends_at));
                let lost = losses.contains(&Loss::LicenseOf { device: from.clone() });
                prop_assert!(lost);
            }
            Effect::Nothing => prop_assert_eq!(&after.device, &before),
            Effect::Waits { until, ends_at } => {
                prop_assert_eq!(now_running, before.running);
                prop_assert_eq!(now_running.map(|r| r.ends_at), Some(*until));
                prop_assert!(ends_at > until);
                // if nothing refuses the switch, the license it starts ends when it was told to
                let then = crate::activation::at_takeover(&after, 0);
                match decide(&then, *until) {
                    Ok(Decision::Start { expires_at, backing, .. }) if backing != Backing::ShorterTerm => {
                        prop_assert_eq!(expires_at, *ends_at);
                    }
                    Ok(Decision::Join { expires_at, .. }) => prop_assert_eq!(expires_at, *ends_at),
                    Ok(_) | Err(_) => {}
                }
            }
        }
        // what ran before and runs no more is named among the losses
        let given_up = before.running.filter(|running| now_running.map(|r| r.license) != Some(running.license));
        prop_assert_eq!(given_up.is_some(), losses.iter().any(|loss| matches!(loss, Loss::TrialRest { .. })));
        let replaced = before.waiting.is_some() && matches!(decision, Decision::Reserve { .. });
        prop_assert_eq!(replaced, losses.iter().any(|loss| matches!(loss, Loss::Reserve { .. })));
        // asked again, the same code changes nothing
        let again = decide(&after, NOW);
        let nothing = matches!(again, Ok(Decision::Repeat { .. }) | Err(Refusal::AlreadyHere));
        prop_assert!(nothing, "{:?}", again);
    }
}
