//! One form for three worlds: hydrated, without script, and clicked before the script arrived.
//!
//! Its HTML posts to its own page with the deed's name in the query; the server's layer for plain forms runs the deed and
//! renders the page again. With script the same form dispatches the action. Either way the page reads what came of it here.

use std::time::Duration;

use leptos::form::FromFormData;
use leptos::prelude::*;
use leptos::server_fn::Http;
use leptos::server_fn::ServerFn;
use leptos::server_fn::codec::{Json, PostUrl};
use leptos::web_sys::SubmitEvent;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::AppError;
use crate::load::JsonBytes;

mod tried;

pub use tried::{Refused, Tried, Voice, done, last_refused, refused, tried};

/// A server function that a form can call.
pub trait Deed:
    ServerFn<
        Error = AppError,
        InputStreamError = AppError,
        OutputStreamError = AppError,
        Protocol = Http<PostUrl, Json>,
        Output: DeserializeOwned + Clone + Send + Sync + 'static,
    > + DeserializeOwned
    + Serialize
    + Clone
    + Send
    + Sync
    + 'static
{
}

impl<S> Deed for S where
    S: ServerFn<
            Error = AppError,
            InputStreamError = AppError,
            OutputStreamError = AppError,
            Protocol = Http<PostUrl, Json>,
            Output: DeserializeOwned + Clone + Send + Sync + 'static,
        > + DeserializeOwned
        + Serialize
        + Clone
        + Send
        + Sync
        + 'static
{
}

/// Fields of a form, by name.
pub type Fields = Vec<(String, String)>;

/// What came of a form that was posted without script, on its way into the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Posted {
    /// The deed's name.
    pub function: String,
    /// What it answered, in JSON, or why it was not done.
    pub answer: Result<String, AppError>,
    /// What was typed; never passwords or one-time codes, and a whole code only where the page offers to send the very same
    /// form again.
    pub values: Vec<(String, String)>,
}

/// Reads what was posted, on the server from the request and in the browser from what the server wrote.
pub fn provide_posted() {
    let posted = SharedValue::<_, JsonBytes>::new_with_encoding(|| {
        #[cfg(feature = "ssr")]
        {
            use_context::<axum::http::request::Parts>().and_then(|parts| parts.extensions.get::<Posted>().cloned())
        }
        #[cfg(not(feature = "ssr"))]
        {
            None::<Posted>
        }
    });
    provide_context(posted.into_inner());
}

/// The deed's name on the wire: the last part of its path.
fn name_of<S: ServerFn>() -> &'static str {
    S::PATH.rsplit('/').next().unwrap_or_default()
}

/// The page's title, with the name of the program behind it. The server asks for it when the page and its signals are gone
/// already, so there it is made at once. In the browser the server's title stands until the page itself has arrived.
#[component]
pub fn Title(
    /// The words, before the name of the program.
    #[prop(into)]
    text: TextProp,
) -> impl IntoView {
    let titled = move || format!("{} – Latchkey", text.get());
    #[cfg(feature = "ssr")]
    let titled = titled();
    view! { <leptos_meta::Title text=titled/> }
}

/// A form of one deed that takes files. The browser posts it to its own page with script as well: what is too long or of
/// the wrong kind is told there, and what was typed stands in it again.
#[component]
pub fn FilesForm<S: Deed>(
    /// The deed.
    action: ServerAction<S>,
    /// Classes for its layout.
    #[prop(optional, into)]
    class: String,
    /// Its fields and buttons.
    children: Children,
) -> impl IntoView {
    // it is never called by script
    let _ = action;
    let to = format!("?do={}", name_of::<S>());
    // the answer is another page: a second click meanwhile sends nothing, and whoever stopped it may try again
    let sent = StoredValue::new(false);
    let on_submit = move |event: SubmitEvent| {
        if sent.get_value() {
            event.prevent_default();
        } else {
            sent.set_value(true);
            let again = move || {
                let _ = sent.try_set_value(false);
            };
            set_timeout(again, Duration::from_secs(10));
        }
    };
    view! {
        <form method="post" action=to enctype="multipart/form-data" class=class novalidate on:submit=on_submit>
            {children()}
        </form>
    }
}

/// A form of one deed.
#[component]
pub fn Form<S: Deed>(
    /// The deed.
    action: ServerAction<S>,
    /// The form's id, when something outside it refers to it.
    #[prop(optional, into)]
    id: Option<String>,
    /// Classes for its layout.
    #[prop(optional, into)]
    class: String,
    /// Its fields and buttons.
    children: Children,
) -> impl IntoView {
    let on_submit = move |event: SubmitEvent| {
        if event.default_prevented() {
            return;
        }
        // what can't be read here goes to the server as it is
        if let Ok(arguments) = S::from_event(&event) {
            event.prevent_default();
            if !action.pending().get_untracked() {
                action.dispatch(arguments);
            }
        }
    };
    Effect::new(move |_| {
        if let Some(Err(error)) = action.value().get() {
            crate::auth::ending::doubt(&error);
        }
    });
    view! {
        <form method="post" action=format!("?do={}", name_of::<S>()) id=id class=class novalidate on:submit=on_submit>
            {children()}
        </form>
    }
}
