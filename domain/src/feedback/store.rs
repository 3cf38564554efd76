//! The deeds around feedback: it is kept once a day, and those who write the articles read it.

use super::{Article, COUNTED, Heard, Listing, OUTCOME, Opinion, Opinions, Shown};
use crate::actor::{Actor, Permission};
use crate::attempt::{self, FEEDBACK_NETWORK, FEEDBACK_PERSON};
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::FeedbackId;
use crate::page::USUAL;
use crate::{Error, Fault, Result, text};

/// Keeps what a reader says about an article. The same person, article and day once more changes nothing (R95); who is not
/// signed in says it without a name.
///
/// # Errors
/// `Refused(Attempts)` beyond twenty in an hour, of strangers beyond five from one network; `Forbidden` for support.
pub async fn send(cx: Cx, opinion: Opinion) -> Result<()> {
    cx.require(Permission::GiveFeedback)?;
    let mut tx = cx.begin().await?;
    let writer = match &cx.actor {
        Actor::Person { id, account, .. } => Some((id.0, account.0)),
        _ => None,
    };
    if let Some((person, _)) = writer {
        attempt::count(&mut tx, &cx, FEEDBACK_PERSON, person.as_bytes()).await?;
    } else if let Some(network) = cx.network() {
        attempt::count(&mut tx, &cx, FEEDBACK_NETWORK, &network).await?;
    }
    sqlx::query!(
        "insert into feedback (id, account_id, person_id, article, helpful, comment, masked, day, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict on constraint feedback_once_a_day do nothing",
        FeedbackId::generate().0,
        writer.map(|(_, account)| account),
        writer.map(|(person, _)| person),
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
pub async fn list(cx: Cx, article: Option<Article>, shown: Shown, before: Option<FeedbackId>) -> Result<Listing> {
    cx.require(Permission::ReadFeedback)?;
    let rows = sqlx::query_as!(
        Heard,
        r#"select f.id as "id: FeedbackId", f.article as "article: Article", f.helpful, f.comment, f.masked,
               f.created_at as at, f.handled_at, s.name as "handled_by?", f.outcome
           from feedback f left join staff s on s.id = f.handled_by
           where f.id < $2 and ($1::text is null or f.article = $1)
               and ($4::bool is null or (f.handled_at is not null) = $4)
           order by f.id desc
           limit $3"#,
        article.map(Article::as_str),
        before.map_or(uuid::Uuid::max(), |id| id.0),
        i64::from(USUAL) + 1,
        match shown {
            Shown::Waiting => Some(false),
            Shown::Handled => Some(true),
            Shown::All => None,
        },
    )
    .fetch_all(&cx.world.ro)
    .await?;
    let usual = USUAL as usize;
    let older = rows.get(usual).and_then(|_| rows.get(usual - 1)).map(|row| row.id);
    let may_handle = cx.actor.may(Permission::WorkCases);
    Ok(Listing { rows: rows.into_iter().take(usual).collect(), older, articles: articles(&cx).await?, may_handle })
}

/// What readers think of each article, from what was said last of it.
async fn articles(cx: &Cx) -> Result<Vec<Opinions>> {
    let all: Vec<String> = Article::ALL.iter().map(ToString::to_string).collect();
    let rows = sqlx::query!(
        r#"select a.article as "article!: Article", o.helped as "helped!", o.did_not as "did_not!", o.waiting as "waiting!"
           from unnest($1::text[]) as a (article)
           cross join lateral (
               select count(id) filter (where helpful) as helped, count(id) filter (where not helpful) as did_not,
                   count(id) filter (where handled_at is null) as waiting
               from (
                   select id, helpful, handled_at from feedback f where f.article = a.article order by f.id desc limit $2
               ) as last
           ) as o
           where o.helped + o.did_not > 0
           order by o.did_not desc, o.helped, a.article"#,
        &all,
        COUNTED,
    )
    .fetch_all(&cx.world.ro)
    .await?;
    let small = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
    let rows = rows.into_iter().map(|row| Opinions {
        article: row.article,
        helped: small(row.helped),
        did_not: small(row.did_not),
        waiting: small(row.waiting),
    });
    Ok(rows.collect())
}

/// Marks what a reader said as taken care of, with what was done about it if something was (R97). Once more changes nothing.
///
/// # Errors
/// `NotFound` when there is no such feedback, `Invalid(outcome)`.
pub async fn mark_handled(cx: Cx, id: FeedbackId, outcome: String) -> Result<()> {
    cx.require(Permission::WorkCases)?;
    let Actor::Staff { id: staff, .. } = cx.actor else { return Err(Error::Forbidden) };
    let outcome = match text::line(&crate::code::hide_codes(&outcome), OUTCOME) {
        Ok(outcome) => outcome,
        Err(Fault::Missing) => String::new(),
        Err(fault) => return Err(Error::field("outcome", fault)),
    };
    let mut tx = cx.begin().await?;
    let handled_at = sqlx::query_scalar!("select handled_at from feedback where id = $1 for update", id.0)
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(Error::NotFound)?;
    if handled_at.is_none() {
        sqlx::query!(
            "update feedback set handled_at = $2, handled_by = $3, outcome = $4 where id = $1",
            id.0,
            cx.now,
            staff.0,
            outcome,
        )
        .execute(&mut *tx)
        .await?;
        audit::record(&mut tx, &cx, None, Event::FeedbackHandled(id)).await?;
        tx.commit().await?;
    }
    Ok(())
}
