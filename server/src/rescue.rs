//! What is answered when the application gave no answer of its own: it failed, took too long, or was sent too much. The
//! layers that notice this know nothing of requests; here their bare answers get a body that says what to do.

use std::any::Any;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use domain::id::RequestId;
use http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use http::{HeaderMap, StatusCode};
use tower::ServiceExt;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use crate::device_api::problem::ProblemAnswer;
use crate::oauth;
use crate::request_log::plain_page;
use crate::uploads;

/// No form of ours is longer.
pub(crate) const BODY_LIMIT: usize = 64 * 1024;
/// No answer of ours takes longer.
pub(crate) const DEADLINE: Duration = Duration::from_secs(5);

/// A form with files takes as long as a slow line needs for it.
const UPLOAD_DEADLINE: Duration = Duration::from_secs(120);

/// The application with its limits around it: wide ones for the forms that take files, narrow ones for everything else.
pub fn around(application: Router) -> Router {
    let uploads = limited(application.clone(), uploads::BODY_LIMIT, UPLOAD_DEADLINE);
    let others = limited(application, BODY_LIMIT, DEADLINE);
    Router::new().fallback_service(any(by_size).with_state((uploads, others))).layer(from_fn(explain))
}

fn limited(application: Router, body: usize, deadline: Duration) -> Router {
    application
        .layer(CatchPanicLayer::custom(failed))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, deadline))
        .layer(RequestBodyLimitLayer::new(body))
}

async fn by_size(State((uploads, others)): State<(Router, Router)>, request: Request) -> Response {
    let application = if uploads::is_upload(&request) { uploads } else { others };
    match application.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

fn failed(_: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a request ended early");
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}

async fn explain(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().copied().unwrap_or_else(RequestId::generate);
    let asks = Asks::of(request.uri().path());
    let response = next.run(request).await;
    let status = response.status();
    if !is_bare(status, response.headers()) {
        return response;
    }
    let mut told = match asks {
        Asks::Page => page(status, id),
        Asks::DeviceApi => ProblemAnswer::unanswered(id, status).into_response(),
        Asks::OAuth => oauth::unanswered(status),
    };
    if status == StatusCode::SERVICE_UNAVAILABLE {
        told.headers_mut().entry(RETRY_AFTER).or_insert(HeaderValue::from_static("1"));
    }
    told
}

/// Which language the one who asks understands.
#[derive(Clone, Copy)]
enum Asks {
    Page,
    DeviceApi,
    OAuth,
}

impl Asks {
    fn of(path: &str) -> Self {
        if path.starts_with("/api/v1/") {
            Self::DeviceApi
        } else if path.starts_with("/oauth/") {
            Self::OAuth
        } else {
            Self::Page
        }
    }
}

/// Answers of ours have a body of a declared kind; only the limit on bodies sends plain text.
fn is_bare(status: StatusCode, headers: &HeaderMap) -> bool {
    match status {
        StatusCode::INTERNAL_SERVER_ERROR | StatusCode::SERVICE_UNAVAILABLE => !headers.contains_key(CONTENT_TYPE),
        StatusCode::PAYLOAD_TOO_LARGE => {
            headers.get(CONTENT_TYPE).is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"))
        }
        _ => false,
    }
}

fn page(status: StatusCode, id: RequestId) -> Response {
    let (title, text) = match status {
        StatusCode::PAYLOAD_TOO_LARGE => ("This is too long", "Nothing was changed. Go back and send less text."),
        StatusCode::SERVICE_UNAVAILABLE => ("This takes too long at the moment", "Go back and try again in a minute."),
        _ => (
            "Something went wrong on our side",
            "Try again; if it happens again, tell support what you did and the number below.",
        ),
    };
    plain_page(status, title, text, Some(&id))
}

#[cfg(test)]
mod tests {
    use axum::middleware::from_fn_with_state;
    use axum::routing::post;
    use http::Method;
    use tower::ServiceExt;

    use super::*;
    use crate::headers::{Transport, secure};

    async fn breaks() -> StatusCode {
        panic!("a handler breaks")
    }

    /// Handlers that give no answer, with the layers around them that the application has.
    fn application() -> Router {
        let mut router = Router::new();
        for prefix in ["", "/api/v1", "/oauth"] {
            router = router
                .route(&format!("{prefix}/breaks"), post(breaks))
                .route(&format!("{prefix}/hangs"), post(std::future::pending::<StatusCode>))
                .route(&format!("{prefix}/reads"), post(async |_: axum::body::Bytes| StatusCode::OK));
        }
        crate::guarded(router, Transport::of("http://latchkey.test"))
    }

    async fn answer(path: &str) -> (StatusCode, HeaderMap, String) {
        let body = if path.ends_with("/reads") { "a".repeat(BODY_LIMIT + 1) } else { String::new() };
        let request = Request::builder().method(Method::POST).uri(path).header("content-length", body.len());
        let response = application().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let text = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        (parts.status, parts.headers, String::from_utf8(text.to_vec()).unwrap())
    }

    /// K09: a panic, too.
    #[tokio::test(start_paused = true)]
    async fn what_gives_no_answer_is_answered_in_the_language_of_the_one_who_asks() {
        for (name, status) in [("breaks", 500), ("hangs", 503), ("reads", 413)] {
            for (prefix, kind) in [
                ("", "text/html; charset=utf-8"),
                ("/api/v1", "application/problem+json"),
                ("/oauth", "application/json"),
            ] {
                let path = format!("{prefix}/{name}");
                let (answered, headers, text) = answer(&path).await;
                assert_eq!(answered.as_u16(), status, "{path}");
                assert_eq!(headers[CONTENT_TYPE], kind, "{path}");
                assert_eq!(headers.contains_key(RETRY_AFTER), status == 503, "{path}");
                let id = headers["x-request-id"].to_str().unwrap();
                assert!(prefix == "/oauth" || text.contains(id), "{path} does not name its request: {text}");
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_gives_no_answer_is_hardened_like_any_other() {
        for path in ["/breaks", "/hangs", "/reads", "/api/v1/breaks", "/oauth/hangs"] {
            let (_, headers, _) = answer(path).await;
            assert!(headers.contains_key("content-security-policy"), "{path}");
            assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
            assert_eq!(headers["cache-control"], "no-store", "{path}");
        }
    }

    #[tokio::test]
    async fn an_answer_of_our_own_stays_as_it_is() {
        let own = || async { (StatusCode::SERVICE_UNAVAILABLE, "busy") };
        let router = around(Router::new().route("/", post(own)));
        let router = router.layer(from_fn_with_state(Transport::of("http://latchkey.test"), secure));
        let response = router.oneshot(Request::post("/").body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(axum::body::to_bytes(response.into_body(), 100).await.unwrap(), "busy");
    }
}
