//! How fast this process answers, over the last minutes; and what was looked up a moment ago.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use domain::cx::Cx;
use domain::promise::Promise;
use domain::promise::store::for_everybody;

/// A part of the minutes that are looked back on.
const SLOT: Duration = Duration::from_secs(15);
const SLOTS: usize = 20;
/// Fewer answers than these say nothing.
const FEW: u64 = 20;
/// How long what was looked up counts.
const KEPT: Duration = Duration::from_secs(5);
/// The upper ends of the classes that answers are counted in, in milliseconds.
const CLASSES: [u32; 16] = [1, 2, 5, 10, 15, 20, 30, 50, 75, 100, 150, 250, 500, 1000, 2500, 5000];

/// The answers of a part of the minutes, by how long they took.
#[derive(Clone, Copy)]
struct Slot {
    turn: u64,
    counts: [u64; CLASSES.len() + 1],
}

/// The answers of the last minutes.
struct Pulse {
    since: Option<Instant>,
    slots: [Slot; SLOTS],
}

static PULSE: Mutex<Pulse> =
    Mutex::new(Pulse { since: None, slots: [Slot { turn: 0, counts: [0; CLASSES.len() + 1] }; SLOTS] });

/// Notes how long an answer took.
pub fn note(took: Duration) {
    PULSE.lock().unwrap_or_else(PoisonError::into_inner).note(Instant::now(), took);
}

impl Pulse {
    fn turn(&mut self, now: Instant) -> u64 {
        let since = *self.since.get_or_insert(now);
        now.duration_since(since).as_secs() / SLOT.as_secs()
    }

    fn note(&mut self, now: Instant, took: Duration) {
        let turn = self.turn(now);
        let at = usize::try_from(turn % SLOTS as u64).unwrap_or_default();
        let slot = &mut self.slots[at];
        if slot.turn != turn {
            *slot = Slot { turn, counts: [0; CLASSES.len() + 1] };
        }
        let milliseconds = u32::try_from(took.as_micros().div_ceil(1000)).unwrap_or(u32::MAX);
        let class = CLASSES.iter().position(|end| milliseconds <= *end).unwrap_or(CLASSES.len());
        slot.counts[class] += 1;
    }

    /// The time within which 95 of 100 answers of the last minutes were given.
    fn most_take(&mut self, now: Instant) -> Option<u32> {
        let turn = self.turn(now);
        let recent = self.slots.iter().filter(|slot| slot.turn + SLOTS as u64 > turn);
        let mut counts = [0; CLASSES.len() + 1];
        for slot in recent {
            for (sum, count) in counts.iter_mut().zip(slot.counts) {
                *sum += count;
            }
        }
        let all: u64 = counts.iter().sum();
        if all < FEW {
            return None;
        }
        let enough = (all * 95).div_ceil(100);
        let mut below = 0;
        let class = counts.iter().position(|count| {
            below += count;
            below >= enough
        })?;
        Some(CLASSES.get(class).copied().unwrap_or(10_000))
    }
}

/// What was looked up last, for which database and when.
static LAST: Mutex<Option<(usize, Instant, Promise)>> = Mutex::new(None);

/// How things are, as it was a few seconds ago at most.
///
/// # Errors
/// Those of the database.
pub async fn status(cx: Cx) -> domain::Result<Promise> {
    let house = Arc::as_ptr(&cx.world) as usize;
    let kept = LAST.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some((of, at, promise)) = kept
        && of == house
        && at.elapsed() < KEPT
    {
        return Ok(promise);
    }
    let answers = PULSE.lock().unwrap_or_else(PoisonError::into_inner).most_take(Instant::now());
    let promise = for_everybody(cx, answers).await?;
    *LAST.lock().unwrap_or_else(PoisonError::into_inner) = Some((house, Instant::now(), promise.clone()));
    Ok(promise)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn empty() -> Pulse {
        Pulse { since: None, slots: [Slot { turn: 0, counts: [0; CLASSES.len() + 1] }; SLOTS] }
    }

    #[test]
    fn ninety_five_of_a_hundred_answers_are_within_the_time_that_is_told() {
        let (mut pulse, now) = (empty(), Instant::now());
        for _ in 0..95 {
            pulse.note(now, Duration::from_micros(8_300));
        }
        for _ in 0..5 {
            pulse.note(now, Duration::from_secs(3));
        }
        assert_eq!(pulse.most_take(now), Some(10));
        pulse.note(now, Duration::from_secs(3));
        assert_eq!(pulse.most_take(now), Some(5000));
    }

    #[test]
    fn few_answers_and_old_ones_say_nothing() {
        let (mut pulse, now) = (empty(), Instant::now());
        for _ in 0..19 {
            pulse.note(now, Duration::from_millis(3));
        }
        assert_eq!(pulse.most_take(now), None);
        pulse.note(now, Duration::from_millis(3));
        assert_eq!(pulse.most_take(now), Some(5));
        let later = now + SLOT * u32::try_from(SLOTS).unwrap();
        assert_eq!(pulse.most_take(later), None);
        pulse.note(later, Duration::from_millis(3));
        assert_eq!(pulse.most_take(later), None, "a slot begins anew");
    }
}
