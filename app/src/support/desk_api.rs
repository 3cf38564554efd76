//! Sharing the work of the queue: whose a request is, and who has it open.

use domain::case::Topic;
use domain::id::{ProductId, SavedViewId};
use domain::request::{Kind, Looking, Part, View};
use leptos::prelude::*;

use crate::error::Answer;
#[cfg(feature = "ssr")]
use {
    crate::cx::{act, show_here},
    crate::paths,
    domain::request::{Shown, store},
    leptos_axum::redirect,
};

/// What of the queue a form was sent from.
#[cfg(feature = "ssr")]
pub(super) fn shown(
    part: Option<Part>,
    view: Option<View>,
    kind: Option<Kind>,
    topic: Option<Topic>,
    product: Option<ProductId>,
) -> Shown {
    let all = Shown::default();
    Shown {
        part: part.unwrap_or(all.part),
        view: view.unwrap_or(all.view),
        kind: kind.unwrap_or(all.kind),
        topic,
        product,
    }
}

/// Takes a request in the queue, which is shown again as it was.
#[server(prefix = "/api", endpoint = "take_request")]
pub async fn take_request(
    number: String,
    version: i32,
    #[server(default)] part: Option<Part>,
    #[server(default)] view: Option<View>,
    #[server(default)] kind: Option<Kind>,
    #[server(default)] topic: Option<Topic>,
    #[server(default)] product: Option<ProductId>,
) -> Answer<()> {
    let to = paths::queue_after(shown(part, view, kind, topic, product), "taken", &number);
    act(move |cx| store::take_request(cx, number, version)).await?;
    redirect(&to);
    Ok(())
}

/// Keeps what is shown of the queue as a view of one's own.
#[server(prefix = "/api", endpoint = "keep_view")]
pub async fn keep_view(
    #[server(default)] view_name: String,
    #[server(default)] part: Option<Part>,
    #[server(default)] view: Option<View>,
    #[server(default)] kind: Option<Kind>,
    #[server(default)] topic: Option<Topic>,
    #[server(default)] product: Option<ProductId>,
) -> Answer<()> {
    let shown = shown(part, view, kind, topic, product);
    act(move |cx| store::keep_view(cx, view_name, shown)).await?;
    redirect(&paths::queue_after(shown, "view-kept", ""));
    Ok(())
}

/// Removes a view of one's own.
#[server(prefix = "/api", endpoint = "remove_view")]
pub async fn remove_view(
    id: SavedViewId,
    #[server(default)] part: Option<Part>,
    #[server(default)] view: Option<View>,
    #[server(default)] kind: Option<Kind>,
    #[server(default)] topic: Option<Topic>,
    #[server(default)] product: Option<ProductId>,
) -> Answer<()> {
    act(move |cx| store::remove_view(cx, id)).await?;
    redirect(&paths::queue_after(shown(part, view, kind, topic, product), "view-removed", ""));
    Ok(())
}

/// Who else in support has which request open. Asked by an open list, not by somebody in person: it keeps no session alive.
#[server(prefix = "/api", endpoint = "get_looking")]
pub async fn get_looking() -> Answer<Vec<Looking>> {
    act(store::looking).await
}

/// Hands a request to a named colleague.
#[server(prefix = "/api", endpoint = "hand_over_request")]
pub async fn hand_over_request(number: String, version: i32, #[server(default)] to: String) -> Answer<()> {
    let page = paths::of_request(&number);
    act(move |cx| store::hand_over(cx, number, version, to)).await?;
    redirect(&paths::done(&page, "handed-over"));
    Ok(())
}

/// Puts a request back: nobody works on it until somebody takes it.
#[server(prefix = "/api", endpoint = "put_back_request")]
pub async fn put_back_request(number: String, version: i32) -> Answer<()> {
    let page = paths::of_request(&number);
    act(move |cx| store::put_back(cx, number, version)).await?;
    redirect(&paths::done(&page, "put-back"));
    Ok(())
}

/// Puts a saved reply into what is written so far: the answer in a case, or what is missing of a recovery. Nothing is sent:
/// it stands on the page again.
#[server(prefix = "/api", endpoint = "fill_reply")]
pub async fn fill_reply(
    number: String,
    #[server(default)] message: String,
    #[server(default)] missing: String,
    #[server(default)] reply: String,
) -> Answer<String> {
    let written = if message.is_empty() { missing } else { message };
    let filled = act(move |cx| store::fill_reply(cx, number, written, reply)).await?;
    show_here();
    Ok(filled)
}

/// Notes something about a recovery that support alone reads.
#[server(prefix = "/api", endpoint = "note_recovery")]
pub async fn note_recovery(number: String, #[server(default)] note: String) -> Answer<()> {
    let page = paths::review(&number);
    act(move |cx| domain::recovery::store::note(cx, number, note)).await?;
    redirect(&paths::done(&page, "noted"));
    Ok(())
}

/// Says that the reader still has a request open, and names who else does.
#[server(prefix = "/api", endpoint = "stay_here")]
pub async fn stay_here(number: String) -> Answer<Vec<String>> {
    crate::cx::act(move |cx| domain::request::store::stay(cx, number)).await
}
