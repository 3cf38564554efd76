//! Blocking a code, and accepting it again.

use crate::activation::Refusal;
use crate::actor::Permission;
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::{AccountId, CodeId, PersonId};
use crate::notice::store::{News, tell};
use crate::notice::{NoticeKind, Severity};
use crate::{Error, Result};

/// Blocks a code: it is no longer accepted, devices that use it are told and keep working for eight days (R13, R20), and
/// where it waits it fails at once (edge case 17).
///
/// # Errors
/// `Forbidden` for everybody but a lead in support, `NotFound`, `Invalid(reason)`.
pub async fn block_code(cx: Cx, code: CodeId, reason: String) -> Result<()> {
    set_blocked(cx, code, reason, true).await
}

/// Accepts a blocked code again; its dates do not change (§3.1).
///
/// # Errors
/// As for blocking it.
pub async fn unblock_code(cx: Cx, code: CodeId, reason: String) -> Result<()> {
    set_blocked(cx, code, reason, false).await
}

async fn set_blocked(cx: Cx, code: CodeId, reason: String, block: bool) -> Result<()> {
    cx.require(Permission::BlockCode)?;
    let reason = crate::text::line(&reason, 500).map_err(|fault| Error::field("reason", fault))?;
    let mut tx = cx.begin().await?;
    let row = sqlx::query!(
        "select account_id, administrator_id, code_tail, blocked_at from activation_code where id = $1 for update",
        code.0
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    // done before: the first block's days count
    if row.blocked_at.is_some() == block {
        return Ok(());
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
        crate::reserve::store::fail_waiting(&mut tx, &cx, code, &Refusal::Blocked).await?;
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
    if let (true, Some(account), Some(administrator)) = (block, row.account_id, row.administrator_id) {
        let news = News {
            kind: NoticeKind::Code,
            severity: Severity::Critical,
            title: format!("The activation code ending in {} was blocked", row.code_tail),
            said: vec![
                format!("Technical support blocked it. The reason: {reason}"),
                "Devices that use it keep working for eight days. If you think this is wrong, write to support with the \
                 license key and the proof of purchase."
                    .to_owned(),
            ],
            action: ("See your licenses", "/licenses".to_owned()),
            because: "You get this mail because you administer this code.",
            key: None,
        };
        tell(&mut tx, &cx, AccountId(account), &[PersonId(administrator)], &news).await?;
    }
    let event = if block { Event::CodeBlocked { code, reason } } else { Event::CodeUnblocked { code, reason } };
    audit::record(&mut tx, &cx, row.account_id.map(AccountId), event).await?;
    tx.commit().await?;
    Ok(())
}
