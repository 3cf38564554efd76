//! Files that came with requests, as they are downloaded: never shown in a page of ours, and closed in for whoever opens
//! one all the same.

use app::cx::to_its_end;
use axum::extract::Path;
use axum::http::HeaderValue;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use domain::Error;
use domain::cx::Cx;
use domain::id::AttachmentId;
use domain::thread::File;
use http::StatusCode;
use http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};

use crate::request_log::plain_page;

/// Nothing of it may run, load or know where it stands.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox",
);

/// The two addresses of a file: for the people of its account, and for support.
pub fn router() -> Router {
    Router::new().route("/attachments/{id}", get(download)).route("/support/attachments/{id}", get(download))
}

async fn download(Extension(cx): Extension<Cx>, Path(id): Path<String>) -> Response {
    let request = cx.request;
    let Ok(id) = id.parse::<AttachmentId>() else { return refusal(&Error::NotFound, request) };
    match to_its_end(request, domain::thread::store::file(cx, id)).await {
        Ok(file) => answer(file),
        Err(error) => refusal(&error, request),
    }
}

fn answer(file: File) -> Response {
    let encoded: String = file.name.bytes().map(escaped).collect();
    let disposition = format!("attachment; filename*=UTF-8''{encoded}");
    let mut response = file.bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(file.kind.media_type()));
    headers.insert(CONTENT_SECURITY_POLICY, POLICY);
    let attachment = HeaderValue::from_static("attachment");
    headers.insert(CONTENT_DISPOSITION, HeaderValue::try_from(disposition).unwrap_or(attachment));
    response
}

/// A byte of a name as RFC 8187 has it.
fn escaped(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_') {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}

fn refusal(error: &Error, request: domain::id::RequestId) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    match error {
        Error::NotFound => plain_page(
            status,
            "There is no such file",
            "It belongs to another account, or it was deleted 90 days after its request was closed.",
            None,
        ),
        _ => plain_page(status, "This file can't be shown now", "Go back and try again in a minute.", Some(&request)),
    }
}
