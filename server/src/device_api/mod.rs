//! The device API under `/api/v1`: what a linked device asks for, answered in JSON and, where it is refused, as a problem.

pub mod extract;
pub mod openapi;
pub mod problem;

use app::cx::to_its_end;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use axum::{Json, Router, middleware};
use domain::device_api::{Activated, ActivationRequest, DeviceStatus, Heartbeat, HeartbeatAnswer, Outcome};
use domain::{activation, device};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::extract::{DeviceCx, JsonBody, request_id};
use self::openapi::{Challenged, Refusable, Unfit};
use self::problem::ProblemAnswer;

/// The routes of the device API. Around them belong the layers that put `domain::cx::Cx` into the request.
pub fn router() -> Router {
    let (routes, _) = described().split_for_parts();
    routes
        .route("/api/v1/openapi.json", get(openapi::serve))
        .route("/api/v1", any(no_such_address))
        .route("/api/v1/", any(no_such_address))
        .route("/api/v1/{*rest}", any(no_such_address))
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::map_response(keep_nowhere))
}

/// The same routes with their part of the document.
fn described() -> OpenApiRouter {
    OpenApiRouter::new().routes(routes!(activate)).routes(routes!(status)).routes(routes!(heartbeat))
}

/// Activate a code on this device
///
/// Turns an unused code into a running license, or takes a seat of the license it already is. A repeated request is
/// answered like the first and changes nothing.
#[utoipa::path(
    post,
    path = "/api/v1/activations",
    tag = "device",
    security(("token" = [])),
    request_body = ActivationRequest,
    responses(
        (status = 201, description = "A new license runs on this device", body = Activated),
        (status = 200, description = "The device joined a running license, had it already, or the code is kept", body = Activated),
        Challenged, Unfit, Refusable,
    )
)]
async fn activate(DeviceCx(cx): DeviceCx, JsonBody(request): JsonBody<ActivationRequest>) -> Response {
    let typed = request.code.clone();
    match to_its_end(cx.request, activation::store::activate(cx.clone(), request)).await {
        Ok(activated) => {
            let status = if activated.outcome == Outcome::Started { StatusCode::CREATED } else { StatusCode::OK };
            (status, Json(activated)).into_response()
        }
        Err(error) => ProblemAnswer::of(&cx, &error, Some(&typed)).into_response(),
    }
}

/// This device and its license
///
/// What the Licensing window of the application shows, and how much of the application works.
#[utoipa::path(
    get,
    path = "/api/v1/device",
    tag = "device",
    security(("token" = [])),
    responses((status = 200, description = "The device as it stands", body = DeviceStatus), Challenged)
)]
async fn status(DeviceCx(cx): DeviceCx) -> Result<Json<DeviceStatus>, ProblemAnswer> {
    let answer = device::store::status(cx.clone()).await;
    answer.map(Json).map_err(|error| ProblemAnswer::of(&cx, &error, None))
}

/// The device is alive
///
/// Sent when the last answer's `next_in` seconds are over. The answer tells the device how it stands.
#[utoipa::path(
    post,
    path = "/api/v1/heartbeat",
    tag = "device",
    security(("token" = [])),
    request_body = Heartbeat,
    responses(
        (status = 200, description = "The device as it stands, and when to call again", body = HeartbeatAnswer),
        Challenged, Unfit,
    )
)]
async fn heartbeat(
    DeviceCx(cx): DeviceCx,
    JsonBody(beat): JsonBody<Heartbeat>,
) -> Result<Json<HeartbeatAnswer>, ProblemAnswer> {
    let answer = to_its_end(cx.request, device::store::heartbeat(cx.clone(), beat)).await;
    answer.map(Json).map_err(|error| ProblemAnswer::of(&cx, &error, None))
}

async fn no_such_address(request: Request) -> ProblemAnswer {
    ProblemAnswer::no_such_address(request_id(request.extensions()))
}

pub(crate) async fn wrong_method(request: Request) -> ProblemAnswer {
    ProblemAnswer::wrong_method(request_id(request.extensions()))
}

pub(crate) async fn keep_nowhere(mut response: Response) -> Response {
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Method;
    use tower::ServiceExt;

    use super::*;

    async fn answer(method: Method, path: &str) -> Response {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        router().oneshot(request).await.unwrap()
    }

    #[tokio::test]
    async fn an_unknown_address_is_a_problem() {
        for path in ["/api/v1", "/api/v1/", "/api/v1/devices", "/api/v1/device/7/code"] {
            let answer = answer(Method::GET, path).await;
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
            assert_eq!(answer.headers()[header::CONTENT_TYPE], problem::MEDIA_TYPE);
        }
    }

    #[tokio::test]
    async fn a_wrong_method_is_told_the_right_one() {
        for (method, path, allowed) in [
            (Method::GET, "/api/v1/activations", "POST"),
            (Method::DELETE, "/api/v1/heartbeat", "POST"),
            (Method::POST, "/api/v1/device", "GET,HEAD"),
        ] {
            let answer = answer(method, path).await;
            assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED, "{path}");
            assert_eq!(answer.headers()[header::CONTENT_TYPE], problem::MEDIA_TYPE);
            assert_eq!(answer.headers()[header::ALLOW], allowed, "{path}");
        }
    }

    #[tokio::test]
    async fn nobody_gets_past_without_a_token() {
        for (method, path) in [
            (Method::POST, "/api/v1/activations"),
            (Method::POST, "/api/v1/heartbeat"),
            (Method::GET, "/api/v1/device"),
        ] {
            let answer = answer(method, path).await;
            assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{path}");
            assert_eq!(answer.headers()[header::WWW_AUTHENTICATE], "Bearer");
            assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
        }
    }
}
