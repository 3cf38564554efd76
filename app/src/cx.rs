//! The one door between a server function and a deed.

use std::future::Future;

use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use domain::Error;
use domain::cx::Cx;
use leptos::prelude::use_context;
use leptos::server_fn::error::ServerFnErrorErr;
use leptos_axum::ResponseOptions;

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
    cx.ok_or_else(|| Error::Internal(domain::id::RequestId::generate()).into())
}

/// Runs a deed in a task of its own: it comes to its end even if whoever asked has gone (a connection given back in the
/// middle of a transaction would lose the next borrower's write). A refusal sets the answer's status.
///
/// # Errors
/// Those of the deed.
pub async fn act<T, F, Fut>(deed: F) -> Answer<T>
where
    T: Send + 'static,
    F: FnOnce(Cx) -> Fut,
    Fut: Future<Output = domain::Result<T>> + Send + 'static,
{
    let options = use_context::<ResponseOptions>();
    let cx = cx()?;
    let request = cx.request;
    let answer = tokio::spawn(deed(cx)).await.unwrap_or(Err(Error::Internal(request)));
    refuse_with(options, answer.map_err(AppError::Deed))
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
            let wait = (*until - cx.now).whole_seconds().max(1);
            options.insert_header(axum::http::header::RETRY_AFTER, HeaderValue::from(wait));
        }
    }
    answer
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
