//! The button that mail programs show beside a mail of a kind that can be stopped: one POST, without cookies (RFC 8058).

use axum::extract::Query;
use axum::routing::post;
use axum::{Extension, Router};
use domain::cx::Cx;
use domain::notice::store;
use http::StatusCode;
use serde::Deserialize;

/// The address in the mail's head; by GET it is the page that asks first.
pub const PATH: &str = "/unsubscribe";

#[derive(Debug, Deserialize)]
struct Link {
    #[serde(default)]
    token: String,
}

/// The one route.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route(PATH, post(stop))
}

async fn stop(Extension(cx): Extension<Cx>, Query(link): Query<Link>) -> (StatusCode, &'static str) {
    let request = cx.request;
    match app::cx::to_its_end(request, store::for_muting(cx, link.token)).await {
        Ok(()) => (StatusCode::OK, "These mails have stopped."),
        Err(domain::Error::Invalid(_)) => (StatusCode::NOT_FOUND, "This link is not complete."),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "Try again in a minute."),
    }
}
