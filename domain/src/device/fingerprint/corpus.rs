//! How the rule does in a made-up world of offices. Everything is made from fixed numbers, so each run measures the same.

use std::collections::HashMap;

use super::*;

mod offices;

use offices::{Case, Machine, honest, mistakable, offices};

/// How many machines know each component.
#[derive(Default)]
struct Register(HashMap<(Component, Digest), u32>);

impl Register {
    fn of(machines: impl IntoIterator<Item = Fingerprint>) -> Self {
        let mut register = Self::default();
        machines.into_iter().for_each(|machine| register.add(&machine));
        register
    }

    fn add(&mut self, machine: &Fingerprint) {
        for component in machine.components() {
            *self.0.entry(component).or_default() += 1;
        }
    }

    fn machines(&self, asking: &Fingerprint, component: Component) -> u32 {
        asking.get(component).and_then(|digest| self.0.get(&(component, digest)).copied()).unwrap_or(0)
    }
}

/// How many of how many, for all cases and for each kind.
#[derive(Default)]
struct Tally {
    hits: u32,
    cases: u32,
    kinds: BTreeMap<&'static str, (u32, u32)>,
}

impl Tally {
    fn of(cases: &[Case], separately: bool, is_hit: impl Fn(&Register, &Fingerprint, &Fingerprint) -> bool) -> Self {
        let register = Register::of(cases.iter().map(|(_, known, _)| known.tells(separately)));
        let mut tally = Self::default();
        for (kind, known, asking) in cases {
            let hit = u32::from(is_hit(&register, &known.tells(separately), &asking.tells(separately)));
            let entry = tally.kinds.entry(kind).or_default();
            *entry = (entry.0 + hit, entry.1 + 1);
            (tally.hits, tally.cases) = (tally.hits + hit, tally.cases + 1);
        }
        tally
    }

    fn percent(&self) -> f64 {
        100.0 * f64::from(self.hits) / f64::from(self.cases)
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} of {} ({:.3} %)", self.hits, self.cases, self.percent())?;
        self.kinds.iter().try_for_each(|(kind, (hits, cases))| writeln!(f, "  {hits:>6} of {cases:>6}  {kind}"))
    }
}

fn is_same(register: &Register, known: &Fingerprint, asking: &Fingerprint) -> bool {
    likeness(known, asking, |component| register.machines(asking, component)) == Likeness::Same
}

/// Each world is made from other numbers, so that no figure is the luck of one throw.
const WORLDS: std::ops::RangeInclusive<u64> = 1..=5;
/// At least 95 of 100 machines to which something happened keep their place.
const HONEST: f64 = 95.0;
/// At most one pair of different machines in a thousand is taken for one machine.
const MERGED: f64 = 0.1;
/// No kind of change, in the worst mix of machines that can and can't tell their parts, may lose more than 20 of 100.
const EACH_KIND: f64 = 80.0;

#[test]
fn a_machine_to_which_something_happened_is_the_same() {
    for world in WORLDS {
        let same = Tally::of(&honest(world), false, is_same);
        assert!(same.cases > 10_000, "{same}");
        assert!(same.percent() >= HONEST, "known again: {same}");
        for (kind, (hits, cases)) in &same.kinds {
            assert!(f64::from(*hits) >= EACH_KIND / 100.0 * f64::from(*cases), "{kind}: {same}");
        }
    }
}

#[test]
fn a_machine_that_tells_all_its_parts_survives_every_single_change() {
    let whole = |(what, known, _): &Case| {
        known.tells(false).components().count() == Component::ALL.len()
            && *what != "reinstalled after a firmware update"
    };
    let cases: Vec<Case> = honest(1).into_iter().filter(whole).collect();
    let register = Register::of(cases.iter().map(|(_, known, _)| known.tells(false)));
    for (what, known, asking) in cases {
        let (known, asking) = (known.tells(false), asking.tells(false));
        let board_counts = register.machines(&known, Component::Board) < COMMON_FROM;
        assert!(!board_counts || is_same(&register, &known, &asking), "{what}: {known:?} {asking:?}");
    }
}

#[test]
fn two_machines_are_not_taken_for_one() {
    for world in WORLDS {
        let merged = Tally::of(&mistakable(world), false, is_same);
        assert!(merged.cases > 40_000, "{merged}");
        assert!(merged.percent() <= MERGED, "merged: {merged}");
    }
}

/// How many machines of a world are taken for one that came to their office before, when how common a number is has still
/// to be learned.
fn taken_for_an_earlier_one(world: u64, is_same: impl Fn(&Register, &Fingerprint, &Fingerprint) -> bool) -> f64 {
    let (mut register, mut taken, mut came) = (Register::default(), 0_u32, 0_u32);
    for office in offices(world) {
        let mut known: Vec<Fingerprint> = Vec::new();
        for machine in office {
            let machine = machine.tells(false);
            taken += u32::from(known.iter().any(|known| is_same(&register, known, &machine)));
            came += 1;
            register.add(&machine);
            known.push(machine);
        }
    }
    100.0 * f64::from(taken) / f64::from(came)
}

#[test]
fn a_machine_that_comes_to_an_office_is_not_taken_for_one_that_is_there() {
    for world in WORLDS {
        let merged = taken_for_an_earlier_one(world, is_same);
        assert!(merged <= MERGED, "{merged:.3} % in world {world}");
    }
    let on_one = taken_for_an_earlier_one(1, |register, known, asking| {
        likeness(known, asking, |component| register.machines(asking, component)) != Likeness::Other
    });
    assert!(on_one > MERGED, "{on_one:.3} %");
}

#[test]
fn without_counting_how_common_a_number_is_machines_would_be_merged() {
    let merged = Tally::of(&mistakable(1), false, |_, known, asking| likeness(known, asking, |_| 1) == Likeness::Same);
    assert!(merged.percent() > MERGED, "merged: {merged}");
}

#[test]
fn with_one_agreeing_component_for_proof_machines_would_be_merged() {
    let merged = Tally::of(&mistakable(1), false, |register, known, asking| {
        likeness(known, asking, |component| register.machines(asking, component)) != Likeness::Other
    });
    assert!(merged.percent() > MERGED, "merged: {merged}");
}

#[test]
fn with_a_hypervisors_numbers_counted_one_by_one_clones_would_be_merged() {
    let merged = Tally::of(&mistakable(1), true, is_same);
    assert!(merged.percent() > MERGED, "merged: {merged}");
}

#[test]
fn a_virtual_machine_that_was_moved_whole_is_the_same() {
    let machine = Machine::new_virtual(&mut offices::Dice(4)).tells(false);
    assert_eq!(likeness(&machine, &machine, |_| 1), Likeness::Same);
}
