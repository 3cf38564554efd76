//! Pictures for leads: what waits, how fast it is answered, what is activated and refused, what ends soon, and what honest use
//! does not explain. Each stands beside its table, and each table can be taken along.

mod over_time;
mod tables;

use domain::figure::{Figure, Period, Pictures as Figures};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::form::Title;
use crate::load::load;
use crate::paths;
use crate::support::pictures_api::get_pictures;
use crate::ui::*;
use crate::waiting::{reading, unread_at_desk};

#[component]
pub fn Pictures() -> impl IntoView {
    let query = use_query_map();
    let period =
        Memo::new(move |_| query.read().get("days").and_then(|days| days.parse().ok()).unwrap_or(Period::Month));
    let read = load(move || Some(period.get()), get_pictures);
    view! {
        <Title text="Pictures"/>
        <div class="page">
            <PageHead title="Pictures" lead="How support is doing, and what happens to codes. Counted by day, a minute after it happens."/>
            {move || view! { <Tabs label="Period" items=tabs(period.get())/> }}
            <Transition fallback=reading>
                {move || Suspend::new(async move {
                    match read.await {
                        Ok(figures) => shown(&figures),
                        Err(error) => unread_at_desk(&error),
                    }
                })}
            </Transition>
        </div>
    }
    .into_any()
}

const fn name(period: Period) -> &'static str {
    match period {
        Period::Week => "7 days",
        Period::Month => "30 days",
        Period::Quarter => "90 days",
        Period::Year => "A year",
    }
}

fn tabs(now: Period) -> Vec<Tab> {
    let tab = |period: &Period| Tab {
        href: format!("{}?days={period}", paths::PICTURES),
        label: name(*period).to_owned(),
        count: None,
        current: *period == now,
    };
    Period::ALL.iter().map(tab).collect()
}

fn shown(figures: &Figures) -> AnyView {
    view! {
        {tables::waiting(figures)}
        <div class="pair">
            {tables::took(figures, Figure::FirstAnswer)}
            {tables::took(figures, Figure::Decided)}
        </div>
        {over_time::codes(figures)}
        <div class="pair">
            {tables::refusals(figures)}
            {tables::countries(figures)}
        </div>
        {over_time::requests(figures)}
        {over_time::ends(figures)}
        {tables::anomalies(figures)}
    }
    .into_any()
}

/// A count as the drawings take it.
fn drawn(count: i64) -> u64 {
    count.unsigned_abs()
}

/// The way to a table as a file.
fn csv(name: &str, period: Period) -> AnyView {
    let href = format!("{}/{name}.csv?days={period}", paths::PICTURES);
    view! { <ButtonLink href=href variant=Variant::Quiet download=true describe="of this table">"Download CSV"</ButtonLink> }
        .into_any()
}

/// A picture with what stands around it.
fn card(heading: &'static str, file: &'static str, period: Period, inside: AnyView) -> AnyView {
    view! {
        <Card heading=heading actions=move || csv(file, period)>
            {inside}
        </Card>
    }
    .into_any()
}

/// Why there is nothing to draw.
fn nothing(text: &'static str) -> AnyView {
    view! { <p class="muted">{text}</p> }.into_any()
}
