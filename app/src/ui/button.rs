//! Buttons and links that look like them. A deed that is not allowed is a disabled button with its reason beside it.

use leptos::ev::MouseEvent;
use leptos::prelude::*;

#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Variant {
    #[default]
    Primary,
    Secondary,
    Quiet,
    Danger,
}

impl Variant {
    pub(super) fn class(self) -> &'static str {
        match self {
            Variant::Primary => "button button-primary",
            Variant::Secondary => "button button-secondary",
            Variant::Quiet => "button button-quiet",
            Variant::Danger => "button button-danger",
        }
    }
}

/// `describe` is the hidden tail of the name that tells equal buttons of a table apart; `id` keeps the reason's id unique there.
#[component]
pub fn Button(
    #[prop(optional)] variant: Variant,
    #[prop(default = "submit")] kind: &'static str,
    #[prop(optional, into)] id: Option<String>,
    #[prop(optional, into)] name: Option<String>,
    #[prop(optional, into)] value: Option<String>,
    /// Where the form goes by this button, when that is not where it goes by the others.
    #[prop(optional, into)]
    to: Option<String>,
    #[prop(optional, into)] disabled_reason: Signal<Option<String>>,
    #[prop(optional, into)] busy: Signal<bool>,
    #[prop(optional, into)] on_click: Option<Callback<MouseEvent>>,
    #[prop(optional, into)] describe: Option<String>,
    children: Children,
) -> impl IntoView {
    let reason_id = reason_id(id.as_deref(), name.as_deref(), value.as_deref());
    let described_by = {
        let reason_id = reason_id.clone();
        move || disabled_reason.get().map(|_| reason_id.clone())
    };
    view! {
        <span class="button-slot">
            <button
                class=variant.class()
                type=kind
                id=id
                name=name
                value=value
                formaction=to
                disabled=move || disabled_reason.get().is_some()
                aria-describedby=described_by
                aria-busy=move || busy.get().then_some("true")
                on:click=move |event| {
                    if let Some(on_click) = on_click {
                        on_click.run(event);
                    }
                }
            >
                {children()}
                {describe.map(hidden_tail)}
            </button>
            {move || disabled_reason.get().map(|reason| view! { <span class="reason" id=reason_id.clone()>{reason}</span> })}
        </span>
    }
    .into_any()
}

#[component]
pub fn ButtonLink(
    #[prop(into)] href: String,
    #[prop(default = Variant::Secondary)] variant: Variant,
    #[prop(optional, into)] describe: Option<String>,
    #[prop(optional)] download: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <a class=variant.class() href=href download=download.then_some("") rel=download.then_some("external")>
            {children()}
            {describe.map(hidden_tail)}
        </a>
    }
    .into_any()
}

pub(super) fn hidden_tail(describe: String) -> impl IntoView {
    view! { <span class="visually-hidden">{format!(" {describe}")}</span> }
}

fn reason_id(id: Option<&str>, name: Option<&str>, value: Option<&str>) -> String {
    match (id, name, value) {
        (Some(id), _, _) => format!("{id}-refused"),
        (None, Some(name), Some(value)) => format!("{name}-{value}-refused"),
        (None, Some(name), None) => format!("{name}-refused"),
        (None, None, _) => "refused".to_owned(),
    }
}
