//! A code and its license as support reads them, now or as they were at an instant.

use domain::id::CodeId;
use domain::lookup::{DeskCode, HeldThen, Record, Refused as RefusedThen};
use domain::seat::SeatClass;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use uuid::Uuid;

use super::change;
use super::work::{Deeds, matching, transfer};
use super::{closed, head, open_for};
use crate::form::{Refused, Title, refused, tried};
use crate::load::load;
use crate::support::lookup_api::get_desk_code;
use crate::ui::*;
use crate::waiting::{reading, unread_page};
use crate::{paths, wording};

#[component]
pub fn DeskCodePage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let id = Memo::new(move |_| params.read().get("id").and_then(|id| id.parse::<Uuid>().ok()).unwrap_or_default());
    let at = Memo::new(move |_| query.read().get("at").unwrap_or_default());
    // remembered: another question in the address builds nothing anew
    let case = Memo::new(move |_| query.read().get("case").unwrap_or_default());
    let asked = Memo::new(move |_| query.read().get("ask").unwrap_or_default());
    let deeds = Deeds::new();
    let voices = vec![
        tried(deeds.open).voice(),
        tried(deeds.matching).voice(),
        tried(deeds.change).voice(),
        tried(deeds.transfer).voice(),
    ];
    let Refused { error, items, sentence } = refused(voices);
    let read = load(move || (id.get(), at.get()), |(id, at)| get_desk_code(CodeId(id), at));
    let done = Memo::new(move |_| query.read().get("done").filter(|_| error.get().is_none()));
    view! {
        <Title text=move || wording::title(error.get(), "Code")/>
        <div class="page">
            <ErrorSummary items=items sentence=sentence/>
            <Transition fallback=reading>
                {move || {
                    let (id, case) = (id.get(), case.get());
                    let past = !at.read().is_empty();
                    Suspend::new(async move {
                        match read.await {
                            Ok(Some(code)) => shown(&code, past, deeds, asked, done),
                            Ok(None) => {
                                view! {
                                    {head("Code".to_owned())}
                                    {closed(Record::Code, id, case, deeds.open)}
                                }
                                .into_any()
                            }
                            Err(error) => unread_page("Code", &error),
                        }
                    })
                }}
            </Transition>
        </div>
    }
    .into_any()
}

fn shown(code: &DeskCode, past: bool, deeds: Deeds, asked: Memo<String>, done: Memo<Option<String>>) -> AnyView {
    let (mark, word) = wording::code_state(code.state);
    let title = format!("{} {}", code.product, domain::code::mask(&code.tail));
    view! {
        {head(title)}
        {move || {
            done.get().filter(|done| done == "changed").map(|_| {
                view! { <Done title="The change was made" text="The customer reads it with its reason."/> }
            })
        }}
        {open_for(&code.opened)}
        {shared(code)}
        {(code.may_work && !past).then(|| change::question(code, asked, deeds))}
        <div class="columns">
            <div>
                {then(code, past)}
                {holders(code)}
                {refusals(&code.refused)}
                {code.may_work.then(|| change::ways(code))}
            </div>
            <aside>
                <section class="panel">
                    <h2>"Code"</h2>
                    <Badge state=mark label=word/>
                    {facts(code)}
                </section>
                {code.may_work.then(|| matching(code, deeds))}
                {code.may_work.then(|| transfer(code, deeds))}
            </aside>
        </div>
    }
    .into_any()
}

/// Says that the code is tried in more places than honest use explains (J01): it is a hint, and nothing was taken away.
fn shared(code: &DeskCode) -> AnyView {
    let Some(at) = code.shared_at else { return ().into_any() };
    let said = format!(
        "Last found {}. The owner was told, and nothing was taken away: devices without a seat were refused.",
        wording::ago(at, code.opened.now)
    );
    view! {
        <Notice tone=Tone::Warn title="This code looks shared">
            <p>{said}</p>
        </Notice>
    }
    .into_any()
}

fn facts(code: &DeskCode) -> AnyView {
    let now = code.opened.now;
    let countries = code.countries.iter().map(|country| wording::country(*country)).collect::<Vec<_>>().join(", ");
    let countries = if countries.is_empty() { "Everywhere".to_owned() } else { countries };
    let blocked = code.blocked_reason.clone().map(|reason| view! { <Fact term="Blocked because">{reason}</Fact> });
    let end = code.facts.as_ref().map(|facts| {
        let ends_at = facts.ends_at();
        let left = wording::remaining(facts.remaining(now));
        view! { <Fact term="Ends"><Day iso=wording::iso(ends_at) text=wording::day(ends_at) left=left/></Fact> }
    });
    let first = code.first_activated_at.map_or_else(|| "Never".to_owned(), wording::moment);
    let customer = code.customer.clone().map(|(id, office)| {
        view! { <Fact term="Office"><a href=paths::record(Record::Customer, id.0)>{office}</a></Fact> }
    });
    let seats = code.seats.iter().map(|seat| {
        let label = wording::seat_class(seat.class);
        view! { <Pips label=label used=seat.used total=seat.total/> }
    });
    let seats = seats.collect_view();
    let administrator = code.administrator.clone().unwrap_or_else(|| "Nobody yet".to_owned());
    let order = code.order.clone().unwrap_or_else(|| "None".to_owned());
    let (kind, seller) = (wording::kind(code.kind), code.seller.clone());
    let (term, reserves) = (format!("{} days", code.term_days), times(code.reserves));
    view! {
        <Facts>
            {customer}
            <Fact term="Administrator">{administrator}</Fact>
            <Fact term="Kind">{kind}</Fact>
            {blocked}
            <Fact term="Sold by">{seller}</Fact>
            <Fact term="Order">{order}</Fact>
            <Fact term="Countries">{countries}</Fact>
            <Fact term="First activation">{first}</Fact>
            <Fact term="Term">{term}</Fact>
            {end}
            <Fact term="Kept as reserve">{reserves}</Fact>
        </Facts>
        {seats}
    }
    .into_any()
}

fn times(count: u32) -> String {
    match count {
        0 => "Never".to_owned(),
        1 => "Once".to_owned(),
        count => format!("{count} times"),
    }
}

/// The form that looks back.
fn then(code: &DeskCode, past: bool) -> AnyView {
    let here = paths::record(Record::Code, code.id.0);
    let shown = wording::iso(code.at);
    let value = if past { shown.get(..16).unwrap_or_default().to_owned() } else { String::new() };
    let back = past.then(|| view! { <ButtonLink href=here.clone() variant=Variant::Quiet>"Back to now"</ButtonLink> });
    let standing = code.facts.as_ref().map(|facts| {
        let (state, word) = wording::standing(facts.standing(code.at));
        view! { <p>"The license then: " <Badge state label=word/></p> }
    });
    view! {
        <Card heading="Look back">
            <form method="get" action=here.clone() class="fields">
                <Field
                    name="at"
                    kind="datetime-local"
                    label="As it was at (UTC)"
                    hint="Shows who held which seat at that moment, and what was refused within a day of it."
                    value=value
                    short=true
                />
                <div class="row">
                    <Button variant=Variant::Secondary>"Look back"</Button>
                    {back}
                </div>
            </form>
            {past.then_some(standing)}
        </Card>
    }
    .into_any()
}

fn holders(code: &DeskCode) -> AnyView {
    let heading = format!("Seats held at {}", wording::moment(code.at));
    if code.held.is_empty() {
        return view! { <Card heading=heading><p class="muted">"No device held a seat at that moment."</p></Card> }
            .into_any();
    }
    let row = |seat: &HeldThen| {
        let until = seat.until.map_or_else(|| "Still holds it".to_owned(), wording::moment);
        let why = seat.why.clone().map(|why| why.replace('_', " ")).unwrap_or_default();
        view! {
            <tr>
                <th scope="row"><a href=paths::record(Record::Device, seat.device.0)>{seat.name.clone()}</a></th>
                <td data-label="Seat">{wording::seat_class(seat.class)}</td>
                <td data-label="Since">{wording::moment(seat.since)}</td>
                <td data-label="Until">{until} " " <span class="muted">{why}</span></td>
            </tr>
        }
    };
    let rows = code.held.iter().map(row).collect_view();
    let all: u32 = code.seats.iter().map(|count| count.used).sum();
    let listed = code.held.len();
    let more = usize::try_from(all).is_ok_and(|all| all > listed).then(|| {
        view! {
            <p>
                {format!("{all} devices held a seat. Only the {listed} that took one last are listed.")}
                " Look back to an earlier moment to see older ones."
            </p>
        }
    });
    view! {
        <DataTable caption=heading>
            <thead>
                <tr>
                    <th scope="col">"Device"</th>
                    <th scope="col">"Seat"</th>
                    <th scope="col">"Since"</th>
                    <th scope="col">"Until"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </DataTable>
        {more}
    }
    .into_any()
}

fn refusals(refused: &[RefusedThen]) -> AnyView {
    if refused.is_empty() {
        return view! { <Card heading="Refused tries"><p class="muted">"Nothing was refused for this code."</p></Card> }.into_any();
    }
    let row = |refused: &RefusedThen| {
        view! {
            <tr>
                <th scope="row">{wording::moment(refused.at)}</th>
                <td data-label="Refusal">
                    {wording::refusal_name(&refused.refusal)} " " <span class="muted small">{refused.refusal.clone()}</span>
                </td>
                <td data-label="Device">{refused.device.clone().unwrap_or_else(|| "Unknown".to_owned())}</td>
                <td data-label="Country">{refused.country.map_or("Unknown", wording::country)}</td>
                <td data-label="As it was then">{as_it_was(refused)}</td>
            </tr>
        }
    };
    let rows = refused.iter().map(row).collect_view();
    view! {
        <DataTable caption="Refused tries, the newest first">
            <thead>
                <tr>
                    <th scope="col">"When"</th>
                    <th scope="col">"Refusal"</th>
                    <th scope="col">"Device"</th>
                    <th scope="col">"Country"</th>
                    <th scope="col">"As it was then"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </DataTable>
    }
    .into_any()
}

/// What decided it: the seats that were in use, and the countries that the code worked in.
fn as_it_was(refused: &RefusedThen) -> AnyView {
    let seats = |(class, seats): (&SeatClass, &u32)| format!("{}: {seats} in use", wording::seat_class(*class));
    let seats = refused.taken.iter().map(seats).collect::<Vec<_>>().join(", ");
    let seats = if seats.is_empty() { "No seat in use".to_owned() } else { seats };
    let countries = refused.countries.iter().map(|country| wording::country(*country)).collect::<Vec<_>>().join(", ");
    let countries = if countries.is_empty() { "Works everywhere".to_owned() } else { format!("Works in {countries}") };
    view! { <span class="stack-tight small"><span>{seats}</span> <span>{countries}</span></span> }.into_any()
}
