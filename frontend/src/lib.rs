//! Wakes the console in the browser.

use leptos::mount::hydrate_from_async;
use leptos::prelude::document;

/// Stands on the document when the page is alive.
const ALIVE: &str = "data-alive";

/// Makes the page that the server wrote come alive, once its section has arrived.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    std::panic::set_hook(Box::new(|why| leptos::logging::error!("{why}")));
    wasm_bindgen_futures::spawn_local(async {
        let Some(body) = document().body() else { return };
        hydrate_from_async(body, app::App).await.forget();
        if let Some(whole) = document().document_element() {
            // nothing depends on it but who waits for it
            let _ = whole.set_attribute(ALIVE, "");
        }
    });
}
