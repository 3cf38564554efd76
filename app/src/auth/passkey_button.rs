//! Signing in with a passkey: a button that is there once script runs, for only script can ask a device.

use leptos::prelude::*;

use super::api::BeginPasskeySignIn;
use crate::ui::*;

/// Asks for a passkey, and hands on what it has signed.
#[component]
pub(crate) fn PasskeyButton(
    begin: ServerAction<BeginPasskeySignIn>,
    /// Signs in with the answer.
    #[prop(into)]
    sign_in: Callback<String>,
    /// Whether that is under way.
    #[prop(into)]
    signing_in: Signal<bool>,
) -> impl IntoView {
    let live = hydrated();
    let said = RwSignal::new("");
    Effect::new(move |_| {
        let Some(Ok(asked)) = begin.value().get() else { return };
        credential(Ceremony::Show, &asked, move |answer| match answer {
            Ok(passkey) => sign_in.run(passkey),
            Err(halt) => said.set(halt.sentence()),
        });
    });
    let busy = Signal::derive(move || begin.pending().get() || signing_in.get());
    let press = Callback::new(move |_| {
        said.set("");
        begin.dispatch(BeginPasskeySignIn {});
    });
    view! {
        <div class="needs-script" data-live=move || live.get().then_some("")>
            <Button variant=Variant::Secondary kind="button" id="passkey" busy=busy on_click=press>
                "Sign in with a passkey"
            </Button>
            <p class="muted small" role="status">{move || said.get()}</p>
        </div>
    }
    .into_any()
}
