//! The deeds around installing a device's system anew: a ticket is made, taken back, or gives the device back once.

mod returning;

pub use returning::for_reinstall;

use sqlx::PgConnection;

use super::super::reinstall::{Reinstall, ReinstallTicket, TICKET_LIFE, TICKET_SYMBOLS};
use crate::activation::Refusal;
use crate::actor::Permission;
use crate::attempt::{self, REINSTALL_PERSON};
use crate::audit::{self, Event};
use crate::cx::{Cx, random_below};
use crate::id::DeviceId;
use crate::seal::hashed;
use crate::{Error, Result};

/// The page about installing this device's system anew: whether it is connected, and whether a ticket waits.
///
/// # Errors
/// `NotFound` for another account's device (R100).
pub async fn reinstall(cx: Cx, device: DeviceId) -> Result<Reinstall> {
    cx.require(Permission::SeeAccount)?;
    let person = cx.actor.person()?;
    let row = sqlx::query!(
        r#"select d.name, d.owner_id, o.name as owner, d.disconnected_at, c.last_seen_at as "last_seen_at?",
               p.name as "product?", l.expires_at as "ends_at?", l.administrator_id as "administrator_id?", a.name as "administrator?",
               t.expires_at as "ticket_until?", m.name as "ticket_by?"
           from device d
           join person o on o.id = d.owner_id
           left join device_contact c on c.device_id = d.id
           left join lateral (
               select license_id from seat where device_id = d.id and released_at is null order by bound_at desc limit 1
           ) as s on true
           left join license l on l.id = s.license_id
           left join product p on p.id = l.product_id
           left join person a on a.id = l.administrator_id
           left join reinstall_ticket t
               on t.device_id = d.id and t.used_at is null and t.revoked_at is null and t.expires_at > $3
           left join person m on m.id = t.made_by
           where d.account_id = $1 and d.id = $2"#,
        cx.actor.account()?.0,
        device.0,
        cx.now,
    )
    .fetch_optional(&cx.world.ro)
    .await?
    .ok_or(Error::NotFound)?;
    let connected = row.disconnected_at.is_none();
    Ok(Reinstall {
        now: cx.now,
        device,
        name: row.name,
        owner: row.owner,
        connected,
        last_seen_at: row.last_seen_at,
        product: row.product,
        ends_at: row.ends_at,
        administrator: row.administrator,
        may_make: row.owner_id == person.0 || row.administrator_id == Some(person.0),
        ticket_until: row.ticket_until.filter(|_| connected),
        ticket_by: row.ticket_by,
    })
}

/// Makes a ticket for a device, to be shown once; one that was made before is taken back. The device's owner and the
/// administrator of its license may.
///
/// # Errors
/// `NotFound` for another account's device, `Refused(NotConnected)` (E28), `Refused(NotAdministrator)` (E27), `Forbidden`
/// for others when it has no license, `Refused(Attempts)` beyond ten in an hour.
pub async fn make_reinstall_ticket(cx: Cx, device: DeviceId) -> Result<ReinstallTicket> {
    cx.require(Permission::ManageDevices)?;
    let (person, account) = (cx.actor.person()?, cx.actor.account()?);
    let mut tx = cx.begin().await?;
    attempt::count(&mut tx, &cx, REINSTALL_PERSON, person.0.as_bytes()).await?;
    if !lock_for_ticket(&mut tx, &cx, device).await? {
        return Err(Refusal::NotConnected.into());
    }
    take_back(&mut tx, &cx, device).await?;
    let ticket = ReinstallTicket::from_symbols(random_below::<TICKET_SYMBOLS>(31));
    sqlx::query!(
        "insert into reinstall_ticket (id, account_id, device_id, made_by, ticket_hash, made_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        uuid::Uuid::now_v7(),
        account.0,
        device.0,
        person.0,
        &hashed(ticket.as_bytes())[..],
        cx.now,
        cx.now + TICKET_LIFE,
    )
    .execute(&mut *tx)
    .await?;
    audit::record(&mut tx, &cx, None, Event::ReinstallTicketMade(device)).await?;
    tx.commit().await?;
    Ok(ticket)
}

/// Takes back the ticket of a device. Without one nothing changes.
///
/// # Errors
/// `NotFound` for another account's device, `Refused(NotAdministrator)` (E27), `Forbidden` as in making one.
pub async fn revoke_reinstall_ticket(cx: Cx, device: DeviceId) -> Result<()> {
    cx.require(Permission::ManageDevices)?;
    let mut tx = cx.begin().await?;
    lock_for_ticket(&mut tx, &cx, device).await?;
    if take_back(&mut tx, &cx, device).await? {
        audit::record(&mut tx, &cx, None, Event::ReinstallTicketRevoked(device)).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Locks the device's row, and says whether it is connected, for somebody who may make tickets for it.
async fn lock_for_ticket(db: &mut PgConnection, cx: &Cx, device: DeviceId) -> Result<bool> {
    let person = cx.actor.person()?;
    let row = sqlx::query!(
        r#"select d.disconnected_at, d.owner_id, l.administrator_id as "administrator_id?", a.name as "administrator?"
           from device d
           left join seat s on s.device_id = d.id and s.released_at is null
           left join license l on l.id = s.license_id
           left join person a on a.id = l.administrator_id
           where d.account_id = $1 and d.id = $2
           order by s.bound_at desc
           limit 1
           for update of d"#,
        cx.actor.account()?.0,
        device.0,
    )
    .fetch_optional(db)
    .await?
    .ok_or(Error::NotFound)?;
    match row.administrator {
        _ if row.owner_id == person.0 || row.administrator_id == Some(person.0) => Ok(row.disconnected_at.is_none()),
        Some(administrator) => Err(Refusal::NotAdministrator { administrator }.into()),
        None => Err(Error::Forbidden),
    }
}

async fn take_back(db: &mut PgConnection, cx: &Cx, device: DeviceId) -> Result<bool> {
    let taken = sqlx::query!(
        "update reinstall_ticket set revoked_at = $2 where device_id = $1 and used_at is null and revoked_at is null",
        device.0,
        cx.now,
    )
    .execute(db)
    .await?;
    Ok(taken.rows_affected() > 0)
}
