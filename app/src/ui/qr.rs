//! Two-dimensional codes, for the phone that should scan what the screen shows. The same text always stands beside them.

use leptos::prelude::*;

/// `path` fills the dark modules in units of one module; `size` is the number of modules on a side. A quiet zone of four is added.
#[component]
pub fn Qr(#[prop(into)] label: String, size: u32, #[prop(into)] path: String) -> impl IntoView {
    let side = size + 8;
    view! {
        <svg
            class="qr"
            viewBox=format!("-4 -4 {side} {side}")
            role="img"
            aria-label=label
            shape-rendering="crispEdges"
        >
            <rect class="qr-ground" x="-4" y="-4" width=side.to_string() height=side.to_string()/>
            <path class="qr-ink" d=path/>
        </svg>
    }
    .into_any()
}

/// `svg` is put into the page as it is: it is drawn by our own server from facts it holds, never text a person typed.
#[component]
pub fn QrSvg(#[prop(into)] label: String, #[prop(into)] svg: String) -> impl IntoView {
    view! { <div class="qr" role="img" aria-label=label inner_html=svg></div> }.into_any()
}
