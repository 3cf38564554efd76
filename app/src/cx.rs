//! The one door between a server function and a deed.

use std::future::Future;
use std::time::Duration;

use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use domain::Error;
use domain::cx::Cx;
use domain::id::RequestId;
use domain::retry::retried;
use domain::thread::Upload;
use domain::twins::{self, Protection};
use leptos::prelude::use_context;
use leptos::server_fn::error::ServerFnErrorErr;
use leptos_axum::ResponseOptions;
use time::OffsetDateTime;
use tracing::Instrument;

use crate::error::{Answer, AppError};

/// Tells the layer that serves browsers without script to show the answer in the page instead of going elsewhere.
pub const SHOW_HERE: HeaderName = HeaderName::from_static("x-latchkey-show");

/// The circumstances of the request that runs.
///
/// # Errors
/// `Internal` outside a request of ours.
pub fn cx() -> Answer<Cx> {
    let parts = use_context::<Parts>();
    let cx = parts.and_then(|parts| parts.extensions.get::<Cx>().cloned());
    cx.ok_or_else(|| Error::Internal(RequestId::generate()).into())
}

/// The files that came with a form, on their way to the deed.
#[derive(Clone, Debug, Default)]
pub struct Uploads(pub std::sync::Arc<[Upload]>);

/// The files that came with the form of this request.
#[must_use]
pub fn uploads() -> Vec<Upload> {
    let parts = use_context::<Parts>();
    let uploads = parts.and_then(|parts| parts.extensions.get::<Uploads>().cloned());
    uploads.unwrap_or_default().0.to_vec()
}

/// No form of a stranger is answered sooner.
const EVEN: Duration = Duration::from_millis(300);

/// Does something for a stranger, who shall not learn from the time how much there was to do (F01).
pub async fn in_even_time<T>(work: impl Future<Output = T>) -> T {
    if twins::is_out(Protection::EvenTime) {
        return work.await;
    }
    let even = tokio::time::Instant::now() + EVEN;
    let done = work.await;
    tokio::time::sleep_until(even).await;
    done
}

/// Runs a deed, again if it crossed another one, and sets the answer's status if it refuses.
///
/// # Errors
/// Those of the deed.
pub async fn act<T, F, Fut>(deed: F) -> Answer<T>
where
    T: Send + 'static,
    F: FnOnce(Cx) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = domain::Result<T>> + Send + 'static,
{
    let options = use_context::<ResponseOptions>();
    let cx = cx()?;
    let answer = to_its_end(cx.request, retried(move || deed.clone()(cx.clone()))).await;
    refuse_with(options, answer.map_err(AppError::Deed))
}

/// Runs a deed in a task of its own: what has begun is carried out even if whoever asked has gone.
///
/// # Errors
/// Those of the deed; `Internal` if it broke down.
pub async fn to_its_end<T: Send + 'static>(
    request: RequestId,
    deed: impl Future<Output = domain::Result<T>> + Send + 'static,
) -> domain::Result<T> {
    if twins::is_out(Protection::OwnTask) {
        return deed.await;
    }
    tokio::spawn(deed.in_current_span()).await.unwrap_or_else(|error| {
        tracing::error!(%error, %request, "a deed broke down");
        Err(Error::Internal(request))
    })
}

/// Whole seconds from `now` until `until`, rounded up and at least one: what `Retry-After` says.
#[must_use]
pub fn wait(until: OffsetDateTime, now: OffsetDateTime) -> i64 {
    let left = until - now;
    (left.whole_seconds() + i64::from(left.subsec_nanoseconds() > 0)).max(1)
}

/// Sets the answer's status to that of a refusal.
///
/// # Errors
/// The refusal itself.
pub fn refuse_with<T>(options: Option<ResponseOptions>, answer: Answer<T>) -> Answer<T> {
    if let (Some(options), Err(error)) = (options, &answer) {
        let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        options.set_status(status);
        if let AppError::Deed(Error::Refused(domain::activation::Refusal::Attempts { until })) = error
            && let Ok(cx) = cx()
        {
            options.insert_header(axum::http::header::RETRY_AFTER, HeaderValue::from(wait(*until, cx.now)));
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            options.insert_header(axum::http::header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
    }
    answer
}

/// What a link from a mail offers, or nothing for one that is dead: its page says so itself, and was found.
///
/// # Errors
/// Those that say more than that the link is dead.
pub fn alive<T>(answer: Answer<T>) -> Answer<Option<T>> {
    match answer {
        Err(AppError::Deed(Error::Invalid(_))) => {
            if let Some(options) = use_context::<ResponseOptions>() {
                options.set_status(StatusCode::OK);
            }
            Ok(None)
        }
        answer => answer.map(Some),
    }
}

/// Arguments that can't be read are the sender's mistake, not ours.
pub(crate) fn blame_sender(cause: &ServerFnErrorErr) {
    use ServerFnErrorErr as E;
    if matches!(cause, E::Args(_) | E::MissingArg(_) | E::Deserialization(_) | E::UnsupportedRequestMethod(_))
        && let Some(options) = use_context::<ResponseOptions>()
    {
        options.set_status(StatusCode::BAD_REQUEST);
    }
}

/// The answer belongs on the page that asked, also without script.
pub fn show_here() {
    if let Some(options) = use_context::<ResponseOptions>() {
        options.insert_header(SHOW_HERE, HeaderValue::from_static("1"));
    }
}
