//! Passkeys on the page of whoever signs in with them: one in the list, and the form for another, which needs script, for only
//! script can ask a device.

use domain::person::passkey::{NAME_MAX, Passkey};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use time::OffsetDateTime;

use crate::form::{Deed, Form, tried};
use crate::ui::*;
use crate::wording;

/// A passkey in the list, with what removes it beside it.
pub(crate) fn passkey_row(key: &Passkey, now: OffsetDateTime, remove: impl IntoView) -> impl IntoView {
    let added = wording::day(key.added_at);
    let used =
        key.used_at.map_or_else(|| "not used yet".to_owned(), |used| format!("last used {}", wording::ago(used, now)));
    view! {
        <li>
            <div>
                <span class="ledger-main">
                    <span><bdi>{key.name.clone()}</bdi></span>
                    <span>{format!("Added {added} · {used}")}</span>
                </span>
                <span class="ledger-side">{remove.into_view()}</span>
            </div>
        </li>
    }
}

/// Asks a device for a new passkey, and hands on what it has signed.
#[component]
pub(crate) fn NewPasskey<S: Deed + ServerFn<Output = String>>(
    begin: ServerAction<S>,
    /// Adds the answer.
    #[prop(into)]
    add: Callback<String>,
    /// Whether that is under way.
    #[prop(into)]
    adding: Signal<bool>,
    /// A name that somebody might give it.
    example: &'static str,
    /// The words of the button.
    label: &'static str,
    /// The field in which its owner proves who they are.
    children: Children,
) -> impl IntoView {
    let (asked, live) = (tried(begin), hydrated());
    let said = RwSignal::new("");
    Effect::new(move |_| {
        let Some(Ok(asked)) = begin.value().get() else { return };
        said.set("Your device asks you now.");
        credential(Ceremony::Make, &asked, move |answer| match answer {
            Ok(passkey) => {
                said.set("");
                add.run(passkey);
            }
            Err(halt) => said.set(halt.sentence()),
        });
    });
    let busy = Signal::derive(move || asked.busy().get() || adding.get());
    view! {
        {move || (!live.get()).then(|| view! { <p class="muted">"Adding a passkey needs script, which does not run here."</p> })}
        <div class="needs-script" data-live=move || live.get().then_some("")>
            <Form action=begin class="fields">
                <Field
                    name="passkey_name"
                    label="Name of the passkey"
                    hint=format!("Tells it from others, like “{example}”; up to {NAME_MAX} characters.")
                    required=true
                    short=true
                    value=asked.value("passkey_name")
                    error=asked.field("passkey_name")
                />
                {children()}
                <div class="form-actions">
                    <Button variant=Variant::Secondary id="passkey" busy=busy>{label}</Button>
                </div>
            </Form>
            <p class="muted" role="status">{move || said.get()}</p>
        </div>
    }
    .into_any()
}
