//! The server function of the form under an article.

use leptos::prelude::*;

use crate::error::Answer;

#[cfg(feature = "ssr")]
use {
    crate::cx::act,
    crate::paths,
    domain::feedback::{Opinion, store},
    leptos_axum::redirect,
};

/// Keeps what a reader says about an article; a code in the comment is masked first.
#[server(prefix = "/api", endpoint = "send_feedback")]
pub async fn send_feedback(
    article: String,
    #[server(default)] helpful: String,
    #[server(default)] comment: String,
) -> Answer<()> {
    let done = act(move |cx| async move {
        let opinion = Opinion::read(&article, &helpful, &comment)?;
        let done = paths::done(&paths::article(opinion.article), if opinion.masked { "masked" } else { "thanks" });
        store::send(cx, opinion).await.map(|()| done)
    })
    .await?;
    redirect(&done);
    Ok(())
}
