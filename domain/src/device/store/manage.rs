//! What people do with their account's devices.

use crate::activation::Refusal;
use crate::actor::Permission;
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::device::CommandKind;
use crate::id::{AccountId, DeviceId, PersonId};
use crate::seat::store::command;
use crate::{Error, Result, text};

/// Whether a device of the account is connected; its row is locked.
async fn lock(db: &mut sqlx::PgConnection, cx: &Cx, device: DeviceId) -> Result<bool> {
    let account = cx.actor.account()?;
    let row = sqlx::query!(
        "select disconnected_at from device where account_id = $1 and id = $2 for update",
        account.0,
        device.0,
    )
    .fetch_optional(db)
    .await?
    .ok_or(Error::NotFound)?;
    Ok(row.disconnected_at.is_none())
}

/// Gives a device another name; the device learns it at its next contact (R55).
///
/// # Errors
/// `NotFound` for another account's device, `Refused(NotConnected)` (E28), `Invalid(device_name)`.
pub async fn rename_device(cx: Cx, device: DeviceId, name: String) -> Result<()> {
    cx.require(Permission::ManageDevices)?;
    let name = text::public_line(&name, 80).map_err(|fault| Error::field("device_name", fault))?;
    let mut tx = cx.begin().await?;
    if !lock(&mut tx, &cx, device).await? {
        return Err(Refusal::NotConnected.into());
    }
    sqlx::query!("update device set name = $2 where id = $1", device.0, name).execute(&mut *tx).await?;
    let account = cx.actor.account()?;
    command(&mut tx, &cx, account, device, CommandKind::Rename, Some(&name), None).await?;
    audit::record(&mut tx, &cx, None, Event::DeviceRenamed(device)).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes a device out of remote management. Its license keeps running and stays listed, and it can come back (R52).
///
/// # Errors
/// `NotFound` for another account's device, `Refused(NotConnected)` (E28) when it was disconnected before.
pub async fn disconnect_device(cx: Cx, device: DeviceId) -> Result<()> {
    cx.require(Permission::ManageDevices)?;
    let mut tx = cx.begin().await?;
    if !lock(&mut tx, &cx, device).await? {
        return Err(Refusal::NotConnected.into());
    }
    sqlx::query!("update device set disconnected_at = $2 where id = $1", device.0, cx.now).execute(&mut *tx).await?;
    audit::record(&mut tx, &cx, None, Event::DeviceDisconnected(device)).await?;
    tx.commit().await?;
    Ok(())
}

/// The devices of a person whose account ends: none is managed here any more, and their tokens open nothing.
pub(crate) async fn leave_with(
    db: &mut sqlx::PgConnection,
    cx: &Cx,
    account: AccountId,
    owner: PersonId,
) -> Result<()> {
    let left = sqlx::query_scalar!(
        "update device set disconnected_at = coalesce(disconnected_at, $3), token_hash = null
         where account_id = $1 and owner_id = $2
         returning id",
        account.0,
        owner.0,
        cx.now,
    )
    .fetch_all(&mut *db)
    .await?;
    for device in left {
        audit::record(db, cx, Some(account), Event::DeviceDisconnected(DeviceId(device))).await?;
    }
    Ok(())
}
