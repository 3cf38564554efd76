//! Refuses a body in chunks. With a length beside them, the first proxy and we could read the request in two ways, and hyper
//! has by then removed the length; no browser and no program of ours sends any (RFC 9112 §6.3, I11).

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::StatusCode;
use http::header::{CONNECTION, HeaderValue, TRANSFER_ENCODING};

use crate::request_log::plain_page;

/// The middleware. The connection is closed, for nobody knows where the next request begins.
pub async fn refuse_chunks(request: Request, next: Next) -> Response {
    if !request.headers().contains_key(TRANSFER_ENCODING) {
        return next.run(request).await;
    }
    let mut told = plain_page(
        StatusCode::BAD_REQUEST,
        "This request does not say how long it is",
        "Nothing was changed. Send it again with Content-Length instead of Transfer-Encoding.",
        request.extensions().get(),
    );
    told.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    told
}
