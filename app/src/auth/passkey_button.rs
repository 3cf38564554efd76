//! Signing in with a passkey: a button that is there once script runs, for only script can ask a device.

use leptos::prelude::*;

use super::api::{BeginPasskeySignIn, SignInByPasskey};
use crate::ui::*;

/// Asks for a passkey and signs in with it.
#[component]
pub(super) fn PasskeyButton(
    begin: ServerAction<BeginPasskeySignIn>,
    sign_in: ServerAction<SignInByPasskey>,
    /// Where to go afterwards.
    next: String,
) -> impl IntoView {
    let live = hydrated();
    let said = RwSignal::new("");
    Effect::new(move |_| {
        let Some(Ok(asked)) = begin.value().get() else { return };
        let next = next.clone();
        credential(Ceremony::Show, &asked, move |answer| match answer {
            Ok(passkey) => {
                sign_in.dispatch(SignInByPasskey { passkey, next: next.clone() });
            }
            Err(halt) => said.set(halt.sentence()),
        });
    });
    let busy = Signal::derive(move || begin.pending().get() || sign_in.pending().get());
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
