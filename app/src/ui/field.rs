//! A line or a block of text to type into, with its label, hint and error.

use super::browser::hydrated;
use super::error::{described_by, error_line, hint_line};
use leptos::prelude::*;

/// The id is `name` unless one is given; the error's is `{id}-error`, the hint's `{id}-hint`.
#[component]
pub fn Field(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] value: String,
    #[prop(default = "text")] kind: &'static str,
    #[prop(optional, into)] id: Option<String>,
    #[prop(optional, into)] autocomplete: Option<String>,
    #[prop(optional, into)] inputmode: Option<String>,
    #[prop(optional)] required: bool,
    #[prop(optional)] optional: bool,
    #[prop(optional)] mono: bool,
    #[prop(optional)] readonly: bool,
    #[prop(optional)] disabled: bool,
    #[prop(optional)] maxlength: Option<u32>,
    #[prop(optional, into)] min: Option<String>,
    #[prop(optional, into)] max: Option<String>,
    #[prop(optional, into)] placeholder: Option<String>,
    #[prop(optional, into)] accept: Option<String>,
    #[prop(optional)] multiple: bool,
    #[prop(optional)] short: bool,
    #[prop(optional)] hide_label: bool,
    #[prop(optional, into)] on_input: Option<Callback<String>>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.clone());
    let hint = hint.filter(|hint| !hint.is_empty());
    let described = described_by(&id, hint.is_some(), error);
    let shown = RwSignal::new(false);
    let secret = kind == "password";
    // a browser may neither spell-check nor capitalise what is not a word
    let exact = mono || secret || kind == "email";
    let input_kind = move || if secret && shown.get() { "text" } else { kind };
    view! {
        <div class="field" data-short=short.then_some("")>
            <label class="field-label" class:visually-hidden=hide_label for=id.clone()>
                {label.clone()}
                {optional.then(|| view! { <span class="field-optional">" (optional)"</span> })}
            </label>
            {hint_line(&id, hint)}
            {error_line(&id, error)}
            <div class="field-box" data-secret=secret.then_some("")>
                <input
                    class="input"
                    class:mono=mono
                    id=id.clone()
                    name=name
                    type=input_kind
                    value=(!value.is_empty()).then_some(value)
                    dir=mono.then_some("ltr")
                    autocomplete=autocomplete
                    inputmode=inputmode
                    required=required
                    readonly=readonly
                    disabled=disabled
                    maxlength=maxlength.map(|n| n.to_string())
                    min=min
                    max=max
                    placeholder=placeholder
                    accept=accept
                    multiple=multiple
                    spellcheck=exact.then_some("false")
                    autocapitalize=exact.then_some("none")
                    aria-invalid=move || error.get().map(|_| "true")
                    aria-describedby=described
                    on:input=move |event| {
                        if let Some(on_input) = on_input {
                            on_input.run(event_target_value(&event));
                        }
                    }
                />
                {secret.then(|| show_button(id, label, shown))}
            </div>
        </div>
    }
    .into_any()
}

fn show_button(id: String, label: String, shown: RwSignal<bool>) -> impl IntoView {
    let live = hydrated();
    let thing = label.to_lowercase();
    let said = thing.clone();
    view! {
        <button
            class="field-toggle needs-script"
            type="button"
            aria-controls=id
            data-live=move || live.get().then_some("")
            on:click=move |_| shown.update(|shown| *shown = !*shown)
        >
            {move || if shown.get() { "Hide" } else { "Show" }}
            <span class="visually-hidden">{format!(" {thing}")}</span>
        </button>
        <span class="visually-hidden" role="status">
            {move || if shown.get() { format!("The {said} is shown as text.") } else { String::new() }}
        </span>
    }
}

#[component]
pub fn TextArea(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] value: String,
    #[prop(default = 5)] rows: u32,
    #[prop(optional, into)] id: Option<String>,
    #[prop(optional)] required: bool,
    #[prop(optional)] optional: bool,
    #[prop(optional)] maxlength: Option<u32>,
    #[prop(optional, into)] on_input: Option<Callback<String>>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.clone());
    let described = described_by(&id, hint.is_some(), error);
    view! {
        <div class="field">
            <label class="field-label" for=id.clone()>
                {label}
                {optional.then(|| view! { <span class="field-optional">" (optional)"</span> })}
            </label>
            {hint_line(&id, hint)}
            {error_line(&id, error)}
            <textarea
                class="input"
                id=id.clone()
                name=name
                rows=rows.to_string()
                required=required
                maxlength=maxlength.map(|n| n.to_string())
                aria-invalid=move || error.get().map(|_| "true")
                aria-describedby=described
                on:input=move |event| {
                    if let Some(on_input) = on_input {
                        on_input.run(event_target_value(&event));
                    }
                }
            >
                {value}
            </textarea>
        </div>
    }
    .into_any()
}
