//! The keys with which a seller's programs ask.

use sqlx::{PgConnection, PgPool};

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
    let (id, key) = keep_key(&mut tx, &cx, seller, "").await?;
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
    if !end_key(&mut tx, &cx, key, None).await? {
        return Err(Error::field("key", Fault::NotAChoice));
    }
    tx.commit().await?;
    Ok(())
}

/// Keeps the hash of a fresh key and gives the key.
pub(crate) async fn keep_key(
    db: &mut PgConnection,
    cx: &Cx,
    seller: SellerId,
    name: &str,
) -> Result<(SellerKeyId, String)> {
    let id = SellerKeyId::generate();
    let key = format!("{PREFIX}{}", Token::generate().reveal());
    let staff = if let Actor::Staff { id, .. } = &cx.actor { Some(id.0) } else { None };
    let kept = sqlx::query!(
        "insert into seller_key (id, seller_id, key_hash, name, created_by, created_at)
         select $1, s.id, $3, $4, $5, $6 from seller s where s.id = $2",
        id.0,
        seller.0,
        &hashed(key.as_bytes())[..],
        name,
        staff,
        cx.now,
    )
    .execute(&mut *db)
    .await?;
    if kept.rows_affected() == 0 {
        return Err(Error::NotFound);
    }
    audit::record(db, cx, None, Event::SellerKeyCreated(id)).await?;
    Ok((id, key))
}

/// Ends a key, of this seller if one is named, and says whether there is such a key.
pub(crate) async fn end_key(
    db: &mut PgConnection,
    cx: &Cx,
    key: SellerKeyId,
    seller: Option<SellerId>,
) -> Result<bool> {
    let found = sqlx::query!(
        "select revoked_at from seller_key where id = $1 and ($2::uuid is null or seller_id = $2) for update",
        key.0,
        seller.map(|id| id.0),
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(found) = found else { return Ok(false) };
    if found.revoked_at.is_none() {
        sqlx::query!("update seller_key set revoked_at = $2 where id = $1", key.0, cx.now).execute(&mut *db).await?;
        audit::record(db, cx, None, Event::SellerKeyRevoked(key)).await?;
    }
    Ok(true)
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
