//! What buyers bring from the Renewal and Upgrade Center.

use axum::Json;
use domain::offer::store;
use domain::seller_api::OfferTerms;

use super::extract::{OfferName, SellerCx};
use super::{Challenged, Owned};
use crate::device_api::problem::ProblemAnswer;

/// The terms of an offer
///
/// The name of the offer stands in the address of the checkout to which the buyer was sent. Place the order with it when it
/// is paid.
#[utoipa::path(
    get,
    path = "/api/v1/offers/{offer}",
    operation_id = "show_offer",
    tag = "seller",
    security(("seller_key" = [])),
    params(("offer" = uuid::Uuid, Path, description = "As it stands in the address of the checkout")),
    responses((status = 200, description = "What was offered", body = OfferTerms), Challenged, Owned)
)]
pub(super) async fn terms(
    SellerCx(cx): SellerCx,
    OfferName(offer): OfferName,
) -> Result<Json<OfferTerms>, ProblemAnswer> {
    let answer = store::terms(cx.clone(), offer).await;
    answer.map(Json).map_err(|error| ProblemAnswer::of(&cx, &error, None))
}
