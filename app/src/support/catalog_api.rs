//! Reading and changing the catalog, and issuing codes in numbers.

use domain::batch::{BatchPage, Batches, ImportPage, Typed as BatchTyped};
use domain::catalog::{Blank, EntryPage, Listed, Part, ShownKey, Typed};
use domain::id::{BatchId, ImportId, SellerId, SellerKeyId};
use leptos::prelude::*;
use uuid::Uuid;

use crate::error::Answer;
#[cfg(feature = "ssr")]
use {
    crate::cx::{act, show_here, uploads},
    crate::paths,
    domain::batch::store as batch,
    domain::catalog::store,
    leptos_axum::redirect,
};

/// What stands in a part of the catalog.
#[server(prefix = "/api", endpoint = "get_catalog")]
pub async fn get_catalog(part: Part) -> Answer<Vec<Listed>> {
    act(move |cx| store::list(cx, part)).await
}

/// One entry with its versions.
#[server(prefix = "/api", endpoint = "get_entry")]
pub async fn get_entry(id: Uuid) -> Answer<EntryPage> {
    act(move |cx| store::entry(cx, id)).await
}

/// What a form for something new can choose from.
#[server(prefix = "/api", endpoint = "get_blank")]
pub async fn get_blank() -> Answer<Blank> {
    act(store::blank).await
}

/// Keeps an entry as a further version.
#[server(prefix = "/api", endpoint = "save_entry")]
pub async fn save_entry(
    part: Part,
    #[server(default)] id: Option<Uuid>,
    #[server(default)] version: i32,
    #[server(default)] typed: Typed,
    #[server(default)] reason: String,
) -> Answer<()> {
    let id = act(move |cx| store::save_entry(cx, part, id, version, typed, reason)).await?;
    redirect(&paths::done(&paths::entry(id), "saved"));
    Ok(())
}

/// Takes an entry out of the catalog, or brings it back.
#[server(prefix = "/api", endpoint = "retire_entry")]
pub async fn retire_entry(
    id: Uuid,
    #[server(default)] version: i32,
    #[server(default)] retired: bool,
    #[server(default)] reason: String,
) -> Answer<()> {
    act(move |cx| store::retire_entry(cx, id, version, retired, reason)).await?;
    redirect(&paths::done(&paths::entry(id), if retired { "retired" } else { "back" }));
    Ok(())
}

/// Makes a key for a seller's program and shows it, this once.
#[server(prefix = "/api", endpoint = "make_seller_key")]
pub async fn make_seller_key(seller: SellerId, #[server(default)] key_name: String) -> Answer<ShownKey> {
    let key = act(move |cx| store::make_seller_key(cx, seller, key_name)).await?;
    show_here();
    Ok(key)
}

/// Takes a seller's key back.
#[server(prefix = "/api", endpoint = "revoke_seller_key")]
pub async fn revoke_seller_key(seller: SellerId, key: SellerKeyId) -> Answer<()> {
    act(move |cx| store::revoke_seller_key(cx, seller, key)).await?;
    redirect(&paths::done(&paths::entry(seller.0), "revoked"));
    Ok(())
}

/// Batches of codes, the newest first.
#[server(prefix = "/api", endpoint = "get_batches")]
pub async fn get_batches(#[server(default)] before: Option<BatchId>) -> Answer<Batches> {
    act(move |cx| batch::batches(cx, before)).await
}

/// One batch, without its codes.
#[server(prefix = "/api", endpoint = "get_batch")]
pub async fn get_batch(id: BatchId) -> Answer<BatchPage> {
    act(move |cx| batch::batch(cx, id)).await
}

/// Orders codes in numbers.
#[server(prefix = "/api", endpoint = "order_codes")]
pub async fn order_codes(#[server(default)] typed: BatchTyped) -> Answer<()> {
    let id = act(move |cx| batch::order_codes(cx, typed)).await?;
    redirect(&paths::done(&paths::batch(id), "ordered"));
    Ok(())
}

/// Tries a file of codes; nothing is brought in.
#[server(prefix = "/api", endpoint = "try_import")]
pub async fn try_import(#[server(default)] typed: BatchTyped) -> Answer<()> {
    let files = uploads();
    let id = act(move |cx| batch::try_import(cx, typed, files)).await?;
    redirect(&paths::import(id));
    Ok(())
}

/// What came of trying a file.
#[server(prefix = "/api", endpoint = "get_import")]
pub async fn get_import(id: ImportId) -> Answer<ImportPage> {
    act(move |cx| batch::import(cx, id)).await
}

/// Brings the good lines of a file in.
#[server(prefix = "/api", endpoint = "bring_in")]
pub async fn bring_in(id: ImportId) -> Answer<()> {
    let batch = act(move |cx| batch::bring_in(cx, id)).await?;
    redirect(&paths::done(&paths::batch(batch), "brought"));
    Ok(())
}

/// Brings nothing in.
#[server(prefix = "/api", endpoint = "drop_import")]
pub async fn drop_import(id: ImportId) -> Answer<()> {
    act(move |cx| batch::drop_import(cx, id)).await?;
    redirect(&paths::done(&paths::import(id), "dropped"));
    Ok(())
}
