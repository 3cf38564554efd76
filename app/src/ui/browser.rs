//! What only a browser can do: know that the page has come alive, move the focus, reach the clipboard.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{self, js_sys::Reflect};

/// False on the server and until hydration is over, so that both render the same and what needs script appears afterwards.
pub fn hydrated() -> ReadSignal<bool> {
    let (live, set_live) = signal(false);
    Effect::new(move |_| set_live.set(true));
    live
}

/// Moves the focus to the element with this id; says whether there was one.
pub fn focus(id: &str) -> bool {
    let found = document().get_element_by_id(id).and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
    found.is_some_and(|element| element.focus().is_ok())
}

/// What stands in the field with this id.
pub fn typed(id: &str) -> Option<String> {
    Reflect::get(document().get_element_by_id(id)?.as_ref(), &"value".into()).ok()?.as_string()
}

/// Writes `text` into the field with this id and leads there.
pub fn write_into(id: &str, text: &str) {
    if let Some(field) = document().get_element_by_id(id) {
        let _ = Reflect::set(field.as_ref(), &"value".into(), &text.into());
        focus(id);
    }
}

/// Whether somebody has written something into the large field of the page.
pub fn anything_typed() -> bool {
    let area = document().query_selector("textarea").ok().flatten();
    let area = area.and_then(|area| area.dyn_into::<web_sys::HtmlTextAreaElement>().ok());
    area.is_some_and(|area| !area.value().trim().is_empty())
}

/// Puts `text` on the clipboard and then says whether that worked.
#[cfg(feature = "hydrate")]
pub fn copy(text: &str, done: impl Fn(bool) + Clone + 'static) {
    use leptos::wasm_bindgen::{JsValue, closure::Closure};
    let clipboard = window().navigator().clipboard();
    // undefined outside secure contexts, whatever the type says
    if AsRef::<JsValue>::as_ref(&clipboard).is_undefined() {
        return done(false);
    }
    let failed = done.clone();
    let fulfilled = Closure::once(move |_: JsValue| done(true));
    let rejected = Closure::once(move |_: JsValue| failed(false));
    let _ = clipboard.write_text(text).then2(&fulfilled, &rejected);
    fulfilled.forget();
    rejected.forget();
}

/// On the server there is no clipboard and nobody to press the button.
#[cfg(not(feature = "hydrate"))]
pub fn copy(_text: &str, done: impl Fn(bool) + Clone + 'static) {
    done(false);
}

/// The name of the time zone that the browser goes by.
#[cfg(feature = "hydrate")]
pub fn browser_zone() -> Option<String> {
    use leptos::web_sys::js_sys::{Array, Intl, Object, Reflect};
    let told = Intl::DateTimeFormat::new(&Array::new(), &Object::new()).resolved_options();
    Reflect::get(&told, &"timeZone".into()).ok()?.as_string()
}

/// On the server there is no browser to ask.
#[cfg(not(feature = "hydrate"))]
pub fn browser_zone() -> Option<String> {
    None
}
