//! A leaked code, replaced by whoever administers its license: known devices stay active and nobody types anything.

use super::super::leaked::{Holders, Known};
use super::replace::replace_in;
use crate::actor::Permission;
use crate::attempt::{self, ROTATE_CODE};
use crate::cx::Cx;
use crate::device::OsFamily;
use crate::id::{CodeId, DeviceId, LicenseId};
use crate::license::details::HeldSeat;
use crate::seat::SeatClass;
use crate::{Error, Result, license, seat};

/// The most devices that are listed to be looked through.
const LISTED: i64 = 60;

/// The devices that hold a seat of a license: those that called last one by one, and the number of the others.
///
/// # Errors
/// `NotFound` for another account's license (R100).
pub async fn holders(cx: Cx, license: LicenseId) -> Result<Holders> {
    cx.require(Permission::SeeAccount)?;
    let (account, person) = (cx.actor.account()?, cx.actor.person()?);
    let row = sqlx::query!(
        r#"select c.code_tail, l.administrator_id, a.name as administrator,
               (select count(*) from seat s where s.license_id = l.id and s.released_at is null) as "holders!"
           from license l
           join activation_code c on c.id = l.code_id
           join person a on a.id = l.administrator_id
           where l.account_id = $1 and l.id = $2"#,
        account.0,
        license.0,
    )
    .fetch_optional(&cx.world.ro)
    .await?
    .ok_or(Error::NotFound)?;
    let listed = sqlx::query!(
        r#"select d.id, d.name, d.os_family as "os_family: OsFamily", s.class as "class: SeatClass", s.bound_at,
               c.last_seen_at as "last_seen_at?"
           from seat s
           join device d on d.id = s.device_id
           left join device_contact c on c.device_id = d.id
           where s.license_id = $1 and s.released_at is null
           order by c.last_seen_at desc nulls last, d.id
           limit $2"#,
        license.0,
        LISTED,
    )
    .fetch_all(&cx.world.ro)
    .await?;
    let others = usize::try_from(row.holders).unwrap_or_default().saturating_sub(listed.len());
    let listed = listed.into_iter().map(|seat| HeldSeat {
        device: DeviceId(seat.id),
        name: seat.name,
        os_family: seat.os_family,
        class: seat.class,
        bound_at: seat.bound_at,
        last_seen_at: seat.last_seen_at,
    });
    Ok(Holders {
        now: cx.now,
        license,
        code_tail: row.code_tail,
        administrator: row.administrator,
        administered_by_reader: row.administrator_id == person.0,
        listed: listed.collect(),
        others: u32::try_from(others).unwrap_or(u32::MAX),
    })
}

/// Puts a new code in the place of a license's own. Devices that are known keep their seats, dates and reserve; all others
/// that hold a seat lose it, and the old code is refused from this moment on (E06). The caller has made sure that the
/// password was entered within the last five minutes.
///
/// # Errors
/// `NotFound` for another account's license, `Refused(NotAdministrator)` (E27); `Refused` when the code is blocked, cancelled
/// or was replaced before; `Refused(Attempts)` after five in a day.
pub async fn rotate_code(cx: Cx, license: LicenseId, known: Known) -> Result<u32> {
    cx.require(Permission::SeeAccount)?;
    let (account, person) = (cx.actor.account()?, cx.actor.person()?);
    let mut tx = cx.begin().await?;
    // devices before codes, as everywhere
    let holders = sqlx::query!(
        "select d.id, s.bound_at from seat s join device d on d.id = s.device_id
         where s.account_id = $1 and s.license_id = $2 and s.released_at is null
         order by d.id
         for update of d",
        account.0,
        license.0,
    )
    .fetch_all(&mut *tx)
    .await?;
    license::store::administered(&mut tx, account, person, license).await?;
    attempt::count(&mut tx, &cx, ROTATE_CODE, account.0.as_bytes()).await?;
    let code = sqlx::query_scalar!("select code_id from license where id = $1", license.0).fetch_one(&mut *tx).await?;
    replace_in(&mut tx, &cx, CodeId(code), "It became known to others".to_owned()).await?;
    let strangers: Vec<DeviceId> = holders
        .into_iter()
        .filter(|holder| !known.keeps(DeviceId(holder.id), holder.bound_at))
        .map(|holder| DeviceId(holder.id))
        .collect();
    for device in &strangers {
        seat::store::release_in(&mut tx, &cx, account, *device, license).await?;
    }
    tx.commit().await?;
    u32::try_from(strangers.len()).map_err(|_| Error::Internal(cx.request))
}
