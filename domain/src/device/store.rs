//! The deeds around devices: listing them, knowing one by its token, and what it is told when it calls.

mod detail;
mod manage;
mod own;
mod reinstall;
mod searching;
mod silent;

pub use detail::details;
pub(crate) use manage::leave_with;
pub use manage::{disconnect_device, rename_device};
pub use own::{
    accept_agreement, agreement, confirm_command, release, switch_now, ticket, uninstall, update_databases,
    withdraw_reserve,
};
pub use reinstall::{for_reinstall, make_reinstall_ticket, reinstall, revoke_reinstall_ticket};

pub use silent::tell_of_silence;

use sqlx::PgPool;
use sqlx::types::Json;
use uuid::Uuid;

use super::expiry::{ExpiryRule, works};
use super::listing::{Choices, DeviceLicense, DeviceRow, Devices, Search};
use super::{OsFamily, beats, status};
use crate::Result;
use crate::actor::{Actor, Permission};
use crate::cx::Cx;
use crate::device_api::DeviceStatus;
use crate::id::{DeviceId, LicenseId};
use crate::license::LicenseFacts;

/// The most devices on one page.
const PAGE: usize = 50;
/// The most devices that a form lists to choose one from.
const LISTED: usize = 100;
/// The most devices that are read at once.
const ALL: usize = 1000;

/// The device of this token. One that was disconnected is known as long as it holds a seat: its license keeps running, and
/// needs its tickets (R52).
///
/// # Errors
/// Those of the database.
pub async fn for_token(db: &PgPool, token: &str) -> Result<Option<Actor>> {
    beats::known(db, token).await
}

/// The account's devices that are looked for, one page of them.
///
/// # Errors
/// Those of the database.
pub async fn list(cx: Cx, search: Search) -> Result<Devices> {
    cx.require(Permission::ReadOffice)?;
    let mut picked = searching::pick(&cx, &search, PAGE + 1).await?;
    let next = if picked.len() > PAGE {
        picked.truncate(PAGE);
        picked.last().copied().map(DeviceId)
    } else {
        None
    };
    let rows = read(&cx, Some(&picked)).await?;
    let aside = searching::aside(&cx).await?;
    let may_choose = cx.actor.may(Permission::LookAfterOffice);
    let searching::Aside { undo, release_after, releasing } = aside;
    Ok(Devices { now: cx.now, rows, next, undo, release_after, may_choose, releasing })
}

/// The account's devices to choose one from, as many as a form lists: the one that is named already, those that hold no
/// place of a license, and those that called last. They stand by name.
///
/// # Errors
/// Those of the database.
pub async fn choices(cx: Cx, named: Option<DeviceId>) -> Result<Choices> {
    cx.require(Permission::ReadOffice)?;
    let mut picked = searching::likely(&cx, named, LISTED + 1).await?;
    let more = picked.len() > LISTED;
    picked.truncate(LISTED);
    let mut rows = read(&cx, Some(&picked)).await?;
    rows.sort_by_cached_key(|row| (row.name.to_lowercase(), row.id));
    Ok(Choices { rows, more })
}

/// The account's devices by name, all of them up to a thousand: to do something with each, or to find those that need
/// something.
///
/// # Errors
/// Those of the database.
pub async fn all(cx: Cx) -> Result<Devices> {
    cx.require(Permission::ReadOffice)?;
    let rows = read(&cx, None).await?;
    Ok(Devices { now: cx.now, rows, next: None, undo: None, release_after: None, may_choose: false, releasing: None })
}

/// The account's devices after this one by name, so many of them: to take all of them along.
pub(crate) async fn some(cx: &Cx, after: Option<DeviceId>, most: usize) -> Result<Vec<DeviceRow>> {
    cx.require(Permission::ReadOffice)?;
    let picked = searching::pick(cx, &Search { after, ..Search::default() }, most).await?;
    read(cx, Some(&picked)).await
}

/// The identities of all devices that fit what is looked for, on whatever page they stand.
pub(crate) async fn matching(cx: &Cx, search: &Search) -> Result<Vec<Uuid>> {
    cx.require(Permission::ReadOffice)?;
    searching::pick(cx, &Search { after: None, ..search.clone() }, usize::MAX >> 1).await
}

async fn read(cx: &Cx, picked: Option<&[Uuid]>) -> Result<Vec<DeviceRow>> {
    let account = cx.actor.account()?;
    let rows = sqlx::query!(
        r#"select d.id, d.name, d.os_family as "os_family: OsFamily", d.os_version, d.app_version, d.connected_at,
               d.stopped_at, o.name as owner, c.last_seen_at as "last_seen_at?", c.country as "country?", c.databases_at,
               l.id as "license_id?", l.product as "product?", l.facts as "facts?: Json<LicenseFacts>",
               exists (select 1 from reserve r where r.device_id = d.id and r.state = 'waiting') as "has_reserve!"
           from device d
           join person o on o.id = d.owner_id
           left join device_contact c on c.device_id = d.id
           left join lateral (
               select l.id, p.name as product, license_facts(l) as facts
               from seat s
               join license l on l.id = s.license_id
               join product p on p.id = l.product_id
               where s.device_id = d.id and s.released_at is null
               order by s.bound_at desc
               limit 1
           ) as l on true
           where d.account_id = $1 and d.disconnected_at is null and ($2::uuid[] is null or d.id = any($2))
           order by array_position($2, d.id), d.name, d.id
           limit $3"#,
        account.0,
        picked,
        ALL as i64,
    )
    .fetch_all(&cx.world.ro)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let facts = row.facts.as_ref().map(|Json(facts)| facts);
            // what is restricted is data of the product; how much works is not
            let level = works(facts, row.stopped_at, &ExpiryRule::default(), cx.now).level;
            let license = match (row.license_id, row.product, row.facts) {
                (Some(id), Some(product), Some(Json(facts))) => {
                    Some(DeviceLicense { id: LicenseId(id), product, facts, has_reserve: row.has_reserve })
                }
                _ => None,
            };
            DeviceRow {
                id: DeviceId(row.id),
                name: row.name,
                os_family: row.os_family,
                os_version: row.os_version,
                app_version: row.app_version,
                owner: row.owner,
                connected_at: row.connected_at,
                last_seen_at: row.last_seen_at,
                country: row.country.and_then(|code| code.parse().ok()),
                databases_at: row.databases_at,
                level,
                license,
            }
        })
        .collect())
}

/// What a device is told about itself: the license it holds a seat of, and how much of the application works. A waiting
/// code whose time has come takes over first.
///
/// # Errors
/// `Forbidden` for everybody but a device.
pub async fn status(cx: Cx) -> Result<DeviceStatus> {
    Ok(status::current(&cx, cx.this_device()?).await?.status)
}

/// The product of an account's device.
pub(crate) async fn product_of(
    db: &mut sqlx::PgConnection,
    account: crate::id::AccountId,
    device: DeviceId,
) -> Result<Option<crate::id::ProductId>> {
    let found =
        sqlx::query_scalar!("select product_id from device where account_id = $1 and id = $2", account.0, device.0)
            .fetch_optional(db)
            .await?;
    Ok(found.map(crate::id::ProductId))
}
