//! Giving a license that ended too early the end that its term has, with its code or with a new one (R85).

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::super::super::review::EarlyEnd;
use super::super::super::{Reason, RecoveryState, read_decision_reason};
use super::{Locked, decide, letters, lock_open};
use crate::activation::Refusal;
use crate::actor::Permission;
use crate::audit::{self, Event};
use crate::code::CodeKind;
use crate::code::store::replace_in;
use crate::cx::Cx;
use crate::id::{CodeId, LicenseId, StaffId};
use crate::{Error, Result, reserve};

/// Corrects the end of the license that a request names: first activation and term make it. What waits behind the license
/// waits until then.
///
/// # Errors
/// `Refused(EndIsRight)` when nothing is missing of the term, or the license has none; `Refused(ProofMismatch)` (E36) when the
/// request names no license of the requester's account, or another reason; `Refused(RequestDecided)`, `Refused(CaseChanged)`,
/// `Refused(OwnCase)`, `Invalid(reason)`.
pub async fn correct_end(cx: Cx, number: String, version: i32, reason: String) -> Result<()> {
    cx.require(Permission::DecideRecovery)?;
    let reason = read_decision_reason(&reason)?;
    let mut tx = cx.begin().await?;
    let (request, staff) = lock_open(&mut tx, &cx, &number, version).await?;
    let (license, end) = early_end(&mut tx, &request).await?;
    give_term(&mut tx, &cx, &request, license, &end).await?;
    settle(&mut tx, &cx, &request, staff, &end, &reason).await?;
    tx.commit().await?;
    Ok(())
}

/// Puts a new code in the place of the one whose license ended too early, and gives the license the end of its term (R85,
/// §5.2): the old code is refused from then on, seats and dates stay. The administrator finds the new one at the license.
///
/// # Errors
/// As for `correct_end`; `Refused` for a code that is blocked, cancelled or was replaced.
pub async fn replace_ended_code(cx: Cx, number: String, version: i32, reason: String) -> Result<()> {
    cx.require(Permission::DecideRecovery)?;
    let reason = read_decision_reason(&reason)?;
    let mut tx = cx.begin().await?;
    let (request, staff) = lock_open(&mut tx, &cx, &number, version).await?;
    let code = lock_code(&mut tx, &request).await?;
    let (license, end) = early_end(&mut tx, &request).await?;
    give_term(&mut tx, &cx, &request, license, &end).await?;
    replace_in(&mut tx, &cx, code, reason.clone()).await?;
    settle(&mut tx, &cx, &request, staff, &end, &reason).await?;
    tx.commit().await?;
    Ok(())
}

async fn give_term(db: &mut PgConnection, cx: &Cx, request: &Locked, license: LicenseId, end: &EarlyEnd) -> Result<()> {
    let to = end.computed_end();
    sqlx::query!("update license set expires_at = $2 where id = $1", license.0, to).execute(&mut *db).await?;
    reserve::store::postpone(db, license, end.stored_end, to).await?;
    let event = Event::LicenseEndCorrected { license, from: written(end.stored_end), to: written(to) };
    audit::record(db, cx, Some(request.account), event).await
}

/// The code of the license that a request names, locked before the license, as everybody does.
async fn lock_code(db: &mut PgConnection, request: &Locked) -> Result<CodeId> {
    let code = sqlx::query_scalar!(
        "select c.id from license l join activation_code c on c.id = l.code_id
         where l.id = $1 and l.account_id = $2
         for update of c",
        request.license.map(|license| license.0),
        request.account.0,
    )
    .fetch_optional(db)
    .await?;
    code.map(CodeId).ok_or(Error::Refused(Refusal::ProofMismatch))
}

async fn settle(
    db: &mut PgConnection,
    cx: &Cx,
    request: &Locked,
    staff: StaffId,
    end: &EarlyEnd,
    reason: &str,
) -> Result<()> {
    let to = end.computed_end();
    decide(db, cx, request, Some(staff), RecoveryState::Done, reason).await?;
    sqlx::query!("update recovery set corrected_to = $2 where id = $1", request.id.0, to).execute(&mut *db).await?;
    letters::end_corrected(db, cx, request, to).await
}

/// The dates of the license, locked; something has to be missing of its term.
async fn early_end(db: &mut PgConnection, request: &Locked) -> Result<(LicenseId, EarlyEnd)> {
    let Some(license) = request.license.filter(|_| request.reason == Reason::ExpiredEarly) else {
        return Err(Refusal::ProofMismatch.into());
    };
    let row = sqlx::query!(
        r#"select l.starts_at, l.expires_at, l.kind as "kind: CodeKind", coalesce(l.term_days, c.term_days) as "term_days!"
           from license l join activation_code c on c.id = l.code_id
           where l.id = $1 and l.account_id = $2
           for no key update of l"#,
        license.0,
        request.account.0,
    )
    .fetch_optional(db)
    .await?
    .ok_or(Error::Refused(Refusal::ProofMismatch))?;
    let end =
        EarlyEnd { started_at: row.starts_at, term_days: row.term_days.unsigned_abs(), stored_end: row.expires_at };
    // a subscription ends with its last paid period, not with its first term
    if end.short_by().is_zero() || row.kind == CodeKind::Subscription {
        return Err(Refusal::EndIsRight.into());
    }
    Ok((license, end))
}

fn written(at: OffsetDateTime) -> String {
    at.format(super::MINUTE).unwrap_or_default()
}
