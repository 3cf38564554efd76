//! Handing a recovery to a colleague, and putting it back into the queue.

use super::desk::lock_open;
use crate::Result;
use crate::actor::Permission;
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::request::store::{Assigned, colleague, tell_colleague};

/// Gives a recovery to somebody else in support, or to nobody; how far it was checked stays.
///
/// # Errors
/// As for taking it; `Invalid(to)` for somebody who decides nothing.
pub(crate) async fn assign(cx: Cx, number: String, version: i32, to: Assigned) -> Result<()> {
    cx.require(Permission::DecideRecovery)?;
    let mut tx = cx.begin().await?;
    let (request, staff) = lock_open(&mut tx, &cx, &number, version).await?;
    let event = match to {
        Assigned::To(id) => {
            let colleague = colleague(&mut tx, id).await?;
            tell_colleague(&mut tx, &cx, &colleague, &number, format!("/support/requests/{}", request.number)).await?;
            Event::RecoveryHandedOver { recovery: request.id, to: id }
        }
        Assigned::Nobody => Event::RecoveryPutBack(request.id),
    };
    sqlx::query!(
        "update recovery set assignee_id = $2, version = version + 1, changed_by = $3, changed_at = $4 where id = $1",
        request.id.0,
        to.staff(),
        staff.0,
        cx.now,
    )
    .execute(&mut *tx)
    .await?;
    audit::record(&mut tx, &cx, Some(request.account), event).await?;
    tx.commit().await?;
    Ok(())
}
