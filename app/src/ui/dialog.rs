//! Asking before what destroys. With script it is a native dialog, without it a page of its own.

use super::browser::hydrated;
use super::button::{Variant, hidden_tail};
use leptos::{html, prelude::*};

/// `children` name the thing, say the effect and hold the form with its button. The dialog closes when `done` turns true.
#[component]
pub fn ConfirmDialog(
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    #[prop(into)] title: String,
    #[prop(into)] fallback_href: String,
    #[prop(default = Variant::Secondary)] variant: Variant,
    #[prop(optional, into)] describe: Option<String>,
    #[prop(default = "Keep it".to_owned(), into)] cancel: String,
    #[prop(optional, into)] done: Signal<bool>,
    #[prop(optional, into)] disabled_reason: Signal<Option<String>>,
    children: Children,
) -> impl IntoView {
    let live = hydrated();
    let dialog = NodeRef::<html::Dialog>::new();
    let title_id = format!("{id}-title");
    let reason_id = format!("{id}-refused");
    let labelled_by = title_id.clone();
    let allowed = move || disabled_reason.get().is_none();
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let open = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            let _ = dialog.show_modal();
        }
    };
    Effect::new(move |_| {
        if done.get() {
            close();
        }
    });
    view! {
        <div class="button-slot">
            <a class=variant.class() href=fallback_href hidden=move || live.get() || !allowed()>
                {label.clone()}
                {describe.clone().map(hidden_tail)}
            </a>
            <button
                class=variant.class()
                type="button"
                aria-haspopup="dialog"
                aria-describedby={
                    let reason_id = reason_id.clone();
                    move || disabled_reason.get().map(|_| reason_id.clone())
                }
                hidden=move || !live.get() && allowed()
                disabled=move || !allowed()
                on:click=open
            >
                {label}
                {describe.map(hidden_tail)}
            </button>
            {move || disabled_reason.get().map(|reason| view! { <span class="reason" id=reason_id.clone()>{reason}</span> })}
            <dialog class="dialog" id=id aria-labelledby=labelled_by node_ref=dialog>
                <h2 class="dialog-title" id=title_id>{title}</h2>
                <div class="dialog-body">{children()}</div>
                <div class="dialog-foot">
                    <button class="button button-secondary" type="button" autofocus=true on:click=move |_| close()>{cancel}</button>
                </div>
            </dialog>
        </div>
    }
    .into_any()
}
