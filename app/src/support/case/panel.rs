//! What is known beside a case: the case itself, its license, and the office as far as a case entitles to.

use domain::case::{DeskCase, Entitlement};
use domain::flag::Flag;
use domain::lookup::{CustomerFacts, Record};
use leptos::prelude::*;

use crate::ui::*;
use crate::{paths, wording};

pub(super) fn about(desk: DeskCase) -> AnyView {
    let timers = timers(&desk);
    let case = desk.case;
    let (entitled, entitlement) = wording::entitlement(desk.entitlement);
    let follows = case.follows.clone().map(|number| {
        view! { <Fact term="Follows"><a href=paths::desk_case(&number)>{number.clone()}</a></Fact> }
    });
    let followed = case.followed_by.clone().map(|number| {
        view! { <Fact term="Followed by"><a href=paths::desk_case(&number)>{number.clone()}</a></Fact> }
    });
    let device = case.device.clone().map(|(_, name)| view! { <Fact term="Device">{name}</Fact> });
    view! {
        <section class="panel">
            <h2>"Case"</h2>
            <Facts>
                <Fact term="About">{wording::topic(case.topic)}</Fact>
                <Fact term="When it was opened"><Badge state=entitled label=entitlement/></Fact>
                <Fact term="Opened">
                    <Day
                        iso=wording::iso(case.created_at)
                        text=wording::day(case.created_at)
                        left=wording::ago(case.created_at, case.now)
                    />
                </Fact>
                <Fact term="Assignee">{desk.assignee.unwrap_or_else(|| "Nobody yet".to_owned())}</Fact>
                <Fact term="Reopened">{times(desk.reopened)}</Fact>
                {device}
                {follows}
                {followed}
                {timers}
            </Facts>
        </section>
    }
    .into_any()
}

/// What the clock does while the case waits for the customer.
fn timers(desk: &DeskCase) -> AnyView {
    let Some(waiting) = desk.waiting else { return ().into_any() };
    let reminder = match (waiting.reminded_at, waiting.reminds_at()) {
        (Some(at), _) => format!("Sent {}", wording::ago(at, desk.case.now)),
        (None, Some(at)) => wording::moment(at),
        (None, None) => String::new(),
    };
    view! {
        <Fact term="Reminder">{reminder}</Fact>
        <Fact term="Solved without an answer">{wording::moment(waiting.solved_at())}</Fact>
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

/// What support is open for when no license runs (R23, edge case 35).
pub(super) fn limits(desk: &DeskCase) -> AnyView {
    if desk.entitlement != Entitlement::Ended || !desk.case.state.is_open() {
        return ().into_any();
    }
    view! {
        <Notice tone=Tone::Warn title="No license runs">
            <p>
                "Support is open for activation, renewal, recovery, refunds and purchases. For this topic, say how to renew, and help when the license runs again."
            </p>
        </Notice>
    }
    .into_any()
}

/// What everybody in support has to know of the office.
pub(super) fn flags(desk: &DeskCase) -> AnyView {
    let flags = desk.customer.as_ref().map(|customer| customer.flags.clone()).unwrap_or_default();
    flags.into_iter().map(flag).collect_view().into_any()
}

/// One flag: what has to be known, why, and who says so.
pub(crate) fn flag(flag: Flag) -> AnyView {
    let (tone, title) = wording::flag(flag.kind);
    let said = format!("{} ({}, {})", flag.reason, flag.set_by, wording::day(flag.set_at));
    view! {
        <Notice tone=tone title=title>
            <p>{said}</p>
        </Notice>
    }
    .into_any()
}

/// The office of the requester.
pub(super) fn customer(desk: DeskCase) -> AnyView {
    let look_up = format!("{}?case={}", paths::LOOK_UP, desk.case.number);
    let facts = match &desk.customer {
        Some(customer) => office(customer, &desk.case.number),
        None => {
            view! { <p class="muted">"The case is over, so nothing more of the office is shown. A follow-up shows it again."</p> }
                .into_any()
        }
    };
    let look = desk.customer.is_some().then(|| {
        view! { <p><a href=look_up>"Look up records for this case"</a></p> }
    });
    view! {
        <section class="panel">
            <h2>"Customer"</h2>
            <Facts>
                <Fact term="Name">{desk.case.requester}</Fact>
                <Fact term="E-mail"><bdi>{desk.email}</bdi></Fact>
                <Fact term="Office">{desk.office}</Fact>
                <Fact term="Answer in">{desk.language.name()}</Fact>
            </Facts>
            {facts}
            {look}
        </section>
    }
    .into_any()
}

fn office(customer: &CustomerFacts, case: &str) -> AnyView {
    let since = customer.created_at;
    let country = customer.country.parse().map_or_else(|_| "Unknown", wording::country);
    let people = customer.people.iter().map(|(name, email, role)| {
        view! { <li>{name.clone()} ", " {role.as_str()} " " <bdi class="muted">{email.clone()}</bdi></li> }
    });
    let licenses = customer.licenses.iter().map(|license| {
        let href = format!("{}?case={case}", paths::record(Record::Code, license.code.0));
        view! { <li><a href=href><Key text=domain::code::mask(&license.tail)/></a> " " {license.product.clone()}</li> }
    });
    let devices = customer.devices.iter().map(|(id, name)| {
        view! { <li><a href=format!("{}?case={case}", paths::record(Record::Device, id.0))>{name.clone()}</a></li> }
    });
    let orders = customer.orders.iter().map(|(number, seller)| {
        view! { <li><Key text=number.clone() plain=true/> " " <span class="muted">{seller.clone()}</span></li> }
    });
    let cases = customer.cases.iter().filter(|other| other.number != case).map(|other| {
        let (_, word) = wording::case_state(other.state);
        view! {
            <li>
                <a href=paths::desk_case(&other.number)>{other.number.clone()}</a>
                " " {other.subject.clone()} " " <span class="muted">{word}</span>
            </li>
        }
    });
    view! {
        <Facts>
            <Fact term="Country">{country}</Fact>
            <Fact term="Since"><Day iso=wording::iso(since) text=wording::day(since)/></Fact>
        </Facts>
        {listed("People", people.collect())}
        {listed("Codes and licenses", licenses.collect())}
        {listed("Devices", devices.collect())}
        {listed("Orders", orders.collect())}
        {listed("Other cases", cases.collect())}
    }
    .into_any()
}

/// A list that is folded away, with how many stand in it.
fn listed<V: IntoView + 'static>(what: &'static str, entries: Vec<V>) -> AnyView {
    if entries.is_empty() {
        return ().into_any();
    }
    let count = entries.len();
    view! {
        <details class="listed">
            <summary>{what} " " <span class="count">{count}</span></summary>
            <ul>{entries}</ul>
        </details>
    }
    .into_any()
}

pub(super) fn license(desk: &DeskCase) -> AnyView {
    let Some(facts) = &desk.license_facts else {
        return view! {
            <section class="panel">
                <h2>"License"</h2>
                <p>"The customer named no license."</p>
            </section>
        }
        .into_any();
    };
    let now = desk.case.now;
    let (state, word) = wording::standing(facts.standing(now));
    let product = desk.case.license.as_ref().map(|(_, product)| product.clone()).unwrap_or_default();
    let ends_at = facts.ends_at();
    let left = wording::remaining(facts.remaining(now));
    let tail = desk.code_tail.clone().unwrap_or_default();
    view! {
        <section class="panel">
            <h2>"License"</h2>
            <Facts>
                <Fact term="Product">{product}</Fact>
                <Fact term="Code"><Key text=domain::code::mask(&tail)/></Fact>
                <Fact term="Standing"><Badge state label=word/></Fact>
                <Fact term="Ends"><Day iso=wording::iso(ends_at) text=wording::day(ends_at) left=left/></Fact>
            </Facts>
        </section>
    }
    .into_any()
}
