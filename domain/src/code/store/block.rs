//! Blocking a code, and accepting it again.

use sqlx::PgConnection;

use crate::activation::Refusal;
use crate::actor::Permission;
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::{AccountId, CodeId, PersonId};
use crate::notice::store::{News, tell};
use crate::notice::{NoticeKind, Severity};
use crate::staff::store::not_own;
use crate::{Error, Result};

/// Blocks a code: it is no longer accepted, devices that use it are told and keep working for eight days (R13, R20), and
/// where it waits it fails at once (edge case 17).
///
/// # Errors
/// `Forbidden` for everybody but a lead in support, `NotFound`, `Invalid(reason)`.
pub async fn block_code(cx: Cx, code: CodeId, reason: String) -> Result<()> {
    set_blocked(cx, code, reason, true).await
}

/// Accepts a blocked code again; its dates do not change, and where it waited it waits again (§3.1).
///
/// # Errors
/// As for blocking it.
pub async fn unblock_code(cx: Cx, code: CodeId, reason: String) -> Result<()> {
    set_blocked(cx, code, reason, false).await
}

async fn set_blocked(cx: Cx, code: CodeId, reason: String, block: bool) -> Result<()> {
    cx.require(Permission::BlockCode)?;
    let reason = crate::text::public_line(&reason, 500).map_err(|fault| Error::field("reason", fault))?;
    let mut tx = cx.begin().await?;
    set_blocked_in(&mut tx, &cx, code, reason, block).await?;
    tx.commit().await?;
    Ok(())
}

/// Blocks a code or accepts it again, within the transaction of a deed that has judged who may; says whether that changed
/// anything. Nobody in support accepts a code of their own office again (H03).
pub(crate) async fn set_blocked_in(
    tx: &mut PgConnection,
    cx: &Cx,
    code: CodeId,
    reason: String,
    block: bool,
) -> Result<bool> {
    let row = sqlx::query!(
        "select account_id, administrator_id, code_tail, blocked_at from activation_code where id = $1 for update",
        code.0
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    if let (false, Some(account)) = (block, row.account_id) {
        not_own(tx, cx, AccountId(account)).await?;
    }
    // done before: the first block's days count
    if row.blocked_at.is_some() == block {
        return Ok(false);
    }
    let since = block.then_some(cx.now);
    sqlx::query!(
        "update activation_code set blocked_at = $2, blocked_reason = $3 where id = $1",
        code.0,
        since,
        block.then_some(&reason),
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!("update license set blocked_at = $2 where code_id = $1", code.0, since).execute(&mut *tx).await?;
    if block {
        crate::reserve::store::fail_waiting(tx, cx, code, &Refusal::Blocked).await?;
        // what waits behind the blocked license takes over when its devices are no longer tolerated
        sqlx::query!(
            "update reserve r set due_at = least(r.due_at, $2)
             from seat s join license l on l.id = s.license_id
             where l.code_id = $1 and s.released_at is null and r.device_id = s.device_id and r.state = 'waiting'",
            code.0,
            cx.now + crate::license::BLOCK_TOLERANCE,
        )
        .execute(&mut *tx)
        .await?;
    }
    if let Some(blocked_at) = row.blocked_at {
        crate::reserve::store::wait_again(tx, cx, code, blocked_at).await?;
        // what waits behind the license waits for its end again
        sqlx::query!(
            "update reserve r set due_at = greatest(l.expires_at, l.grace_until)
             from seat s join license l on l.id = s.license_id
             where l.code_id = $1 and s.released_at is null and r.device_id = s.device_id and r.state = 'waiting'",
            code.0,
        )
        .execute(&mut *tx)
        .await?;
    }
    if let (Some(account), Some(administrator)) = (row.account_id, row.administrator_id) {
        let news = if block { blocked(&row.code_tail, &reason) } else { accepted(&row.code_tail) };
        tell(tx, cx, AccountId(account), &[PersonId(administrator)], &news).await?;
    }
    let event = if block { Event::CodeBlocked { code, reason } } else { Event::CodeUnblocked { code, reason } };
    audit::record(tx, cx, row.account_id.map(AccountId), event).await?;
    Ok(true)
}

fn blocked(tail: &str, reason: &str) -> News<'static> {
    News {
        kind: NoticeKind::Code,
        severity: Severity::Critical,
        title: format!("The activation code ending in {tail} was blocked"),
        said: vec![
            format!("Technical support blocked it. The reason: {reason}"),
            "Devices that use it keep working for eight days. If you think this is wrong, write to support with the \
             license key and the proof of purchase."
                .to_owned(),
        ],
        action: ("Appeal to support", "/requests/new?topic=blocked_code".to_owned()),
        because: "You get this mail because you administer this code.",
        key: None,
    }
}

fn accepted(tail: &str) -> News<'static> {
    News {
        kind: NoticeKind::Code,
        severity: Severity::Info,
        title: format!("The activation code ending in {tail} is accepted again"),
        said: vec!["Technical support lifted the block. Dates and devices are as they were.".to_owned()],
        action: ("See your licenses", "/licenses".to_owned()),
        because: "You get this mail because you administer this code.",
        key: None,
    }
}
