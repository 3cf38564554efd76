//! Looking for something on a page: the field, its button, and the key that leads there.

use leptos::{ev, html, prelude::*};

use super::browser::hydrated;
use super::button::{Button, Variant};

/// A search of the page at `action`, by GET, so that what was looked for has an address. `kept` are the other parts of that
/// address; `children` are further fields. The key `/` leads to the field.
#[component]
pub fn Find(
    #[prop(into)] action: String,
    #[prop(into)] label: String,
    #[prop(into)] value: String,
    #[prop(default = "Find".to_owned(), into)] verb: String,
    #[prop(optional)] kept: Vec<(&'static str, String)>,
) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    let live = hydrated();
    Effect::new(move |_| {
        let listening = window_event_listener(ev::keydown, move |event| {
            let modified = event.ctrl_key() || event.meta_key() || event.alt_key();
            if event.key() == "/"
                && !modified
                && !is_typed_into(&event)
                && let Some(field) = field.get_untracked()
            {
                event.prevent_default();
                field.select();
            }
        });
        on_cleanup(move || listening.remove());
    });
    let kept =
        kept.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view();
    view! {
        <form method="get" action=action role="search" class="find">
            <div class="field">
                <label class="field-label" for="search">{label}</label>
                <div class="field-box find-box">
                    <input
                        class="input"
                        id="search"
                        name="q"
                        type="search"
                        value=(!value.is_empty()).then_some(value)
                        autocomplete="off"
                        maxlength="100"
                        placeholder=" "
                        aria-keyshortcuts="/"
                        node_ref=field
                    />
                    <kbd class="find-key" aria-hidden="true" hidden=move || !live.get()>"/"</kbd>
                </div>
            </div>
            {kept}
            <Button variant=Variant::Secondary>{verb}</Button>
        </form>
    }
    .into_any()
}

/// Whether a key belongs to what has the focus, or to a question that is open.
pub(super) fn is_typed_into(event: &ev::KeyboardEvent) -> bool {
    use leptos::wasm_bindgen::JsCast;
    use leptos::web_sys::Element;
    event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .and_then(|target| target.closest("input:not([type=checkbox], [type=radio]), textarea, select, dialog").ok())
        .flatten()
        .is_some()
}
