//! Saved replies, and the flags on a customer.

use domain::id::{AccountId, FlagId, ReplyId};
use domain::reply::Replies;
use leptos::prelude::*;

use crate::error::Answer;
#[cfg(feature = "ssr")]
use {crate::cx::act, crate::paths, domain::lookup::Record, leptos_axum::redirect};

/// The saved replies.
#[server(prefix = "/api", endpoint = "get_replies")]
pub async fn get_replies() -> Answer<Replies> {
    act(domain::reply::store::replies).await
}

/// Keeps a saved reply.
#[server(prefix = "/api", endpoint = "keep_reply")]
pub async fn keep_reply(
    #[server(default)] id: Option<ReplyId>,
    #[server(default)] title: String,
    #[server(default)] text: String,
) -> Answer<()> {
    let form = domain::reply::ReplyForm { title, text };
    act(move |cx| domain::reply::store::keep_reply(cx, id, form)).await?;
    redirect(&paths::done(paths::REPLIES, "kept"));
    Ok(())
}

/// Takes a saved reply out of use.
#[server(prefix = "/api", endpoint = "retire_reply")]
pub async fn retire_reply(id: ReplyId) -> Answer<()> {
    act(move |cx| domain::reply::store::retire_reply(cx, id)).await?;
    redirect(&paths::done(paths::REPLIES, "retired"));
    Ok(())
}

/// Sets a flag on an office.
#[server(prefix = "/api", endpoint = "set_flag")]
pub async fn set_flag(
    account: AccountId,
    #[server(default)] kind: String,
    #[server(default)] reason: String,
) -> Answer<()> {
    act(move |cx| domain::flag::store::set_flag(cx, account, kind, reason)).await?;
    redirect(&paths::done(&paths::record(Record::Customer, account.0), "flagged"));
    Ok(())
}

/// Lifts a flag of an office.
#[server(prefix = "/api", endpoint = "lift_flag")]
pub async fn lift_flag(id: FlagId) -> Answer<()> {
    let account = act(move |cx| domain::flag::store::lift_flag(cx, id)).await?;
    redirect(&paths::done(&paths::record(Record::Customer, account.0), "lifted"));
    Ok(())
}
