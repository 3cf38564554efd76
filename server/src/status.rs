//! How the service is doing, for monitors: the same numbers as on the page, and whether every promise is kept.

use app::cx::to_its_end;
use app::status::pulse::status;
use axum::extract::Extension;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use domain::cx::Cx;
use domain::promise::Promise;
use serde::Serialize;

/// Where it is asked for.
pub const PATH: &str = "/status.json";

/// The numbers. Around them belong the layers that say who asks, though everybody may.
pub fn router() -> Router {
    Router::new().route(PATH, get(tell))
}

#[derive(Serialize)]
struct Told {
    kept: bool,
    #[serde(flatten)]
    promise: Promise,
}

async fn tell(Extension(cx): Extension<Cx>) -> Response {
    match to_its_end(cx.request, status(cx.clone())).await {
        Ok(promise) => {
            let kept = promise.kept();
            Json(Told { kept, promise }).into_response()
        }
        Err(error) => StatusCode::from_u16(error.status()).unwrap_or(StatusCode::SERVICE_UNAVAILABLE).into_response(),
    }
}
