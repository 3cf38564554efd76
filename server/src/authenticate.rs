//! Who asks? Closed by default: without an actor nothing is reached but what stands on the short list here.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use domain::actor::Actor;
use domain::cx::Cx;
use domain::id::RequestId;
use domain::{Error, person, staff};
use http::StatusCode;
use tower_sessions::Session;

use crate::device_api::docs;
use crate::request_log::plain_page;
use crate::{Gate, listen, mailbox, styleguide};
use app::auth::session::{self, Who};
use app::layout::Unread;
use app::paths;

/// Pages for people who are not signed in.
pub const OPEN_PAGES: &[&str] = &[
    paths::SIGN_IN,
    paths::SIGN_IN_CODE,
    paths::SIGN_UP,
    paths::CHECK_MAIL,
    paths::CONFIRM,
    paths::FORGOT,
    paths::RESET,
    paths::EMAIL_CONFIRM,
    paths::EMAIL_STOP,
    paths::SUPPORT_SIGN_IN,
    paths::UNSUBSCRIBE,
    paths::JOIN,
];

/// Server functions for people who are not signed in.
pub const OPEN_FUNCTIONS: &[&str] = &[
    "sign_up",
    "confirm_email",
    "sign_in",
    "ask_password_reset",
    "set_password",
    "staff_sign_in",
    "get_unsubscribe",
    "unsubscribe",
    "get_invitation",
    "join_office",
    "sign_in_by_code",
    "begin_passkey_sign_in",
    "sign_in_by_passkey",
    "confirm_email_change",
    "stop_email_change",
];

/// What shows nothing of anybody: the files of the front end, and the page about the device API. The mailbox and the
/// style guide of a demo are open as well; elsewhere there are none.
const FILES: &[&str] = &["/favicon.svg", "/logo.svg", "/robots.txt", docs::PATH, styleguide::PATH];

/// The middleware: finds out who asks and puts the circumstances of the request into its extensions.
pub async fn authenticate(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    if path.starts_with("/pkg/") || path.starts_with(mailbox::PATH) || FILES.contains(&path.as_str()) {
        return next.run(request).await;
    }
    let id = request.extensions().get::<RequestId>().copied().unwrap_or_else(RequestId::generate);
    let mut cx = Cx::of(Actor::Stranger, id, &gate.world);
    if let Some(peer) = listen::peer(request.extensions()) {
        let client = gate.countries.client(request.headers(), peer, &gate.trusted);
        cx.address = Some(client.address);
        cx.country = client.country;
        cx.country_by = client.by;
    }
    if !crate::is_for_programs(&request) {
        let session = request.extensions().get::<Session>().cloned();
        match who(session, &cx).await {
            Ok((actor, unread)) => {
                cx.actor = actor;
                request.extensions_mut().insert(Unread(unread));
            }
            Err(_) => return away(id),
        }
        if let Some(elsewhere) = turn_away(&cx.actor, &request, &path) {
            return elsewhere;
        }
    }
    request.extensions_mut().insert(cx);
    next.run(request).await
}

fn away(id: RequestId) -> Response {
    let mut response = plain_page(
        StatusCode::SERVICE_UNAVAILABLE,
        "Latchkey can't be reached for a moment",
        "Nothing was lost. Load the page again in a minute.",
        Some(&id),
    );
    response.headers_mut().insert(http::header::RETRY_AFTER, http::HeaderValue::from_static("5"));
    response
}

/// Who has signed in, and how many notices they have not read.
async fn who(session: Option<Session>, cx: &Cx) -> domain::Result<(Actor, u64)> {
    let Some(session) = session else { return Ok((Actor::Stranger, 0)) };
    let Some(mut signed_in) = session::read(&session).await? else { return Ok((Actor::Stranger, 0)) };
    if !session::touch(&session, &mut signed_in, cx.now).await? {
        return Ok((Actor::Stranger, 0));
    }
    let found = match signed_in.who {
        Who::Person(id) => person::store::for_session(&cx.world.ro, id, signed_in.stamp).await?,
        Who::Staff(id) => staff::store::for_session(&cx.world.ro, id, signed_in.stamp).await?.map(|actor| (actor, 0)),
    };
    match found {
        Some(found) => Ok(found),
        // removed, or the password is another one by now
        None => session::end(&session).await.map(|()| (Actor::Stranger, 0)),
    }
}

/// Sends people to where they can sign in, and everybody to their own side of the house.
fn turn_away(actor: &Actor, request: &Request, path: &str) -> Option<Response> {
    let in_support = path == paths::SUPPORT || path.starts_with("/support/");
    if let Some(function) = path.strip_prefix("/api/") {
        let open = OPEN_FUNCTIONS.contains(&function);
        return (*actor == Actor::Stranger && !open).then(|| refusal(&Error::Unauthenticated));
    }
    if OPEN_PAGES.contains(&path) {
        return None;
    }
    match actor {
        Actor::Staff { .. } if !in_support => Some(Redirect::to(paths::SUPPORT).into_response()),
        Actor::Staff { .. } => None,
        Actor::Person { .. } if !in_support => None,
        _ if in_support => Some(Redirect::to(paths::SUPPORT_SIGN_IN).into_response()),
        _ => {
            let next = request.uri().path_and_query().map_or("/", |p| p.as_str());
            let encoded: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
            Some(Redirect::to(&format!("{}?next={encoded}", paths::SIGN_IN)).into_response())
        }
    }
}

fn refusal(error: &Error) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let wire = app::error::AppError::Deed(error.clone());
    let mut response = axum::Json(wire).into_response();
    *response.status_mut() = status;
    // the mark by which a server function's caller knows an error
    response.headers_mut().insert("serverfnerror", http::HeaderValue::from_static("1"));
    response
}
