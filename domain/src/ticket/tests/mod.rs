//! What all tests of tickets share: one grant, its ticket, the keys, and a device that looks at its clock.

mod clocks;
mod life;
mod signing;

use time::macros::datetime;

use super::jws::{Distrust, LONGEST, Signer, verify, verify_for};
use super::*;
use crate::device_api::TicketKeys;

const NOW: OffsetDateTime = datetime!(2026-05-01 10:00 UTC);
const DEVICE: DeviceId = DeviceId(Uuid::from_u128(2));
const SECOND: Duration = Duration::SECOND;

/// Made at `NOW` for a license that runs much longer.
fn ticket() -> Ticket {
    Ticket {
        serial: Uuid::from_u128(1),
        device_id: DEVICE,
        license_id: LicenseId(Uuid::from_u128(3)),
        product: "Office Security".to_owned(),
        level: Level::Full,
        updates: true,
        restricted: Vec::new(),
        standing: Standing::Active,
        license_expires_at: NOW + Duration::days(100),
        level_until: NOW + Duration::days(100),
        level_after: Level::Restricted,
        restricted_after: vec!["Web filter".to_owned()],
        issued_at: NOW,
        expires_at: NOW + LIFE,
        grace_until: NOW + LIFE + GRACE,
    }
}

/// A newer one of the same kind.
fn newer(by: Duration) -> Ticket {
    Ticket {
        serial: Uuid::from_u128(4),
        issued_at: NOW + by,
        expires_at: NOW + by + LIFE,
        grace_until: NOW + by + LIFE + GRACE,
        ..ticket()
    }
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
