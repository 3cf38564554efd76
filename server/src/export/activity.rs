//! What happened in an office as a file, as far as its reader may see it. That it was taken is recorded.

use app::cx::to_its_end;
use axum::extract::Extension;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::Error;
use domain::activity::store::taken_along;
use domain::cx::Cx;

use super::{csv, download, rows};
use crate::request_log::plain_page;

pub(super) async fn file(Extension(cx): Extension<Cx>) -> Response {
    match to_its_end(cx.request, taken_along(cx.clone())).await {
        Ok(events) => {
            let body = csv::written(&rows::activity(&events)).into_response();
            download(&cx, "activity", "csv", "text/csv; charset=utf-8; header=present", body)
        }
        Err(error) => refused(&cx, &error),
    }
}

fn refused(cx: &Cx, error: &Error) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let text = match error {
        Error::Forbidden => "What happened in an office is for its people. Ask one of them for the file.",
        _ => "Go back to Activity and try again in a minute.",
    };
    plain_page(status, "The file could not be made", text, Some(&cx.request))
}
