//! The device's own clocks: the one that people set, and the one that counts since the machine was started.

use std::fs;

use domain::ticket::{Reading, Steady};
use time::OffsetDateTime;

/// Looks at both. Where the system does not tell how long it runs, the clock that people set is all there is.
pub fn read() -> Reading {
    Reading { clock: OffsetDateTime::now_utc(), steady: steady() }
}

fn steady() -> Option<Steady> {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let uptime = fs::read_to_string("/proc/uptime").ok()?;
    Some(Steady { boot: boot.trim().to_owned(), seconds: whole_seconds(&uptime)? })
}

fn whole_seconds(uptime: &str) -> Option<u64> {
    uptime.split(['.', ' ']).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_since_the_start_is_read_in_whole_seconds() {
        assert_eq!(whole_seconds("350735.47 234388.90\n"), Some(350_735));
        assert_eq!(whole_seconds("soon"), None);
    }

    #[test]
    fn two_looks_at_the_steady_clock_are_of_the_same_start() {
        if let (Some(first), Some(second)) = (steady(), steady()) {
            assert_eq!(first.boot, second.boot);
            assert!(first.seconds <= second.seconds);
        }
    }
}
