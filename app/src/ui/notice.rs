//! Saying how things are: a notice, a state as word, shape and colour, an empty place, a sentence for screen readers.

use leptos::prelude::*;

#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Tone {
    #[default]
    Info,
    Ok,
    Warn,
    Danger,
}

impl Tone {
    fn name(self) -> &'static str {
        match self {
            Tone::Info => "info",
            Tone::Ok => "ok",
            Tone::Warn => "warn",
            Tone::Danger => "danger",
        }
    }

    fn shape(self) -> State {
        match self {
            Tone::Info => State::Progress,
            Tone::Ok => State::Active,
            Tone::Warn => State::NeedsYou,
            Tone::Danger => State::Blocked,
        }
    }
}

/// `live` for what appears after the page has loaded, so that it is announced.
#[component]
pub fn Notice(
    #[prop(optional)] tone: Tone,
    #[prop(optional, into)] title: Option<String>,
    #[prop(optional)] live: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="notice" data-tone=tone.name() role=live.then_some("status")>
            <Shape state=tone.shape()/>
            <div class="notice-body">
                {title.map(|title| view! { <p class="notice-title">{title}</p> })}
                {children()}
            </div>
        </div>
    }
    .into_any()
}

/// What was just done on the page, announced.
#[component]
pub fn Done(#[prop(into)] title: String, #[prop(into)] text: String) -> impl IntoView {
    view! {
        <Notice tone=Tone::Ok title=title live=true>
            <p>{text}</p>
        </Notice>
    }
    .into_any()
}

#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum State {
    #[default]
    Active,
    Ending,
    Ended,
    NeedsYou,
    Blocked,
    Reserve,
    Progress,
    /// Over and done with; nobody has to do anything.
    Closed,
}

impl State {
    /// As attribute value: the colour follows it in the style sheet.
    pub fn name(self) -> &'static str {
        match self {
            State::Active => "active",
            State::Ending => "ending",
            State::Ended => "ended",
            State::NeedsYou => "needs",
            State::Blocked => "blocked",
            State::Reserve => "reserve",
            State::Progress => "progress",
            State::Closed => "closed",
        }
    }

    fn path(self) -> &'static str {
        match self {
            State::Active => "M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1z",
            State::Ending => "M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1zm0 1.6a3.4 3.4 0 0 0 0 6.8z",
            State::Ended => "M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1zm0 1.6a3.4 3.4 0 1 0 0 6.8 3.4 3.4 0 0 0 0-6.8z",
            State::NeedsYou => "M6 .8 11.6 11H.4z",
            State::Blocked => "M1.5 1.5h9v9h-9z",
            State::Reserve => "M6 .2 11.8 6 6 11.8.2 6zm0 2.3L2.5 6 6 9.5 9.5 6z",
            State::Progress => "M2.5.8 10.5 6l-8 5.2z",
            State::Closed => "M1 4.8h10v2.4H1z",
        }
    }
}

#[component]
fn Shape(state: State) -> impl IntoView {
    view! {
        <svg class="shape" viewBox="0 0 12 12" aria-hidden="true" focusable="false" data-mirror=(state == State::Progress).then_some("")>
            <path fill="currentColor" fill-rule="evenodd" d=state.path()/>
        </svg>
    }
    .into_any()
}

/// The word carries the state; shape and colour repeat it for the quick eye.
#[component]
pub fn Badge(state: State, #[prop(into)] label: String) -> impl IntoView {
    view! {
        <span class="badge" data-state=state.name()>
            <Shape state/>
            {label}
        </span>
    }
    .into_any()
}

/// Why it is empty, and the next step.
#[component]
pub fn Empty(
    #[prop(into)] title: String,
    #[prop(into)] text: String,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <svg class="empty-mark" viewBox="0 0 64 40" aria-hidden="true" focusable="false">
                <path d="M1 1h62v12a7 7 0 0 0 0 14v12H1V27a7 7 0 0 0 0-14zM22 6v5M22 18v5M22 29v5M32 14h20M32 20h14M32 26h20"/>
            </svg>
            <h2 class="empty-title">{title}</h2>
            <p class="empty-text">{text}</p>
            {children.map(|children| view! { <div class="row empty-actions">{children()}</div> })}
        </div>
    }
    .into_any()
}

/// Stands in the page from the start, so that what is put into it later is announced.
#[component]
pub fn LiveRegion(#[prop(into)] text: Signal<String>, #[prop(optional)] visible: bool) -> impl IntoView {
    view! {
        <p class="live" class:visually-hidden=!visible role="status">
            {move || text.get()}
        </p>
    }
    .into_any()
}
