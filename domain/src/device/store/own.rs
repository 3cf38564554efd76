//! What the program on a device asks for itself besides activating codes.

use super::super::status;
use crate::activation::Refusal;
use crate::activation::store::{AGREEMENT_VERSION, Occasion, take_over_in};
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::device_api::{
    Activated, Agreement, AgreementAcceptance, DatabasesUpdate, DeviceStatus, Outcome, TicketAnswer,
};
use crate::id::{CommandId, DeviceId};
use crate::license::Standing;
use crate::reserve::store::{activate_now, remove_reserve};
use crate::seat::store::release_own;
use crate::{Error, Fault, Result};

async fn stands(cx: &Cx, device: DeviceId) -> Result<DeviceStatus> {
    Ok(status::current(cx, device).await?.status)
}

/// A fresh ticket to work offline with.
///
/// # Errors
/// `Forbidden` for everybody but a device.
pub async fn ticket(cx: Cx) -> Result<TicketAnswer> {
    let device = cx.this_device()?;
    let (device, ticket) = status::told(&cx, device).await?;
    Ok(TicketAnswer { ticket, device })
}

/// The license is removed on the device: its seat is free at once, and a code that waits takes over (R46). Without a
/// license nothing changes.
///
/// # Errors
/// `Forbidden` for everybody but a device.
pub async fn release(cx: Cx) -> Result<DeviceStatus> {
    let device = cx.this_device()?;
    if let Some(license) = stands(&cx, device).await?.license {
        let mut tx = cx.begin().await?;
        match release_own(&mut tx, &cx, device, license.license_id).await {
            Ok(()) => {
                take_over_in(&mut tx, &cx, device, Occasion::Removal).await?;
                tx.commit().await?;
            }
            // somebody else was faster
            Err(Error::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    stands(&cx, device).await
}

/// The application was uninstalled: its seat is free, a code that waits is unused again, and the device leaves the console
/// (edge case 55).
///
/// # Errors
/// `Forbidden` for everybody but a device.
pub async fn uninstall(cx: Cx) -> Result<()> {
    let device = cx.this_device()?;
    match remove_reserve(cx.clone(), device).await {
        Ok(()) | Err(Error::NotFound) => {}
        Err(error) => return Err(error),
    }
    let license = stands(&cx, device).await?.license;
    let mut tx = cx.begin().await?;
    if let Some(license) = license {
        release_own(&mut tx, &cx, device, license.license_id).await?;
    }
    sqlx::query!("update device set disconnected_at = $2 where id = $1 and disconnected_at is null", device.0, cx.now)
        .execute(&mut *tx)
        .await?;
    audit::record(&mut tx, &cx, None, Event::DeviceUninstalled(device)).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes the waiting code back.
///
/// # Errors
/// `NotFound` when none waits.
pub async fn withdraw_reserve(cx: Cx) -> Result<DeviceStatus> {
    let device = cx.this_device()?;
    remove_reserve(cx.clone(), device).await?;
    stands(&cx, device).await
}

/// Switches by hand to the code that could not take over by itself (R44).
///
/// # Errors
/// `NotFound` when there is none, `Refused(TooEarly)` (E21) while a license runs, and what refuses the switch.
pub async fn switch_now(cx: Cx) -> Result<Activated> {
    let device = cx.this_device()?;
    activate_now(cx.clone(), device).await?;
    let (device, ticket) = status::told(&cx, device).await?;
    Ok(Activated { outcome: Outcome::Started, device, ticket })
}

/// The agreement that applies to the product on this device.
///
/// # Errors
/// `Forbidden` for everybody but a device; `NotFound` when the vendor has set up none.
pub async fn agreement(cx: Cx) -> Result<Agreement> {
    let device = cx.this_device()?;
    sqlx::query_as!(
        Agreement,
        "select a.version, a.text
         from device d join agreement a on a.product_id = d.product_id
         where d.id = $1 and a.published_at <= $2
         order by a.published_at desc
         limit 1",
        device.0,
        cx.now,
    )
    .fetch_optional(&cx.world.ro)
    .await?
    .ok_or(Error::NotFound)
}

/// The agreement was read and accepted on the device (R19). Accepting it again changes nothing.
///
/// # Errors
/// `Invalid(version)` for another version than the one that applies.
pub async fn accept_agreement(cx: Cx, accepted: AgreementAcceptance) -> Result<DeviceStatus> {
    let device = cx.this_device()?;
    let applies = match agreement(cx.clone()).await {
        Ok(agreement) => agreement.version,
        Err(Error::NotFound) => AGREEMENT_VERSION.to_owned(),
        Err(error) => return Err(error),
    };
    if accepted.version != applies {
        return Err(Error::field("version", Fault::NotAChoice));
    }
    let mut tx = cx.begin().await?;
    let kept = sqlx::query!(
        "insert into agreement_acceptance (device_id, version, accepted_at) values ($1, $2, $3) on conflict do nothing",
        device.0,
        accepted.version,
        cx.now,
    )
    .execute(&mut *tx)
    .await?;
    if kept.rows_affected() == 1 {
        let event = Event::AgreementAccepted { device, version: accepted.version };
        audit::record(&mut tx, &cx, None, event).await?;
    }
    tx.commit().await?;
    stands(&cx, device).await
}

/// The device has done what people asked of it. Confirming again changes nothing.
///
/// # Errors
/// `NotFound` for a command of another device.
pub async fn confirm_command(cx: Cx, command: CommandId) -> Result<DeviceStatus> {
    let device = cx.this_device()?;
    let mut tx = cx.begin().await?;
    let confirmed = sqlx::query_scalar!(
        "select confirmed_at from device_command where device_id = $1 and id = $2 for update",
        device.0,
        command.0,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    if confirmed.is_none() {
        sqlx::query!("update device_command set confirmed_at = $2 where id = $1", command.0, cx.now)
            .execute(&mut *tx)
            .await?;
        audit::record(&mut tx, &cx, None, Event::CommandConfirmed { device, command }).await?;
    }
    tx.commit().await?;
    stands(&cx, device).await
}

/// Databases are to be installed. The application itself gets none once its license has ended (R67); a person who installs
/// them by hand then stops the application, and is warned before (R69, E31).
///
/// # Errors
/// `Refused(NoLicense)`, `Refused(CodeOver)` (E10) or `Refused(Suspended)` (E35) for updates that are no longer due,
/// `Refused(ManualDatabases)` (E31) until the person has confirmed.
pub async fn update_databases(cx: Cx, update: DatabasesUpdate) -> Result<DeviceStatus> {
    let device = cx.this_device()?;
    let told = status::current(&cx, device).await?;
    let facts = told.facts.ok_or(Refusal::NoLicense)?;
    let mut tx = cx.begin().await?;
    if !told.status.updates {
        if !update.by_hand {
            audit::record(&mut tx, &cx, None, Event::DatabasesRefused(device)).await?;
            tx.commit().await?;
            let suspended = facts.standing(cx.now) == Standing::Suspended;
            let refusal =
                if suspended { Refusal::Suspended } else { Refusal::CodeOver { ended_at: facts.works_until() } };
            return Err(refusal.into());
        }
        let stops = sqlx::query_scalar!(
            "select e.manual_databases_stop
             from device d join expiry_rule e on e.product_id = d.product_id and e.version_family = split_part(d.app_version, '.', 1)
             where d.id = $1",
            device.0,
        )
        .fetch_optional(&mut *tx)
        .await?
        .unwrap_or(true);
        if stops && !update.confirmed {
            return Err(Refusal::ManualDatabases.into());
        }
        if stops {
            sqlx::query!("update device set stopped_at = $2 where id = $1", device.0, cx.now).execute(&mut *tx).await?;
            audit::record(&mut tx, &cx, None, Event::DeviceStopped(device)).await?;
        }
    }
    sqlx::query!(
        "insert into device_contact (device_id, last_seen_at, databases_at) values ($1, $2, $3)
         on conflict (device_id) do update set databases_at = excluded.databases_at",
        device.0,
        cx.now,
        update.databases_at,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    stands(&cx, device).await
}
