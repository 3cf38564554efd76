//! Handing a case to a colleague, and putting it back into the queue.

use super::desk::{lock, set};
use crate::Result;
use crate::activation::Refusal;
use crate::actor::Permission;
use crate::audit::{self, Event};
use crate::case::CaseState;
use crate::cx::Cx;
use crate::request::store::{Assigned, colleague, tell_colleague};

/// Gives a case to somebody else in support, or to nobody: what it says of its state stays, as a case never becomes new
/// again.
///
/// # Errors
/// `NotFound`, `Invalid(to)` for somebody who answers no cases, `Refused(CaseChanged)`, `Refused(CaseClosed)`,
/// `Refused(OwnCase)`.
pub(crate) async fn assign(cx: Cx, number: String, version: i32, to: Assigned) -> Result<()> {
    cx.require(Permission::WorkCases)?;
    let mut tx = cx.begin().await?;
    let (case, staff) = lock(&mut tx, &cx, &number, version).await?;
    if case.state == CaseState::Closed {
        return Err(Refusal::CaseClosed.into());
    }
    let event = match to {
        Assigned::To(id) => {
            let colleague = colleague(&mut tx, id).await?;
            set(&mut tx, &cx, &case, staff, case.state.taken()?, false).await?;
            tell_colleague(&mut tx, &cx, &colleague, &case.number, format!("/support/cases/{}", case.number)).await?;
            Event::CaseHandedOver { case: case.id, to: id }
        }
        Assigned::Nobody => {
            set(&mut tx, &cx, &case, staff, case.state, false).await?;
            Event::CasePutBack(case.id)
        }
    };
    sqlx::query!("update support_case set assignee_id = $2 where id = $1", case.id.0, to.staff())
        .execute(&mut *tx)
        .await?;
    audit::record(&mut tx, &cx, Some(case.account), event).await?;
    tx.commit().await?;
    Ok(())
}
