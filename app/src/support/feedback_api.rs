//! Reading what readers said, and marking it as handled.

use domain::feedback::{Article, Listing, Shown};
use domain::id::FeedbackId;
use leptos::prelude::*;

use crate::error::Answer;
#[cfg(feature = "ssr")]
use {crate::cx::act, crate::paths, domain::feedback::store};

/// What readers said, the newest first.
#[server(prefix = "/api", endpoint = "get_feedback")]
pub async fn get_feedback(
    #[server(default)] article: Option<Article>,
    #[server(default)] shown: Option<Shown>,
    #[server(default)] before: Option<FeedbackId>,
) -> Answer<Listing> {
    act(move |cx| store::list(cx, article, shown.unwrap_or(Shown::Waiting), before)).await
}

/// Marks what a reader said as handled, with what was done about it.
#[server(prefix = "/api", endpoint = "handle_feedback")]
pub async fn handle_feedback(id: FeedbackId, #[server(default)] outcome: String) -> Answer<()> {
    act(move |cx| store::mark_handled(cx, id, outcome)).await?;
    leptos_axum::redirect(&paths::done(paths::FEEDBACK, "handled"));
    Ok(())
}
