//! Setting flags on a customer whose record is open, and lifting them.

use super::FlagKind;
use crate::actor::Permission;
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::{AccountId, FlagId};
use crate::lookup::read_reason;
use crate::lookup::store::opened_account;
use crate::{Error, Fault, Result};

/// Sets a flag on an office whose record is open; one that is set already gets the new reason.
///
/// # Errors
/// `Forbidden` for everybody but leads; `Invalid(kind)`, `Invalid(reason)`; `NotFound` while the record is not open.
pub async fn set_flag(cx: Cx, account: AccountId, kind: String, reason: String) -> Result<()> {
    cx.require(Permission::FlagCustomers)?;
    let kind: FlagKind = kind.parse().map_err(|_| Error::field("kind", Fault::NotAChoice))?;
    let reason = read_reason(&reason)?;
    let mut tx = cx.begin().await?;
    opened_account(&mut tx, &cx, account.0).await?.ok_or(Error::NotFound)?;
    let id = sqlx::query_scalar!(
        "insert into customer_flag (id, account_id, kind, reason, set_by, set_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (account_id, kind) where lifted_at is null do update
         set reason = excluded.reason, set_by = excluded.set_by, set_at = excluded.set_at
         returning id",
        FlagId::generate().0,
        account.0,
        kind.as_str(),
        reason,
        cx.actor.id(),
        cx.now,
    )
    .fetch_one(&mut *tx)
    .await?;
    // not in the office's own record: whoever is watched is not told
    audit::record(&mut tx, &cx, None, Event::FlagSet { flag: FlagId(id), account, kind, reason }).await?;
    tx.commit().await?;
    Ok(())
}

/// Lifts a flag of an office whose record is open.
///
/// # Errors
/// `Forbidden` for everybody but leads; `NotFound` for a flag that is lifted, and while the record is not open.
pub async fn lift_flag(cx: Cx, flag: FlagId) -> Result<AccountId> {
    cx.require(Permission::FlagCustomers)?;
    let mut tx = cx.begin().await?;
    let account = sqlx::query_scalar!(
        "update customer_flag set lifted_by = $2, lifted_at = $3 where id = $1 and lifted_at is null returning account_id",
        flag.0,
        cx.actor.id(),
        cx.now,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    opened_account(&mut tx, &cx, account).await?.ok_or(Error::NotFound)?;
    let account = AccountId(account);
    audit::record(&mut tx, &cx, None, Event::FlagLifted { flag, account }).await?;
    tx.commit().await?;
    Ok(account)
}
