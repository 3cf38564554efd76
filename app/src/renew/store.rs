//! The stand-in store of a demo: it takes no money, and then does what a seller's program does.

use domain::offer::{Offer, OfferKind};
use domain::text::money;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use uuid::Uuid;

use super::api::{PayOffer, get_checkout};
use super::in_words;
use crate::form::{Form, Title, tried};
use crate::load::load;
use crate::ui::*;
use crate::waiting::{reading, unread};
use crate::{paths, wording};

/// The checkout.
#[component]
pub fn Store() -> impl IntoView {
    let pay = ServerAction::<PayOffer>::new();
    let tried = tried(pay);
    let query = use_query_map();
    let offer = move || query.read().get("offer").and_then(|id| id.parse::<Uuid>().ok()).unwrap_or_default();
    let checkout = load(offer, get_checkout);
    view! {
        <Title text=move || wording::title(tried.error(), "Checkout")/>
        <div class="page">
            <PageHead
                title="Checkout"
                lead="This stands in for the store of the seller: no money is taken, and everything after paying is real."
                back_href=paths::RENEW
                back_label="Renew and add devices"
            />
            <ErrorSummary items=tried.items() sentence=tried.sentence()/>
            <Suspense fallback=reading>
                {move || Suspend::new(async move {
                    match checkout.await {
                        Ok(offer) => sheet(&offer, pay),
                        Err(error) => unread(&error),
                    }
                })}
            </Suspense>
        </div>
    }
    .into_any()
}

fn sheet(offer: &Offer, pay: ServerAction<PayOffer>) -> AnyView {
    let what = match offer.kind {
        OfferKind::Renewal => "A renewal code",
        OfferKind::New => "A new activation code",
        OfferKind::More => "More seats until the running term ends",
    };
    let total = money(offer.total, &offer.currency);
    let below = if offer.paid { paid(offer) } else { button(offer, &total, pay) };
    let (seller, product) = (offer.seller.clone(), offer.product.clone());
    let (devices, days) = (in_words(&offer.seats), offer.days.to_string());
    view! {
        <Card heading=seller>
            <Facts wide=true>
                <Fact term="What">{what}</Fact>
                <Fact term="Product">{product}</Fact>
                <Fact term="Devices">{devices}</Fact>
                <Fact term="Days">{days}</Fact>
                <Fact term="Total"><strong>{total}</strong></Fact>
            </Facts>
            {below}
        </Card>
    }
    .into_any()
}

fn button(offer: &Offer, total: &str, pay: ServerAction<PayOffer>) -> AnyView {
    let (id, label, busy) = (offer.id.to_string(), format!("Pay {total}"), tried(pay).busy());
    let back = paths::renew(offer.license);
    view! {
        <Form action=pay class="row">
            <input type="hidden" name="offer" value=id/>
            <Button busy=busy>{label}</Button>
            <ButtonLink href=back>"Don't pay"</ButtonLink>
        </Form>
    }
    .into_any()
}

fn paid(offer: &Offer) -> AnyView {
    let (title, text, href, label) = match offer.kind {
        OfferKind::More => (
            "Paid. The license has its seats",
            "They work at once: activate the next device with the code you have.",
            paths::license(offer.license),
            "See the license",
        ),
        OfferKind::Renewal | OfferKind::New => (
            "Paid. The code is on its way to you by mail",
            "Add it as soon as it is there. If the license still runs, it waits and takes over by itself.",
            paths::ADD_CODE.to_owned(),
            "Add activation code",
        ),
    };
    view! {
        <Notice tone=Tone::Ok title=title live=true>
            <p>{text}</p>
        </Notice>
        <div class="row"><ButtonLink href=href variant=Variant::Primary>{label}</ButtonLink></div>
    }
    .into_any()
}
