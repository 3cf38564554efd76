//! The store of browser sessions. Ids arrive hashed, and an ended session can't be brought back by a request in flight.

use serde_json::Value;
use sqlx::PgPool;
use time::OffsetDateTime;

use super::{Open, Sessions};
use crate::actor::Permission;
use crate::audit::{self, Event};
use crate::country::Country;
use crate::cx::Cx;
use crate::id::{PersonId, SessionId};
use crate::{Error, Result};

/// The most browsers that are listed.
const MOST: i64 = 50;

/// Keeps a new session; false if the id is taken. One that goes on under a new id began when the old one did, so that it ends
/// twelve hours after that (B05).
///
/// # Errors
/// Those of the database.
pub async fn create(db: &PgPool, id: &[u8; 32], data: &Value, expires_at: OffsetDateTime) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "insert into session (id_hash, data, expires_at, created_at)
         values ($1, $2, $3, least(now(), to_timestamp(($2::jsonb #>> '{signed_in,began_at_unix}')::bigint)))
         on conflict do nothing",
        &id[..],
        data,
        expires_at,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps what a request changed in a session, entry by entry (B07); false if it has ended meanwhile.
///
/// # Errors
/// Those of the database.
pub async fn update(
    db: &PgPool,
    id: &[u8; 32],
    set: &Value,
    gone: &[String],
    expires_at: OffsetDateTime,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update session set data = (data - $3::text[]) || $2, expires_at = $4 where id_hash = $1",
        &id[..],
        set,
        gone,
        expires_at,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The session of this id, unless it is over: by disuse, or 12 hours after it began.
///
/// # Errors
/// Those of the database.
pub async fn load(db: &PgPool, id: &[u8; 32]) -> sqlx::Result<Option<(Value, OffsetDateTime)>> {
    let row = sqlx::query!(
        "select data, expires_at from session
         where id_hash = $1 and expires_at > now() and created_at > now() - interval '12 hours'",
        &id[..],
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.data, row.expires_at)))
}

/// Who was signed in by a session that ended by itself less than a day ago: what they had typed is kept for them alone.
/// A session that somebody ended is nobody's.
///
/// # Errors
/// Those of the database.
pub async fn ended(db: &PgPool, id: &[u8; 32]) -> sqlx::Result<Option<Value>> {
    let signed_in = sqlx::query_scalar!(
        "select data -> 'signed_in' from session
         where id_hash = $1 and (expires_at <= now() or created_at <= now() - interval '12 hours')",
        &id[..],
    );
    Ok(signed_in.fetch_optional(db).await?.flatten())
}

/// Ends a session.
///
/// # Errors
/// Those of the database.
pub async fn delete(db: &PgPool, id: &[u8; 32]) -> sqlx::Result<()> {
    sqlx::query!("delete from session where id_hash = $1", &id[..]).execute(db).await?;
    Ok(())
}

/// The browsers in which the person is signed in: the one that asks first, then the one used last. Sessions that a new
/// password has ended are no longer among them.
///
/// # Errors
/// `Unauthenticated` for strangers, `Forbidden` for everybody who is not a person of an account.
pub async fn own_sessions(cx: Cx, here: SessionId) -> Result<Sessions> {
    cx.require(Permission::SeeAccount)?;
    let rows = sqlx::query!(
        r#"select s.public_id as "id!", s.data #>> '{signed_in,browser}' as browser, s.data #>> '{signed_in,country}' as country,
               coalesce((s.data ->> 'seen')::bigint, (s.data #>> '{signed_in,began_at_unix}')::bigint, 0) as "seen_at!"
           from session s join person p on p.id = s.person_id
           where s.person_id = $1 and s.public_id is not null
               and s.data #>> '{signed_in,stamp}' = p.credential_stamp::text
               and s.expires_at > now() and s.created_at > now() - interval '12 hours'
           order by (s.public_id = $2) desc, 4 desc
           limit $3"#,
        cx.actor.person()?.0,
        here.0,
        MOST,
    )
    .fetch_all(&cx.world.rw)
    .await?;
    let open = rows.into_iter().map(|row| Open {
        id: SessionId(row.id),
        browser: row.browser.unwrap_or_default(),
        country: row.country.and_then(|code| code.parse::<Country>().ok()),
        seen_at: OffsetDateTime::from_unix_timestamp(row.seen_at).unwrap_or(cx.now),
        here: row.id == here.0,
    });
    Ok(Sessions { open: open.collect(), now: cx.now })
}

/// Makes sure that the session is one of the person's own: asked before the password is, so that nobody learns whether
/// another's exists (B08).
///
/// # Errors
/// `NotFound` when it is not, or has ended.
pub async fn is_own(cx: Cx, session: SessionId) -> Result<()> {
    cx.require(Permission::SeeAccount)?;
    let own = sqlx::query_scalar!(
        r#"select exists (select 1 from session where person_id = $1 and public_id = $2) as "own!""#,
        cx.actor.person()?.0,
        session.0,
    );
    if own.fetch_one(&cx.world.rw).await? { Ok(()) } else { Err(Error::NotFound) }
}

/// Signs the person out in one browser.
///
/// # Errors
/// `NotFound` when the session is not theirs, or has ended.
pub async fn end_session(cx: Cx, session: SessionId) -> Result<()> {
    cx.require(Permission::SeeAccount)?;
    let person = cx.actor.person()?;
    let mut tx = cx.begin().await?;
    let ended = sqlx::query!("delete from session where person_id = $1 and public_id = $2", person.0, session.0)
        .execute(&mut *tx)
        .await?;
    if ended.rows_affected() == 0 {
        return Err(Error::NotFound);
    }
    audit::record(&mut tx, &cx, None, Event::SessionEnded(session)).await?;
    tx.commit().await?;
    Ok(())
}

/// Ends every session of a person, in the transaction of what ends them.
pub(crate) async fn end_all(db: &mut sqlx::PgConnection, person: PersonId) -> Result<()> {
    sqlx::query!("delete from session where person_id = $1", person.0).execute(db).await?;
    Ok(())
}
