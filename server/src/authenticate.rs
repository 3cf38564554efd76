//! Who asks? Closed by default: without an actor nothing is reached but what stands on the short list here.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use domain::actor::Actor;
use domain::cx::Cx;
use domain::id::RequestId;
use domain::{Error, lookup, person, staff};
use http::StatusCode;
use tower_sessions::Session;
use tower_sessions::session::Id;

use crate::device_api::docs;
use crate::plain_forms::deed;
use crate::request_log::{asked_by, plain_page};
use crate::{Gate, listen, mailbox, sessions, status, styleguide, viewing};
use app::auth::ending::Left;
use app::auth::session::{self, SignedIn, Who};
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
    paths::SUPPORT_JOIN,
    paths::UNSUBSCRIBE,
    paths::JOIN,
    paths::STATUS,
    status::PATH,
];

/// Whether everybody may read this page. Who can't sign in finds help as well.
#[must_use]
pub fn is_open(path: &str) -> bool {
    let is_help = path.strip_prefix(paths::HELP).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    is_help || OPEN_PAGES.contains(&path)
}

/// Server functions for people who are not signed in.
pub const OPEN_FUNCTIONS: &[&str] = &[
    "send_feedback",
    "sign_up",
    "confirm_email",
    "sign_in",
    "ask_password_reset",
    "set_password",
    "staff_sign_in",
    "staff_sign_in_by_passkey",
    "get_unsubscribe",
    "unsubscribe",
    "get_invitation",
    "join_office",
    "sign_in_by_code",
    "begin_passkey_sign_in",
    "sign_in_by_passkey",
    "confirm_email_change",
    "stop_email_change",
    "get_status",
    "get_staff_invitation",
    "join_support",
];

/// Asked by open pages and by nobody in person: these keep no session alive.
const STAYING: &[&str] =
    &["/api/stay_here", "/api/get_looking", "/api/get_standing", "/api/get_session_end", "/api/get_progress"];

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
        let form = deed(&request).is_some();
        match who(session, &cx, !STAYING.contains(&path.as_str()), form).await {
            Ok(asker) => {
                cx.actor = asker.actor;
                let extensions = request.extensions_mut();
                extensions.insert(Unread(asker.unread));
                if let Some(left) = asker.left {
                    extensions.insert(left);
                }
                if let Some(who) = asker.ended {
                    extensions.insert(Ended(who));
                }
            }
            Err(_) => return away(id),
        }
        if let Some(elsewhere) = turn_away(&cx.actor, &request, &path) {
            return elsewhere;
        }
        if matches!(cx.actor, Actor::Viewer { .. })
            && ![viewing::SESSION, viewing::LEAVE].iter().any(|some| some.contains(&path.trim_start_matches("/api/")))
            && lookup::store::note_viewed(&cx, &path).await.is_err()
        {
            return away(id);
        }
    }
    asked_by(&cx.actor);
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

/// Whose session had ended by itself when their form came.
#[derive(Clone, Copy, Debug)]
pub struct Ended(pub Who);

/// Who asks, as the session tells.
struct Asker {
    actor: Actor,
    /// How many notices they have not read.
    unread: u64,
    left: Option<Left>,
    ended: Option<Who>,
}

impl Asker {
    const fn stranger(ended: Option<Who>) -> Self {
        Self { actor: Actor::Stranger, unread: 0, left: None, ended }
    }
}

/// Who has signed in. Of a form that comes too late it is found out whose it was.
async fn who(session: Option<Session>, cx: &Cx, in_use: bool, form: bool) -> domain::Result<Asker> {
    let Some(session) = session else { return Ok(Asker::stranger(None)) };
    let came_with = session.id();
    let Some(mut signed_in) = session::read(&session).await? else {
        return Ok(Asker::stranger(if form { ended(came_with, cx).await? } else { None }));
    };
    if in_use && !session::touch(&session, &mut signed_in, cx.now).await?
        || !in_use && session::is_over(&signed_in, cx.now)
    {
        return Ok(Asker::stranger(Some(signed_in.who)));
    }
    let found = match signed_in.who {
        Who::Person(id) => person::store::for_session(&cx.world.ro, id, signed_in.stamp).await?,
        Who::Staff(id) => match staff::store::for_session(&cx.world.ro, id, signed_in.stamp).await? {
            Some(actor) => Some((viewing::eyes(actor, signed_in.viewing, cx).await?, 0)),
            None => None,
        },
    };
    match found {
        Some((actor, unread)) => {
            let left = Some(session::left(&signed_in, cx.now));
            Ok(Asker { actor, unread, left, ended: None })
        }
        // removed, or the password is another one by now
        None => session::end(&session).await.map(|()| Asker::stranger(None)),
    }
}

/// Whose the session of this id was, if it ended by itself.
async fn ended(id: Option<Id>, cx: &Cx) -> domain::Result<Option<Who>> {
    let Some(id) = id else { return Ok(None) };
    let signed_in = domain::session::store::ended(&cx.world.rw, &sessions::hash(id)).await?;
    let signed_in = signed_in.and_then(|data| serde_json::from_value::<SignedIn>(data).ok());
    Ok(signed_in.map(|signed_in| signed_in.who))
}

/// Sends people to where they can sign in, and everybody to their own side of the house.
fn turn_away(actor: &Actor, request: &Request, path: &str) -> Option<Response> {
    if matches!(actor, Actor::Viewer { .. }) {
        return viewing::turn_away(request, path);
    }
    let in_support = path == paths::SUPPORT || path.starts_with("/support/");
    if let Some(function) = path.strip_prefix("/api/") {
        let open = OPEN_FUNCTIONS.contains(&function);
        return (*actor == Actor::Stranger && !open).then(|| refusal(&Error::Unauthenticated));
    }
    // a form that comes too late is kept by the layer of plain forms, which then sends its writer to sign in
    let open_deed = |deed: String| OPEN_FUNCTIONS.contains(&deed.as_str());
    let late = *actor == Actor::Stranger && deed(request).is_some_and(|deed| !open_deed(deed));
    if late || is_open(path) {
        return None;
    }
    match actor {
        // support opens with the second factor, and not before
        Actor::Staff { enrolled, .. } if !enrolled && path != paths::SUPPORT_FACTOR => {
            Some(Redirect::to(paths::SUPPORT_FACTOR).into_response())
        }
        Actor::Staff { enrolled: true, .. } if path == paths::SUPPORT_FACTOR => {
            Some(Redirect::to(paths::SUPPORT).into_response())
        }
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

pub(crate) fn refusal(error: &Error) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let wire = app::error::AppError::Deed(error.clone());
    let mut response = axum::Json(wire).into_response();
    *response.status_mut() = status;
    // the mark by which a server function's caller knows an error
    response.headers_mut().insert("serverfnerror", http::HeaderValue::from_static("1"));
    response
}
