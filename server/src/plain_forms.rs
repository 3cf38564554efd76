//! Forms without script: a form posts to its own page with the deed's name in the query; the deed runs as it does for
//! script, and the browser goes on to where the deed leads, or sees the same page with what came of it.

mod kept;

use app::cx::{SHOW_HERE, Uploads};
use app::error::AppError;
use app::form::Posted;
use app::wording::receipt::{PREVIOUS_CODE, receipt, refused};
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::actor::Actor;
use domain::cx::Cx;
use domain::thread::Upload;
use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, LOCATION};
use http::{Method, StatusCode, Uri};
use tower::ServiceExt;

use crate::authenticate::OPEN_FUNCTIONS;
use crate::request_log::plain_page;
use crate::uploads;

/// What is never written back into a page.
fn is_secret(field: &str) -> bool {
    field == "current" || field.contains("password") || field.contains("one_time_code")
}
const FORM: &str = "application/x-www-form-urlencoded";
const LIMIT: usize = 64 * 1024;

/// Serves everything; posts of plain forms in two steps.
pub async fn serve(State(inner): State<Router>, request: Request) -> Response {
    let Some(function) = deed(&request) else { return call(inner, kept::given_back(request).await).await };
    let (parts, body) = request.into_parts();
    let actor = parts.extensions.get::<Cx>().map(|cx| cx.actor.clone()).unwrap_or(Actor::Stranger);
    let (stranger, staff) = (actor == Actor::Stranger, matches!(actor, Actor::Staff { .. }));
    let (typed, files) = match read(&parts.headers, body, &function).await {
        Ok(read) => read,
        Err(refusal) => return refusal,
    };
    if stranger && !OPEN_FUNCTIONS.contains(&function.as_str()) {
        return kept::sign_in_first(&parts, &function, &typed).await;
    }
    let mut asked = Request::new(Body::from(typed.clone()));
    *asked.method_mut() = Method::POST;
    *asked.uri_mut() = Uri::try_from(format!("/api/{function}")).unwrap_or_default();
    *asked.extensions_mut() = parts.extensions.clone();
    asked.extensions_mut().insert(Uploads(files.into()));
    asked.headers_mut().clone_from(&parts.headers);
    asked.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(FORM));
    asked.headers_mut().remove(CONTENT_LENGTH);
    asked.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json"));
    let answer = call(inner.clone(), asked).await;

    let (answered, body) = answer.into_parts();
    let text = to_bytes(body, 1024 * 1024).await.unwrap_or_default();
    let shows = answered.headers.contains_key(SHOW_HERE);
    if answered.status.is_success() && !shows {
        let to = answered.headers.get(LOCATION).and_then(|l| l.to_str().ok()).unwrap_or(parts.uri.path());
        let mut gone = Redirect::to(to).into_response();
        carry_cookies(&answered.headers, gone.headers_mut());
        return gone;
    }
    let answer = if answered.status.is_success() {
        Ok(String::from_utf8_lossy(&text).into_owned())
    } else {
        Err(read_error(&text))
    };
    let same_again = answer.as_ref().map_or_else(asks_again, |_| true);
    // what a customer reads out to support is compared and never shown again (R101)
    let values = if staff { values_of_staff(&typed) } else { values(&typed, same_again) };
    let posted = Posted { function, answer, values };
    let mut rendered = show(inner, &parts, posted).await;
    if !answered.status.is_success() {
        *rendered.status_mut() = answered.status;
    }
    carry_cookies(&answered.headers, rendered.headers_mut());
    rendered
}

/// What was typed into a form, and the files that came with it where the deed takes files.
async fn read(headers: &http::HeaderMap, body: Body, function: &str) -> Result<(Bytes, Vec<Upload>), Response> {
    let too_long =
        || plain_page(StatusCode::PAYLOAD_TOO_LARGE, "The form is too long", "Go back and send less text.", None);
    let not_a_form = || {
        let (title, text) = ("This is not a form", "Go back and send the form again.");
        plain_page(StatusCode::UNSUPPORTED_MEDIA_TYPE, title, text, None)
    };
    if let Some(boundary) = uploads::boundary(headers).filter(|_| uploads::TAKE_FILES.contains(&function)) {
        return match uploads::read(body, boundary).await {
            Ok(form) => Ok((form.typed.into(), form.files)),
            Err(uploads::Unread::TooLong) => Err(too_long()),
            Err(uploads::Unread::NotAForm) => Err(not_a_form()),
        };
    }
    let is_form = headers.get(CONTENT_TYPE).and_then(|t| t.to_str().ok()).is_some_and(|t| t.starts_with(FORM));
    let typed = to_bytes(body, LIMIT).await.map_err(|_| too_long())?;
    if is_form { Ok((typed, Vec::new())) } else { Err(not_a_form()) }
}

/// The deed that a plain form asks for, if this is one.
pub(crate) fn deed(request: &Request) -> Option<String> {
    if request.method() != Method::POST || request.uri().path().starts_with("/api/") || crate::is_for_programs(request)
    {
        return None;
    }
    let name = request.uri().query()?.split('&').find_map(|pair| pair.strip_prefix("do="))?;
    let is_name = !name.is_empty() && name.len() <= 60 && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    is_name.then(|| name.to_owned())
}

async fn call(inner: Router, request: Request) -> Response {
    match inner.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

/// Renders the page the form stands on, with what came of it.
async fn show(inner: Router, parts: &http::request::Parts, posted: Posted) -> Response {
    let mut page = Request::new(Body::empty());
    *page.uri_mut() = Uri::try_from(parts.uri.path()).unwrap_or_default();
    page.headers_mut().clone_from(&parts.headers);
    for header in [CONTENT_TYPE, CONTENT_LENGTH] {
        page.headers_mut().remove(header);
    }
    *page.extensions_mut() = parts.extensions.clone();
    page.extensions_mut().insert(posted);
    call(inner, page).await
}

fn carry_cookies(from: &http::HeaderMap, to: &mut http::HeaderMap) {
    for name in [http::header::SET_COOKIE, http::HeaderName::from_static("clear-site-data"), http::header::RETRY_AFTER]
    {
        for value in from.get_all(&name) {
            to.append(&name, value.clone());
        }
    }
}

fn read_error(text: &Bytes) -> AppError {
    serde_json::from_slice(text).unwrap_or(AppError::Away)
}

/// Whether the page offers to send the very same request again, with something agreed to.
fn asks_again(error: &AppError) -> bool {
    refused(error).is_some_and(|refusal| receipt(refusal).asks_again())
}

/// What was typed, to stand in the page again: no password, and no code that was taken, unless the page asks to
/// confirm the very same one.
fn values(typed: &[u8], same_again: bool) -> Vec<(String, String)> {
    form_urlencoded::parse(typed)
        .filter(|(name, _)| !is_secret(name) && (name != "once"))
        .filter(|(name, value)| same_again || !is_whole_code(name, value))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}

/// What somebody in support typed: nothing that has the shape of a code, and in longer texts no code.
fn values_of_staff(typed: &[u8]) -> Vec<(String, String)> {
    values(typed, true)
        .into_iter()
        .filter(|(_, value)| domain::code::ActivationCode::parse(value).is_err())
        .map(|(name, value)| (name, domain::code::hide_codes(&value)))
        .collect()
}

/// A text with the right check symbol is a code of somebody's, not a typing error. In the fields for a code it may have been
/// pasted with what stands around it.
fn is_whole_code(field: &str, text: &str) -> bool {
    let for_code = matches!(field, "code" | "by" | PREVIOUS_CODE);
    let text = if for_code { domain::code::code_part(text) } else { text };
    domain::code::ActivationCode::parse(text).is_ok_and(|code| code.check_symbol_holds())
}
