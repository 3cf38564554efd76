//! Licenses: a ticket for each, and the codes that wait.

use domain::code;
use domain::license::Remaining;
use domain::license::details::{KeptCode, LicenseCard, Licenses as Listing, Search};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use time::OffsetDateTime;

use super::api::find_licenses;
use super::find::{address, find, found_none, searched};
use super::purchase::refunding;
use crate::form::Title;
use crate::load::load;
use crate::ui::*;
use crate::waiting::{reading, unread};
use crate::{paths, wording};

/// Everything the office is licensed for.
#[component]
pub fn Licenses() -> impl IntoView {
    let query = use_query_map();
    let search = Memo::new(move |_| searched(&query.read()));
    let licenses = load(move || search.get(), find_licenses);
    view! {
        <Title text="Licenses"/>
        <div class="page">
            <PageHead title="Licenses" lead="What your office is licensed for, and until when.">
                <ButtonLink href=paths::ADD_CODE variant=Variant::Primary>"Add activation code"</ButtonLink>
            </PageHead>
            <Suspense fallback=reading>
                {move || {
                    let search = search.get();
                    Suspend::new(async move {
                        match licenses.await {
                            Ok(licenses) => all(licenses, &search),
                            Err(error) => unread(&error),
                        }
                    })
                }}
            </Suspense>
            <p class="muted">
                "Lost a code? " <a href=paths::RECOVER>"Recover it"</a>
                " with the license key and the proof of purchase."
            </p>
        </div>
    }
    .into_any()
}

fn all(licenses: Listing, search: &Search) -> AnyView {
    let Listing { now, cards, kept, next } = licenses;
    if cards.is_empty() && kept.is_empty() && *search == Search::default() {
        return view! {
            <Empty
                title="No licenses yet"
                text="A license starts when an activation code is used on one of your devices for the first time."
            >
                <ButtonLink href=paths::ADD_CODE variant=Variant::Primary>"Add activation code"</ButtonLink>
            </Empty>
        }
        .into_any();
    }
    let found = if !cards.is_empty() {
        let tickets = cards.iter().map(|card| ticket(card, now)).collect_view();
        view! { <ul class="grid-cards" role="list">{tickets}</ul> }.into_any()
    } else if kept.is_empty() {
        found_none(search)
    } else {
        ().into_any()
    };
    let first = search.after.map(|_| address(&Search { after: None, ..search.clone() }));
    let next = next.map(|id| address(&Search { after: Some(id), ..search.clone() }));
    view! {
        {find(search)}
        {found}
        <Onward label="Pages of licenses" first=first next=next/>
        {(!kept.is_empty()).then(|| kept_codes(&kept))}
    }
    .into_any()
}

fn ticket(card: &LicenseCard, now: OffsetDateTime) -> AnyView {
    let (state, word) = super::standing(&card.facts, card.has_reserve, now);
    let ends_at = card.facts.ends_at();
    let remaining = card.facts.remaining(now);
    let (kicker, left) = match remaining {
        Remaining::Ended(at) => ("Ended", wording::ago(at, now)),
        Remaining::Today | Remaining::Days(_) => ("Ends", wording::remaining(remaining)),
    };
    let runs = card.facts.standing(now).runs();
    let switches = card.has_reserve && runs;
    let href = paths::license(card.id);
    let download = format!("{href}#download");
    view! {
        <li class="ticket" data-state=state.name()>
            <div class="ticket-head">
                <div>
                    <h2><a href=href.clone()>{card.product.clone()}</a></h2>
                    <p class="muted small">{format!("Code ending in {}", card.tail)}</p>
                </div>
                <Badge state label=word/>
            </div>
            <p class="ticket-end">
                <span class="kicker">{kicker}</span>
                <time class="ticket-date" datetime=wording::iso(ends_at)>{wording::day(ends_at)}</time>
                <span class="ticket-left">{left}</span>
            </p>
            {switches.then(|| view! {
                <p class="ticket-reserve">{format!("Switches to the reserve on {}", wording::day(ends_at))}</p>
            })}
            {card.refund.as_ref().map(|refund| {
                view! { <p class="ticket-reserve">{refunding(refund)}</p> }
            })}
            <div class="ticket-seats">{super::pips(&card.seats)}</div>
            <div class="ticket-actions">
                <ButtonLink href=href describe=format!("of {}", card.product)>"Details"</ButtonLink>
                {runs.then(|| view! {
                    <ButtonLink href=download variant=Variant::Quiet describe=card.product.clone()>"Download"</ButtonLink>
                })}
                {card.facts.renewal_offered(now).then(|| view! {
                    <ButtonLink href=paths::renew(card.id) describe=card.product.clone()>"Renew"</ButtonLink>
                })}
            </div>
        </li>
    }
    .into_any()
}

fn kept_codes(kept: &[KeptCode]) -> AnyView {
    let rows = kept.iter().map(kept_code).collect_view();
    view! {
        <Card heading="Kept codes">
            <p class="muted">
                "These codes wait in your account. To use one, open the page of a device under "
                <a href=paths::DEVICES>"Devices"</a> " and send it there."
            </p>
            <ul class="ledger" role="list">{rows}</ul>
        </Card>
    }
    .into_any()
}

fn kept_code(kept: &KeptCode) -> AnyView {
    let (state, word) = wording::code_state(kept.state);
    let seats: u32 = kept.seats.iter().map(|seat| seat.total).sum();
    let seats = if seats == 1 { "1 seat".to_owned() } else { format!("{seats} seats") };
    let about = format!("{}, {}, {} days, {seats}", kept.product, wording::kind(kept.kind), kept.term_days);
    view! {
        <li>
            <div>
                <span class="ledger-main">
                    <span>
                        <span class="visually-hidden">{format!("Code ending in {}", kept.tail)}</span>
                        <bdi class="key" dir="ltr" aria-hidden="true">{code::mask(&kept.tail)}</bdi>
                    </span>
                    <span>{about}</span>
                </span>
                <span class="ledger-side"><Badge state label=word/></span>
            </div>
        </li>
    }
    .into_any()
}
