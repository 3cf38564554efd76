//! The store of browser sessions. Ids arrive hashed, and an ended session can't be brought back by a request in flight.

use serde_json::Value;
use sqlx::PgPool;
use time::OffsetDateTime;

/// Keeps a new session; false if the id is taken.
///
/// # Errors
/// Those of the database.
pub async fn create(db: &PgPool, id: &[u8; 32], data: &Value, expires_at: OffsetDateTime) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "insert into session (id_hash, data, expires_at) values ($1, $2, $3) on conflict do nothing",
        &id[..],
        data,
        expires_at,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps what changed in a session; false if it has ended meanwhile.
///
/// # Errors
/// Those of the database.
pub async fn update(db: &PgPool, id: &[u8; 32], data: &Value, expires_at: OffsetDateTime) -> sqlx::Result<bool> {
    let done =
        sqlx::query!("update session set data = $2, expires_at = $3 where id_hash = $1", &id[..], data, expires_at)
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

/// Ends a session.
///
/// # Errors
/// Those of the database.
pub async fn delete(db: &PgPool, id: &[u8; 32]) -> sqlx::Result<()> {
    sqlx::query!("delete from session where id_hash = $1", &id[..]).execute(db).await?;
    Ok(())
}
