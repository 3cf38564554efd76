//! Cards and the facts on them.

use super::button::hidden_tail;
use leptos::prelude::*;

/// A section with its heading; `level` is the heading's rank on the page.
#[component]
pub fn Card(
    #[prop(optional, into)] heading: Option<String>,
    #[prop(default = 2)] level: u8,
    #[prop(optional, into)] id: Option<String>,
    #[prop(optional, into)] actions: Option<ViewFn>,
    children: Children,
) -> impl IntoView {
    let head = heading.map(|heading| {
        let heading = if level <= 2 {
            view! { <h2 class="card-title">{heading}</h2> }.into_any()
        } else {
            view! { <h3 class="card-title">{heading}</h3> }.into_any()
        };
        view! {
            <div class="card-head">
                {heading}
                {actions.map(|actions| view! { <div class="row card-actions">{actions.run()}</div> })}
            </div>
        }
    });
    view! {
        <section class="card" id=id>
            {head}
            {children()}
        </section>
    }
    .into_any()
}

/// A datasheet: one column of facts, or two where there is room.
#[component]
pub fn Facts(#[prop(optional)] wide: bool, children: Children) -> impl IntoView {
    view! {
        <dl class="facts" data-wide=wide.then_some("")>
            {children()}
        </dl>
    }
    .into_any()
}

#[component]
pub fn Fact(#[prop(into)] term: String, children: Children) -> impl IntoView {
    view! {
        <div class="fact">
            <dt>{term}</dt>
            <dd>{children()}</dd>
        </div>
    }
    .into_any()
}

/// A date as text, machine-readable, with what it means from today beside it ("241 days left").
#[component]
pub fn Day(
    #[prop(into)] iso: String,
    #[prop(into)] text: String,
    #[prop(optional, into)] left: Option<String>,
    #[prop(optional, into)] describe: Option<String>,
) -> impl IntoView {
    view! {
        <span class="day">
            <time datetime=iso>{text}</time>
            {left.map(|left| view! { <span class="day-left">{left}</span> })}
            {describe.map(hidden_tail)}
        </span>
    }
    .into_any()
}
