//! What only a browser can do: know that the page has come alive, move the focus, reach the clipboard.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys;

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
