//! Letting a license end later.

use time::Duration;

use super::look_again;
use crate::activation::Refusal;
use crate::actor::Permission;
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::{AccountId, CodeId, LicenseId};
use crate::reserve::store::postpone;
use crate::{Error, Result};

/// Lets the license of a code end so many days later; a subscription ends with its last paid period and is not extended.
/// What waits until its end waits on.
///
/// # Errors
/// `Forbidden` for everybody but a lead in support; `NotFound` when the code was never activated; `Refused(Cancelled)`;
/// `Refused(EndIsRight)` for a subscription.
pub async fn extend_license(cx: Cx, code: CodeId, days: u32, reason: String) -> Result<()> {
    cx.require(Permission::BlockCode)?;
    let mut tx = cx.begin().await?;
    let row = sqlx::query!(
        r#"select l.id, l.account_id, l.kind, l.expires_at, l.cancelled_at, coalesce(l.term_days, c.term_days) as "term_days!"
           from license l join activation_code c on c.id = l.code_id
           where l.code_id = $1
           for no key update of l"#,
        code.0,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    if row.cancelled_at.is_some() {
        return Err(Refusal::Cancelled.into());
    }
    if row.kind == "subscription" {
        return Err(Refusal::EndIsRight.into());
    }
    let (license, to) = (LicenseId(row.id), row.expires_at + Duration::days(i64::from(days)));
    let term = row.term_days + i32::try_from(days).unwrap_or(0);
    sqlx::query!("update license set expires_at = $2, term_days = $3 where id = $1", row.id, to, term)
        .execute(&mut *tx)
        .await?;
    postpone(&mut tx, license, row.expires_at, to).await?;
    look_again(&mut tx, AccountId(row.account_id)).await?;
    let event = Event::LicenseExtended { license, days, reason };
    audit::record(&mut tx, &cx, Some(AccountId(row.account_id)), event).await?;
    tx.commit().await?;
    Ok(())
}
