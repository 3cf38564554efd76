//! Getting a lost code back: first a look into the account, then the questions of support, and at the end the page that
//! shows the code once.

pub mod api;
mod at_hand;
mod claim;
mod disclosed;

pub use disclosed::Disclosed;

use crate::form::Title;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::recovery::api::AskRecovery;
use crate::ui::*;
use crate::{form, wording};

/// The three steps, the last of which is the request's own page.
pub(crate) fn steps() -> Vec<String> {
    ["Is it in your account?", "What you know", "Status"].map(str::to_owned).to_vec()
}

/// One screen a step: the account comes before a request (R84).
#[component]
pub fn Recover() -> impl IntoView {
    let query = use_query_map();
    let ask = ServerAction::<AskRecovery>::new();
    let tried = form::tried(ask);
    // a form posted without script comes back without its query
    let asking =
        Memo::new(move |_| query.with(|query| query.get("step")).as_deref() == Some("ask") || tried.error().is_some());
    view! {
        <Title text=move || wording::title(tried.error(), "Recover a code")/>
        <div class="page page-narrow">
            <PageHead
                title="Recover a code"
                lead="You lost an activation code, deleted it, or its license ended too early. First look where it may still be."
            />
            {move || view! { <Steps steps=steps() current=usize::from(asking.get())/> }}
            {move || {
                if asking.get() {
                    claim::form(ask, tried).into_any()
                } else {
                    view! { <at_hand::AtHand/> }.into_any()
                }
            }}
        </div>
    }
    .into_any()
}
