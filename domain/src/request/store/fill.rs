//! Putting a saved reply into what is being written to a customer.

use super::assign::is_recovery;
use crate::actor::Permission;
use crate::cx::Cx;
use crate::reply::store::chosen;
use crate::reply::{fill, put_into};
use crate::{Result, case, recovery};

/// What is written so far about a request of either kind, with a saved reply below it, its fields filled in. Nothing is sent.
///
/// # Errors
/// `Forbidden` for everybody but agents and leads, `NotFound`, `Refused(OwnCase)`; `Invalid(reply)` for none, and for one
/// that is not in use any more.
pub async fn fill_reply(cx: Cx, number: String, written: String, reply: String) -> Result<String> {
    cx.require(Permission::WorkCases)?;
    let mut tx = cx.begin().await?;
    let facts = if is_recovery(&number) {
        recovery::store::blanks(&mut tx, &cx, &number).await?
    } else {
        case::store::blanks(&mut tx, &cx, &number).await?
    };
    let text = chosen(&mut tx, &reply).await?;
    tx.commit().await?;
    Ok(put_into(&written, &fill(&text, &facts)))
}
