//! Linking a device as RFC 8628 has it: the two addresses that any OAuth library can drive.

use std::collections::BTreeMap;

use app::cx::{to_its_end, wait};
use app::error::AppError;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::Error;
use domain::activation::Refusal;
use domain::actor::Actor;
use domain::cx::Cx;
use domain::device_api::{
    CLIENT_ID, DEVICE_GRANT, DeviceAuthorization, DeviceAuthorizationRequest, Token, TokenError, TokenRequest,
};
use domain::link::{self, Poll};
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::device_api::extract::{LARGEST_BODY, Unreadable, is_media_type, read};
use crate::device_api::problem::BUSY_SECONDS;

/// The routes of linking. Around them belong the layers that put `domain::cx::Cx` into the request.
pub fn router() -> Router {
    let (routes, _) = described().split_for_parts();
    routes.method_not_allowed_fallback(wrong_method)
}

/// The same routes with their part of the document.
pub(crate) fn described() -> OpenApiRouter {
    OpenApiRouter::new().routes(routes!(device_authorization)).routes(routes!(token))
}

/// Ask to be linked
///
/// RFC 8628 §3.1. Show the person `user_code` and `verification_uri`, then ask for the token every `interval` seconds.
#[utoipa::path(
    post,
    path = "/oauth/device_authorization",
    tag = "link",
    request_body(content = DeviceAuthorizationRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "The codes and the page", body = DeviceAuthorization),
        (status = 400, description = "A parameter can't be used", body = TokenError),
        (status = 401, description = "Not our client", body = TokenError),
        (status = 413, description = "The body is too large", body = TokenError),
        (status = 429, description = "Too many requests from one network", body = TokenError,
            headers(("retry-after" = u32, description = "Seconds to wait"))),
        (status = 503, description = "Busy; nothing was used up", body = TokenError,
            headers(("retry-after" = u32, description = "Seconds to wait"))),
    )
)]
async fn device_authorization(
    ClientForm { cx, mut fields }: ClientForm,
) -> Result<Granted<DeviceAuthorization>, Denied> {
    let mut take = |name: &str| fields.remove(name);
    let request = DeviceAuthorizationRequest {
        client_id: take("client_id"),
        scope: take("scope"),
        device_name: take("device_name"),
        os_family: take("os_family"),
        os_version: take("os_version"),
        app_version: take("app_version"),
        product: take("product"),
        fingerprint: take("fingerprint"),
    };
    let answer = to_its_end(cx.request, link::store::for_device(cx.clone(), request)).await;
    answer.map(Granted).map_err(|error| Denied::of(&cx, &error))
}

/// Ask for the token
///
/// RFC 8628 §3.4. `authorization_pending` and `slow_down` mean: ask again later.
#[utoipa::path(
    post,
    path = "/oauth/token",
    tag = "link",
    request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "The token, given once", body = Token),
        (status = 400, description = "There is no token, or not yet; `error` says why", body = TokenError),
        (status = 401, description = "Not our client", body = TokenError),
        (status = 413, description = "The body is too large", body = TokenError),
        (status = 503, description = "Busy; nothing was used up", body = TokenError,
            headers(("retry-after" = u32, description = "Seconds to wait"))),
    )
)]
async fn token(ClientForm { cx, mut fields }: ClientForm) -> Result<Granted<Token>, Denied> {
    match fields.get("grant_type").map(String::as_str) {
        None => return Err(Denied::request("grant_type is missing.")),
        Some(DEVICE_GRANT) => {}
        Some(_) => {
            let description = format!("The only grant here is {DEVICE_GRANT}.");
            return Err(Denied::new(StatusCode::BAD_REQUEST, "unsupported_grant_type", description));
        }
    }
    let device_code = fields.remove("device_code").ok_or_else(|| Denied::request("device_code is missing."))?;
    match to_its_end(cx.request, link::store::for_polling(cx.clone(), device_code)).await {
        Ok(Ok(token)) => Ok(Granted(token)),
        Ok(Err(poll)) => Err(Denied::poll(poll)),
        Err(error) => Err(Denied::of(&cx, &error)),
    }
}

/// The application gave no answer: it failed, took too long, or was sent too much.
pub(crate) fn unanswered(status: StatusCode) -> Response {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => {
            Denied::new(status, "invalid_request", format!("The body has more than {LARGEST_BODY} bytes."))
        }
        StatusCode::SERVICE_UNAVAILABLE => {
            Denied::later(status, "Too much is going on at this moment. Ask again.", BUSY_SECONDS)
        }
        _ => Denied::internal(),
    }
    .into_response()
}

async fn wrong_method() -> Denied {
    Denied::new(StatusCode::METHOD_NOT_ALLOWED, "invalid_request", "Send the parameters by POST.")
}

/// What was asked for. Nothing on the way may keep it (RFC 6749 §5.1).
struct Granted<T>(T);

impl<T: Serialize> IntoResponse for Granted<T> {
    fn into_response(self) -> Response {
        kept_nowhere(StatusCode::OK, Json(self.0))
    }
}

fn kept_nowhere(status: StatusCode, body: impl IntoResponse) -> Response {
    let mut response = (status, body).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}

/// Why there is nothing (yet), as RFC 6749 §5.2 writes it.
#[derive(Debug)]
struct Denied {
    status: StatusCode,
    error: &'static str,
    description: String,
    retry_after: Option<i64>,
    challenge: bool,
}

impl Denied {
    fn new(status: StatusCode, error: &'static str, description: impl Into<String>) -> Self {
        Self { status, error, description: ascii(&description.into()), retry_after: None, challenge: false }
    }

    fn request(description: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request", description)
    }

    fn client(description: &str, challenge: bool) -> Self {
        Self { challenge, ..Self::new(StatusCode::UNAUTHORIZED, "invalid_client", description) }
    }

    fn later(status: StatusCode, description: &str, seconds: i64) -> Self {
        Self { retry_after: Some(seconds), ..Self::new(status, "temporarily_unavailable", description) }
    }

    fn internal() -> Self {
        let description = "We made a mistake and have noted it. Try again later.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "server_error", description)
    }

    fn poll(poll: Poll) -> Self {
        let (error, description) = match poll {
            Poll::Pending => ("authorization_pending", "Nobody has decided yet. Ask again."),
            Poll::SlowDown => ("slow_down", "Asked too soon. Wait 5 seconds longer between two requests from now on."),
            Poll::Denied => ("access_denied", "A person refused to link this device."),
            Poll::Expired => ("expired_token", "The codes are too old. Ask for new ones."),
            Poll::Unknown => ("invalid_grant", "This device code was used, or was never given out. Ask for a new one."),
            // a grant without a person who gave it
            Poll::Grant => return Self::internal(),
        };
        Self::new(StatusCode::BAD_REQUEST, error, description)
    }

    fn of(cx: &Cx, error: &Error) -> Self {
        match error {
            Error::Refused(Refusal::Attempts { until }) => {
                let description = "Too many requests from this network. Wait, then ask again.";
                Self::later(StatusCode::TOO_MANY_REQUESTS, description, wait(*until, cx.now))
            }
            Error::Refused(refusal) => {
                Self::new(StatusCode::BAD_REQUEST, "access_denied", app::wording::refusal(refusal))
            }
            Error::Invalid(_) => {
                let items = app::wording::items(&AppError::Deed(error.clone()));
                let sentences: Vec<_> = items.iter().map(|(field, sentence)| format!("{field}: {sentence}")).collect();
                Self::request(sentences.join(" "))
            }
            Error::Busy => {
                let description = "Too much is going on at this moment. Nothing was used up; ask again.";
                Self::later(StatusCode::SERVICE_UNAVAILABLE, description, BUSY_SECONDS)
            }
            Error::Unauthenticated | Error::Forbidden | Error::NotFound => {
                Self::new(StatusCode::BAD_REQUEST, "unauthorized_client", "This client may not do this.")
            }
            Error::Internal(_) => Self::internal(),
        }
    }
}

/// RFC 6749 §5.2 allows printable ASCII in a description, without quotation marks and backslashes.
fn ascii(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{2018}' | '\u{2019}' | '\u{201C}' | '\u{201D}' | '"' | '\\' => '\'',
            '\u{2010}'..='\u{2015}' => '-',
            ' '..='~' => c,
            _ => '?',
        })
        .collect()
}

impl IntoResponse for Denied {
    fn into_response(self) -> Response {
        let body = TokenError { error: self.error.to_owned(), error_description: Some(self.description) };
        let mut response = kept_nowhere(self.status, Json(body));
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.challenge {
            let basic = HeaderValue::from_static(r#"Basic realm="Latchkey""#);
            response.headers_mut().insert(header::WWW_AUTHENTICATE, basic);
        }
        response
    }
}

/// The parameters that our public client sent, each once, the empty ones left out (RFC 6749 §3.1).
#[derive(Debug)]
struct ClientForm {
    cx: Cx,
    fields: BTreeMap<String, String>,
}

impl<S: Sync> FromRequest<S> for ClientForm {
    type Rejection = Denied;

    async fn from_request(request: Request, _: &S) -> Result<Self, Denied> {
        let (parts, body) = request.into_parts();
        if !is_media_type(&parts.headers, "application/x-www-form-urlencoded") {
            return Err(Denied::request("Send the parameters as application/x-www-form-urlencoded."));
        }
        let bytes = read(body).await.map_err(|cause| match cause {
            Unreadable::TooLarge => {
                let description = format!("The body has more than {LARGEST_BODY} bytes.");
                Denied::new(StatusCode::PAYLOAD_TOO_LARGE, "invalid_request", description)
            }
            other => Denied::request(other.detail()),
        })?;
        let fields = parameters(&bytes)?;
        check_client(&parts.headers, &fields)?;
        let Some(mut cx) = parts.extensions.get::<Cx>().cloned() else {
            tracing::error!("a route of linking runs outside the layers that say who asks");
            return Err(Denied::internal());
        };
        // a device asks, whoever may be signed in where the request comes from
        cx.actor = Actor::Stranger;
        Ok(Self { cx, fields })
    }
}

fn parameters(body: &[u8]) -> Result<BTreeMap<String, String>, Denied> {
    let mut fields = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(body) {
        if [&name, &value].iter().any(|text| text.contains(['\0', char::REPLACEMENT_CHARACTER])) {
            return Err(Denied::request("A parameter is not text in UTF-8."));
        }
        if fields.insert(name.to_string(), value.into_owned()).is_some() {
            return Err(Denied::request(format!("{name} stands there twice.")));
        }
    }
    fields.retain(|_, value| !value.is_empty());
    Ok(fields)
}

/// The client is public: it names itself, in the body or by HTTP Basic, and has no secret (RFC 6749 §2.3.1).
fn check_client(headers: &HeaderMap, fields: &BTreeMap<String, String>) -> Result<(), Denied> {
    const WHO: &str = "The client here is latchkey-client, without a secret.";
    let basic = headers.get(header::AUTHORIZATION).map(|value| basic_client(value).unwrap_or_default());
    let by_basic = basic.is_some();
    let named = [basic.as_deref(), fields.get("client_id").map(String::as_str)];
    let ours = named.iter().flatten().all(|name| *name == CLIENT_ID) && named.iter().flatten().next().is_some();
    if ours && !fields.contains_key("client_secret") { Ok(()) } else { Err(Denied::client(WHO, by_basic)) }
}

/// The user name of HTTP Basic, if the password is empty.
fn basic_client(value: &HeaderValue) -> Option<String> {
    let (scheme, encoded) = value.to_str().ok()?.split_once(' ')?;
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (client, secret) = decoded.split_once(':')?;
    (scheme.eq_ignore_ascii_case("Basic") && secret.is_empty()).then(|| client.to_owned())
}

#[cfg(test)]
mod tests;
