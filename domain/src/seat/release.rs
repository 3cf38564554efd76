//! Giving a seat up: what becomes of the device, told before and the same afterwards (R53, R46, edge case 19).

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::activation::{Loss, Refusal};
use crate::device::listing::Search;
use crate::id::{DeviceId, LicenseId};
use crate::license::LicenseFacts;
use crate::seat::SeatCount;

/// What giving a seat up is judged by.
#[derive(Clone, Debug, PartialEq)]
pub struct ReleaseFacts {
    /// Nothing if the asker may, else the name of the license's administrator (E27).
    pub administered_by_other: Option<String>,
    /// What the license's standing depends on.
    pub license: LicenseFacts,
    /// The code that waits on the device, if one does: its last block, and what trying the switch now comes to.
    pub waiting: Option<(String, Result<OffsetDateTime, Refusal>)>,
}

/// What becomes of a device whose seat is given up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Afterwards {
    /// It has no license.
    Unlicensed,
    /// The code that waited takes over at once, and its license runs until then (R46).
    Switched {
        #[serde(with = "time::serde::rfc3339")]
        until: OffsetDateTime,
    },
    /// The code that waited can't take over, for the reason named, E01 to E36; the device has no license.
    Stuck { trouble: String },
}

/// What giving a seat up would do, for a person to agree to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleasePreview {
    /// The device.
    pub device: DeviceId,
    /// Its name.
    pub device_name: String,
    /// The license.
    pub license: LicenseId,
    /// The product's name.
    pub product: String,
    /// Seats as they would be afterwards.
    pub seats: Vec<SeatCount>,
    /// What becomes of the device.
    pub afterwards: Afterwards,
    /// What would be lost by it.
    pub losses: Vec<Loss>,
    /// The instant until which a device that stays offline can go on as before; nothing if it has to ask at once.
    #[serde(with = "time::serde::rfc3339::option")]
    pub ends_by: Option<OffsetDateTime>,
}

/// What releasing the places of several devices comes to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Together {
    /// The places that are, or were, released.
    pub released: Vec<ReleasePreview>,
    /// Devices whose place stays, with the reason.
    pub refused: Vec<(String, Refusal)>,
    /// Devices that hold no place.
    pub holds_none: Vec<String>,
}

/// What was released together a while ago and can be given back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undoable {
    /// What to name when giving it back.
    pub batch: uuid::Uuid,
    /// How many places it was.
    pub places: u32,
    /// Until when it can be given back.
    #[serde(with = "time::serde::rfc3339")]
    pub until: OffsetDateTime,
}

/// What giving back places that were released together came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenBack {
    /// How many devices have their place again.
    pub given: u32,
    /// Of how many.
    pub of: u32,
    /// Whether they are so many that it goes on by itself.
    pub goes_on: bool,
}

/// What releasing the places of all devices that fit what is looked for comes to, in numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matching {
    /// What is looked for.
    pub search: Search,
    /// How many devices fit.
    pub devices: u32,
    /// What they hold, by product.
    pub products: Vec<MatchingOf>,
}

/// The places of one product among them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatchingOf {
    /// The product's name.
    pub product: String,
    /// Whether the asker administers those licenses; else the places stay (E27).
    pub own: bool,
    /// How many places.
    pub seats: u32,
    /// On how many of the devices a code waits and takes over (R46).
    pub reserves: u32,
}

impl Matching {
    /// How many places would be released.
    #[must_use]
    pub fn released(&self) -> u32 {
        self.products.iter().filter(|of| of.own).map(|of| of.seats).sum()
    }

    /// How many devices hold no place.
    #[must_use]
    pub fn hold_none(&self) -> u32 {
        self.devices.saturating_sub(self.products.iter().map(|of| of.seats).sum())
    }
}

/// Judges giving a seat up at `now`: what becomes of the device and what is lost. The one function behind the preview and
/// the deed.
///
/// # Errors
/// `NotAdministrator` (E27).
pub fn release(facts: &ReleaseFacts, now: OffsetDateTime) -> Result<(Afterwards, Vec<Loss>), Refusal> {
    if let Some(administrator) = &facts.administered_by_other {
        return Err(Refusal::NotAdministrator { administrator: administrator.clone() });
    }
    let runs = facts.license.standing(now).runs();
    let left = facts.license.ends_at() - now;
    let mut losses = Vec::new();
    let afterwards = match &facts.waiting {
        None => Afterwards::Unlicensed,
        Some((_, Ok(until))) => Afterwards::Switched { until: *until },
        Some((_, Err(refusal))) => Afterwards::Stuck { trouble: refusal.code().to_owned() },
    };
    if let Afterwards::Switched { .. } = afterwards {
        if runs {
            losses.push(Loss::TermRest { days: crate::activation::days_begun(left) });
        }
    } else {
        losses.push(Loss::Protection);
    }
    Ok((afterwards, losses))
}

#[cfg(test)]
mod tests {
    use time::Duration;
    use time::macros::datetime;

    use super::*;
    use crate::code::CodeKind;

    const NOW: OffsetDateTime = datetime!(2026-05-01 10:00 UTC);

    fn facts(waiting: Option<(String, Result<OffsetDateTime, Refusal>)>) -> ReleaseFacts {
        ReleaseFacts {
            administered_by_other: None,
            license: LicenseFacts {
                kind: CodeKind::Commercial,
                starts_at: NOW - Duration::days(300),
                expires_at: NOW + Duration::days(65),
                grace_until: None,
                blocked_at: None,
                cancelled_at: None,
                suspended_at: None,
                protection_ends: false,
            },
            waiting,
        }
    }

    #[test]
    fn of_many_devices_those_of_own_licenses_are_released_and_those_without_a_place_are_counted() {
        let of = |own: bool, seats: u32| MatchingOf { product: "Office".into(), own, seats, reserves: 0 };
        let many = Matching { search: Search::default(), devices: 120, products: vec![of(true, 90), of(false, 10)] };
        assert_eq!((many.released(), many.hold_none()), (90, 20));
    }

    #[test]
    fn a_device_without_a_reserve_loses_protection() {
        assert_eq!(release(&facts(None), NOW), Ok((Afterwards::Unlicensed, vec![Loss::Protection])));
    }

    #[test]
    fn a_reserve_starts_at_once_and_the_rest_of_the_term_is_given_up() {
        let until = NOW + Duration::days(365);
        let released = release(&facts(Some(("ABCDE".to_owned(), Ok(until)))), NOW);
        assert_eq!(released, Ok((Afterwards::Switched { until }, vec![Loss::TermRest { days: 65 }])));
    }

    #[test]
    fn a_reserve_that_cannot_start_is_named_with_its_reason() {
        let released = release(&facts(Some(("ABCDE".to_owned(), Err(Refusal::Blocked)))), NOW);
        assert_eq!(released, Ok((Afterwards::Stuck { trouble: "E04".to_owned() }, vec![Loss::Protection])));
    }

    #[test]
    fn only_the_administrator_gives_a_seat_up() {
        let others = ReleaseFacts { administered_by_other: Some("Anna Berg".to_owned()), ..facts(None) };
        let refused = Refusal::NotAdministrator { administrator: "Anna Berg".to_owned() };
        assert_eq!(release(&others, NOW), Err(refused));
    }
}
