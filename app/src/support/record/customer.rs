//! An office as support reads it, and the flags that leads set on it.

use domain::flag::{Flag, FlagKind};
use domain::id::AccountId;
use domain::lookup::{CustomerLicense, DeskCustomer, Record};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{account_change, head, open_for, page};
use crate::form::{Form, Tried, tried};
use crate::support::case::flag as told;
use crate::support::lookup_api::{ViewCustomer, get_desk_customer};
use crate::support::replies_api::{LiftFlag, SetFlag};
use crate::ui::*;
use crate::{paths, wording};

/// The forms of the page.
#[derive(Clone, Copy)]
struct Deeds {
    set: ServerAction<SetFlag>,
    put: Tried<SetFlag>,
    lift: ServerAction<LiftFlag>,
    lifted: Tried<LiftFlag>,
    view: ServerAction<ViewCustomer>,
    changes: account_change::Deeds,
}

#[component]
pub fn DeskCustomerPage() -> impl IntoView {
    let (set, lift) = (ServerAction::new(), ServerAction::new());
    let deeds = Deeds {
        set,
        put: tried(set),
        lift,
        lifted: tried(lift),
        view: ServerAction::new(),
        changes: account_change::Deeds::new(),
    };
    let mut voices = vec![deeds.put.voice(), deeds.lifted.voice(), tried(deeds.view).voice()];
    voices.extend(deeds.changes.voices());
    let query = use_query_map();
    let done = Memo::new(move |_| query.read().get("done").unwrap_or_default());
    page(Record::Customer, voices, |id| get_desk_customer(AccountId(id)), move |customer| shown(&customer, deeds, done))
}

fn outcome(done: &str) -> Option<AnyView> {
    let (title, text) = match done {
        "flagged" => ("The flag is set", "Everybody in support sees it beside the cases of this office."),
        "lifted" => ("The flag is lifted", "It is not shown any more."),
        done => account_change::outcome(done)?,
    };
    Some(view! { <Done title=title text=text/> }.into_any())
}

fn shown(desk: &DeskCustomer, deeds: Deeds, done: Memo<String>) -> AnyView {
    let (now, customer) = (desk.opened.now, desk.customer.clone());
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
    let cases = customer.cases.into_iter().map(|case| {
        let (_, word) = wording::case_state(case.state);
        view! {
            <li>
                <a href=paths::desk_case(&case.number)>{case.number.clone()}</a>
                " " {case.subject} " " <span class="muted">{word}</span>
            </li>
        }
    });
    let (id, viewing) = (customer.id.to_string(), tried(deeds.view).busy());
    let country = customer.country.parse().map_or_else(|_| "Unknown", wording::country);
    view! {
        {head(customer.office)}
        {move || outcome(&done.get())}
        {open_for(&desk.opened)}
        {desk.customer.flags.clone().into_iter().map(told).collect_view()}
        <div class="columns">
            <div>
                <Card heading="Codes and licenses">{none} <ul>{licenses}</ul></Card>
                <Card heading="Devices"><ul>{devices.collect_view()}</ul></Card>
                <Card heading="Cases"><ul>{cases.collect_view()}</ul></Card>
            </div>
            <aside>
                <section class="panel">
                    <h2>"Their pages"</h2>
                    <p>"See overview, licenses and devices as the owner sees them. You change nothing, and they read that you looked."</p>
                    <Form action=deeds.view>
                        <input type="hidden" name="id" value=id/>
                        <Button id="view" variant=Variant::Secondary busy=viewing>"View as customer"</Button>
                    </Form>
                </section>
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
                {account_change::panel(desk, deeds.changes)}
                {desk.may_flag.then(|| flags(desk.customer.id, &desk.customer.flags, deeds))}
            </aside>
        </div>
    }
    .into_any()
}

/// The forms by which a lead sets flags and lifts them.
fn flags(account: AccountId, set: &[Flag], deeds: Deeds) -> AnyView {
    let options = FlagKind::ALL.iter().map(|kind| Choice::new(kind.as_str(), wording::flag(*kind).1)).collect();
    let put = deeds.put;
    let lifts = set.iter().map(|flag| {
        let (id, describe) = (flag.id.to_string(), wording::flag(flag.kind).1);
        view! {
            <Form action=deeds.lift>
                <input type="hidden" name="id" value=id/>
                <Button variant=Variant::Quiet busy=deeds.lifted.busy()>{format!("Lift “{describe}”")}</Button>
            </Form>
        }
    });
    view! {
        <section class="panel">
            <h2>"Flags"</h2>
            {lifts.collect_view()}
            <Form action=deeds.set class="fields">
                <input type="hidden" name="account" value=account.to_string()/>
                <Radios
                    name="kind"
                    legend="What has everybody to know?"
                    options
                    value=put.value("kind")
                    error=put.field("kind")
                />
                <Field
                    name="reason"
                    id="flag-reason"
                    label="Reason"
                    hint="Support reads it. The office does not."
                    value=put.value("reason")
                    autocomplete="off"
                    maxlength=500
                    required=true
                    error=put.field("reason")
                />
                <Button id="set-flag" variant=Variant::Secondary busy=put.busy()>"Set flag"</Button>
            </Form>
        </section>
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
