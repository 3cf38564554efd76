//! What time makes worthless is thrown away.

use crate::Result;
use crate::actor::Permission;
use crate::cx::Cx;

/// Forgets ended sessions, old tries, dead links, settled requests to link, answers kept for a
/// day, and accounts whose address was never confirmed (§3.9).
///
/// # Errors
/// Those of the database.
pub async fn run(cx: &Cx) -> Result<()> {
    cx.require(Permission::Operate)?;
    let db = &cx.world.rw;
    sqlx::query!("delete from session where expires_at < now() or created_at < now() - interval '12 hours'")
        .execute(db)
        .await?;
    sqlx::query!("delete from attempt where at < now() - interval '2 days'").execute(db).await?;
    sqlx::query!("delete from passkey_try where expires_at < now()").execute(db).await?;
    sqlx::query!("delete from mail_link where expires_at < now() - interval '7 days'").execute(db).await?;
    sqlx::query!("delete from device_link where expires_at < now() - interval '1 day'").execute(db).await?;
    sqlx::query!("delete from mail where sent_at < now() - interval '30 days'").execute(db).await?;
    sqlx::query!("delete from notice where created_at < now() - interval '400 days'").execute(db).await?;
    crate::idempotency::forget(&cx.world, cx.now).await?;
    sqlx::query!("delete from webhook where delivered_at < now() - interval '30 days'").execute(db).await?;
    sqlx::query!(
        "with forgotten as (
             delete from person p
             where p.email_verified_at is null and p.created_at < now() - interval '7 days' and p.role = 'owner'
             returning account_id
         )
         delete from account a using forgotten f where a.id = f.account_id"
    )
    .execute(db)
    .await?;
    Ok(())
}
