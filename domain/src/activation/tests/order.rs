//! The order of the checks: of several faults the one is told that domain §3.5 names first.

use super::*;
use crate::code::Script;

type Fault = fn(&mut Facts);

/// Faults that can coexist, with the code each is told by, in the order of domain §3.5.
const IN_ORDER: &[(&str, Fault)] = &[
    ("E26", |facts| facts.attempts_until = Some(NOW + DAY)),
    ("E27", |facts| {
        facts.wish.instead_of = Some(DeviceId(Uuid::from_u128(3)));
        let administered_by_other = Some("Anna Berg".to_owned());
        code(facts).license = Some(CodeLicense { administered_by_other, ..started(5, false) });
    }),
    ("E33", |facts| facts.agreement_accepted = false),
    ("E01", |facts| facts.format = Some(Refusal::Format { entered: 19, license_key: false, block: None })),
    ("E02", |facts| {
        facts.format = Some(Refusal::NonLatin { position: 1, found: 'Х', script: Script::Cyrillic });
    }),
    ("E24", |facts| facts.device.clock = Some(NOW - DAY * 30)),
    // what is unknown has no facts: the fault is put in last
    ("E03", |_| {}),
    ("E04", |facts| code(facts).blocked_at = Some(NOW - DAY)),
    ("E05", |facts| code(facts).cancelled_at = Some(NOW - DAY)),
    ("E06", |facts| code(facts).replaced_at = Some(NOW - DAY)),
    ("E11", |facts| code(facts).redeem_by = Some(NOW - DAY)),
    ("E35", |facts| code(facts).suspended_at = Some(NOW - DAY)),
    ("E30", |facts| code(facts).account = Some(AccountId(Uuid::from_u128(99)))),
    ("E19", |facts| {
        facts.device.running = facts.device.running.or(running(CodeKind::Commercial, 10));
        facts.device.waiting = Some(Waiting { reserve: RESERVE, code: CODE, tail: "ABCDE".to_owned() });
    }),
    ("E07", |facts| code(facts).product = ProductId(Uuid::from_u128(99))),
    ("E08", |facts| facts.device.class = SeatClass::Mobile),
    ("E09", |facts| facts.device.seen = seen("GB")),
    ("E13", |facts| {
        code(facts).kind = CodeKind::Trial;
        facts.device.trial_used_at = Some(NOW - DAY * 400);
    }),
    ("E14", |facts| {
        code(facts).kind = CodeKind::Trial;
        facts.device.has_commercial = true;
    }),
    ("E10", |facts| {
        code(facts).start_rule = StartRule::OnOrder;
        code(facts).ordered_at = NOW - DAY * 400;
    }),
    ("E16", |facts| facts.device.running = running(CodeKind::Subscription, 10)),
    ("E17", |facts| {
        facts.device.running = facts.device.running.or(running(CodeKind::Commercial, 10));
        code(facts).kind = CodeKind::Subscription;
    }),
    ("E18", |facts| {
        let kind = facts.device.running.map_or(CodeKind::Commercial, |running| running.kind);
        facts.device.running = running(kind, 400);
        code(facts).start_rule = StartRule::OnOrder;
    }),
    ("E20", |facts| {
        facts.device.running = facts.device.running.or(running(CodeKind::Commercial, 10));
        let code = CodeId(Uuid::from_u128(88));
        facts.device.waiting = Some(Waiting { reserve: RESERVE, code, tail: "ABCDE".to_owned() });
    }),
    ("E22", |facts| code(facts).kind = CodeKind::Renewal),
    ("E23", |facts| {
        code(facts).kind = CodeKind::Renewal;
        code(facts).renewal.previous = Some(Err(PreviousCodeCause::Unknown));
    }),
    ("E12", |facts| code(facts).ahead = 5),
];

/// Faults that never come together: a code is of one kind and is read once, one code waits, and of a code that is unknown or
/// another account's nobody knows who administers it.
const EXCLUSIVE: &[&[&str]] = &[
    &["E01", "E02"],
    &["E03", "E27"],
    &["E27", "E30"],
    &["E13", "E17", "E22"],
    &["E14", "E17", "E23"],
    &["E13", "E23"],
    &["E14", "E22"],
    &["E22", "E23"],
    &["E19", "E20"],
];

fn exclude(one: &str, other: &str) -> bool {
    one != other && EXCLUSIVE.iter().any(|group| group.contains(&one) && group.contains(&other))
}

fn told(faults: &[&(&str, Fault)]) -> &'static str {
    let mut facts = facts();
    for (_, fault) in faults {
        fault(&mut facts);
    }
    if faults.iter().any(|(name, _)| *name == "E03") {
        facts.code = None;
    }
    decide(&facts, NOW).unwrap_err().code()
}

#[test]
fn of_any_two_faults_the_earlier_check_is_told() {
    for (index, earlier) in IN_ORDER.iter().enumerate() {
        for later in IN_ORDER[index..].iter().filter(|later| !exclude(earlier.0, later.0)) {
            assert_eq!(told(&[earlier, later]), earlier.0, "{} and {}", earlier.0, later.0);
            assert_eq!(told(&[later, earlier]), earlier.0, "{} and {}", later.0, earlier.0);
        }
    }
}

#[test]
fn of_all_faults_together_the_first_that_is_left_is_told() {
    for (index, first) in IN_ORDER.iter().enumerate() {
        let mut faults = Vec::new();
        for fault in &IN_ORDER[index..] {
            if !faults.iter().any(|other: &&(&str, Fault)| exclude(fault.0, other.0)) {
                faults.push(fault);
            }
        }
        assert_eq!(told(&faults), first.0);
    }
}
