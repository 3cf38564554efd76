//! The deeds around feedback: it is kept once a day, and those who write the articles read it.

use super::{Article, Heard, Listing, Opinion};
use crate::actor::{Actor, Permission};
use crate::attempt::{self, FEEDBACK_PERSON};
use crate::cx::Cx;
use crate::id::FeedbackId;
use crate::page::USUAL;
use crate::{Error, Result};

/// Keeps what a reader says about an article. The same person, article and day once more changes nothing (R95).
///
/// # Errors
/// `Refused(Attempts)` beyond twenty in an hour.
pub async fn send(cx: Cx, opinion: Opinion) -> Result<()> {
    cx.require(Permission::SeeAccount)?;
    let (person, account) = (cx.actor.person()?, cx.actor.account()?);
    let mut tx = cx.begin().await?;
    attempt::count(&mut tx, &cx, FEEDBACK_PERSON, person.0.as_bytes()).await?;
    sqlx::query!(
        "insert into feedback (id, account_id, person_id, article, helpful, comment, masked, day, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict on constraint feedback_once_a_day do nothing",
        FeedbackId::generate().0,
        account.0,
        person.0,
        opinion.article.as_str(),
        opinion.helpful,
        opinion.comment,
        opinion.masked,
        cx.now.date(),
        cx.now,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

/// What readers said, the newest first: about one article or about all of them, from `before` on (R97). It names nobody:
/// an article is mended, whoever found the fault.
///
/// # Errors
/// `Unauthenticated` for strangers, `Forbidden` for everybody outside support.
pub async fn list(cx: Cx, article: Option<Article>, before: Option<FeedbackId>) -> Result<Listing> {
    cx.require(Permission::ReadFeedback)?;
    let rows = sqlx::query_as!(
        Heard,
        r#"select id as "id: FeedbackId", article as "article: Article", helpful, comment, masked, created_at as at,
               handled_at
           from feedback
           where ($1::text is null or article = $1) and ($2::uuid is null or id < $2)
           order by id desc
           limit $3"#,
        article.map(Article::as_str),
        before.map(|id| id.0),
        i64::from(USUAL) + 1,
    )
    .fetch_all(&cx.world.ro)
    .await?;
    let usual = USUAL as usize;
    let older = rows.get(usual).and_then(|_| rows.get(usual - 1)).map(|row| row.id);
    Ok(Listing { rows: rows.into_iter().take(usual).collect(), older })
}

/// Marks what a reader said as taken care of (R97). Once more changes nothing.
///
/// # Errors
/// `NotFound` when there is no such feedback.
pub async fn mark_handled(cx: Cx, id: FeedbackId) -> Result<()> {
    cx.require(Permission::ReadFeedback)?;
    let Actor::Staff { id: staff, .. } = cx.actor else { return Err(Error::Forbidden) };
    let mut tx = cx.begin().await?;
    let handled = sqlx::query!(
        "update feedback set handled_at = coalesce(handled_at, $2), handled_by = coalesce(handled_by, $3) where id = $1",
        id.0,
        cx.now,
        staff.0,
    )
    .execute(&mut *tx)
    .await?;
    if handled.rows_affected() == 0 {
        return Err(Error::NotFound);
    }
    tx.commit().await?;
    Ok(())
}
