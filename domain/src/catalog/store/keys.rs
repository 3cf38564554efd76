//! Keys of sellers' programs, made and taken back by a lead.

use super::super::ShownKey;
use crate::actor::Permission;
use crate::cx::Cx;
use crate::id::{SellerId, SellerKeyId};
use crate::{Error, Result, seller, text};

/// Makes a further key for a seller's program and gives it, this once: only its hash is kept.
///
/// # Errors
/// `Forbidden` for everybody but leads, `NotFound`, `Invalid(key_name)`.
pub async fn make_seller_key(cx: Cx, seller: SellerId, name: String) -> Result<ShownKey> {
    cx.require(Permission::ManageCatalog)?;
    let name = text::line(&name, 60).map_err(|fault| Error::field("key_name", fault))?;
    let mut tx = cx.begin().await?;
    let (_, key) = seller::keep_key(&mut tx, &cx, seller, &name).await?;
    tx.commit().await?;
    Ok(ShownKey { key })
}

/// Takes a key back: from now on it opens nothing.
///
/// # Errors
/// `Forbidden` for everybody but leads, `NotFound`; `NotFound` as well for a key of another seller.
pub async fn revoke_seller_key(cx: Cx, seller: SellerId, key: SellerKeyId) -> Result<()> {
    cx.require(Permission::ManageCatalog)?;
    let mut tx = cx.begin().await?;
    if !seller::end_key(&mut tx, &cx, key, Some(seller)).await? {
        return Err(Error::NotFound);
    }
    tx.commit().await?;
    Ok(())
}
