//! A code that became known to others: which devices are known, and keep their seats when a new code takes its place.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::id::{DeviceId, LicenseId};
use crate::license::details::HeldSeat;

/// The devices that hold a seat of a license whose code became known to others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holders {
    /// When they were read.
    #[serde(with = "time::serde::rfc3339")]
    pub now: OffsetDateTime,
    /// The license.
    pub license: LicenseId,
    /// The last block of its code.
    pub code_tail: String,
    /// The name of the license's administrator (R49).
    pub administrator: String,
    /// Whether the reader is the administrator, who alone replaces the code (R11).
    pub administered_by_reader: bool,
    /// Those that called last, as many as can be looked through one by one.
    pub listed: Vec<HeldSeat>,
    /// How many others there are.
    pub others: u32,
}

/// Which devices keep their seats: those that are named, and with `rest` all that were not looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Those that are named.
    pub named: Vec<DeviceId>,
    /// All others as well, but for what was listed and not named.
    pub rest: Option<Rest>,
}

/// The devices beside those that were listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rest {
    /// Those that were listed.
    pub listed: Vec<DeviceId>,
    /// When they were: whoever took a seat afterwards was not there to be known.
    pub read_at: OffsetDateTime,
}

impl Known {
    /// Whether a device keeps the seat that it has held since `bound_at`.
    #[must_use]
    pub fn keeps(&self, device: DeviceId, bound_at: OffsetDateTime) -> bool {
        let is_rest = |rest: &Rest| !rest.listed.contains(&device) && bound_at <= rest.read_at;
        self.named.contains(&device) || self.rest.as_ref().is_some_and(is_rest)
    }
}

#[cfg(test)]
mod tests {
    use time::Duration;
    use uuid::Uuid;

    use super::*;

    const READ_AT: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;
    const BEFORE: OffsetDateTime = OffsetDateTime::UNIX_EPOCH.saturating_sub(Duration::DAY);

    fn device(number: u128) -> DeviceId {
        DeviceId(Uuid::from_u128(number))
    }

    fn known(with_rest: bool) -> Known {
        let rest = Rest { listed: vec![device(1), device(2)], read_at: READ_AT };
        Known { named: vec![device(1)], rest: with_rest.then_some(rest) }
    }

    #[test]
    fn what_was_listed_and_not_named_is_never_kept() {
        for with_rest in [false, true] {
            assert!(known(with_rest).keeps(device(1), BEFORE));
            assert!(!known(with_rest).keeps(device(2), BEFORE));
        }
    }

    #[test]
    fn the_rest_is_kept_only_when_it_is_asked_for() {
        assert!(known(true).keeps(device(3), BEFORE));
        assert!(!known(false).keeps(device(3), BEFORE));
        assert!(!Known::default().keeps(device(1), BEFORE));
    }

    #[test]
    fn who_took_a_seat_after_the_list_was_read_is_not_of_the_rest() {
        assert!(known(true).keeps(device(3), READ_AT));
        assert!(!known(true).keeps(device(3), READ_AT + Duration::MICROSECOND));
        assert!(known(true).keeps(device(1), READ_AT + Duration::MICROSECOND), "but whoever is named is kept");
    }
}
