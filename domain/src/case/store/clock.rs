//! Solved cases close by themselves when nobody answers.

use sqlx::PgConnection;

use super::super::{CLOSED_AFTER, CaseState, FILES_KEPT};
use super::letters::{About, moved};
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
