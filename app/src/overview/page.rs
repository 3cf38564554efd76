//! The overview: what needs somebody, how the seats are taken, and how long the licenses run.

use domain::overview::{Overview as Office, Term};
use leptos::prelude::*;
use time::OffsetDateTime;

use super::api::get_office;
use super::needs::worst_first;
use super::seats::seats;
use super::terms::terms;
use crate::form::Title;
use crate::load::load;
use crate::ui::*;
use crate::waiting::{reading, unread};
use crate::{paths, wording};

/// The first page of a person.
#[component]
pub fn Overview() -> impl IntoView {
    let office = load(|| (), |()| get_office());
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
    if office.begins {
        return begin();
    }
    let first =
        if office.needs.is_empty() { calm(&office.terms, office.now) } else { worst_first(&office.needs, office.now) };
    view! {
        {first}
        {seats(&office.terms, office.now)}
        {terms(&office.terms, office.now)}
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

/// Nothing needs anybody: one sentence, with the next date that matters.
fn calm(terms: &[Term], now: OffsetDateTime) -> AnyView {
    let running = terms.iter().filter(|term| term.facts.standing(now).runs());
    let sentence = match running.min_by_key(|term| term.facts.ends_at()) {
        Some(term) => format!(
            "All is well. The next date that matters is {}, when {} {}: {}.",
            wording::day(term.facts.ends_at()),
            term.product,
            if term.reserve_until.is_some() { "switches to its reserve" } else { "ends" },
            wording::remaining(term.facts.remaining(now)),
        ),
        None => "No license runs. Add an activation code to protect your devices.".to_owned(),
    };
    view! { <p class="calm">{sentence}</p> }.into_any()
}
