//! Copying text to the clipboard, with a word when it is done.

use super::browser::{self, hydrated};
use super::button::hidden_tail;
use leptos::prelude::*;

/// Keeps its place on the page before script runs, so that nothing moves when it appears.
#[component]
pub fn CopyButton(
    #[prop(into)] text: Signal<String>,
    #[prop(default = "Copy".to_owned(), into)] label: String,
    #[prop(optional, into)] describe: Option<String>,
) -> impl IntoView {
    let live = hydrated();
    let said = RwSignal::new("");
    let copy = move |_| {
        browser::copy(&text.get_untracked(), move |copied| {
            said.set(if copied { "Copied" } else { "Not copied: select the text and copy it" });
        });
    };
    view! {
        <span class="copy needs-script" data-live=move || live.get().then_some("")>
            <button class="button button-secondary" type="button" on:click=copy>
                {label}
                {describe.map(hidden_tail)}
            </button>
            <span class="copy-said" role="status">{move || said.get()}</span>
        </span>
    }
    .into_any()
}
