//! What any OAuth library may rely on.

use axum::body::Body;
use serde_json::Value;
use tower::ServiceExt;

use super::*;

const FORM: &str = "application/x-www-form-urlencoded";

async fn post(media_type: &str, body: impl Into<Body>) -> (StatusCode, Value) {
    let request = Request::post("/oauth/token").header(header::CONTENT_TYPE, media_type).body(body.into()).unwrap();
    let response = router().oneshot(request).await.unwrap();
    assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
    assert_eq!(response.headers()[header::PRAGMA], "no-cache");
    let status = response.status();
    let bytes = axum::body::to_bytes(response.into_body(), LARGEST_BODY).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap())
}

fn error(body: &[u8]) -> &'static str {
    match parameters(body) {
        Ok(fields) => check_client(&HeaderMap::new(), &fields).map_or_else(|denied| denied.error, |()| "none"),
        Err(denied) => denied.error,
    }
}

fn by_basic(user_and_secret: &str, body: &str) -> Result<(), Denied> {
    let mut headers = HeaderMap::new();
    let value = format!("Basic {}", STANDARD.encode(user_and_secret));
    headers.insert(header::AUTHORIZATION, value.parse().unwrap());
    check_client(&headers, &parameters(body.as_bytes()).unwrap())
}

#[tokio::test]
async fn what_cannot_be_read_is_an_invalid_request() {
    for (media_type, body) in
        [("application/json", "{}"), ("", ""), (FORM, "client_id=a&client_id=a"), (FORM, "a=%00"), (FORM, "a=%FF")]
    {
        let (status, json) = post(media_type, body).await;
        assert_eq!((status, &json["error"]), (StatusCode::BAD_REQUEST, &"invalid_request".into()), "{body}");
    }
    let (status, json) = post(FORM, "a".repeat(LARGEST_BODY + 1)).await;
    assert_eq!((status, &json["error"]), (StatusCode::PAYLOAD_TOO_LARGE, &"invalid_request".into()));
}

#[tokio::test]
async fn another_client_is_turned_away() {
    let (status, json) = post(FORM, "client_id=somebody").await;
    assert_eq!((status, &json["error"]), (StatusCode::UNAUTHORIZED, &"invalid_client".into()));
}

#[test]
fn the_client_names_itself_in_the_body_or_by_basic() {
    assert_eq!(error(b"client_id=latchkey-client&unknown=1"), "none");
    assert_eq!(error(b"client_id=latchkey-client&client_secret="), "none");
    assert_eq!(error(b"client_id=latchkey-client&client_secret=x"), "invalid_client");
    assert_eq!(error(b"client_id="), "invalid_client");
    assert_eq!(error(b""), "invalid_client");
    assert!(by_basic("latchkey-client:", "").is_ok());
    assert!(by_basic("latchkey-client:", "client_id=latchkey-client").is_ok());
    for (user, body) in [
        ("latchkey-client:secret", ""),
        ("somebody:", ""),
        ("latchkey-client:", "client_id=somebody"),
        ("somebody:", "client_id=latchkey-client"),
        ("latchkey-client", "client_id=latchkey-client"),
    ] {
        let denied = by_basic(user, body).unwrap_err();
        assert_eq!(denied.error, "invalid_client");
        let response = denied.into_response();
        assert!(response.headers().contains_key(header::WWW_AUTHENTICATE), "{user} {body}");
    }
}

#[test]
fn a_poll_is_answered_in_the_words_of_the_standard() {
    for (poll, word) in [
        (Poll::Pending, "authorization_pending"),
        (Poll::SlowDown, "slow_down"),
        (Poll::Denied, "access_denied"),
        (Poll::Expired, "expired_token"),
        (Poll::Unknown, "invalid_grant"),
    ] {
        let denied = Denied::poll(poll);
        assert_eq!((denied.status, denied.error), (StatusCode::BAD_REQUEST, word));
    }
}

#[test]
fn descriptions_keep_to_the_characters_of_the_standard() {
    assert_eq!(ascii("It\u{2019}s \u{201C}here\u{201D} \u{2013} \"now\" \u{425}"), "It's 'here' - 'now' ?");
}
