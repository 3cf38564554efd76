//! Names each request and writes one line about it; and the page for when there is no other to show.

use std::time::Instant;

use axum::body::Body;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use domain::actor::Actor;
use domain::id::RequestId;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use tracing::Instrument;

/// The header that names the request.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The middleware. The line has the path without its query: queries of mailed links are secrets.
pub async fn name_and_log(mut request: Request, next: Next) -> Response {
    let id = RequestId::generate();
    request.extensions_mut().insert(id);
    let method = request.method().clone();
    let path: String = request.uri().path().chars().take(200).collect();
    let began = Instant::now();
    // what fails on the way says in the log which request it was
    let span = tracing::info_span!("request", request_id = %id, actor = tracing::field::Empty);
    let mut response = next.run(request).instrument(span.clone()).await;
    let took = began.elapsed();
    let status = response.status();
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    metrics::counter!("http_requests_total", "method" => method.to_string(), "status" => status.as_u16().to_string())
        .increment(1);
    metrics::histogram!("http_request_seconds").record(took.as_secs_f64());
    app::status::pulse::note(took);
    let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    span.in_scope(|| tracing::info!(%method, path, status = status.as_u16(), milliseconds, "answered"));
    response
}

/// Says in the lines about this request who asked, by identity alone, once that is known (ASVS 16.2.1).
pub fn asked_by(actor: &Actor) {
    if let Some(id) = actor.id() {
        tracing::Span::current().record("actor", tracing::field::display(id));
    }
}

/// A page that needs nothing but itself.
#[must_use]
pub fn plain_page(status: StatusCode, title: &str, text: &str, request: Option<&RequestId>) -> Response {
    let named = request.map(|id| format!("<p>Request {id}</p>")).unwrap_or_default();
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{title} – Latchkey</title></head>\
         <body><main><h1>{title}</h1><p>{text}</p><p><a href=\"/\">Go to Latchkey</a></p>{named}</main></body></html>"
    );
    let mut response = Response::new(Body::from(html));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response
}
