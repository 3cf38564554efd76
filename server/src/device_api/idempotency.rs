//! The Idempotency-Key of a request: sent again under the same key, it is answered as it was the first time
//! (draft-ietf-httpapi-idempotency-key-header).

use app::cx::to_its_end;
use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::cx::Cx;
use domain::id::RequestId;
use domain::idempotency::{self, Begun, Kept, Keyed};

use super::bearer::{Bearer, Known};
use super::extract::read;
use super::problem::ProblemAnswer;

/// The header of the key.
pub const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Says that an answer is that of an earlier request.
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// The most characters of a key.
pub const LONGEST_KEY: usize = 255;
/// More than any answer to a deed has.
const LARGEST_ANSWER: usize = 1024 * 1024;
/// After how many seconds it is worth asking again how the first request ended.
const RUNNING_SECONDS: i64 = 1;

/// The middleware. Only requests of somebody we know are kept: strangers could fill the table.
pub async fn answer_once(request: Request, next: Next) -> Response {
    if !matches!(*request.method(), Method::POST | Method::PUT | Method::PATCH | Method::DELETE)
        || !request.headers().contains_key(KEY)
    {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    // without a token there is nobody whose answer could be kept
    let Ok(bearer) = Bearer::from_request_parts(&mut parts, &()).await else {
        return next.run(Request::from_parts(parts, body)).await;
    };
    let number = bearer.cx.request;
    let Some(key) = key_of(&parts.headers).map(ToOwned::to_owned) else {
        return ProblemAnswer::strange_key(number).into_response();
    };
    let body = match read(body).await {
        Ok(body) => body,
        Err(cause) => return ProblemAnswer::unreadable(number, cause).into_response(),
    };
    let cx = bearer.cx.clone();
    // to its end, so that the answer is kept for whoever hung up before it came
    let answer = to_its_end(number, async move { run_once(&bearer, &key, parts, body, next).await }).await;
    answer.unwrap_or_else(|error| ProblemAnswer::of(&cx, &error, None).into_response())
}

/// The key: visible ASCII, bare or as the string of RFC 8941 that the draft wants.
fn key_of(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(KEY).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let text = value.to_str().ok()?.trim();
    let key = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    let fits = (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    fits.then_some(key)
}

async fn run_once(
    bearer: &Bearer,
    key: &str,
    mut parts: Parts,
    body: axum::body::Bytes,
    next: Next,
) -> domain::Result<Response> {
    let cx = &bearer.cx;
    let owner = bearer.owner(&parts.extensions).await?;
    let keyed = Keyed {
        token: &bearer.token,
        method: parts.method.as_str(),
        path: parts.uri.path(),
        key,
        content: [
            parts.uri.query().unwrap_or_default().as_bytes(),
            parts.headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default(),
            &body,
        ],
    };
    let begun = match owner {
        Some(owner) => {
            let begun = idempotency::begin(cx, keyed).await?;
            parts.extensions.insert(Known(owner));
            begun
        }
        // a device that left learns again that it did; everybody else is told that the token is dead
        None => match idempotency::recall(cx, keyed).await? {
            Some(begun) => begun,
            None => return Ok(next.run(Request::from_parts(parts, Body::from(body))).await),
        },
    };
    match begun {
        Begun::Run(run) => {
            let response = next.run(Request::from_parts(parts, Body::from(body))).await;
            let status = response.status();
            if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
                idempotency::drop_run(&cx.world, &run).await?;
                return Ok(response);
            }
            kept(cx, &run, response).await
        }
        Begun::Answered(answer) => Ok(replayed(answer)),
        Begun::Running => Ok(ProblemAnswer::still_running(cx.request).into_response()),
        Begun::OtherRequest => Ok(ProblemAnswer::used_key(cx.request).into_response()),
    }
}

async fn kept(cx: &Cx, run: &idempotency::Run, response: Response) -> domain::Result<Response> {
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, LARGEST_ANSWER).await.map_err(|error| {
        tracing::error!(%error, request = %cx.request, "an answer could not be read");
        domain::Error::Internal(cx.request)
    })?;
    let text = |name| parts.headers.get(name).and_then(|value| value.to_str().ok()).map(ToOwned::to_owned);
    let answer = Kept {
        status: parts.status.as_u16(),
        content_type: text(header::CONTENT_TYPE),
        location: text(header::LOCATION),
        body: bytes.to_vec(),
    };
    if let Err(error) = idempotency::keep(&cx.world, run, &answer).await {
        // the deed is done: its answer goes out, and a repetition runs it again
        tracing::warn!(%error, request = %cx.request, "an answer was not kept");
    }
    Ok(Response::from_parts(parts, Body::from(bytes)))
}

fn replayed(answer: Kept) -> Response {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    for (name, text) in [(header::CONTENT_TYPE, answer.content_type), (header::LOCATION, answer.location)] {
        if let Some(value) = text.and_then(|text| HeaderValue::try_from(text).ok()) {
            headers.insert(name, value);
        }
    }
    response
}

impl ProblemAnswer {
    fn strange_key(request: RequestId) -> Self {
        let detail = format!("Send one Idempotency-Key of 1 to {LONGEST_KEY} visible ASCII characters, or none.");
        Self::new(request, StatusCode::BAD_REQUEST, "idempotency-key", "A key that can't be used", detail)
    }

    fn used_key(request: RequestId) -> Self {
        let detail = "This Idempotency-Key came with another request before. Nothing was done; \
                      send this request under a key of its own.";
        let title = "The key of another request";
        Self::new(request, StatusCode::UNPROCESSABLE_ENTITY, "idempotency-key-used", title, detail)
    }

    pub(super) fn still_running(request: RequestId) -> Self {
        let detail = "The first request under this Idempotency-Key still runs. Send it again to learn how it ended.";
        Self::new(request, StatusCode::CONFLICT, "idempotency-key-running", "Still running", detail)
            .retry_after(RUNNING_SECONDS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_visible_ascii_with_or_without_quotation_marks() {
        let read = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(KEY, HeaderValue::from_bytes(value.as_bytes()).unwrap());
            }
            key_of(&headers).map(ToOwned::to_owned)
        };
        assert_eq!(read(&["8e03978e"]).as_deref(), Some("8e03978e"));
        assert_eq!(read(&[" \"8e03978e\" "]).as_deref(), Some("8e03978e"));
        assert_eq!(read(&[&"a".repeat(255)]).map(|key| key.len()), Some(255));
        for strange in [&[""][..], &["\"\""], &["a b"], &["\u{e9}"], &["a", "a"], &[&"a".repeat(256)]] {
            assert_eq!(read(strange), None, "{strange:?}");
        }
    }
}
