//! Forms that come after their session has ended: the way to signing in, and what was typed when its writer is back.

use app::auth::kept;
use app::auth::session::Who;
use app::paths;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use domain::cx::Cx;
use http::Method;
use tower_sessions::Session;

use super::{values, values_of_staff};
use crate::authenticate::Ended;

/// Sends on to signing in, and from there back to the page of the form. What was typed waits there, unless nobody knows
/// who typed it.
pub(super) async fn sign_in_first(parts: &Parts, function: &str, typed: &[u8]) -> Response {
    let path = parts.uri.path();
    let in_support = path == paths::SUPPORT || path.starts_with("/support/");
    let sign_in = if in_support { paths::SUPPORT_SIGN_IN } else { paths::SIGN_IN };
    let next: String = form_urlencoded::byte_serialize(path.as_bytes()).collect();
    let ended = parts.extensions.get::<Ended>();
    let over = match ended {
        Some(Ended(who)) if keep(parts, *who, function, typed).await => "&over=1",
        _ => "",
    };
    Redirect::to(&format!("{sign_in}?next={next}{over}")).into_response()
}

async fn keep(parts: &Parts, who: Who, function: &str, typed: &[u8]) -> bool {
    let (Some(session), Some(cx)) = (parts.extensions.get::<Session>(), parts.extensions.get::<Cx>()) else {
        return false;
    };
    let fields = match who {
        Who::Person(_) => values(typed, false),
        Who::Staff(_) => values_of_staff(typed),
    };
    kept::keep(session, who, parts.uri.path(), function, &fields, cx).await.is_ok()
}

/// The request for a page, with the form that waits for its reader.
pub(super) async fn given_back(mut request: Request) -> Request {
    if request.method() != Method::GET || request.uri().path().starts_with("/api/") {
        return request;
    }
    let (session, cx) = (request.extensions().get::<Session>().cloned(), request.extensions().get::<Cx>().cloned());
    if let (Some(session), Some(cx)) = (session, cx)
        && let Ok(Some(posted)) = kept::give_back(&session, request.uri().path(), &cx).await
    {
        request.extensions_mut().insert(posted);
    }
    request
}
