//! The keys with which a seller's programs ask.

use sqlx::PgPool;

use crate::actor::{Actor, Permission};
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::{SellerId, SellerKeyId};
use crate::seal::{Token, hashed};
use crate::webhook;
use crate::{Error, Fault, Result};

/// What every key begins with, so that one that leaked is found by scanners.
pub const PREFIX: &str = "lks_";

/// A key as it is shown, once.
pub struct NewKey {
    /// Names the key when it is to be revoked.
    pub id: SellerKeyId,
    /// The key itself; only its hash is kept.
    pub key: String,
    /// The secret that signs the messages, when they were asked for; sealed from now on.
    pub webhook_secret: Option<String>,
}

/// Makes a further key for a seller and, where an address is given, has its messages sent there.
///
/// # Errors
/// `Forbidden` for everybody but Latchkey itself; `Invalid(seller)` when there is no such seller.
pub async fn create_key(cx: Cx, seller: &str, webhook: Option<&str>) -> Result<NewKey> {
    cx.require(Permission::Operate)?;
    let mut tx = cx.begin().await?;
    let seller = super::by_code(&mut tx, seller).await?;
    let id = SellerKeyId::generate();
    let key = format!("{PREFIX}{}", Token::generate().reveal());
    sqlx::query!(
        "insert into seller_key (id, seller_id, key_hash, created_at) values ($1, $2, $3, $4)",
        id.0,
        seller.0,
        &hashed(key.as_bytes())[..],
        cx.now,
    )
    .execute(&mut *tx)
    .await?;
    audit::record(&mut tx, &cx, None, Event::SellerKeyCreated(id)).await?;
    let webhook_secret = match webhook {
        Some(url) => Some(webhook::store::open_endpoint(&mut tx, &cx, Some(seller), url).await?),
        None => None,
    };
    tx.commit().await?;
    Ok(NewKey { id, key, webhook_secret })
}

/// Takes a key back: from now on it opens nothing. One that was taken back before stays so.
///
/// # Errors
/// `Forbidden` for everybody but Latchkey itself; `Invalid(key)` when there is no such key.
pub async fn revoke_key(cx: Cx, key: SellerKeyId) -> Result<()> {
    cx.require(Permission::Operate)?;
    let mut tx = cx.begin().await?;
    let revoked_at = sqlx::query_scalar!("select revoked_at from seller_key where id = $1 for update", key.0)
        .fetch_optional(&mut *tx)
        .await?
        .ok_or_else(|| Error::field("key", Fault::NotAChoice))?;
    if revoked_at.is_none() {
        sqlx::query!("update seller_key set revoked_at = $2 where id = $1", key.0, cx.now).execute(&mut *tx).await?;
        audit::record(&mut tx, &cx, None, Event::SellerKeyRevoked(key)).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// The seller of this key, unless the key was taken back.
///
/// # Errors
/// Those of the database.
pub async fn for_key(db: &PgPool, key: &str) -> Result<Option<Actor>> {
    if !key.starts_with(PREFIX) {
        return Ok(None);
    }
    let seller = sqlx::query_scalar!(
        "select seller_id from seller_key where key_hash = $1 and revoked_at is null",
        &hashed(key.as_bytes())[..],
    )
    .fetch_optional(db)
    .await?;
    Ok(seller.map(|id| Actor::Seller { id: SellerId(id) }))
}
