//! Joining two cases of one office: what was said stands in one, the other points to it, and the customer has one.

use sqlx::PgConnection;

use super::super::{CaseState, Topic, may_merge};
use super::desk::lock;
use super::letters;
use crate::actor::Permission;
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::CaseId;
use crate::thread::Audience;
use crate::thread::store::{join, say};
use crate::{Error, Fault, Result};

/// Joins a case with another one of the same office that is not over. The thread goes there, in the order of time; the case
/// itself is closed and leads there.
///
/// # Errors
/// `NotFound`; `Invalid(into)` for a case that does not fit; `Refused(CaseChanged)`, `Refused(CaseClosed)`,
/// `Refused(OwnCase)`.
pub async fn merge(cx: Cx, number: String, version: i32, into: String) -> Result<String> {
    cx.require(Permission::WorkCases)?;
    let into = into.trim().to_uppercase();
    let mut tx = cx.begin().await?;
    lock_both(&mut tx, &number, &into).await?;
    let (case, staff) = lock(&mut tx, &cx, &number, version).await?;
    let topic = sqlx::query_scalar!(r#"select topic as "topic: Topic" from support_case where id = $1"#, case.id.0)
        .fetch_one(&mut *tx)
        .await?;
    let target = sqlx::query!(
        r#"select id, account_id, number, state as "state: CaseState", solved_at from support_case where number = $1"#,
        into,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or_else(|| Error::field("into", Fault::NotAChoice))?;
    let one_office = target.account_id == case.account.0;
    let state = target.state.at(target.solved_at, cx.now);
    may_merge((case.state, topic), state, one_office, target.id == case.id.0)?;
    join(&mut tx, case.id.0, target.id).await?;
    let note = format!("Case {} was joined with this one: {}", case.number, case.subject);
    say(&mut tx, &cx, case.account, target.id, Audience::Internal, &note, &[]).await?;
    sqlx::query!(
        "update support_case
         set state = 'closed', solved_at = coalesce(solved_at, $2), closed_at = $2, merged_into = $3, pending_since = null,
             version = version + 1, changed_by = $4, changed_at = $2
         where id = $1",
        case.id.0,
        cx.now,
        target.id,
        staff.0,
    )
    .execute(&mut *tx)
    .await?;
    // whoever had the last word in either has it in the joined one
    sqlx::query!(
        "update support_case t
         set answered_at = greatest(t.answered_at, f.answered_at),
             answered_by_support = case when f.answered_at > t.answered_at then f.answered_by_support
                 else t.answered_by_support end,
             version = t.version + 1, changed_by = $3, changed_at = $4
         from support_case f
         where t.id = $1 and f.id = $2",
        target.id,
        case.id.0,
        staff.0,
        cx.now,
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!("update support_case set merged_into = $2 where merged_into = $1", case.id.0, target.id)
        .execute(&mut *tx)
        .await?;
    let event = Event::CaseMerged { case: case.id, into: CaseId(target.id) };
    audit::record(&mut tx, &cx, Some(case.account), event).await?;
    letters::merged(&mut tx, &cx, &case.about(), &target.number).await?;
    tx.commit().await?;
    Ok(target.number)
}

/// Locks both in one order: two who join the same two cases at once wait for each other instead of standing in each other's way.
async fn lock_both(db: &mut PgConnection, one: &str, other: &str) -> Result<()> {
    sqlx::query!("select id from support_case where number in ($1, $2) order by id for update", one, other)
        .fetch_all(db)
        .await?;
    Ok(())
}
