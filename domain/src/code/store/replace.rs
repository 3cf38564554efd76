//! Putting a new code in the place of another.

use super::super::{ActivationCode, RANDOM_SYMBOLS};
use sqlx::PgConnection;

use crate::activation::Refusal;
use crate::actor::{Actor, Permission};
use crate::audit::{self, Event};
use crate::cx::{Cx, random_below};
use crate::id::{AccountId, CodeId, PersonId};
use crate::notice::store::{News, tell};
use crate::notice::{NoticeKind, Severity};
use crate::seal::{KEY_VERSION, Sealed};
use crate::{Error, Result};

/// Puts a new code in the place of one that was lost or became known: seats and dates move to it, where the old one waits
/// the new one waits, and the old one is refused from then on (E06, edge cases 17 and 45).
///
/// # Errors
/// `Forbidden` for everybody but support and Latchkey itself; `NotFound`; `Refused` when the code is blocked, cancelled or
/// was replaced before; `Invalid(reason)`.
pub async fn replace_code(cx: Cx, code: CodeId, reason: String) -> Result<CodeId> {
    if cx.actor != Actor::System {
        cx.require(Permission::DecideRecovery)?;
    }
    let reason = crate::text::public_line(&reason, 500).map_err(|fault| Error::field("reason", fault))?;
    let mut tx = cx.begin().await?;
    let id = replace_in(&mut tx, &cx, code, reason).await?;
    tx.commit().await?;
    Ok(id)
}

/// As `replace_code`, within the transaction of a deed that has judged who may.
pub(crate) async fn replace_in(tx: &mut PgConnection, cx: &Cx, code: CodeId, reason: String) -> Result<CodeId> {
    let row = sqlx::query!(
        "select account_id, administrator_id, code_tail, blocked_at, cancelled_at, replaced_at from activation_code where id = $1 for update",
        code.0,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    if row.blocked_at.is_some() {
        return Err(Refusal::Blocked.into());
    }
    if row.cancelled_at.is_some() {
        return Err(Refusal::Cancelled.into());
    }
    if let Some(at) = row.replaced_at {
        return Err(Refusal::Replaced { at }.into());
    }
    let (fresh, id) = (ActivationCode::from_symbols(random_below::<RANDOM_SYMBOLS>(31)), CodeId::generate());
    sqlx::query!(
        "insert into activation_code (id, account_id, administrator_id, code_ct, code_bi, code_tail, key_version, product_id,
             kind, seats, term_days, reduced_term_days, previous_code_id, grace_days, protection_ends, start_rule, redeem_by,
             seller_id, purchase_id, countries, first_activated_at, suspended_at, created_at)
         select $2, account_id, administrator_id, $3, $4, $5, $6, product_id,
             kind, seats, term_days, reduced_term_days, null::uuid, grace_days, protection_ends, start_rule, redeem_by,
             seller_id, purchase_id, countries, first_activated_at, suspended_at, $7
         from activation_code where id = $1",
        code.0,
        id.0,
        cx.world.seal.seal(Sealed::Code, id.0, fresh.as_bytes()),
        &cx.world.seal.index(Sealed::Code, fresh.as_bytes())[..],
        fresh.tail(),
        KEY_VERSION,
        cx.now,
    )
    .execute(&mut *tx)
    .await?;
    // what backed the old one backs the new one; one earlier code backs one renewal (R79)
    sqlx::query!(
        "with old as (
             update activation_code set replaced_at = $3, replaced_by = $2, first_activated_at = null, previous_code_id = null
             where id = $1
         )
         update license set code_id = $2 where code_id = $1",
        code.0,
        id.0,
        cx.now,
    )
    .execute(&mut *tx)
    .await?;
    crate::reserve::store::follow(tx, code, id).await?;
    if let (Some(account), Some(administrator)) = (row.account_id, row.administrator_id) {
        let news = News {
            kind: NoticeKind::Code,
            severity: Severity::Info,
            title: format!("The activation code ending in {} was replaced", row.code_tail),
            said: vec![
                format!("The new code ends in {}. Devices, dates and places stay as they are.", fresh.tail()),
                "The old code is no longer accepted. The new one stands on the page of its license.".to_owned(),
            ],
            action: ("See your licenses", "/licenses".to_owned()),
            because: "You get this mail because you administer this code.",
            key: None,
        };
        tell(tx, cx, AccountId(account), &[PersonId(administrator)], &news).await?;
    }
    let event = Event::CodeReplaced { code, by: id, reason };
    audit::record(tx, cx, row.account_id.map(AccountId), event).await?;
    Ok(id)
}
