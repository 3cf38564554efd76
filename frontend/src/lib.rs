//! Wakes the console in the browser.

/// Makes the page that the server wrote come alive.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_body(app::App);
}
