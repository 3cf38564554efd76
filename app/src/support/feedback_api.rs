//! Reading what readers said, and marking it as handled.

use domain::feedback::{Article, Listing};
use domain::id::FeedbackId;
use leptos::prelude::*;

use crate::error::Answer;
#[cfg(feature = "ssr")]
use {crate::cx::act, crate::paths, domain::feedback::store};

/// What readers said, the newest first.
#[server(prefix = "/api", endpoint = "get_feedback")]
pub async fn get_feedback(
    #[server(default)] article: Option<Article>,
    #[server(default)] before: Option<FeedbackId>,
) -> Answer<Listing> {
    act(move |cx| store::list(cx, article, before)).await
}

/// Marks what a reader said as handled.
#[server(prefix = "/api", endpoint = "handle_feedback")]
pub async fn handle_feedback(id: FeedbackId) -> Answer<()> {
    act(move |cx| store::mark_handled(cx, id)).await?;
    leptos_axum::redirect(&paths::done(paths::FEEDBACK, "handled"));
    Ok(())
}
