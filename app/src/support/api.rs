//! Reading the queue of support, and deciding what stands in it.

use domain::recovery::review::{Queue, Review};
use leptos::prelude::*;

use crate::error::Answer;

/// What waits for support, and what was decided last.
#[server(prefix = "/api", endpoint = "get_queue")]
pub async fn get_queue() -> Answer<Queue> {
    crate::cx::act(domain::recovery::store::queue).await
}

/// Everything that is needed to decide a request.
#[server(prefix = "/api", endpoint = "get_review")]
pub async fn get_review(number: String) -> Answer<Review> {
    crate::cx::act(move |cx| domain::recovery::store::review(cx, number)).await
}

/// Grants a request.
#[server(prefix = "/api", endpoint = "approve_recovery")]
pub async fn approve_recovery(number: String, #[server(default)] reason: String) -> Answer<()> {
    crate::cx::act(move |cx| domain::recovery::store::approve(cx, number, reason)).await
}

/// Does not grant a request.
#[server(prefix = "/api", endpoint = "reject_recovery")]
pub async fn reject_recovery(number: String, #[server(default)] reason: String) -> Answer<()> {
    crate::cx::act(move |cx| domain::recovery::store::reject(cx, number, reason)).await
}
