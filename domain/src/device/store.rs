//! The deeds around devices: listing them, knowing one by its token, and what it is told when it calls.

mod detail;
mod manage;
mod own;
mod reinstall;

pub use detail::details;
pub(crate) use manage::leave_with;
pub use manage::{disconnect_device, rename_device};
pub use own::{
    accept_agreement, agreement, confirm_command, release, switch_now, ticket, uninstall, update_databases,
    withdraw_reserve,
};
pub use reinstall::{for_reinstall, make_reinstall_ticket, reinstall, revoke_reinstall_ticket};

use sqlx::PgPool;
use sqlx::types::Json;

use super::listing::{DeviceLicense, DeviceRow, Devices};
use super::{OsFamily, beats, status};
use crate::Result;
use crate::actor::{Actor, Permission};
use crate::cx::Cx;
use crate::device_api::DeviceStatus;
use crate::id::{DeviceId, LicenseId};
use crate::license::LicenseFacts;

/// The most devices on one page.
const PAGE: usize = 50;
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

/// The account's devices by name, from `after` on.
///
/// # Errors
/// Those of the database.
pub async fn list(cx: Cx, after: Option<DeviceId>) -> Result<Devices> {
    read(cx, after, PAGE).await
}

/// The account's devices by name, all of them up to a thousand: to choose one, or to find those that need something.
///
/// # Errors
/// Those of the database.
pub async fn all(cx: Cx) -> Result<Devices> {
    read(cx, None, ALL).await
}

async fn read(cx: Cx, after: Option<DeviceId>, most: usize) -> Result<Devices> {
    cx.require(Permission::SeeAccount)?;
    let account = cx.actor.account()?;
    let rows = sqlx::query!(
        r#"select d.id, d.name, d.os_family as "os_family: OsFamily", d.os_version, d.app_version, d.connected_at,
               o.name as owner, c.last_seen_at as "last_seen_at?", c.country as "country?",
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
           where d.account_id = $1 and d.disconnected_at is null
             and ($2::uuid is null or (d.name, d.id) > (select name, id from device where id = $2 and account_id = $1))
           order by d.name, d.id
           limit $3"#,
        account.0,
        after.map(|id| id.0),
        most as i64 + 1,
    )
    .fetch_all(&cx.world.ro)
    .await?;
    let more = rows.len() > most;
    let rows: Vec<DeviceRow> = rows
        .into_iter()
        .take(most)
        .map(|row| {
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
                license,
            }
        })
        .collect();
    let next = if more { rows.last().map(|row| row.id) } else { None };
    Ok(Devices { now: cx.now, rows, next })
}

/// What a device is told about itself: the license it holds a seat of, and how much of the application works. A waiting
/// code whose time has come takes over first.
///
/// # Errors
/// `Forbidden` for everybody but a device.
pub async fn status(cx: Cx) -> Result<DeviceStatus> {
    Ok(status::current(&cx, cx.this_device()?).await?.status)
}
