//! The deeds around seats: giving one up, and finding more devices than seats.

mod filling;
mod fitting;
mod overuse;
mod together;
mod unattended;

pub use filling::tell_of_filling;
pub(crate) use fitting::choose_who_stays;
pub use fitting::release_surplus;
pub use overuse::find_overuse;
pub use together::{UNDO_FOR, preview_matching, preview_releases, release_seats, undo_releases};
pub(crate) use together::{begin_batch, give_back_some, release_some};
pub use unattended::{WARNED_FOR, release_unattended, set_release_after, warn_of_release};

use sqlx::PgConnection;
use sqlx::types::Json;
use time::{Duration, OffsetDateTime};

use super::release::{Afterwards, ReleaseFacts, ReleasePreview, release};
use super::{SeatCount, Seats};
use crate::activation::store::{Occasion, take_over_in, waiting_now};
use crate::actor::{Actor, Permission};
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::device::CommandKind;
use crate::id::{AccountId, CommandId, DeviceId, LicenseId, SeatId};
use crate::license::LicenseFacts;
use crate::license::store::counts;
use crate::{Error, Result};

/// Releases of one license in a day beyond which support is told that it may be shared (edge case 5).
const MOVES_A_DAY: i64 = 10;

/// A seat as it is judged, its device locked.
struct Held {
    seat: SeatId,
    account: AccountId,
    facts: ReleaseFacts,
    preview: ReleasePreview,
}

async fn lock(
    db: &mut PgConnection,
    cx: &Cx,
    account: AccountId,
    device: DeviceId,
    license: LicenseId,
) -> Result<Held> {
    sqlx::query!("select id from device where account_id = $1 and id = $2 for update", account.0, device.0)
        .fetch_optional(&mut *db)
        .await?
        .ok_or(Error::NotFound)?;
    let row = sqlx::query!(
        r#"select s.id, s.class as "class: super::SeatClass", d.name, p.name as product, l.administrator_id,
               a.name as administrator, l.seats as "seats: Json<Seats>",
               license_facts(l) as "facts!: Json<LicenseFacts>", c.ticket_until as "ticket_until?",
               (
                   select jsonb_object_agg(class, used)
                   from (
                       select class, count(*) as used from seat
                       where license_id = l.id and released_at is null group by class
                   ) as by_class
               ) as "held: Json<Seats>"
           from seat s
           join device d on d.id = s.device_id
           join license l on l.id = s.license_id
           join product p on p.id = l.product_id
           join person a on a.id = l.administrator_id
           left join device_contact c on c.device_id = d.id
           where s.account_id = $1 and s.device_id = $2 and s.license_id = $3 and s.released_at is null"#,
        account.0,
        device.0,
        license.0,
    )
    .fetch_optional(&mut *db)
    .await?
    .ok_or(Error::NotFound)?;
    // a device gives up its own seat, and Latchkey frees what nobody uses; people need to administer the license
    let may = match &cx.actor {
        Actor::Device { id, .. } => *id == device,
        Actor::Person { id, .. } => id.0 == row.administrator_id,
        Actor::System => true,
        Actor::Stranger | Actor::Staff { .. } | Actor::Viewer { .. } | Actor::Seller { .. } => false,
    };
    let facts = ReleaseFacts {
        administered_by_other: (!may).then_some(row.administrator),
        license: row.facts.0,
        waiting: waiting_now(db, cx, device).await?,
    };
    let seats =
        counts(&row.seats, row.held.as_deref())
            .into_iter()
            .map(|count| {
                if count.class == row.class { SeatCount { used: count.used.saturating_sub(1), ..count } } else { count }
            })
            .collect();
    let preview = ReleasePreview {
        device,
        device_name: row.name,
        license,
        product: row.product,
        seats,
        afterwards: Afterwards::Unlicensed,
        losses: Vec::new(),
        ends_by: row.ticket_until.filter(|until| *until > cx.now),
    };
    Ok(Held { seat: SeatId(row.id), account, facts, preview })
}

/// Tells what giving a seat up would do. Nothing changes.
///
/// # Errors
/// `NotFound` for another account's device or a seat it does not hold, `Refused(NotAdministrator)` (E27).
pub async fn preview_release(cx: Cx, device: DeviceId, license: LicenseId) -> Result<ReleasePreview> {
    cx.require(Permission::ManageDevices)?;
    let mut tx = cx.begin().await?;
    let held = lock(&mut tx, &cx, cx.actor.account()?, device, license).await?;
    let (afterwards, losses) = release(&held.facts, cx.now)?;
    Ok(ReleasePreview { afterwards, losses, ..held.preview })
}

/// Gives a seat up: it is free at once, and the device learns it at its next contact (R54). A code that waits on the
/// device takes over (R46).
///
/// # Errors
/// As for the preview.
pub async fn release_seat(cx: Cx, device: DeviceId, license: LicenseId) -> Result<ReleasePreview> {
    cx.require(Permission::ManageDevices)?;
    let mut tx = cx.begin().await?;
    let held = lock(&mut tx, &cx, cx.actor.account()?, device, license).await?;
    let (afterwards, losses) = release(&held.facts, cx.now)?;
    give_up(&mut tx, &cx, &held, "admin").await?;
    command(&mut tx, &cx, held.account, device, CommandKind::Release, None, held.preview.ends_by).await?;
    take_over_in(&mut tx, &cx, device, Occasion::Removal).await?;
    tx.commit().await?;
    Ok(ReleasePreview { afterwards, losses, ..held.preview })
}

/// A device gives up its own seat, because the license was removed on it or the application uninstalled (edge case 55).
pub(crate) async fn release_own(tx: &mut PgConnection, cx: &Cx, device: DeviceId, license: LicenseId) -> Result<()> {
    let held = lock(tx, cx, cx.actor.account()?, device, license).await?;
    release(&held.facts, cx.now)?;
    give_up(tx, cx, &held, "user").await
}

/// Releases the seat that a device holds of a license, within the transaction of a deed that has judged who may.
pub(crate) async fn release_in(
    tx: &mut PgConnection,
    cx: &Cx,
    account: AccountId,
    device: DeviceId,
    license: LicenseId,
) -> Result<()> {
    let held = lock(tx, cx, account, device, license).await?;
    release(&held.facts, cx.now)?;
    give_up(tx, cx, &held, "admin").await?;
    command(tx, cx, account, device, CommandKind::Release, None, held.preview.ends_by).await?;
    take_over_in(tx, cx, device, Occasion::Removal).await.map(drop)
}

/// Another device was given the place of this one (E12): it learns that at its next contact, and a code that waits on it
/// takes over (R46).
pub(crate) async fn gave_way(tx: &mut PgConnection, cx: &Cx, account: AccountId, device: DeviceId) -> Result<()> {
    let ends_by = sqlx::query_scalar!(
        r#"select ticket_until as "until!" from device_contact where device_id = $1 and ticket_until > $2"#,
        device.0,
        cx.now,
    )
    .fetch_optional(&mut *tx)
    .await?;
    command(tx, cx, account, device, CommandKind::Release, None, ends_by).await?;
    // whoever asked sits at another device: where they are seen says nothing about this one
    let latchkey = Cx { actor: Actor::System, country: None, ..cx.clone() };
    take_over_in(tx, &latchkey, device, Occasion::Removal).await.map(drop)
}

async fn give_up(tx: &mut PgConnection, cx: &Cx, held: &Held, reason: &'static str) -> Result<()> {
    let given_up = sqlx::query!(
        "update seat set released_at = $2, release_reason = $3 where id = $1 and released_at is null",
        held.seat.0,
        cx.now,
        reason,
    )
    .execute(&mut *tx)
    .await?;
    // another device was given the place in the meantime
    if given_up.rows_affected() == 0 {
        return Err(Error::NotFound);
    }
    let (license, device) = (held.preview.license, held.preview.device);
    let event = Event::SeatReleased { license, device, seat: held.seat, reason };
    audit::record(tx, cx, Some(held.account), event).await?;
    let moves = sqlx::query_scalar!(
        r#"select count(*) as "moves!" from (
               select 1 from seat
               where license_id = $1 and released_at > $2 and release_reason in ('user', 'admin') limit $3
           ) as recent"#,
        license.0,
        cx.now - Duration::DAY,
        MOVES_A_DAY + 2,
    )
    .fetch_one(&mut *tx)
    .await?;
    // once, when the limit is passed: the notice is for support, and nothing is refused
    if moves == MOVES_A_DAY + 1 {
        audit::record(tx, cx, Some(held.account), Event::SeatHopping(license)).await?;
    }
    Ok(())
}

/// Leaves something for a device to learn at its next contact.
pub(crate) async fn command(
    tx: &mut PgConnection,
    cx: &Cx,
    account: AccountId,
    device: DeviceId,
    kind: CommandKind,
    name: Option<&str>,
    ends_by: Option<OffsetDateTime>,
) -> Result<()> {
    // what was asked before and never heard is overtaken
    sqlx::query!(
        "update device_command set confirmed_at = $3 where device_id = $1 and kind = $2 and confirmed_at is null",
        device.0,
        kind.as_str(),
        cx.now,
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "insert into device_command (id, account_id, device_id, kind, name, asked_at, asked_by, ends_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        CommandId::generate().0,
        account.0,
        device.0,
        kind.as_str(),
        name,
        cx.now,
        cx.actor.person().ok().map(|id| id.0),
        ends_by,
    )
    .execute(tx)
    .await?;
    Ok(())
}
