//! A freshly installed system asks to be its device again.

use axum::Json;
use domain::device::store;
use domain::device_api::{ReinstallRequest, Token};

use super::answered;
use super::bearer::Anyone;
use super::extract::JsonBody;
use super::openapi::{Busy, Refusable, Unfit};
use super::problem::ProblemAnswer;

/// Come back after a reinstall
///
/// Somebody of the office made a reinstall ticket for this device in the console. It works once, within 14 days: the answer is
/// a fresh token of the same device, with its seat and its dates, and the token from before is dead. The machine may have
/// other parts than before.
#[utoipa::path(
    post,
    path = "/api/v1/reinstall",
    tag = "link",
    request_body = ReinstallRequest,
    responses((status = 200, description = "The token, given once", body = Token), Unfit, Refusable, Busy)
)]
pub async fn reinstall(
    Anyone(cx): Anyone,
    JsonBody(said): JsonBody<ReinstallRequest>,
) -> Result<Json<Token>, ProblemAnswer> {
    answered(&cx, store::for_reinstall(cx.clone(), said)).await
}
