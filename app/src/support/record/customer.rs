//! An office as support reads it.

use domain::id::AccountId;
use domain::lookup::{CustomerLicense, DeskCustomer, Record};
use leptos::prelude::*;

use super::{head, open_for, page};
use crate::support::lookup_api::get_desk_customer;
use crate::ui::*;
use crate::{paths, wording};

#[component]
pub fn DeskCustomerPage() -> impl IntoView {
    page(Record::Customer, |id| get_desk_customer(AccountId(id)), shown)
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
