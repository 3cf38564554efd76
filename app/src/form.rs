//! One form for three worlds: hydrated, without script, and clicked before the script arrived.
//!
//! Its HTML posts to its own page with the deed's name in the query; the server's layer for plain forms runs the deed and
//! renders the page again. With script the same form dispatches the action. Either way the page reads what came of it here.

use leptos::form::FromFormData;
use leptos::prelude::*;
use leptos::server_fn::Http;
use leptos::server_fn::ServerFn;
use leptos::server_fn::codec::PostUrl;
use leptos::web_sys::SubmitEvent;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::AppError;
use crate::wording;

/// What came of a form that was posted without script, on its way into the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Posted {
    /// The deed's name.
    pub function: String,
    /// What it answered, in JSON, or why it was not done.
    pub answer: Result<String, AppError>,
    /// What was typed; never passwords, one-time codes or codes that exist.
    pub values: Vec<(String, String)>,
}

/// Reads what was posted, on the server from the request and in the browser from what the server wrote.
pub fn provide_posted() {
    let posted = SharedValue::new(|| {
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

/// What came of a form: by script, or posted without it.
pub struct Tried<S: ServerFn>
where
    S: Send + Sync + 'static,
    S::Output: Send + Sync + Clone + 'static,
    S::Error: Send + Sync + Clone + 'static,
{
    action: ServerAction<S>,
    posted: StoredValue<Option<Posted>>,
}

impl<S: ServerFn> Clone for Tried<S>
where
    S: Send + Sync + 'static,
    S::Output: Send + Sync + Clone + 'static,
    S::Error: Send + Sync + Clone + 'static,
{
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: ServerFn> Copy for Tried<S>
where
    S: Send + Sync + 'static,
    S::Output: Send + Sync + Clone + 'static,
    S::Error: Send + Sync + Clone + 'static,
{
}

/// What came of the form of this action.
pub fn tried<S>(action: ServerAction<S>) -> Tried<S>
where
    S: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    S::Output: DeserializeOwned + Send + Sync + Clone + 'static,
{
    let posted = use_context::<Option<Posted>>().flatten().filter(|posted| posted.function == name_of::<S>());
    Tried { action, posted: StoredValue::new(posted) }
}

impl<S> Tried<S>
where
    S: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    S::Output: DeserializeOwned + Send + Sync + Clone + 'static,
{
    /// Why it was not done, if it was tried and refused. Reactive.
    #[must_use]
    pub fn error(&self) -> Option<AppError> {
        match self.action.value().get() {
            Some(answer) => answer.err(),
            None => self.posted.with_value(|posted| posted.as_ref().and_then(|posted| posted.answer.clone().err())),
        }
    }

    /// What it answered, if it was done. Reactive.
    #[must_use]
    pub fn output(&self) -> Option<S::Output> {
        match self.action.value().get() {
            Some(answer) => answer.ok(),
            None => self.posted.with_value(|posted| {
                let answer = posted.as_ref()?.answer.as_ref().ok()?;
                leptos::serde_json::from_str(answer).ok()
            }),
        }
    }

    /// The sentence to stand at a field. Reactive when turned into a signal.
    #[must_use]
    pub fn field(&self, field: &'static str) -> Signal<Option<String>> {
        let this = *self;
        Signal::derive(move || this.error().and_then(|error| wording::at_field(&error, field)))
    }

    /// The fields and sentences for the summary on top.
    #[must_use]
    pub fn items(&self) -> Signal<Vec<(String, String)>> {
        let this = *self;
        Signal::derive(move || this.error().map(|error| wording::items(&error)).unwrap_or_default())
    }

    /// The sentence for the summary on top, when no field is to blame.
    #[must_use]
    pub fn sentence(&self) -> Signal<Option<String>> {
        let this = *self;
        Signal::derive(move || this.error().and_then(|error| wording::whole(&error)))
    }

    /// What was typed into a field before the page was rendered again without script.
    #[must_use]
    pub fn value(&self, field: &str) -> String {
        self.posted
            .with_value(|posted| {
                let values = &posted.as_ref()?.values;
                values.iter().find(|(name, _)| name == field).map(|(_, value)| value.clone())
            })
            .unwrap_or_default()
    }

    /// Whether the answer is on its way. Reactive.
    #[must_use]
    pub fn busy(&self) -> Signal<bool> {
        self.action.pending().into()
    }
}

/// The page's title. The server asks for it when the page and its signals are gone already, so there it is made at once.
#[component]
pub fn Title(
    /// The words, before the name of the program.
    #[prop(into)]
    text: TextProp,
) -> impl IntoView {
    #[cfg(feature = "ssr")]
    let text = TextProp::from(text.get().to_string());
    view! { <leptos_meta::Title text=text/> }
}

/// A form of one deed.
#[component]
pub fn Form<S>(
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
) -> impl IntoView
where
    S: ServerFn<
            Error = AppError,
            InputStreamError = AppError,
            OutputStreamError = AppError,
            Protocol = Http<PostUrl, leptos::server_fn::codec::Json>,
        > + DeserializeOwned
        + Clone
        + Send
        + Sync
        + 'static,
    S::Output: Send + Sync + 'static,
{
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
    view! {
        <form method="post" action=format!("?do={}", name_of::<S>()) id=id class=class novalidate on:submit=on_submit>
            {children()}
        </form>
    }
}
