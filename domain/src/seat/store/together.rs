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
use crate::device::listing::Search;
use crate::id::{DeviceId, LicenseId, SeatId};
use crate::job::store as job;
use crate::seat::release::{GivenBack, Matching, MatchingOf, ReleasePreview, Together, release};
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
    if ids.len() > MOST {
        return Err(Error::field("devices", Fault::OutOfRange { min: 1, max: MOST as u64 }));
    }
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
    let mut tx = cx.begin().await?;
    let (held, told) = judged(&mut tx, &cx, &devices).await?;
    if held.is_empty() {
        return Ok(told);
    }
    let batch = begin_batch(&mut tx, &cx).await?;
    release_held(&mut tx, &cx, batch, &held).await?;
    tx.commit().await?;
    Ok(told)
}

/// Begins to release places together: what is released under it can be given back together.
pub(crate) async fn begin_batch(tx: &mut PgConnection, cx: &Cx) -> Result<Uuid> {
    let (account, person) = (cx.actor.account()?, cx.actor.person()?);
    let batch = Uuid::now_v7();
    sqlx::query!(
        "insert into release_batch (id, account_id, person_id, released_at) values ($1, $2, $3, $4)",
        batch,
        account.0,
        person.0,
        cx.now,
    )
    .execute(tx)
    .await?;
    Ok(batch)
}

async fn release_held(tx: &mut PgConnection, cx: &Cx, batch: Uuid, held: &[Held]) -> Result<()> {
    for one in held {
        let device = one.preview.device;
        give_up(tx, cx, one, "admin").await?;
        command(tx, cx, one.account, device, CommandKind::Release, None, one.preview.ends_by).await?;
        take_over_in(tx, cx, device, Occasion::Removal).await?;
    }
    let seats: Vec<Uuid> = held.iter().map(|one| one.seat.0).collect();
    sqlx::query!("update seat set release_batch_id = $2 where id = any($1)", &seats, batch).execute(tx).await?;
    Ok(())
}

/// Releases the places of some of many devices, of those that may be released, within a step of long work. Gives how many.
pub(crate) async fn release_some(tx: &mut PgConnection, cx: &Cx, batch: Uuid, devices: &[DeviceId]) -> Result<u32> {
    cx.require(Permission::ManageDevices)?;
    let held = match judged(tx, cx, devices).await {
        // they are gone by now
        Err(Error::NotFound) => return Ok(0),
        judged => judged?.0,
    };
    release_held(tx, cx, batch, &held).await?;
    Ok(u32::try_from(held.len()).unwrap_or(u32::MAX))
}

/// Tells what releasing the places of all devices that fit what is looked for would do, in numbers. Nothing changes.
///
/// # Errors
/// Those of the database.
pub async fn preview_matching(cx: Cx, search: Search) -> Result<Matching> {
    cx.require(Permission::ManageDevices)?;
    let devices = crate::device::store::matching(&cx, &search).await?;
    let rows = sqlx::query!(
        r#"select p.name as product, l.administrator_id = $2 as "own!", count(*) as "seats!",
               count(*) filter (where exists (
                   select 1 from reserve r where r.device_id = d.id and r.state = 'waiting'
               )) as "reserves!"
           from unnest($3::uuid[]) as d (id)
           join lateral (
               select license_id from seat where device_id = d.id and released_at is null order by bound_at desc limit 1
           ) as s on true
           join license l on l.id = s.license_id and l.account_id = $1
           join product p on p.id = l.product_id
           group by 1, 2
           order by 1, 2 desc"#,
        cx.actor.account()?.0,
        cx.actor.person()?.0,
        &devices,
    )
    .fetch_all(&cx.world.ro)
    .await?;
    let many = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
    let products = rows.into_iter().map(|row| MatchingOf {
        product: row.product,
        own: row.own,
        seats: many(row.seats),
        reserves: many(row.reserves),
    });
    let devices = u32::try_from(devices.len()).unwrap_or(u32::MAX);
    Ok(Matching { search: Search { after: None, ..search }, devices, products: products.collect() })
}

/// A place that was released together with others.
struct GivenUp {
    device_id: Uuid,
    license_id: Uuid,
    class: String,
    code_id: Uuid,
}

/// Gives back what was released together: each device that holds no other license of the product since gets its place again,
/// as long as one is free and the license runs. More than a hundred are given back by and by.
///
/// # Errors
/// `NotFound` for what somebody else released, was given back before, or is more than a day ago; `Busy` while it is still
/// being released.
pub async fn undo_releases(cx: Cx, batch: Uuid) -> Result<GivenBack> {
    cx.require(Permission::ManageDevices)?;
    let (account, person) = (cx.actor.account()?, cx.actor.person()?);
    let mut tx = cx.begin().await?;
    if job::is_worked_on(&mut tx, account, batch).await? {
        return Err(Error::Busy);
    }
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
    let devices =
        sqlx::query_scalar!("select distinct device_id from seat where release_batch_id = $1 order by 1", batch)
            .fetch_all(&mut *tx)
            .await?;
    let of = u32::try_from(devices.len()).unwrap_or(u32::MAX);
    let goes_on = devices.len() > MOST;
    let given = if goes_on {
        job::begin_undo(&mut tx, &cx, batch, &devices).await?;
        0
    } else {
        let devices: Vec<DeviceId> = devices.into_iter().map(DeviceId).collect();
        give_back_some(&mut tx, &cx, batch, &devices).await?
    };
    tx.commit().await?;
    Ok(GivenBack { given, of, goes_on })
}

/// Gives back the places of these devices, as far as possible. Gives how many.
pub(crate) async fn give_back_some(tx: &mut PgConnection, cx: &Cx, batch: Uuid, devices: &[DeviceId]) -> Result<u32> {
    cx.require(Permission::ManageDevices)?;
    let devices: Vec<Uuid> = devices.iter().map(|id| id.0).collect();
    let seats = sqlx::query_as!(
        GivenUp,
        "select s.device_id, s.license_id, s.class, l.code_id
         from seat s join license l on l.id = s.license_id
         where s.release_batch_id = $1 and s.device_id = any($2)
         order by s.device_id",
        batch,
        &devices,
    )
    .fetch_all(&mut *tx)
    .await?;
    let mut given = 0;
    for seat in &seats {
        given += u32::from(give_back(tx, cx, seat).await?);
    }
    Ok(given)
}

async fn give_back(tx: &mut PgConnection, cx: &Cx, seat: &GivenUp) -> Result<bool> {
    let (account, person) = (cx.actor.account()?, cx.actor.person()?);
    // as an activation locks: the device first, then the code
    sqlx::query!("select id from device where id = $1 for update", seat.device_id).fetch_one(&mut *tx).await?;
    sqlx::query!("select id from activation_code where id = $1 for update", seat.code_id).fetch_one(&mut *tx).await?;
    let id = SeatId::generate();
    let bound = sqlx::query!(
        "insert into seat (id, account_id, license_id, device_id, class, bound_at, bound_by)
         select $1, l.account_id, l.id, d.id, $4, $5, $6
         from license l join device d on d.id = $3 and d.account_id = l.account_id
         where l.id = $2 and l.account_id = $7
             and l.expires_at > $5 and l.cancelled_at is null and l.blocked_at is null
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
        account.0,
    )
    .execute(&mut *tx)
    .await?;
    if bound.rows_affected() == 0 {
        return Ok(false);
    }
    let (license, device) = (LicenseId(seat.license_id), DeviceId(seat.device_id));
    audit::record(tx, cx, None, Event::SeatBound { license, device, seat: id }).await?;
    command(tx, cx, account, device, CommandKind::License, None, None).await?;
    Ok(true)
}
