//! Cancelling a code, and with it everything that came of it (R87).

use sqlx::PgConnection;
use uuid::Uuid;

use crate::activation::Refusal;
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::{AccountId, CodeId, DeviceId, LicenseId, SeatId};
use crate::{Error, Result};

crate::choice! {
    /// Why a code is cancelled.
    pub enum Cancellation {
        /// Its seller took the order back.
        OrderCancelled = "order_cancelled",
        /// Support granted a refund (R86).
        Refunded = "refunded",
    }
}

/// Cancels a code for good: from this instant it activates nothing (E05), its license is over, the devices lose their
/// seats, and where it only waited to take over, it does not (edge case 17). A license that another code started runs on
/// (edge case 43). A code that is cancelled already stays as it is.
///
/// The rows are locked in the order code, license, seats and reserves, each lot by identity. An activation locks its
/// device first and then the same way, so that of the two at once the second sees what the first did (J04). Whoever
/// cancels several codes locks all of them first; an order before its codes, and none of it `for update`: the foreign keys of
/// an activation look at these rows while it holds its own.
///
/// # Errors
/// `NotFound` when there is no such code.
pub(crate) async fn cancel(db: &mut PgConnection, cx: &Cx, code: CodeId, why: Cancellation) -> Result<()> {
    let row =
        sqlx::query!("select account_id, cancelled_at from activation_code where id = $1 for no key update", code.0)
            .fetch_optional(&mut *db)
            .await?
            .ok_or(Error::NotFound)?;
    if row.cancelled_at.is_some() {
        return Ok(());
    }
    let account = row.account_id.map(AccountId);
    sqlx::query!("update activation_code set cancelled_at = $2 where id = $1", code.0, cx.now)
        .execute(&mut *db)
        .await?;
    audit::record(&mut *db, cx, account, Event::CodeCancelled { code, why }).await?;
    let license = sqlx::query_scalar!(
        "update license set cancelled_at = $2 where code_id = $1 and cancelled_at is null returning id",
        code.0,
        cx.now,
    )
    .fetch_optional(&mut *db)
    .await?;
    if let Some(license) = license {
        release(&mut *db, cx, account, LicenseId(license), "refund").await?;
    }
    crate::reserve::store::fail_waiting(db, cx, code, &Refusal::Cancelled).await
}

/// Takes the seats of a license back, each with its own event. Where another code waits, its turn has come (R46).
pub(crate) async fn release(
    db: &mut PgConnection,
    cx: &Cx,
    account: Option<AccountId>,
    license: LicenseId,
    reason: &'static str,
) -> Result<()> {
    let released = sqlx::query!(
        "with held as (
             select id from seat where license_id = $1 and released_at is null order by id for no key update
         )
         update seat set released_at = $2, release_reason = $3 from held where seat.id = held.id
         returning seat.id, seat.device_id",
        license.0,
        cx.now,
        reason,
    )
    .fetch_all(&mut *db)
    .await?;
    let devices: Vec<Uuid> = released.iter().map(|seat| seat.device_id).collect();
    for seat in released {
        let (device, seat) = (DeviceId(seat.device_id), SeatId(seat.id));
        audit::record(&mut *db, cx, account, Event::SeatReleased { license, device, seat, reason }).await?;
    }
    sqlx::query!(
        "update reserve set due_at = least(due_at, $2) where device_id = any($1) and state = 'waiting'",
        &devices,
        cx.now,
    )
    .execute(db)
    .await?;
    Ok(())
}
