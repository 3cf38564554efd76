//! Orders: placed once however often they are sent, looked at without their codes, taken back.

use app::cx::to_its_end;
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::id::OrderId;
use domain::order::store::{self, LIST, Placed};
use domain::seller_api::{CancelOrder, OrderRequest, OrderStatus, OrderSummary, Page, PlacedOrder};

use super::extract::{OrderNumber, Paging, SellerCx};
use super::{Challenged, Owned, Paged, Unfit};
use crate::device_api::answered;
use crate::device_api::extract::JsonBody;
use crate::device_api::problem::ProblemAnswer;

/// Place a paid order
///
/// Gives the activation codes; for an online store they are mailed to the buyer as well. The same order sent again gives
/// the same codes.
#[utoipa::path(
    post,
    path = "/api/v1/orders",
    operation_id = "place_order",
    tag = "seller",
    security(("seller_key" = [])),
    request_body = OrderRequest,
    responses(
        (status = 201, description = "The order and its new codes", body = PlacedOrder),
        (status = 200, description = "The same order was placed before; these are its codes", body = PlacedOrder),
        Challenged, Unfit,
    )
)]
pub(super) async fn place(SellerCx(cx): SellerCx, JsonBody(request): JsonBody<OrderRequest>) -> Response {
    match to_its_end(cx.request, store::place(cx.clone(), request)).await {
        Ok(Placed::Now(order)) => (StatusCode::CREATED, Json(order)).into_response(),
        Ok(Placed::Before(order)) => Json(order).into_response(),
        Err(error) => ProblemAnswer::of(&cx, &error, None).into_response(),
    }
}

/// All orders
///
/// The newest first.
#[utoipa::path(
    get,
    path = "/api/v1/orders",
    operation_id = "list_orders",
    tag = "seller",
    security(("seller_key" = [])),
    params(
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, description = "The most entries, 1 to 100; 50 if left out"),
    ),
    responses((status = 200, description = "A page of orders", body = Page<OrderSummary>), Challenged, Paged)
)]
pub(super) async fn list(SellerCx(cx): SellerCx, paging: Paging) -> Result<Json<Page<OrderSummary>>, ProblemAnswer> {
    let after = paging.after(&cx, LIST)?.map(OrderId);
    let answer = store::list(cx.clone(), after, paging.limit).await;
    answer.map(Json).map_err(|error| ProblemAnswer::of(&cx, &error, None))
}

/// One order
///
/// Where it and each of its codes stand. A code is named by its last block.
#[utoipa::path(
    get,
    path = "/api/v1/orders/{order_number}",
    operation_id = "show_order",
    tag = "seller",
    security(("seller_key" = [])),
    params(("order_number" = String, Path, description = "The seller's own number")),
    responses((status = 200, description = "The order as it stands", body = OrderStatus), Challenged, Owned)
)]
pub(super) async fn status(
    SellerCx(cx): SellerCx,
    OrderNumber(number): OrderNumber,
) -> Result<Json<OrderStatus>, ProblemAnswer> {
    let answer = store::status(cx.clone(), number).await;
    answer.map(Json).map_err(|error| ProblemAnswer::of(&cx, &error, None))
}

/// Take an order back
///
/// Its codes activate nothing any more, and devices that used them stop. An order that is over already stays as it is.
#[utoipa::path(
    post,
    path = "/api/v1/orders/{order_number}/cancel",
    operation_id = "cancel_order",
    tag = "seller",
    security(("seller_key" = [])),
    params(("order_number" = String, Path, description = "The seller's own number")),
    request_body = CancelOrder,
    responses((status = 200, description = "The order as it stands now", body = OrderStatus), Challenged, Owned, Unfit)
)]
pub(super) async fn cancel(
    SellerCx(cx): SellerCx,
    OrderNumber(number): OrderNumber,
    JsonBody(asked): JsonBody<CancelOrder>,
) -> Result<Json<OrderStatus>, ProblemAnswer> {
    answered(&cx, store::cancel(cx.clone(), number, asked)).await
}
