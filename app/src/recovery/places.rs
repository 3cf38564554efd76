//! The second step: where it was bought decides who helps first (R88).

use domain::recovery::KnownFacts;
use leptos::prelude::*;

use crate::load::load;
use crate::paths;
use crate::recovery::api::get_known;
use crate::ui::*;
use crate::waiting::{reading, unread};

const PLACES: [(&str, &str, &str); 3] = [
    (
        "In the vendor's own online store",
        paths::RECOVER_STORE,
        "You got a mail about the order, with an order number. It can be sent again.",
    ),
    (
        "From a partner or a service provider",
        paths::RECOVER_PARTNER,
        "A reseller, an IT company, or whoever you pay the subscription to. They know your order.",
    ),
    (
        "In a box, on a card, or somewhere else",
        paths::RECOVER_ASK,
        "There is no order number. Support compares the license key and the proof of purchase.",
    ),
];

pub(super) fn wherever() -> AnyView {
    let places = PLACES.iter().map(|(label, href, hint)| {
        view! {
            <li>
                <div>
                    <span class="ledger-main">
                        <a href=*href>{*label}</a>
                        <span class="muted small">{*hint}</span>
                    </span>
                </div>
            </li>
        }
    });
    let places = places.collect_view();
    view! {
        <section class="stack">
            <h2>"Where was it bought?"</h2>
            <ul class="ledger" role="list">{places}</ul>
        </section>
        <div class="form-actions">
            <ButtonLink href=paths::RECOVER variant=Variant::Quiet>"Back to step 1"</ButtonLink>
        </div>
    }
    .into_any()
}

/// The partners that the account bought from, each with how to reach it.
#[component]
pub(super) fn Partner() -> impl IntoView {
    let known = load(|| (), |()| get_known());
    view! {
        <section class="stack">
            <h2>"Ask the partner first"</h2>
            <p>"A partner or provider keeps your order and can send the code again, often within the hour."</p>
            <Suspense fallback=reading>
                {move || Suspend::new(async move {
                    match known.await {
                        Ok(known) => partners(known),
                        Err(error) => unread(&error),
                    }
                })}
            </Suspense>
            <p>"They can't help, or they are gone? Then support does."</p>
        </section>
        <div class="form-actions">
            <ButtonLink href=paths::RECOVER_ASK variant=Variant::Primary>"Ask support instead"</ButtonLink>
            <ButtonLink href=paths::RECOVER_WHERE variant=Variant::Quiet>"Back to step 2"</ButtonLink>
        </div>
    }
    .into_any()
}

fn partners(known: Vec<KnownFacts>) -> AnyView {
    let mut partners: Vec<(String, Option<String>)> =
        known.into_iter().filter(|facts| facts.sold_by_partner).map(|facts| (facts.seller, facts.contact)).collect();
    partners.sort();
    partners.dedup();
    if partners.is_empty() {
        return view! {
            <p class="muted">"Your account has no license from a partner. Their contact stands on the invoice."</p>
        }
        .into_any();
    }
    let rows = partners.into_iter().map(|(name, contact)| {
        let contact = contact.unwrap_or_else(|| "Their contact stands on the invoice.".to_owned());
        view! {
            <li>
                <div>
                    <span class="ledger-main">
                        <strong>{name}</strong>
                        <bdi>{contact}</bdi>
                    </span>
                </div>
            </li>
        }
    });
    view! { <ul class="ledger" role="list">{rows.collect_view()}</ul> }.into_any()
}
