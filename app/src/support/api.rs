//! Reading the queue of support, and deciding what stands in it.

use domain::case::{DeskCase, Topic};
use domain::id::ProductId;
use domain::recovery::review::Review;
use domain::request::{Desk, Kind, Part, View};
use leptos::prelude::*;
use uuid::Uuid;

use crate::error::Answer;
#[cfg(feature = "ssr")]
use {
    crate::cx::{act, uploads},
    crate::paths,
    domain::case::store as case,
    leptos_axum::redirect,
};

/// A page of a part of the queue.
#[server(prefix = "/api", endpoint = "get_queue")]
pub async fn get_queue(
    part: Part,
    #[server(default)] view: Option<View>,
    #[server(default)] kind: Option<Kind>,
    #[server(default)] topic: Option<Topic>,
    #[server(default)] product: Option<ProductId>,
    #[server(default)] after: Option<Uuid>,
) -> Answer<Desk> {
    let shown = super::desk_api::shown(Some(part), view, kind, topic, product);
    act(move |cx| domain::request::store::queue(cx, shown, after)).await
}

/// Everything that is needed to decide a request.
#[server(prefix = "/api", endpoint = "get_review")]
pub async fn get_review(number: String) -> Answer<Review> {
    crate::cx::act(move |cx| domain::recovery::store::review(cx, number)).await
}

/// Grants a request.
#[server(prefix = "/api", endpoint = "approve_recovery")]
pub async fn approve_recovery(number: String, version: i32, #[server(default)] reason: String) -> Answer<()> {
    crate::cx::act(move |cx| domain::recovery::store::approve(cx, number, version, reason)).await
}

/// Does not grant a request.
#[server(prefix = "/api", endpoint = "reject_recovery")]
pub async fn reject_recovery(number: String, version: i32, #[server(default)] reason: String) -> Answer<()> {
    crate::cx::act(move |cx| domain::recovery::store::reject(cx, number, version, reason)).await
}

/// A case with everything that is needed to answer it.
#[server(prefix = "/api", endpoint = "get_desk_case")]
pub async fn get_desk_case(number: String) -> Answer<DeskCase> {
    act(move |cx| case::look(cx, number)).await
}

/// Decides the appeal against a block that a case makes.
#[server(prefix = "/api", endpoint = "decide_appeal")]
pub async fn decide_appeal(
    number: String,
    version: i32,
    #[server(default)] decision: String,
    #[server(default)] reason: String,
) -> Answer<()> {
    let page = paths::desk_case(&number);
    act(move |cx| case::decide_appeal(cx, number, version, decision, reason)).await?;
    redirect(&paths::done(&page, "appeal"));
    Ok(())
}

/// Joins a case with another one of the same office.
#[server(prefix = "/api", endpoint = "merge_case")]
pub async fn merge_case(number: String, version: i32, #[server(default)] into: String) -> Answer<()> {
    let joined = act(move |cx| case::merge(cx, number, version, into)).await?;
    redirect(&paths::done(&paths::desk_case(&joined), "merged"));
    Ok(())
}

/// Opens a case that follows a closed one.
#[server(prefix = "/api", endpoint = "follow_up_case")]
pub async fn follow_up_case(number: String, #[server(default)] message: String) -> Answer<()> {
    let opened = act(move |cx| case::follow_up(cx, number, message)).await?;
    redirect(&paths::done(&paths::desk_case(&opened), "follows"));
    Ok(())
}

/// Takes a case.
#[server(prefix = "/api", endpoint = "take_case")]
pub async fn take_case(number: String, version: i32) -> Answer<()> {
    let page = paths::desk_case(&number);
    act(move |cx| case::take(cx, number, version)).await?;
    redirect(&paths::done(&page, "taken"));
    Ok(())
}

/// Notes something that support alone reads.
#[server(prefix = "/api", endpoint = "note_case")]
pub async fn note_case(number: String, #[server(default)] note: String) -> Answer<()> {
    let page = paths::desk_case(&number);
    act(move |cx| case::note(cx, number, note)).await?;
    redirect(&paths::done(&page, "noted"));
    Ok(())
}

/// Answers a case as support, and says where it stands from now on.
#[server(prefix = "/api", endpoint = "reply_case")]
pub async fn reply_case(
    number: String,
    version: i32,
    #[server(default)] message: String,
    #[server(default)] state: String,
) -> Answer<()> {
    let (files, page) = (uploads(), paths::desk_case(&number));
    act(move |cx| case::answer(cx, number, version, message, state, files)).await?;
    redirect(&paths::done(&page, "answered"));
    Ok(())
}

/// Says where a case stands, without an answer.
#[server(prefix = "/api", endpoint = "move_case")]
pub async fn move_case(number: String, version: i32, #[server(default)] state: String) -> Answer<()> {
    let page = paths::desk_case(&number);
    act(move |cx| case::move_to(cx, number, version, state)).await?;
    redirect(&paths::done(&page, "moved"));
    Ok(())
}

/// Takes a recovery.
#[server(prefix = "/api", endpoint = "take_recovery")]
pub async fn take_recovery(number: String, version: i32) -> Answer<()> {
    let page = paths::review(&number);
    act(move |cx| domain::recovery::store::take(cx, number, version)).await?;
    redirect(&paths::done(&page, "taken"));
    Ok(())
}

/// Names what is missing in a recovery.
#[server(prefix = "/api", endpoint = "ask_for_more")]
pub async fn ask_for_more(number: String, version: i32, #[server(default)] missing: String) -> Answer<()> {
    let page = paths::review(&number);
    act(move |cx| domain::recovery::store::ask_for_more(cx, number, version, missing)).await?;
    redirect(&paths::done(&page, "asked"));
    Ok(())
}

/// Decides the refund that a case asks for.
#[server(prefix = "/api", endpoint = "decide_refund")]
pub async fn decide_refund(
    number: String,
    #[server(default)] decision: String,
    #[server(default)] reason: String,
) -> Answer<()> {
    let page = paths::desk_case(&number);
    act(move |cx| domain::refund::store::decide_refund(cx, number, decision, reason)).await?;
    redirect(&paths::done(&page, "decided"));
    Ok(())
}

/// Notes that the store has paid a refund.
#[server(prefix = "/api", endpoint = "pay_refund")]
pub async fn pay_refund(number: String) -> Answer<()> {
    let page = paths::desk_case(&number);
    act(move |cx| domain::refund::store::pay_refund(cx, number)).await?;
    redirect(&paths::done(&page, "paid"));
    Ok(())
}

/// Puts a new code in the place of one whose license ended too early.
#[server(prefix = "/api", endpoint = "replace_ended_code")]
pub async fn replace_ended_code(number: String, version: i32, #[server(default)] reason: String) -> Answer<()> {
    let page = paths::review(&number);
    act(move |cx| domain::recovery::store::replace_ended_code(cx, number, version, reason)).await?;
    redirect(&paths::done(&page, "replaced"));
    Ok(())
}

/// Corrects the end of a license that ended too early.
#[server(prefix = "/api", endpoint = "correct_end")]
pub async fn correct_end(number: String, version: i32, #[server(default)] reason: String) -> Answer<()> {
    let page = paths::review(&number);
    act(move |cx| domain::recovery::store::correct_end(cx, number, version, reason)).await?;
    redirect(&paths::done(&page, "corrected"));
    Ok(())
}
