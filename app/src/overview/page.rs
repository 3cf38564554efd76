//! The overview: what needs somebody, how the seats are taken, how long the licenses run, and devices without one.

use domain::device::listing::DeviceRow;
use domain::license::details::{LicenseCard, Licenses};
use domain::seat::{SeatClass, SeatCount};
use leptos::prelude::*;
use leptos_meta::Title;
use time::OffsetDateTime;

use super::api::{Office, get_office};
use super::terms::terms;
use super::trouble::{Trouble, troubles};
use crate::licenses::pips;
use crate::ui::*;
use crate::waiting::{reading, unread};
use crate::{paths, wording};

/// More devices without a license than these are counted, not listed.
const LISTED: usize = 5;

/// The first page of a person.
#[component]
pub fn Overview() -> impl IntoView {
    let office = Resource::new(|| (), |()| get_office());
    view! {
        <Title text="Overview"/>
        <div class="page">
            <PageHead title="Overview" lead="What needs you comes first.">
                <ButtonLink href=paths::ADD_CODE variant=Variant::Primary>"Add activation code"</ButtonLink>
            </PageHead>
            <Suspense fallback=reading>
                {move || Suspend::new(async move {
                    match office.await {
                        Ok(office) => glance(&office),
                        Err(error) => unread(&error),
                    }
                })}
            </Suspense>
            <p class="muted">
                "Lost a code? " <a href=paths::RECOVER>"Recover it"</a>
                " with the license key and the proof of purchase."
            </p>
        </div>
    }
    .into_any()
}

fn glance(office: &Office) -> AnyView {
    let Licenses { now, cards, kept, .. } = &office.licenses;
    if cards.is_empty() && kept.is_empty() && office.devices.rows.is_empty() {
        return begin();
    }
    let troubles = troubles(cards, *now);
    let bare: Vec<&DeviceRow> = office.devices.rows.iter().filter(|row| row.license.is_none()).collect();
    let seats = seats(cards, *now);
    view! {
        {first(&troubles, &bare, &office.licenses)}
        {without_license(&bare)}
        {(!seats.is_empty()).then(|| view! { <Card heading="Seats at a glance">{pips(&seats)}</Card> })}
        {terms(cards, *now)}
    }
    .into_any()
}

fn begin() -> AnyView {
    view! {
        <Empty
            title="Begin with a device"
            text="Link the first device of your office, then add the activation code you bought. Both take a minute."
        >
            <ButtonLink href=paths::LINK variant=Variant::Primary>"Link a device"</ButtonLink>
            <ButtonLink href=paths::ADD_CODE>"Add activation code"</ButtonLink>
        </Empty>
    }
    .into_any()
}

fn first(troubles: &[Trouble], bare: &[&DeviceRow], licenses: &Licenses) -> AnyView {
    if !troubles.is_empty() {
        let rows = troubles.iter().map(|trouble| worst(trouble, licenses.now)).collect_view();
        return view! { <ul class="worst" role="list">{rows}</ul> }.into_any();
    }
    if !bare.is_empty() {
        return ().into_any();
    }
    let running = licenses.cards.iter().filter(|card| card.facts.standing(licenses.now).runs());
    let sentence = match running.min_by_key(|card| card.facts.ends_at()) {
        Some(card) => format!(
            "All is well. The next date that matters is {}, when {} {}: {}.",
            wording::day(card.facts.ends_at()),
            card.product,
            if card.has_reserve { "switches to its reserve" } else { "ends" },
            wording::remaining(card.facts.remaining(licenses.now)),
        ),
        None => "No license runs. Add an activation code to protect your devices.".to_owned(),
    };
    view! { <p class="calm">{sentence}</p> }.into_any()
}

fn worst(trouble: &Trouble, now: OffsetDateTime) -> AnyView {
    let (state, word) = wording::standing(trouble.standing);
    let (href, label) = trouble.action();
    let product = trouble.card.product.clone();
    view! {
        <li data-state=state.name()>
            <div>
                <h2 class="row">{product.clone()} <Badge state label=word/></h2>
                <p>{trouble.sentence(now)}</p>
            </div>
            <ButtonLink href=href describe=format!("for {product}")>{label}</ButtonLink>
        </li>
    }
    .into_any()
}

fn without_license(bare: &[&DeviceRow]) -> AnyView {
    if bare.is_empty() {
        return ().into_any();
    }
    let heading = match bare.len() {
        1 => "1 device without a license".to_owned(),
        count => format!("{count} devices without a license"),
    };
    let rows = bare.iter().take(LISTED).map(|row| {
        view! {
            <li>
                <div>
                    <span class="ledger-main">
                        <span><a href=paths::device(row.id)>{row.name.clone()}</a></span>
                        <span>{format!("{}, {}", wording::os(row.os_family), row.owner)}</span>
                    </span>
                    <ButtonLink
                        href=format!("{}?device={}", paths::ADD_CODE, row.id)
                        describe=format!("for {}", row.name)
                    >
                        "Add activation code"
                    </ButtonLink>
                </div>
            </li>
        }
    });
    let rows = rows.collect_view();
    let more = bare.len() > LISTED;
    view! {
        <Card heading=heading>
            <ul class="ledger" role="list">{rows}</ul>
            {more.then(|| view! { <p><a href=paths::DEVICES>"See all devices"</a></p> })}
        </Card>
    }
    .into_any()
}

/// The seats of all running licenses together.
fn seats(cards: &[LicenseCard], now: OffsetDateTime) -> Vec<SeatCount> {
    let mut sums: Vec<SeatCount> = Vec::new();
    for seat in cards.iter().filter(|card| card.facts.standing(now).runs()).flat_map(|card| &card.seats) {
        match sums.iter_mut().find(|sum| sum.class == seat.class) {
            Some(sum) => {
                sum.total += seat.total;
                sum.used += seat.used;
            }
            None => sums.push(*seat),
        }
    }
    sums.sort_by_key(|sum| order(sum.class));
    sums
}

fn order(class: SeatClass) -> u8 {
    match class {
        SeatClass::Desktop => 0,
        SeatClass::FileServer => 1,
        SeatClass::Mobile => 2,
        SeatClass::PasswordManager => 3,
    }
}
