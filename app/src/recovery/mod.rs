//! Getting a lost code back: first a look into the account, then where it was bought, then the questions of the route that
//! leads from there, and at the end the page that shows the code once.

pub mod api;
mod at_hand;
mod claim;
mod disclosed;
mod places;
mod store;

pub use disclosed::Disclosed;

use domain::recovery::Route;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::form::{self, Title};
use crate::recovery::api::{AskRecovery, ResendOrder};
use crate::ui::*;
use crate::wording;

/// The steps, the last of which is the request's own page.
pub(crate) fn steps() -> Vec<String> {
    ["Is it in your account?", "Where was it bought?", "What you know", "Status"].map(str::to_owned).to_vec()
}

/// A screen of the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    AtHand,
    Where,
    Store,
    Partner,
    Ask(Route),
}

impl Step {
    fn of(word: &str) -> Self {
        match word {
            "where" => Self::Where,
            "store" => Self::Store,
            "partner" => Self::Partner,
            "order" => Self::Ask(Route::Store),
            "ask" => Self::Ask(Route::Support),
            _ => Self::AtHand,
        }
    }

    /// Its place among the steps, from nought.
    const fn number(self) -> usize {
        match self {
            Self::AtHand => 0,
            Self::Where | Self::Store | Self::Partner => 1,
            Self::Ask(_) => 2,
        }
    }
}

/// One screen a step: the account comes before a request (R84).
#[component]
pub fn Recover() -> impl IntoView {
    let query = use_query_map();
    let ask = ServerAction::<AskRecovery>::new();
    let resend = ServerAction::<ResendOrder>::new();
    let (asked, resent) = (form::tried(ask), form::tried(resend));
    let error = move || asked.error().or_else(|| resent.error());
    // a form posted without script comes back without its query
    let step = Memo::new(move |_| {
        if asked.error().is_some() {
            let by_store = asked.value("route") == Route::Store.as_str();
            Step::Ask(if by_store { Route::Store } else { Route::Support })
        } else if resent.error().is_some() {
            Step::Store
        } else {
            query.with(|query| query.get("step")).map_or(Step::AtHand, |step| Step::of(&step))
        }
    });
    view! {
        <Title text=move || wording::title(error(), "Recover a code")/>
        <div class="page page-narrow">
            <PageHead
                title="Recover a code"
                lead="You lost an activation code, deleted it, or its license ended too early. First look where it may still be."
            />
            {move || view! { <Steps steps=steps() current=step.get().number()/> }}
            {move || match step.get() {
                Step::AtHand => view! { <at_hand::AtHand/> }.into_any(),
                Step::Where => places::wherever(),
                Step::Store => view! { <store::Store resend/> }.into_any(),
                Step::Partner => view! { <places::Partner/> }.into_any(),
                Step::Ask(route) => view! { <claim::Ask route ask/> }.into_any(),
            }}
        </div>
    }
    .into_any()
}
