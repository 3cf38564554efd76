//! Messages to the seller's own system: what became of them, and sending one again.

use axum::Json;
use domain::id::WebhookId;
use domain::seller_api::{Nothing, Page, WebhookStatus};
use domain::webhook::store::{self, LIST};

use super::extract::{Message, Paging, SellerCx};
use super::{Challenged, Owned, Paged, Unfit};
use crate::device_api::answered;
use crate::device_api::extract::JsonBody;
use crate::device_api::problem::ProblemAnswer;

/// All messages
///
/// The newest first.
#[utoipa::path(
    get,
    path = "/api/v1/webhooks",
    operation_id = "list_messages",
    tag = "seller",
    security(("seller_key" = [])),
    params(
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, description = "The most entries, 1 to 100; 50 if left out"),
    ),
    responses((status = 200, description = "A page of messages", body = Page<WebhookStatus>), Challenged, Paged)
)]
pub(super) async fn list(SellerCx(cx): SellerCx, paging: Paging) -> Result<Json<Page<WebhookStatus>>, ProblemAnswer> {
    let after = paging.after(&cx, LIST)?.map(WebhookId);
    let answer = store::list(cx.clone(), after, paging.limit).await;
    answer.map(Json).map_err(|error| ProblemAnswer::of(&cx, &error, None))
}

/// Send a message again
///
/// At once, and with all its tries. It keeps its identity, by which a receiver knows what it took before.
#[utoipa::path(
    post,
    path = "/api/v1/webhooks/{id}/replay",
    operation_id = "replay_message",
    tag = "seller",
    security(("seller_key" = [])),
    params(("id" = uuid::Uuid, Path, description = "The message")),
    request_body = Nothing,
    responses((status = 200, description = "The message as it stands now", body = WebhookStatus),
        Challenged, Owned, Unfit)
)]
pub(super) async fn replay(
    SellerCx(cx): SellerCx,
    Message(id): Message,
    JsonBody(Nothing {}): JsonBody<Nothing>,
) -> Result<Json<WebhookStatus>, ProblemAnswer> {
    answered(&cx, store::replay(cx.clone(), id)).await
}
