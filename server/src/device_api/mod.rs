//! The device API under `/api/v1`: what a linked device asks for, answered in JSON and, where it is refused, as a problem.

pub mod bearer;
pub mod beats;
pub mod catalog;
mod codes;
mod device;
pub mod docs;
pub mod extract;
pub mod idempotency;
pub mod limits;
pub mod openapi;
pub mod problem;
mod reinstall;
mod strict;

use app::cx::to_its_end;
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use axum::routing::{any, get};
use axum::{Json, Router, middleware};
use domain::cx::Cx;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::beats::Beats;
use self::extract::request_id;
use self::limits::Limits;
use self::problem::ProblemAnswer;
use crate::seller_api;

/// The routes of the device API and the sellers', with what is around both. Around them belong the layers that put
/// `domain::cx::Cx` into the request.
pub fn router() -> Router {
    let (routes, _) = described().split_for_parts();
    routes
        .with_state(Beats::start())
        .merge(seller_api::described().split_for_parts().0)
        .route_layer(middleware::from_fn(idempotency::answer_once))
        .route("/api/v1/openapi.json", get(openapi::serve))
        .route("/api/v1", any(no_such_address))
        .route("/api/v1/", any(no_such_address))
        .route("/api/v1/{*rest}", any(no_such_address))
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn_with_state(Limits::default(), limits::limit))
        .layer(middleware::map_response(keep_nowhere))
}

/// The same routes with their part of the document.
fn described() -> OpenApiRouter<Beats> {
    OpenApiRouter::new()
        .routes(routes!(codes::activate))
        .routes(routes!(codes::preview))
        .routes(routes!(codes::reserve, codes::withdraw_reserve))
        .routes(routes!(codes::activate_reserve))
        .routes(routes!(device::status))
        .routes(routes!(device::heartbeat))
        .routes(routes!(device::ticket))
        .routes(routes!(device::keys))
        .routes(routes!(device::release))
        .routes(routes!(device::uninstall))
        .routes(routes!(reinstall::reinstall))
        .routes(routes!(device::agreement, device::accept_agreement))
        .routes(routes!(device::confirm_command))
        .routes(routes!(device::update_databases))
}

/// Runs a deed to its end and answers with what it tells.
pub(crate) async fn answered<T: Send + 'static>(
    cx: &Cx,
    deed: impl Future<Output = domain::Result<T>> + Send + 'static,
) -> Result<Json<T>, ProblemAnswer> {
    to_its_end(cx.request, deed).await.map(Json).map_err(|error| ProblemAnswer::of(cx, &error, None))
}

async fn no_such_address(request: Request) -> ProblemAnswer {
    ProblemAnswer::no_such_address(request_id(request.extensions()))
}

async fn wrong_method(request: Request) -> ProblemAnswer {
    ProblemAnswer::wrong_method(request_id(request.extensions()))
}

async fn keep_nowhere(mut response: Response) -> Response {
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::{Method, StatusCode};
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
            (Method::PUT, "/api/v1/orders", "POST,GET,HEAD"),
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
