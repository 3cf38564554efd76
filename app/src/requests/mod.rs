//! The requests that an account has sent to support, and where each of them stands.

pub mod api;
mod case;
mod list;
mod live;
mod new;
mod progress;
mod recovery;
pub(crate) mod refund;
mod sellers;
mod topics;

pub use list::Requests;
pub use new::NewRequest;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// One request: the first letter of its number says of which kind it is.
#[component]
pub fn Request() -> impl IntoView {
    let params = use_params_map();
    let is_case = Memo::new(move |_| {
        params.with(|params| params.get("number")).is_some_and(|number| number.starts_with(['S', 's']))
    });
    move || if is_case.get() { case::Case().into_any() } else { recovery::Recovery().into_any() }
}
