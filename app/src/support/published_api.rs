//! Published codes that leads block together.

use domain::code::bulk::BlockLists;
use leptos::prelude::*;
use uuid::Uuid;

use crate::error::Answer;
#[cfg(feature = "ssr")]
use {crate::cx::act, crate::paths, domain::code::store, leptos_axum::redirect};

/// A list with what is ours in it, and the lists of before.
#[server(prefix = "/api", endpoint = "get_published")]
pub async fn get_published(#[server(default)] list: Option<Uuid>) -> Answer<BlockLists> {
    act(move |cx| store::blocks(cx, list)).await
}

/// Reads a list of published codes; nothing is blocked by that.
#[server(prefix = "/api", endpoint = "prepare_block")]
pub async fn prepare_block(#[server(default)] list: String, #[server(default)] found_at: String) -> Answer<()> {
    let id = act(move |cx| store::prepare_block(cx, list, found_at)).await?;
    redirect(&paths::published(id, None));
    Ok(())
}

/// Blocks the codes of a list.
#[server(prefix = "/api", endpoint = "block_published")]
pub async fn block_published(id: Uuid) -> Answer<()> {
    act(move |cx| store::block_published(cx, id)).await?;
    redirect(&paths::published(id, Some("blocked")));
    Ok(())
}

/// Takes the block of a list back.
#[server(prefix = "/api", endpoint = "undo_block")]
pub async fn undo_block(id: Uuid) -> Answer<()> {
    act(move |cx| store::undo_block(cx, id)).await?;
    redirect(&paths::published(id, Some("undone")));
    Ok(())
}
