//! Who helps first with a purchase: those who sold the licenses of the office (R82, R88).

use domain::recovery::KnownFacts;
use leptos::prelude::*;

use crate::licenses::Care;
use crate::load::load;
use crate::recovery::api::get_known;
use crate::ui::*;

/// Each seller of the office's licenses once, with the way to it; nothing where none is known.
#[component]
pub(super) fn Sellers() -> impl IntoView {
    let known = load(|| (), |()| get_known());
    view! {
        <Suspense fallback=|| ()>
            {move || Suspend::new(async move { listed(known.await.unwrap_or_default()) })}
        </Suspense>
    }
    .into_any()
}

fn listed(mut known: Vec<KnownFacts>) -> Option<AnyView> {
    known.sort_by(|one, other| one.seller.cmp(&other.seller));
    known.dedup_by(|one, other| one.seller == other.seller);
    if known.is_empty() {
        return None;
    }
    let rows = known
        .into_iter()
        .map(|facts| {
            let care = Care {
                by_partner: facts.sold_by_partner,
                contact: facts.contact,
                payment_partner: facts.payment_partner,
                order_lookup: facts.order_lookup,
            };
            view! { <li><h3>{facts.seller}</h3>{care.view()}</li> }
        })
        .collect_view();
    let card = view! {
        <Card heading="Who sold your licenses">
            <ul class="stack" role="list">{rows}</ul>
        </Card>
    };
    Some(card.into_any())
}
