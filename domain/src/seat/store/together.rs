//! Releasing the places of many devices at once, and giving them back within a day.

use sqlx::PgConnection;
use time::Duration;
use uuid::Uuid;

use super::{Held, command, give_up, lock};
use crate::activation::store::{Occasion, take_over_in};
use crate::actor::Permission;
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::device::CommandKind;
use crate::id::{DeviceId, LicenseId, SeatId};
use crate::seat::release::{ReleasePreview, Together, release};
use crate::{Error, Fault, Result};

/// The most devices in one go.
const MOST: usize = 100;
/// How long what was released together can be given back.
pub const UNDO_FOR: Duration = Duration::DAY;

/// The places that these devices hold, locked, and those that can't be released with the reason.
async fn judged(db: &mut PgConnection, cx: &Cx, devices: &[DeviceId]) -> Result<(Vec<Held>, Together)> {
    let account = cx.actor.account()?;
    if devices.is_empty() {
        return Err(Error::field("devices", Fault::Missing));
    }
    // always in the same order, so that two at once wait for each other instead of for themselves
    let mut ids: Vec<Uuid> = devices.iter().map(|id| id.0).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.truncate(MOST);
    let rows = sqlx::query!(
        r#"select d.id, d.name, s.license_id as "license?"
           from device d
           left join lateral (
               select license_id from seat where device_id = d.id and released_at is null order by bound_at desc limit 1
           ) as s on true
           where d.account_id = $1 and d.id = any($2)
           order by d.id"#,
        account.0,
        &ids,
    )
    .fetch_all(&mut *db)
    .await?;
    if rows.is_empty() {
        return Err(Error::NotFound);
    }
    let (mut held, mut told) = (Vec::new(), Together::default());
    for row in rows {
        let Some(license) = row.license else {
            told.holds_none.push(row.name);
            continue;
        };
        let one = lock(db, cx, account, DeviceId(row.id), LicenseId(license)).await?;
        match release(&one.facts, cx.now) {
            Ok((afterwards, losses)) => {
                told.released.push(ReleasePreview { afterwards, losses, ..one.preview.clone() });
                held.push(one);
            }
            Err(refusal) => told.refused.push((row.name, refusal)),
        }
    }
    Ok((held, told))
}

/// Tells what releasing the places of these devices would do. Nothing changes.
///
/// # Errors
/// `Invalid(devices)` without any; `NotFound` when none of them is the account's.
pub async fn preview_releases(cx: Cx, devices: Vec<DeviceId>) -> Result<Together> {
    cx.require(Permission::ManageDevices)?;
    let mut tx = cx.begin().await?;
    Ok(judged(&mut tx, &cx, &devices).await?.1)
}

/// Releases the places of these devices, all of those that may be released. For a day they can be given back together.
///
/// # Errors
/// As for the preview.
pub async fn release_seats(cx: Cx, devices: Vec<DeviceId>) -> Result<Together> {
    cx.require(Permission::ManageDevices)?;
    let (account, person) = (cx.actor.account()?, cx.actor.person()?);
    let mut tx = cx.begin().await?;
    let (held, told) = judged(&mut tx, &cx, &devices).await?;
    if held.is_empty() {
        return Ok(told);
    }
    let batch = Uuid::now_v7();
    sqlx::query!(
        "insert into release_batch (id, account_id, person_id, released_at) values ($1, $2, $3, $4)",
        batch,
        account.0,
        person.0,
        cx.now,
    )
    .execute(&mut *tx)
    .await?;
    for one in &held {
        let device = one.preview.device;
        give_up(&mut tx, &cx, one, "admin").await?;
        command(&mut tx, &cx, account, device, CommandKind::Release, None, one.preview.ends_by).await?;
        take_over_in(&mut tx, &cx, device, Occasion::Removal).await?;
    }
    let seats: Vec<Uuid> = held.iter().map(|one| one.seat.0).collect();
    sqlx::query!("update seat set release_batch_id = $2 where id = any($1)", &seats, batch).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(told)
}

/// Gives back what was released together: each device that holds no other license of the product since gets its place again,
/// as long as one is free and the license runs. Gives how many got it.
///
/// # Errors
/// `NotFound` for what somebody else released, was given back before, or is more than a day ago.
pub async fn undo_releases(cx: Cx, batch: Uuid) -> Result<(u32, u32)> {
    cx.require(Permission::ManageDevices)?;
    let (account, person) = (cx.actor.account()?, cx.actor.person()?);
    let mut tx = cx.begin().await?;
    sqlx::query!(
        "update release_batch set undone_at = $4
         where account_id = $1 and person_id = $2 and id = $3 and undone_at is null and released_at > $5
         returning id",
        account.0,
        person.0,
        batch,
        cx.now,
        cx.now - UNDO_FOR,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    let seats = sqlx::query!(
        r#"select s.device_id, s.license_id, s.class, l.code_id
           from seat s join license l on l.id = s.license_id
           where s.release_batch_id = $1
           order by s.device_id"#,
        batch,
    )
    .fetch_all(&mut *tx)
    .await?;
    let mut given_back = 0;
    for seat in &seats {
        // as an activation locks: the device first, then the code
        sqlx::query!("select id from device where id = $1 for update", seat.device_id).fetch_one(&mut *tx).await?;
        sqlx::query!("select id from activation_code where id = $1 for update", seat.code_id)
            .fetch_one(&mut *tx)
            .await?;
        let id = SeatId::generate();
        let bound = sqlx::query!(
            "insert into seat (id, account_id, license_id, device_id, class, bound_at, bound_by)
             select $1, l.account_id, l.id, d.id, $4, $5, $6
             from license l join device d on d.id = $3 and d.account_id = l.account_id
             where l.id = $2 and l.expires_at > $5 and l.cancelled_at is null and l.blocked_at is null
                 and d.disconnected_at is null
                 and not exists (
                     select 1 from seat other join license ol on ol.id = other.license_id
                     where other.device_id = d.id and other.released_at is null and ol.product_id = l.product_id
                 )
                 and (
                     select count(*) from seat taken
                     where taken.license_id = l.id and taken.class = $4 and taken.released_at is null
                 ) < coalesce((l.seats ->> $4)::bigint, 0)",
            id.0,
            seat.license_id,
            seat.device_id,
            seat.class,
            cx.now,
            person.0,
        )
        .execute(&mut *tx)
        .await?;
        if bound.rows_affected() == 1 {
            given_back += 1;
            let (license, device) = (LicenseId(seat.license_id), DeviceId(seat.device_id));
            audit::record(&mut tx, &cx, None, Event::SeatBound { license, device, seat: id }).await?;
            command(&mut tx, &cx, account, device, CommandKind::License, None, None).await?;
        }
    }
    tx.commit().await?;
    Ok((given_back, u32::try_from(seats.len()).unwrap_or(u32::MAX)))
}
