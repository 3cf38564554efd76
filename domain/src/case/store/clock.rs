//! What the clock does with cases: who does not answer is reminded, what nobody answers is solved, and what is solved closes.

use sqlx::PgConnection;

use super::super::{CLOSED_AFTER, CaseState, FILES_KEPT, REMINDED_AFTER, SOLVED_UNANSWERED_AFTER};
use super::letters::{About, moved, reminded};
use crate::Result;
use crate::actor::Permission;
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::{AccountId, CaseId, PersonId};
use crate::thread::store::forget_files;

/// At most so many in one transaction; the rest is for the next round.
const MOST: i64 = 100;

/// Closes what has been solved for long enough, at the instant its time was over, and says when its files go.
///
/// # Errors
/// `Forbidden` for everybody but Latchkey itself.
pub async fn close_solved(cx: &Cx) -> Result<usize> {
    cx.require(Permission::Operate)?;
    let mut tx = cx.begin().await?;
    let closed = close(&mut tx, cx).await?;
    tx.commit().await?;
    Ok(closed)
}

async fn close(db: &mut PgConnection, cx: &Cx) -> Result<usize> {
    let rows = sqlx::query!(
        r#"with over as (
               select id from support_case where state = 'solved' and solved_at <= $1
               order by solved_at
               limit $2
               for update skip locked
           )
           update support_case c
           set state = 'closed', closed_at = c.solved_at + $3, version = c.version + 1, changed_by = null, changed_at = $4
           from over
           where c.id = over.id
           returning c.id, c.account_id, c.number, c.subject, c.closed_at as "closed_at!", c.person_id"#,
        cx.now - CLOSED_AFTER,
        MOST,
        sqlx::postgres::types::PgInterval::try_from(CLOSED_AFTER).unwrap_or_default(),
        cx.now,
    )
    .fetch_all(&mut *db)
    .await?;
    for row in &rows {
        forget_files(db, row.id, Some(row.closed_at + FILES_KEPT)).await?;
        audit::record(db, cx, Some(AccountId(row.account_id)), Event::CaseClosed(CaseId(row.id))).await?;
        let (account, person) = (AccountId(row.account_id), PersonId(row.person_id));
        let about = About { account, person, number: &row.number, subject: &row.subject };
        moved(db, cx, &about, CaseState::Closed).await?;
    }
    Ok(rows.len())
}

/// Reminds customers of cases that have waited for them for three days, each once.
///
/// # Errors
/// `Forbidden` for everybody but Latchkey itself.
pub async fn remind_waiting(cx: &Cx) -> Result<usize> {
    cx.require(Permission::Operate)?;
    let mut tx = cx.begin().await?;
    let rows = sqlx::query!(
        "with over as (
             select id from support_case where state = 'pending' and pending_since <= $1 and reminded_at is null
             order by pending_since
             limit $2
             for update skip locked
         )
         update support_case c set reminded_at = $3
         from over
         where c.id = over.id
         returning c.id, c.account_id, c.number, c.subject, c.person_id",
        cx.now - REMINDED_AFTER,
        MOST,
        cx.now,
    )
    .fetch_all(&mut *tx)
    .await?;
    for row in &rows {
        let (account, person) = (AccountId(row.account_id), PersonId(row.person_id));
        audit::record(&mut tx, cx, Some(account), Event::CaseReminded(CaseId(row.id))).await?;
        let about = About { account, person, number: &row.number, subject: &row.subject };
        reminded(&mut tx, cx, &about).await?;
    }
    tx.commit().await?;
    Ok(rows.len())
}

/// Solves cases that have waited for the customer for seven days, and for four since the reminder; an answer opens them again
/// until they close. What asks for a refund waits for its decision.
///
/// # Errors
/// `Forbidden` for everybody but Latchkey itself.
pub async fn solve_unanswered(cx: &Cx) -> Result<usize> {
    cx.require(Permission::Operate)?;
    let mut tx = cx.begin().await?;
    let rows = sqlx::query!(
        "with over as (
             select id from support_case
             where state = 'pending' and pending_since <= $1 and reminded_at <= $4 and topic <> 'refund'
             order by pending_since
             limit $2
             for update skip locked
         )
         update support_case c
         set state = 'solved', solved_at = $3, pending_since = null, version = c.version + 1, changed_by = null,
             changed_at = $3
         from over
         where c.id = over.id
         returning c.id, c.account_id, c.number, c.subject, c.person_id",
        cx.now - SOLVED_UNANSWERED_AFTER,
        MOST,
        cx.now,
        cx.now - (SOLVED_UNANSWERED_AFTER - REMINDED_AFTER),
    )
    .fetch_all(&mut *tx)
    .await?;
    for row in &rows {
        let (account, person) = (AccountId(row.account_id), PersonId(row.person_id));
        let event = Event::CaseMoved { case: CaseId(row.id), state: CaseState::Solved.as_str() };
        audit::record(&mut tx, cx, Some(account), event).await?;
        let about = About { account, person, number: &row.number, subject: &row.subject };
        moved(&mut tx, cx, &about, CaseState::Solved).await?;
    }
    tx.commit().await?;
    Ok(rows.len())
}
