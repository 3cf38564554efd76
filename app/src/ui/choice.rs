//! Choosing: one from a short list, one from a long list, or yes and no.

use super::error::{described_by, error_line, hint_line};
use leptos::prelude::*;

#[component]
pub fn Select(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    options: Vec<(String, String)>,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] id: Option<String>,
    #[prop(optional)] required: bool,
    #[prop(optional)] optional: bool,
    /// The first choice, which stands for none.
    #[prop(optional, into)]
    blank: Option<String>,
    #[prop(optional)] hide_label: bool,
    #[prop(optional, into)] on_change: Option<Callback<String>>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.clone());
    let hint = hint.filter(|hint| !hint.is_empty());
    let described = described_by(&id, hint.is_some(), error);
    let options = options
        .into_iter()
        .map(|(option, label)| {
            let selected = option == value;
            view! { <option value=option selected=selected>{label}</option> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label class="field-label" class:visually-hidden=hide_label for=id.clone()>
                {label}
                {optional.then(|| view! { <span class="field-optional">" (optional)"</span> })}
            </label>
            {hint_line(&id, hint)}
            {error_line(&id, error)}
            <select
                class="input select"
                id=id.clone()
                name=name
                required=required
                aria-invalid=move || error.get().map(|_| "true")
                aria-describedby=described
                on:change=move |event| {
                    if let Some(on_change) = on_change {
                        on_change.run(event_target_value(&event));
                    }
                }
            >
                {blank.map(|blank| view! { <option value="">{blank}</option> })}
                {options}
            </select>
        </div>
    }
    .into_any()
}

#[component]
pub fn Checkbox(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional)] checked: bool,
    #[prop(default = "true".to_owned(), into)] value: String,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] id: Option<String>,
    #[prop(optional, into)] on_change: Option<Callback<bool>>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.clone());
    let described = described_by(&id, hint.is_some(), error);
    view! {
        <div class="field">
            {error_line(&id, error)}
            <div class="choice">
                <input
                    class="choice-mark"
                    type="checkbox"
                    id=id.clone()
                    name=name
                    value=value
                    checked=checked
                    aria-invalid=move || error.get().map(|_| "true")
                    aria-describedby=described
                    on:change=move |event| {
                        if let Some(on_change) = on_change {
                            on_change.run(event_target_checked(&event));
                        }
                    }
                />
                <div class="choice-text">
                    <label class="choice-label" for=id.clone()>{label}</label>
                    {hint_line(&id, hint)}
                </div>
            </div>
        </div>
    }
    .into_any()
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Choice {
    value: String,
    label: String,
    hint: Option<String>,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), hint: None }
    }

    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

/// The first choice has the group's id, so that an error summary can lead to it.
#[component]
pub fn Radios(
    #[prop(into)] name: String,
    #[prop(into)] legend: String,
    options: Vec<Choice>,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] id: Option<String>,
    #[prop(optional, into)] on_change: Option<Callback<String>>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.clone());
    let hint = hint.filter(|hint| !hint.is_empty());
    let described = described_by(&id, hint.is_some(), error);
    let choices = options
        .into_iter()
        .enumerate()
        .map(|(n, choice)| {
            let own = if n == 0 { id.clone() } else { format!("{id}-{}", n + 1) };
            let hint_id = choice.hint.as_ref().map(|_| format!("{own}-choice"));
            let checked = choice.value == value;
            view! {
                <div class="choice">
                    <input
                        class="choice-mark"
                        type="radio"
                        id=own.clone()
                        name=name.clone()
                        value=choice.value
                        checked=checked
                        aria-describedby=hint_id.clone()
                        on:change=move |event| {
                            if let Some(on_change) = on_change {
                                on_change.run(event_target_value(&event));
                            }
                        }
                    />
                    <div class="choice-text">
                        <label class="choice-label" for=own>{choice.label}</label>
                        {choice.hint.map(|hint| view! { <p class="field-hint" id=hint_id>{hint}</p> })}
                    </div>
                </div>
            }
        })
        .collect_view();
    view! {
        <fieldset
            class="field fieldset"
            aria-describedby=described
            data-error=move || error.get().map(|_| "")
        >
            <legend class="field-label">{legend}</legend>
            {hint_line(&id, hint)}
            {error_line(&id, error)}
            <div class="choices">{choices}</div>
        </fieldset>
    }
    .into_any()
}
