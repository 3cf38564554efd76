//! What a device does with activation codes: look at one, activate it, let it wait, take it back.

use app::cx::to_its_end;
use axum::Json;
use axum::http::{Extensions, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::activation::{Preview, store};
use domain::device_api::{Activated, ActivationRequest, DeviceStatus, Outcome};
use domain::retry::retried;
use domain::{Error, device};

use super::answered;
use super::bearer::{Bearer, DeviceCx};
use super::extract::JsonBody;
use super::openapi::{Absent, Challenged, Refusable, Unfit};
use super::problem::ProblemAnswer;

/// Activate a code on this device
///
/// Turns an unused code into a running license, or takes a seat of the license it already is. While the device has a running
/// license, the code waits for its end. A repeated request is answered like the first and changes nothing.
#[utoipa::path(
    post,
    path = "/api/v1/activations",
    tag = "code",
    security(("token" = [])),
    request_body = ActivationRequest,
    responses(
        (status = 201, description = "A new license runs on this device", body = Activated),
        (status = 200, description = "The device joined a running license, had it already, or the code waits", body = Activated),
        Challenged, Unfit, Refusable,
    )
)]
pub async fn activate(
    bearer: Bearer,
    extensions: Extensions,
    body: Result<JsonBody<ActivationRequest>, ProblemAnswer>,
) -> Response {
    // the statement that locks the device finds out whose the token is, unless there is nothing to lock it for
    let request = match body {
        Ok(JsonBody(request)) => request,
        Err(unreadable) => match bearer.device(&extensions).await {
            Ok(_) => return unreadable.into_response(),
            Err(problem) => return problem.into_response(),
        },
    };
    let (cx, typed) = (bearer.cx.clone(), request.code.clone());
    let activating = {
        let (cx, token) = (cx.clone(), bearer.token.clone());
        move || store::activate_by_token(cx.clone(), token.clone(), request.clone())
    };
    match to_its_end(cx.request, retried(activating)).await {
        Ok(activated) => {
            bearer.vouch();
            let status = if activated.outcome == Outcome::Started { StatusCode::CREATED } else { StatusCode::OK };
            (status, Json(activated)).into_response()
        }
        Err(Error::Unauthenticated) => ProblemAnswer::dead_token(cx.request).into_response(),
        Err(error) => {
            if matches!(error, Error::Refused(_) | Error::Invalid(_)) {
                bearer.vouch();
            }
            ProblemAnswer::of(&cx, &error, Some(&typed)).into_response()
        }
    }
}

/// What a code would do
///
/// Tells what activating the code would do and what would be lost by it. Nothing changes, but a wrong code counts as a try.
#[utoipa::path(
    post,
    path = "/api/v1/previews",
    tag = "code",
    security(("token" = [])),
    request_body = ActivationRequest,
    responses((status = 200, description = "What would happen", body = Preview), Challenged, Unfit, Refusable)
)]
pub async fn preview(
    DeviceCx(cx): DeviceCx,
    JsonBody(request): JsonBody<ActivationRequest>,
) -> Result<Json<Preview>, ProblemAnswer> {
    let typed = request.code.clone();
    let answer = to_its_end(cx.request, store::preview(cx.clone(), request)).await;
    answer.map(Json).map_err(|error| ProblemAnswer::of(&cx, &error, Some(&typed)))
}

/// Let a code wait
///
/// The code takes over by itself when the running license ends. Without a running license it is refused rather than activated.
#[utoipa::path(
    post,
    path = "/api/v1/reserve",
    tag = "code",
    security(("token" = [])),
    request_body = ActivationRequest,
    responses((status = 200, description = "The code waits", body = Activated), Challenged, Unfit, Refusable)
)]
pub async fn reserve(
    DeviceCx(cx): DeviceCx,
    JsonBody(request): JsonBody<ActivationRequest>,
) -> Result<Json<Activated>, ProblemAnswer> {
    let typed = request.code.clone();
    let reserving = {
        let cx = cx.clone();
        move || store::reserve(cx.clone(), request.clone())
    };
    let answer = to_its_end(cx.request, retried(reserving)).await;
    answer.map(Json).map_err(|error| ProblemAnswer::of(&cx, &error, Some(&typed)))
}

/// Take the waiting code back
///
/// The code is unused again and stays in the account.
#[utoipa::path(
    delete,
    path = "/api/v1/reserve",
    tag = "code",
    security(("token" = [])),
    responses((status = 200, description = "No code waits any more", body = DeviceStatus), Challenged, Absent)
)]
pub async fn withdraw_reserve(DeviceCx(cx): DeviceCx) -> Result<Json<DeviceStatus>, ProblemAnswer> {
    answered(&cx, device::store::withdraw_reserve(cx.clone())).await
}

/// Activate the waiting code now
///
/// For a code that could not take over by itself when the license ended.
#[utoipa::path(
    post,
    path = "/api/v1/reserve/activation",
    tag = "code",
    security(("token" = [])),
    responses((status = 200, description = "The code's license runs", body = Activated), Challenged, Absent, Refusable)
)]
pub async fn activate_reserve(DeviceCx(cx): DeviceCx) -> Result<Json<Activated>, ProblemAnswer> {
    answered(&cx, device::store::switch_now(cx.clone())).await
}
