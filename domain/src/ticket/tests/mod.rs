//! What all tests of tickets share: one grant, its ticket, the keys, and a device that looks at its clock.

mod clocks;
mod life;
mod signing;

use time::macros::datetime;

use super::*;
use crate::code::CodeKind;
use crate::device_api::TicketKeys;

const NOW: OffsetDateTime = datetime!(2026-05-01 10:00 UTC);
const DEVICE: DeviceId = DeviceId(Uuid::from_u128(2));
const SECOND: Duration = Duration::SECOND;

fn grant() -> Grant {
    Grant {
        device_id: DEVICE,
        license_id: LicenseId(Uuid::from_u128(3)),
        product: "NW-SOS".to_owned(),
        standing: Standing::Active,
        license_expires_at: NOW + Duration::days(100),
        level: Level::Full,
        updates: true,
        restricted: Vec::new(),
        holds_until: NOW + Duration::days(100),
        after: Level::Restricted,
        restricted_after: vec!["Web filter".to_owned()],
    }
}

fn ticket(grant: &Grant) -> Ticket {
    Ticket::of(grant, Uuid::from_u128(1), NOW).unwrap()
}

fn signer() -> Signer {
    Signer::new("k1", &[7; 32])
}

fn keys() -> TicketKeys {
    TicketKeys { keys: vec![Signer::new("k0", &[6; 32]).public(), signer().public()] }
}

fn at(clock: OffsetDateTime) -> Reading {
    Reading { clock, steady: None }
}

/// The device after its clock has shown these instants, one after another.
fn seen(ticket: &Ticket, clocks: &[OffsetDateTime]) -> Offline {
    let mut watch = Watch::begin(ticket, &at(NOW));
    for clock in clocks {
        watch.look(&at(*clock));
    }
    standing_offline(ticket, &watch)
}

fn stands(ticket: &Ticket, clock: OffsetDateTime) -> (Level, Why) {
    let offline = seen(ticket, &[clock]);
    (offline.level, offline.why)
}
