//! The file of a batch of codes, as a download: asked for by POST, because it leaves once.

use app::cx::to_its_end;
use axum::Router;
use axum::extract::{Extension, Path};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use domain::Error;
use domain::activation::Refusal;
use domain::batch::store::{HandOver, hand_over};
use domain::cx::Cx;
use domain::id::BatchId;
use uuid::Uuid;

use crate::request_log::plain_page;

/// The download. Around it belong the layers that say who asks.
pub fn router() -> Router {
    Router::new().route("/support/batches/{id}/file", post(download))
}

async fn download(Extension(cx): Extension<Cx>, Path(id): Path<Uuid>) -> Response {
    match to_its_end(cx.request, hand_over(cx.clone(), BatchId(id))).await {
        Ok(file) => answer(file),
        Err(error) => refused(&cx, &error),
    }
}

fn answer(file: HandOver) -> Response {
    let disposition = format!("attachment; filename=\"{}\"", file.name);
    let mut response = file.bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}

fn refused(cx: &Cx, error: &Error) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    match error {
        Error::Refused(refusal @ Refusal::HandedOver { .. }) => {
            plain_page(status, "This file has left", &app::wording::refusal(refusal), None)
        }
        Error::Forbidden => plain_page(status, "This is for leads", "Ask a lead to download the file.", None),
        Error::NotFound => plain_page(
            status,
            "There is no such file",
            "Go back to the batch: its codes may still be in the making.",
            None,
        ),
        _ => plain_page(
            status,
            "The file can't be made now",
            "Go back to the batch and try again in a minute.",
            Some(&cx.request),
        ),
    }
}
