//! Keeping saved replies, and reading them.

use sqlx::PgConnection;

use super::{Replies, ReplyForm, SavedReply};
use crate::actor::Permission;
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::ReplyId;
use crate::{Error, Fault, Result};

/// More are not listed: nobody would find the right one.
const MOST: i64 = 100;

/// The saved replies, by their titles.
///
/// # Errors
/// `Forbidden` for everybody but staff.
pub async fn replies(cx: Cx) -> Result<Replies> {
    cx.require(Permission::ReviewRecovery)?;
    let rows = sqlx::query!(
        "select r.id, r.title, r.text, s.name as changed_by, r.changed_at
         from saved_reply r join staff s on s.id = r.changed_by
         where r.retired_at is null
         order by lower(r.title)
         limit $1",
        MOST,
    )
    .fetch_all(&cx.world.ro)
    .await?;
    let replies = rows.into_iter().map(|row| SavedReply {
        id: ReplyId(row.id),
        title: row.title,
        text: row.text,
        changed_by: row.changed_by,
        changed_at: row.changed_at,
    });
    Ok(Replies { now: cx.now, replies: replies.collect(), may_keep: cx.actor.may(Permission::KeepReplies) })
}

/// What the reply of this title says, with its fields in braces.
///
/// # Errors
/// `Invalid(reply)` for none, and for one that is not in use any more.
pub(crate) async fn chosen(db: &mut PgConnection, chosen: &str) -> Result<String> {
    if chosen.is_empty() {
        return Err(Error::field("reply", Fault::Missing));
    }
    sqlx::query_scalar!("select text from saved_reply where lower(title) = lower($1) and retired_at is null", chosen)
        .fetch_optional(db)
        .await?
        .ok_or_else(|| Error::field("reply", Fault::NotAChoice))
}

/// Keeps a reply: a new one, or other words for one that is there.
///
/// # Errors
/// `Forbidden` for everybody but leads; `Invalid` with every field that can't be used, also for a title that is taken;
/// `NotFound` for a reply that is not there any more.
pub async fn keep_reply(cx: Cx, id: Option<ReplyId>, form: ReplyForm) -> Result<()> {
    cx.require(Permission::KeepReplies)?;
    let (title, text) = form.read()?;
    let mut tx = cx.begin().await?;
    let new = id.is_none();
    let id = id.unwrap_or_else(ReplyId::generate);
    let taken = sqlx::query_scalar!(
        r#"select exists (
               select 1 from saved_reply where lower(title) = lower($1) and retired_at is null and id <> $2
           ) as "taken!""#,
        title,
        id.0,
    )
    .fetch_one(&mut *tx)
    .await?;
    if taken {
        return Err(Error::field("title", Fault::NotAChoice));
    }
    if new {
        sqlx::query!(
            "insert into saved_reply (id, title, text, changed_by, changed_at) values ($1, $2, $3, $4, $5)",
            id.0,
            title,
            text,
            cx.actor.id(),
            cx.now
        )
        .execute(&mut *tx)
        .await?;
    } else {
        let changed = sqlx::query!(
            "update saved_reply set title = $2, text = $3, changed_by = $4, changed_at = $5
             where id = $1 and retired_at is null",
            id.0,
            title,
            text,
            cx.actor.id(),
            cx.now
        )
        .execute(&mut *tx)
        .await?;
        if changed.rows_affected() == 0 {
            return Err(Error::NotFound);
        }
    }
    audit::record(&mut tx, &cx, None, Event::ReplyKept(id)).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes a reply out of use; answers that were made of it stay as they are.
///
/// # Errors
/// `Forbidden` for everybody but leads, `NotFound`.
pub async fn retire_reply(cx: Cx, id: ReplyId) -> Result<()> {
    cx.require(Permission::KeepReplies)?;
    let mut tx = cx.begin().await?;
    let retired = sqlx::query!(
        "update saved_reply set retired_at = $2, changed_by = $3, changed_at = $2 where id = $1 and retired_at is null",
        id.0,
        cx.now,
        cx.actor.id(),
    )
    .execute(&mut *tx)
    .await?;
    if retired.rows_affected() == 0 {
        return Err(Error::NotFound);
    }
    audit::record(&mut tx, &cx, None, Event::ReplyRetired(id)).await?;
    tx.commit().await?;
    Ok(())
}
