//! Subscriptions: their provider renews, suspends, resumes and ends those it sold.

use axum::Json;
use domain::seller_api::{Nothing, RenewSubscription, SubscriptionStatus};
use domain::subscription::store;

use super::extract::{OrderNumber, SellerCx};
use super::{Challenged, Owned, Unfit};
use crate::device_api::answered;
use crate::device_api::extract::JsonBody;
use crate::device_api::openapi::Refusable;
use crate::device_api::problem::ProblemAnswer;

type Answer = Result<Json<SubscriptionStatus>, ProblemAnswer>;

/// A further period was paid
///
/// The licenses run on and their grace days move along. A payment renews once, however often it is told of; an instant that
/// is not later than the end changes nothing.
#[utoipa::path(
    post,
    path = "/api/v1/subscriptions/{order_number}/renewal",
    operation_id = "renew_subscription",
    tag = "seller",
    security(("seller_key" = [])),
    params(("order_number" = String, Path, description = "The seller's own number of the order")),
    request_body = RenewSubscription,
    responses((status = 200, description = "The subscriptions as they stand now", body = SubscriptionStatus),
        Challenged, Owned, Unfit, Refusable)
)]
pub(super) async fn renew(
    SellerCx(cx): SellerCx,
    OrderNumber(number): OrderNumber,
    JsonBody(renewal): JsonBody<RenewSubscription>,
) -> Answer {
    answered(&cx, store::renew(cx.clone(), number, renewal)).await
}

/// Pause subscriptions, or tell that their payment failed
///
/// Nothing is updated until they are resumed, and their codes activate no further device (E35).
#[utoipa::path(
    post,
    path = "/api/v1/subscriptions/{order_number}/suspension",
    operation_id = "suspend_subscription",
    tag = "seller",
    security(("seller_key" = [])),
    params(("order_number" = String, Path, description = "The seller's own number of the order")),
    request_body = Nothing,
    responses((status = 200, description = "The subscriptions as they stand now", body = SubscriptionStatus),
        Challenged, Owned, Unfit, Refusable)
)]
pub(super) async fn suspend(
    SellerCx(cx): SellerCx,
    OrderNumber(number): OrderNumber,
    JsonBody(Nothing {}): JsonBody<Nothing>,
) -> Answer {
    answered(&cx, store::suspend(cx.clone(), number)).await
}

/// Let suspended subscriptions go on
///
/// Their end is where it was.
#[utoipa::path(
    post,
    path = "/api/v1/subscriptions/{order_number}/resumption",
    operation_id = "resume_subscription",
    tag = "seller",
    security(("seller_key" = [])),
    params(("order_number" = String, Path, description = "The seller's own number of the order")),
    request_body = Nothing,
    responses((status = 200, description = "The subscriptions as they stand now", body = SubscriptionStatus),
        Challenged, Owned, Unfit, Refusable)
)]
pub(super) async fn resume(
    SellerCx(cx): SellerCx,
    OrderNumber(number): OrderNumber,
    JsonBody(Nothing {}): JsonBody<Nothing>,
) -> Answer {
    answered(&cx, store::resume(cx.clone(), number)).await
}

/// Renew subscriptions no more
///
/// They run to their end, then through their grace days. A further renewal takes them up again.
#[utoipa::path(
    post,
    path = "/api/v1/subscriptions/{order_number}/cancellation",
    operation_id = "cancel_subscription",
    tag = "seller",
    security(("seller_key" = [])),
    params(("order_number" = String, Path, description = "The seller's own number of the order")),
    request_body = Nothing,
    responses((status = 200, description = "The subscriptions as they stand now", body = SubscriptionStatus),
        Challenged, Owned, Unfit, Refusable)
)]
pub(super) async fn cancel(
    SellerCx(cx): SellerCx,
    OrderNumber(number): OrderNumber,
    JsonBody(Nothing {}): JsonBody<Nothing>,
) -> Answer {
    answered(&cx, store::cancel(cx.clone(), number)).await
}
