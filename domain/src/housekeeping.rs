//! What time makes worthless is thrown away.

use crate::Result;
use crate::actor::Permission;
use crate::cx::Cx;

/// Of each kind so much is thrown away in one round, the oldest first; the next round goes on.
const A_ROUND: i64 = 10_000;

/// Forgets ended sessions, old tries, dead links, settled requests to link, answers kept for a
/// day, and accounts whose address was never confirmed (§3.9).
///
/// # Errors
/// Those of the database.
pub async fn run(cx: &Cx) -> Result<()> {
    cx.require(Permission::Operate)?;
    sessions(cx).await?;
    let db = &cx.world.rw;
    sqlx::query!(
        "delete from attempt where ctid = any (array(
             select ctid from attempt where at < now() - interval '2 days' order by at limit $1))",
        A_ROUND,
    )
    .execute(db)
    .await?;
    sqlx::query!(
        "delete from mail_link where token_hash = any (array(
             select token_hash from mail_link where expires_at < now() - interval '7 days' order by expires_at limit $1))",
        A_ROUND,
    )
    .execute(db)
    .await?;
    sqlx::query!(
        "delete from device_link where id = any (array(
             select id from device_link where expires_at < now() - interval '1 day' order by expires_at limit $1))",
        A_ROUND,
    )
    .execute(db)
    .await?;
    sqlx::query!(
        "delete from mail where id = any (array(
             select id from mail where sent_at < now() - interval '30 days' order by sent_at limit $1))",
        A_ROUND,
    )
    .execute(db)
    .await?;
    sqlx::query!(
        "delete from notice where id = any (array(
             select id from notice where created_at < now() - interval '400 days' order by created_at limit $1))",
        A_ROUND,
    )
    .execute(db)
    .await?;
    sqlx::query!(
        "delete from webhook where id = any (array(
             select id from webhook where delivered_at < now() - interval '30 days' order by delivered_at limit $1))",
        A_ROUND,
    )
    .execute(db)
    .await?;
    crate::request::store::forget(cx).await?;
    crate::idempotency::forget(&cx.world, cx.now).await?;
    crate::batch::store::forget(cx).await?;
    crate::job::store::forget(cx).await?;
    unconfirmed(cx).await
}

/// Whose an ended session was is known for a day more: what they typed meanwhile is kept for them alone.
async fn sessions(cx: &Cx) -> Result<()> {
    let db = &cx.world.rw;
    sqlx::query!(
        "delete from session where id_hash = any (array(
             (select id_hash from session where expires_at < now() - interval '1 day' order by expires_at limit $1)
             union all
             (select id_hash from session where created_at < now() - interval '36 hours' order by created_at limit $1)))",
        A_ROUND,
    )
    .execute(db)
    .await?;
    sqlx::query!(
        "delete from passkey_try where id = any (array(
             select id from passkey_try where expires_at < now() order by expires_at limit $1))",
        A_ROUND,
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn unconfirmed(cx: &Cx) -> Result<()> {
    sqlx::query!(
        "with forgotten as (
             delete from person where id = any (array(
                 select id from person
                 where email_verified_at is null and role = 'owner' and created_at < now() - interval '7 days'
                 order by created_at
                 limit 500))
             returning account_id
         )
         delete from account where id = any (array(select account_id from forgotten))"
    )
    .execute(&cx.world.rw)
    .await?;
    Ok(())
}
