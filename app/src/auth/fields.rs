//! The two fields that every way in has, as password managers know them.

use leptos::prelude::*;

use crate::ui::Field;

/// The address a person signs in with.
#[component]
pub(crate) fn EmailField(
    error: Signal<Option<String>>,
    value: String,
    #[prop(optional, into)] hint: Option<String>,
) -> impl IntoView {
    view! {
        <Field
            name="email"
            label="E-mail address"
            hint=hint.unwrap_or_default()
            kind="email"
            autocomplete="username"
            inputmode="email"
            required=true
            error=error
            value=value
        />
    }
}

/// The password a person has, or a new one with the rule it must keep to.
#[component]
pub(crate) fn PasswordField(
    error: Signal<Option<String>>,
    #[prop(default = "Password")] label: &'static str,
    #[prop(optional, into)] rule: Option<String>,
) -> impl IntoView {
    let autocomplete = if rule.is_some() { "new-password" } else { "current-password" };
    view! {
        <Field
            name="password"
            label=label
            hint=rule.unwrap_or_default()
            kind="password"
            autocomplete=autocomplete
            required=true
            error=error
        />
    }
}
