//! An office as support reads it.

use domain::id::AccountId;
use domain::lookup::{CustomerLicense, DeskCustomer, Record};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use uuid::Uuid;

use super::{closed, head, open_for};
use crate::form::{Refused, Title, refused, tried};
use crate::support::lookup_api::{OpenRecord, get_desk_customer};
use crate::ui::*;
use crate::waiting::{reading, unread};
use crate::{paths, wording};

#[component]
pub fn DeskCustomerPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let id = Memo::new(move |_| params.read().get("id").and_then(|id| id.parse::<Uuid>().ok()).unwrap_or_default());
    let case = move || query.read().get("case").unwrap_or_default();
    let open = ServerAction::<OpenRecord>::new();
    let Refused { error, items, sentence } = refused(vec![tried(open).voice()]);
    let read = Resource::new(move || id.get(), |id| get_desk_customer(AccountId(id)));
    view! {
        <Title text=move || wording::title(error.get(), "Customer")/>
        <div class="page">
            <ErrorSummary items=items sentence=sentence/>
            <Transition fallback=reading>
                {move || {
                    let (id, case) = (id.get(), case());
                    Suspend::new(async move {
                        match read.await {
                            Ok(Some(customer)) => shown(customer),
                            Ok(None) => {
                                view! {
                                    {head("Customer".to_owned())}
                                    {closed(Record::Customer, id, case, open)}
                                }
                                .into_any()
                            }
                            Err(error) => unread(&error),
                        }
                    })
                }}
            </Transition>
        </div>
    }
    .into_any()
}

fn shown(customer: DeskCustomer) -> AnyView {
    let now = customer.opened.now;
    let licenses = customer.licenses.iter().map(|license| line(license, now)).collect_view();
    let none =
        customer.licenses.is_empty().then(|| view! { <p class="muted">"No code was added to this account yet."</p> });
    let people = customer.people.into_iter().map(|(name, email, role)| {
        view! { <li>{name} ", " {role.as_str()} " " <bdi class="muted">{email}</bdi></li> }
    });
    let devices = customer.devices.into_iter().map(|(id, name)| {
        view! { <li><a href=paths::record(Record::Device, id.0)>{name}</a></li> }
    });
    let orders = customer.orders.into_iter().map(|(number, seller)| {
        view! { <li><Key text=number plain=true/> " " <span class="muted">{seller}</span></li> }
    });
    let cases = customer.cases.into_iter().map(|(number, subject)| {
        view! { <li><a href=paths::desk_case(&number)>{number.clone()}</a> " " {subject}</li> }
    });
    let country = customer.country.map_or("Unknown", wording::country);
    view! {
        {head(customer.office)}
        {open_for(&customer.opened)}
        <div class="columns">
            <div>
                <Card heading="Codes and licenses">{none} <ul>{licenses}</ul></Card>
                <Card heading="Devices"><ul>{devices.collect_view()}</ul></Card>
                <Card heading="Cases"><ul>{cases.collect_view()}</ul></Card>
            </div>
            <aside>
                <section class="panel">
                    <h2>"Office"</h2>
                    <Facts>
                        <Fact term="Country">{country}</Fact>
                        <Fact term="Since">
                            <Day iso=wording::iso(customer.created_at) text=wording::day(customer.created_at)/>
                        </Fact>
                    </Facts>
                </section>
                <section class="panel">
                    <h2>"People"</h2>
                    <ul>{people.collect_view()}</ul>
                </section>
                <section class="panel">
                    <h2>"Orders"</h2>
                    <ul>{orders.collect_view()}</ul>
                </section>
            </aside>
        </div>
    }
    .into_any()
}

fn line(license: &CustomerLicense, now: time::OffsetDateTime) -> AnyView {
    let (state, word) = license
        .facts
        .as_ref()
        .map_or((State::Reserve, "Not activated"), |facts| wording::standing(facts.standing(now)));
    view! {
        <li>
            <a href=paths::record(Record::Code, license.code.0)><Key text=domain::code::mask(&license.tail)/></a>
            " " {license.product.clone()} " " <Badge state label=word/>
        </li>
    }
    .into_any()
}
