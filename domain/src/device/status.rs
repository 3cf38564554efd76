//! What devices are told about themselves: one statement, however many of them ask.

use std::collections::HashMap;

use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor};
use time::OffsetDateTime;

use super::OsFamily;
use super::expiry::{self, ExpiryRule};
use crate::activation::Refusal;
use crate::activation::store::{AGREEMENT_VERSION, Occasion, take_over};
use crate::code::CodeKind;
use crate::cx::Cx;
use crate::device_api::{AgreementState, DeviceCommand, DeviceStatus, LicenseWindow, ReserveWindow};
use crate::id::{DeviceId, LicenseId};
use crate::license::LicenseFacts;
use crate::license::store::{counts, open_key};
use crate::reserve::ReserveState;
use crate::seat::{SeatClass, Seats};
use crate::{Error, Result, ticket};

/// A device as it is told about itself, and what only we look at.
#[derive(Clone, Debug)]
pub struct Told {
    /// What the device is told.
    pub status: DeviceStatus,
    /// What its license's standing depends on.
    pub facts: Option<LicenseFacts>,
    /// What works on it without a running license.
    pub rule: ExpiryRule,
    /// Whether a waiting code's time has come: it is switched before the device is answered.
    pub due: bool,
}

/// Reads how these devices stand at `now`.
///
/// # Errors
/// Those of the database.
pub async fn read(db: &mut PgConnection, cx: &Cx, devices: &[DeviceId]) -> Result<HashMap<DeviceId, Told>> {
    let now = cx.now;
    let ids: Vec<uuid::Uuid> = devices.iter().map(|id| id.0).collect();
    let rows = sqlx::query_file!("src/device/status.sql", &ids, now, AGREEMENT_VERSION).fetch_all(db).await?;
    let mut told = HashMap::with_capacity(rows.len());
    for row in rows {
        let facts = row.facts.map(|Json(facts)| facts);
        let runs = facts.is_some_and(|facts| facts.standing(now).runs());
        let due = row.reserve_state == Some(ReserveState::Waiting)
            && !runs
            && row.reserve_due_at.is_some_and(|due_at| now >= due_at);
        let rule = match (row.updates, row.restricted) {
            (Some(updates), Some(restricted)) => ExpiryRule { updates, restricted },
            _ => ExpiryRule::default(),
        };
        let works = expiry::works(facts.as_ref(), row.stopped_at, &rule, now);
        let license = match (row.license_id, row.license_key_ct, facts, row.seats, row.class) {
            (Some(id), Some(key), Some(facts), Some(seats), Some(class)) => Some(LicenseWindow {
                license_id: LicenseId(id),
                license_key: open_key(cx, LicenseId(id), &key)?,
                kind: facts.kind,
                product: row.product.unwrap_or_default(),
                code_tail: row.code_tail.unwrap_or_default(),
                standing: facts.standing(now),
                days_left: facts.days_left(now),
                starts_at: facts.starts_at,
                expires_at: facts.expires_at,
                seats: counts(&seats, row.held.as_deref()),
                seat_class: class,
            }),
            _ => None,
        };
        let reserve = match (row.reserve_state, row.reserve_tail, row.reserve_kind, row.reserve_due_at) {
            (Some(state), Some(code_tail), Some(kind), Some(takes_over_at)) => Some(ReserveWindow {
                code_tail,
                kind,
                term_days: row.reserve_term.and_then(|days| u32::try_from(days).ok()).unwrap_or(0),
                state,
                takes_over_at,
                rehearsed_at: row.rehearsed_at,
                trouble: row.trouble.map(|Json(refusal)| refusal.code().to_owned()),
                activate_now: state == ReserveState::Failed && !runs,
            }),
            _ => None,
        };
        let status = DeviceStatus {
            device_id: DeviceId(row.id),
            name: row.name,
            os_family: row.os_family,
            office: row.office,
            level: works.level,
            updates: works.updates,
            restricted: works.restricted,
            license,
            reserve,
            trial_offered: !row.licensed_before,
            agreement: AgreementState { version: row.agreement, accepted: row.accepted },
            commands: row.commands.map(|Json(commands)| commands).unwrap_or_default(),
            server_time: now,
        };
        told.insert(DeviceId(row.id), Told { status, facts, rule, due });
    }
    Ok(told)
}

/// How one device stands; a waiting code whose time has come takes over first (edge case 53).
///
/// # Errors
/// `NotFound`; those of the database.
pub(crate) async fn current(cx: &Cx, device: DeviceId) -> Result<Told> {
    let told = one(cx, device).await?;
    if !told.due {
        return Ok(told);
    }
    take_over(cx, device, Occasion::Contact).await?;
    one(cx, device).await
}

async fn one(cx: &Cx, device: DeviceId) -> Result<Told> {
    let mut connection = cx.world.rw.acquire().await?;
    read(&mut connection, cx, &[device]).await?.remove(&device).ok_or(Error::NotFound)
}

/// As `told`, within the transaction of the deed and with a key that is at hand; after it a license runs, so nothing is due.
/// `noted` is the latest end that the deed has written down for the device; `known` is how the device stands, where the deed
/// knows it without reading.
pub(crate) async fn told_in(
    db: &mut PgConnection,
    cx: &Cx,
    device: DeviceId,
    key: &ticket::store::Opened,
    noted: Option<OffsetDateTime>,
    known: Option<Told>,
) -> Result<(DeviceStatus, Option<String>)> {
    let told = match known {
        Some(told) => told,
        None => read(db, cx, &[device]).await?.remove(&device).ok_or(Error::NotFound)?,
    };
    let Some((ticket, until)) = key.issue(cx, &told) else { return Ok((told.status, None)) };
    if noted != Some(until) {
        note_ticket(db, device, until).await?;
    }
    Ok((told.status, Some(ticket)))
}

/// The latest instant until which the device can go on if it stays offline from now on.
async fn note_ticket(db: impl PgExecutor<'_>, device: DeviceId, until: OffsetDateTime) -> Result<()> {
    sqlx::query!("update device_contact set ticket_until = $2 where device_id = $1", device.0, until)
        .execute(db)
        .await?;
    Ok(())
}

/// How a device stands after a deed, with a fresh ticket to work offline.
///
/// # Errors
/// As for reading it.
pub(crate) async fn told(cx: &Cx, device: DeviceId) -> Result<(DeviceStatus, Option<String>)> {
    let told = current(cx, device).await?;
    let Some((ticket, until)) = ticket::store::issue(cx, &told).await? else { return Ok((told.status, None)) };
    note_ticket(&cx.world.rw, device, until).await?;
    Ok((told.status, Some(ticket)))
}
