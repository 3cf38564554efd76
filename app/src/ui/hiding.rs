//! What is secret hides itself after a minute. Before that it says so, once, and can be kept.

use std::time::Duration;

use super::button::{Button, Variant};
use super::notice::LiveRegion;
use leptos::prelude::*;

/// How long nothing is said.
const QUIET: Duration = Duration::from_secs(45);
/// How long before it hides it is said.
const WARNED: Duration = Duration::from_secs(15);

/// Runs `hide` a minute after `shown` turned true, unless it is kept in the last fifteen seconds; then another minute.
/// Without script nothing is hidden: what is shown is gone with the page.
#[component]
pub fn HidesItself(#[prop(into)] shown: Signal<bool>, hide: Callback<()>) -> impl IntoView {
    let warned = RwSignal::new(false);
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || {
        if let Some(handle) = waiting.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    };
    Effect::new(move |_| {
        stop();
        let next = match (shown.get(), warned.get()) {
            (false, false) => return,
            (false, true) => return warned.set(false),
            (true, false) => set_timeout_with_handle(move || warned.set(true), QUIET),
            (true, true) => set_timeout_with_handle(move || hide.run(()), WARNED),
        };
        waiting.set_value(next.ok());
    });
    on_cleanup(stop);
    let text =
        Signal::derive(
            move || {
                if warned.get() { "The code is hidden in 15 seconds.".to_owned() } else { String::new() }
            },
        );
    let keep = Callback::new(move |_| warned.set(false));
    view! {
        <LiveRegion text visible=true/>
        {move || {
            warned.get().then(|| {
                view! { <Button kind="button" variant=Variant::Secondary on_click=keep>"Keep it visible"</Button> }
            })
        }}
    }
    .into_any()
}
