//! What went wrong, said twice: in a summary on top that takes the focus, and at each field.

use super::browser;
use leptos::{html, prelude::*};

/// Nothing while there is neither a field error nor a sentence. `sentence` is a refusal that belongs to no field, `children` the one
/// button that fixes it.
#[component]
pub fn ErrorSummary(
    #[prop(optional, into)] items: Signal<Vec<(String, String)>>,
    #[prop(optional, into)] title: Option<Signal<String>>,
    #[prop(optional, into)] sentence: Signal<Option<String>>,
    #[prop(optional)] children: Option<ChildrenFn>,
) -> impl IntoView {
    let summary = NodeRef::<html::Div>::new();
    let title = move || title.map_or_else(|| "This did not go through".to_owned(), |title| title.get());
    let present = move || sentence.get().is_some() || !items.get().is_empty();
    Effect::new(move |_| {
        if present()
            && let Some(summary) = summary.get()
        {
            let _ = summary.focus();
        }
    });
    let children = StoredValue::new(children);
    move || {
        present().then(|| {
            view! {
                <div class="error-summary" role="alert" tabindex="-1" aria-labelledby="error-summary-title" node_ref=summary>
                    <h2 class="error-summary-title" id="error-summary-title">{title()}</h2>
                    {sentence.get().map(|sentence| view! { <p>{sentence}</p> })}
                    <ul class="error-summary-list">{items.get().into_iter().map(entry).collect_view()}</ul>
                    {children.with_value(|children| {
                        children.as_ref().map(|children| view! { <div class="row">{children()}</div> })
                    })}
                </div>
            }
        })
    }
}

fn entry((id, sentence): (String, String)) -> impl IntoView {
    let href = format!("#{id}");
    view! {
        <li>
            <a href=href on:click=follow(id)>{sentence}</a>
        </li>
    }
}

/// Moves the focus to a place of the page instead of only scrolling to it.
pub(super) fn follow(id: String) -> impl Fn(leptos::ev::MouseEvent) {
    move |event| {
        if browser::focus(&id) {
            event.prevent_default();
        }
    }
}

/// A link that looks like a button and leads to a field of this page.
#[component]
pub fn FieldLink(#[prop(into)] id: String, children: Children) -> impl IntoView {
    view! {
        <a class="button button-secondary" href=format!("#{id}") on:click=follow(id)>
            {children()}
        </a>
    }
    .into_any()
}

/// What was asked for, in the place where answers stand: it takes the focus when it appears.
#[component]
pub fn Answer(#[prop(into)] label: String, children: Children) -> impl IntoView {
    let answer = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if let Some(answer) = answer.get() {
            let _ = answer.focus();
        }
    });
    view! {
        <div class="answer" role="group" aria-label=label tabindex="-1" node_ref=answer>
            {children()}
        </div>
    }
    .into_any()
}

/// The ids a field names in `aria-describedby`: its hint, if it has one, and its error while there is one.
pub(super) fn described_by(
    id: &str,
    has_hint: bool,
    error: Signal<Option<String>>,
) -> impl Fn() -> Option<String> + Clone + Send + use<> {
    let hint = has_hint.then(|| format!("{id}-hint"));
    let error_id = format!("{id}-error");
    move || {
        let error = error.get().map(|_| error_id.clone());
        match (hint.clone(), error) {
            (Some(hint), Some(error)) => Some(format!("{hint} {error}")),
            (hint, error) => hint.or(error),
        }
    }
}

pub(super) fn hint_line(id: &str, hint: Option<String>) -> impl IntoView + use<> {
    let id = format!("{id}-hint");
    hint.map(|hint| view! { <p class="field-hint" id=id>{hint}</p> })
}

pub(super) fn error_line(id: &str, error: Signal<Option<String>>) -> impl IntoView + use<> {
    let id = format!("{id}-error");
    move || {
        error.get().map(|sentence| {
            view! {
                <p class="field-error" id=id.clone()>
                    <span class="visually-hidden">"Error: "</span>
                    {sentence}
                </p>
            }
        })
    }
}
