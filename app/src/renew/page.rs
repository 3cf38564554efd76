//! The page of the Renewal and Upgrade Center.

use std::collections::BTreeMap;

use domain::offer::Renewable;
use domain::seat::SeatClass;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

use super::api::{FindRenewable, MakeOffer, get_renewables};
use super::offer::{choose, described, offered, read};
use crate::form::{Form, Refused, Title, refused, tried};
use crate::load::load;
use crate::ui::*;
use crate::waiting::{reading, unread};
use crate::{paths, wording};

/// Renewing a license, and adding devices to one that runs.
#[component]
pub fn Renew() -> impl IntoView {
    let (find, make) = (ServerAction::<FindRenewable>::new(), ServerAction::<MakeOffer>::new());
    let Refused { error, items, sentence } = refused(vec![tried(find).voice(), tried(make).voice()]);
    let renewables = load(|| (), |()| get_renewables());
    let query = use_query_map();
    view! {
        <Title text=move || wording::title(error.get(), "Renew and add devices")/>
        <div class="page">
            <PageHead
                title="Renew and add devices"
                lead="What a further term or more seats would cost, from when until when. You pay at the seller."
                back_href=paths::LICENSES
                back_label="Licenses"
            />
            <ErrorSummary items=items sentence=sentence/>
            <Suspense fallback=reading>
                {move || {
                    let query = query.get();
                    Suspend::new(async move {
                        match renewables.await {
                            Ok(found) => show(&found, &query, find, make),
                            Err(error) => unread(&error),
                        }
                    })
                }}
            </Suspense>
        </div>
    }
    .into_any()
}

fn show(
    found: &[Renewable],
    query: &ParamsMap,
    find: ServerAction<FindRenewable>,
    make: ServerAction<MakeOffer>,
) -> AnyView {
    // a form posted without script comes back without its query
    let tried = tried(make);
    let of = |name: &str| {
        let typed = tried.value(name);
        if typed.is_empty() { query.get(name).unwrap_or_default() } else { typed }
    };
    let asked = of("license");
    let Some(one) = found.iter().find(|one| one.license.to_string() == asked) else {
        return pick(found, find);
    };
    let seats: BTreeMap<String, String> = SeatClass::ALL
        .iter()
        .map(|class| (class.to_string(), of(&format!("seats[{class}]"))))
        .filter(|(_, count)| !count.is_empty())
        .collect();
    let chosen = read(one, &of("what"), &of("term"), &seats);
    let (title, about) = (one.product.clone(), described(one));
    let (form, offer) = (choose(one, &chosen), offered(one, &chosen, make));
    view! {
        <Card heading=title>
            <p>{about}</p>
            {form}
        </Card>
        {offer}
        <p><a href=paths::RENEW>"Choose another license"</a></p>
    }
    .into_any()
}

fn pick(found: &[Renewable], find: ServerAction<FindRenewable>) -> AnyView {
    let rows = found
        .iter()
        .map(|one| {
            let (state, word) = crate::licenses::standing(&one.held.facts, false, one.now);
            view! {
                <li>
                    <div>
                        <span class="ledger-main">
                            <a href=paths::renew(one.license)>{one.product.clone()}</a>
                            <span>{described(one)}</span>
                        </span>
                        <span class="ledger-side"><Badge state label=word/></span>
                    </div>
                </li>
            }
        })
        .collect_view();
    let tried = tried(find);
    view! {
        {if found.is_empty() {
            view! {
                <Empty title="Nothing to renew yet" text="A license appears here when one of its codes was used on a device.">
                    <ButtonLink href=paths::ADD_CODE variant=Variant::Primary>"Add activation code"</ButtonLink>
                </Empty>
            }
            .into_any()
        } else {
            view! {
                <Card heading="Your licenses">
                    <ul class="ledger" role="list">{rows}</ul>
                </Card>
            }
            .into_any()
        }}
        <Card heading="By license key or code">
            <Form action=find class="fields">
                <Field
                    name="by"
                    label="License key or activation code"
                    hint="The key stands in the application's Licensing window."
                    mono=true
                    autocomplete="off"
                    error=tried.field("by")
                />
                <div class="form-actions">
                    <Button variant=Variant::Secondary busy=tried.busy()>"Find license"</Button>
                </div>
            </Form>
        </Card>
    }
    .into_any()
}
