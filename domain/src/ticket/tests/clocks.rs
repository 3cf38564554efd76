//! Clocks that are wrong, moved or stopped.

use proptest::prelude::*;

use super::super::offline::{Stale, TOLERANCE};
use super::*;

const HOUR: Duration = Duration::HOUR;

#[test]
fn a_clock_a_little_behind_gains_nothing_and_loses_nothing() {
    let ticket = ticket();
    let late = NOW + LIFE + HOUR;
    assert_eq!(seen(&ticket, &[late, NOW + LIFE - HOUR]).why, Why::Overdue);
    assert_eq!(seen(&ticket, &[NOW - TOLERANCE]).why, Why::Ticket);
}

#[test]
fn a_clock_set_back_stops_until_the_server_was_reached() {
    let first = ticket();
    let back = NOW - TOLERANCE - SECOND;
    let mut watch = Watch::begin(&first, &at(NOW));
    watch.look(&at(back));
    let stopped = standing_offline(&first, &watch);
    assert_eq!((stopped.level, stopped.why), (Level::Stopped, Why::ClockSetBack { clock: back, latest: NOW }));
    watch.look(&at(NOW + HOUR));
    assert_eq!(standing_offline(&first, &watch).level, Level::Stopped);
    let second = newer(HOUR);
    watch.hear(&second, &at(NOW + HOUR)).unwrap();
    assert_eq!(standing_offline(&second, &watch).level, Level::Full);
}

#[test]
fn a_clock_set_forward_once_shortens_until_the_server_was_reached() {
    let first = ticket();
    let mut watch = Watch::begin(&first, &at(NOW));
    watch.look(&at(NOW + Duration::days(400)));
    assert_eq!(standing_offline(&first, &watch).why, Why::Over);
    let second = newer(HOUR);
    watch.hear(&second, &at(NOW + HOUR)).unwrap();
    assert_eq!(standing_offline(&second, &watch).level, Level::Full);
}

#[test]
fn the_same_ticket_again_does_not_turn_time_back_and_an_older_one_is_refused() {
    let ticket = ticket();
    let mut watch = Watch::begin(&ticket, &at(NOW));
    watch.look(&at(NOW + LIFE));
    watch.hear(&ticket, &at(NOW)).unwrap();
    assert_eq!(standing_offline(&ticket, &watch).why, Why::Overdue);
    let older = newer(-SECOND);
    assert_eq!(watch.hear(&older, &at(NOW)), Err(Stale));
}

#[test]
fn a_clock_that_stands_still_is_overtaken_by_the_time_the_machine_runs() {
    let ticket = ticket();
    let running = |seconds| Reading { clock: NOW, steady: Some(Steady { boot: "a".to_owned(), seconds }) };
    let mut watch = Watch::begin(&ticket, &running(100));
    watch.look(&running(100 + 7 * 86_400 - 1));
    // the clock is days behind by now, which says by itself that it was set back
    assert!(watch.set_back.is_some());
    assert_eq!(watch.latest, NOW + LIFE - SECOND);
}

/// What happens to a device between two looks at its clocks.
#[derive(Clone, Debug)]
enum Step {
    /// It runs for so many seconds.
    Run(u32),
    /// It is switched off for so many seconds and started.
    Off(u32),
    /// Its clock is set by so many seconds.
    Set(i32),
}

fn steps(set: impl Strategy<Value = i32> + 'static) -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (0_u32..300_000).prop_map(Step::Run),
        1 => (0_u32..2_000_000).prop_map(Step::Off),
        2 => set.prop_map(Step::Set),
    ];
    proptest::collection::vec(step, 0..60)
}

/// Plays the steps; for each look the level, and the seconds of full and of any function granted in between.
fn play(ticket: &Ticket, steps: &[Step], clock_moves: bool) -> (Vec<Level>, i64, i64) {
    let (mut real, mut moved, mut boot, mut up) = (0_i64, 0_i64, 0_u32, 50_u64);
    let reading = |real: i64, moved: i64, boot: u32, up: u64| Reading {
        clock: NOW + Duration::seconds(real + moved),
        steady: Some(Steady { boot: boot.to_string(), seconds: up }),
    };
    let mut watch = Watch::begin(ticket, &reading(real, moved, boot, up));
    let (mut levels, mut full, mut any) = (vec![standing_offline(ticket, &watch).level], 0, 0);
    for step in steps {
        let before = levels[levels.len() - 1];
        let mut ran = 0;
        match *step {
            Step::Run(seconds) => {
                ran = i64::from(seconds);
                real += ran;
                up += u64::from(seconds);
            }
            Step::Off(seconds) => {
                real += i64::from(seconds);
                boot += 1;
                up = 0;
            }
            Step::Set(by) if clock_moves => moved += i64::from(by),
            Step::Set(_) => {}
        }
        watch.look(&reading(real, moved, boot, up));
        let level = standing_offline(ticket, &watch).level;
        // the program looks all the time while it runs; between two looks of the model, the later one is the judge
        if level == Level::Full {
            full += ran;
        }
        if before != Level::Stopped && level != Level::Stopped {
            any += ran;
        }
        levels.push(level);
    }
    (levels, full, any)
}

proptest! {
    #[test]
    fn however_the_clock_moves_no_more_is_granted_than_the_tickets_life(
        steps in steps(-3_000_000_i32..3_000_000),
        days in 0_i64..20,
    ) {
        let ticket = Ticket { level_until: NOW + Duration::days(days), ..ticket() };
        let (_, full, any) = play(&ticket, &steps, true);
        prop_assert!(Duration::seconds(full) < LIFE.min(Duration::days(days)).max(SECOND));
        prop_assert!(Duration::seconds(any) < LIFE + GRACE);
    }

    #[test]
    fn a_clock_set_forward_only_shortens(steps in steps(0_i32..3_000_000)) {
        let ticket = ticket();
        let (moved, ..) = play(&ticket, &steps, true);
        let (honest, ..) = play(&ticket, &steps, false);
        for (moved, honest) in moved.iter().zip(&honest) {
            prop_assert!(moved >= honest, "{moved} where an honest clock gives {honest}");
        }
    }

    #[test]
    fn less_and_less_works_and_never_more_again(steps in steps(-3_000_000_i32..3_000_000)) {
        let (levels, ..) = play(&ticket(), &steps, true);
        prop_assert!(levels.is_sorted(), "{levels:?}");
    }
}
