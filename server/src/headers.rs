//! The headers that every answer carries, so that no answer can be framed, sniffed, kept or embedded elsewhere.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, Entry, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY, SERVER,
    SET_COOKIE, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};

use crate::sessions;

/// For what is not a rendered page: nothing may run, load, be framed or be submitted.
const CLOSED: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; object-src 'none'",
);

const ALWAYS: [(HeaderName, HeaderValue); 6] = [
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-embedder-policy"), HeaderValue::from_static("require-corp")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(), \
             geolocation=(), gyroscope=(), hid=(), idle-detection=(), magnetometer=(), microphone=(), midi=(), \
             payment=(), picture-in-picture=(), publickey-credentials-get=(self), screen-wake-lock=(), serial=(), \
             sync-xhr=(), usb=(), xr-spatial-tracking=()",
        ),
    ),
];

/// Paths whose address itself is a secret: not even our own pages may be told it.
const SECRET_PATHS: [&str; 7] =
    ["/confirm", "/reset", "/email", "/disclosed", "/join", "/support/join", "/unsubscribe"];

/// Whether people reach us by https, so that browsers are told to insist on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transport {
    https: bool,
}

impl Transport {
    /// As the origin says.
    #[must_use]
    pub fn of(origin: &str) -> Self {
        Self { https: origin.starts_with("https://") }
    }
}

/// The middleware, for `axum::middleware::from_fn_with_state(Transport::of(origin), headers::secure)` around everything.
pub async fn secure(State(transport): State<Transport>, request: Request, next: Next) -> Response {
    let secret = SECRET_PATHS.iter().any(|path| request.uri().path().starts_with(path));
    let mut response = next.run(request).await;
    harden(response.headers_mut(), transport, secret);
    response
}

fn harden(headers: &mut HeaderMap, transport: Transport, secret_path: bool) {
    for (name, value) in ALWAYS {
        headers.insert(name, value);
    }
    let referrer = if secret_path { "no-referrer" } else { "same-origin" };
    headers.insert(REFERRER_POLICY, HeaderValue::from_static(referrer));
    if transport.https {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=63072000; includeSubDomains"));
    }
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(CLOSED);
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.remove(SERVER);
    secure_removed_cookies(headers);
}

/// The session layer removes a dead cookie without `Secure`, which browsers refuse for a `__Host-` name.
fn secure_removed_cookies(headers: &mut HeaderMap) {
    let Entry::Occupied(cookies) = headers.entry(SET_COOKIE) else { return };
    let is_bare = |value: &HeaderValue| {
        value.as_bytes().starts_with(sessions::COOKIE.as_bytes())
            && !value.to_str().is_ok_and(|text| text.split(';').any(|part| part.trim().eq_ignore_ascii_case("secure")))
    };
    if !cookies.iter().any(is_bare) {
        return;
    }
    let kept: Vec<HeaderValue> =
        cookies.iter().map(|value| if is_bare(value) { sessions::removal() } else { value.clone() }).collect();
    cookies.remove_entry_mult();
    for value in kept {
        headers.append(SET_COOKIE, value);
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::http::Request;
    use axum::middleware::from_fn_with_state;
    use axum::routing::get;
    use tower::ServiceExt;

    use super::*;

    async fn headers_of(path: &str, origin: &str) -> HeaderMap {
        let page =
            [("content-security-policy", "script-src 'nonce-a'"), ("server", "x"), ("cache-control", "immutable")];
        let gone = [("set-cookie", "__Host-sid=; Path=/; Max-Age=0"), ("set-cookie", "other=1; Secure")];
        let router = Router::new()
            .route("/page", get(move || async move { page }))
            .route("/gone", get(move || async move { axum::response::AppendHeaders(gone) }))
            .layer(from_fn_with_state(Transport::of(origin), secure));
        let request = Request::get(path).body(Body::empty()).unwrap();
        router.oneshot(request).await.unwrap().headers().clone()
    }

    #[tokio::test]
    async fn an_answer_that_is_no_page_is_closed_and_not_kept() {
        let headers = headers_of("/missing", "http://localhost").await;
        assert_eq!(headers[CONTENT_SECURITY_POLICY], CLOSED);
        assert_eq!(headers[CACHE_CONTROL], "no-store");
        assert_eq!(headers[X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(headers[REFERRER_POLICY], "same-origin");
        assert_eq!(headers["cross-origin-embedder-policy"], "require-corp");
        assert!(!headers.contains_key(STRICT_TRANSPORT_SECURITY));
    }

    #[tokio::test]
    async fn a_page_keeps_its_own_policy_and_does_not_name_the_server() {
        let headers = headers_of("/page", "https://licenses.example.com").await;
        assert_eq!(headers[CONTENT_SECURITY_POLICY], "script-src 'nonce-a'");
        assert_eq!(headers[CACHE_CONTROL], "immutable");
        assert!(headers.contains_key(STRICT_TRANSPORT_SECURITY));
        assert!(!headers.contains_key(SERVER));
    }

    #[tokio::test]
    async fn a_secret_path_is_told_to_nobody() {
        for path in
            ["/confirm/abc", "/reset?token=abc", "/disclosed/abc", "/join?token=abc", "/support/join", "/unsubscribe"]
        {
            assert_eq!(headers_of(path, "http://localhost").await[REFERRER_POLICY], "no-referrer", "{path}");
        }
    }

    #[tokio::test]
    async fn a_removed_session_cookie_is_removed_in_the_browser_too() {
        let headers = headers_of("/gone", "http://localhost").await;
        let cookies: Vec<_> = headers.get_all(SET_COOKIE).iter().cloned().collect();
        assert_eq!(cookies, [sessions::removal(), HeaderValue::from_static("other=1; Secure")]);
    }
}
