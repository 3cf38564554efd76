//! Private notes about a recovery.

use crate::actor::Permission;
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::{AccountId, RecoveryId};
use crate::staff::store::not_own;
use crate::thread::store::say;
use crate::thread::{Audience, read_text};
use crate::{Error, Result};

/// Notes something that support alone reads. A request that changed meanwhile is no hindrance: nothing is decided.
///
/// # Errors
/// `NotFound`, `Refused(OwnCase)`, `Invalid(note)`.
pub async fn note(cx: Cx, number: String, note: String) -> Result<()> {
    cx.require(Permission::DecideRecovery)?;
    let text = read_text(&note).map_err(|fault| Error::field("note", fault))?;
    let mut tx = cx.begin().await?;
    let row = sqlx::query!("select id, account_id from recovery where number = $1", number)
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(Error::NotFound)?;
    let account = AccountId(row.account_id);
    not_own(&mut tx, &cx, account).await?;
    say(&mut tx, &cx, account, row.id, Audience::Internal, &text, &[]).await?;
    audit::record(&mut tx, &cx, Some(account), Event::RecoveryNoted(RecoveryId(row.id))).await?;
    tx.commit().await?;
    Ok(())
}
