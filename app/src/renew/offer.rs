//! What somebody would like, and the sheet that says what it would be.

use std::collections::BTreeMap;

use domain::Error;
use domain::license::Remaining;
use domain::offer::{OfferKind, Quote, Renewable, TERMS, Wanted, quote};
use domain::seat::{SeatClass, Seats};
use domain::text::money;
use leptos::prelude::*;

use super::api::MakeOffer;
use super::in_words;
use crate::error::AppError;
use crate::form::{Form, tried};
use crate::ui::*;
use crate::{paths, wording};

/// Adding devices to the running term instead of renewing.
pub(super) const MORE: &str = "more";

/// Reads what was chosen; what is no number counts as none.
pub(super) fn wanted(what: &str, term: &str, seats: &BTreeMap<String, String>) -> Wanted {
    let seats: Seats = seats
        .iter()
        .filter_map(|(class, count)| Some((class.parse::<SeatClass>().ok()?, count.trim().parse().unwrap_or(0))))
        .collect();
    if what == MORE {
        Wanted::More { seats }
    } else {
        Wanted::Term { seats, days: term.trim().parse().unwrap_or(TERMS[0]) }
    }
}

/// The classes of places that can be chosen: those of the license and those that have a price.
fn classes(found: &Renewable) -> Vec<SeatClass> {
    let priced = |class: &SeatClass| found.seller.as_ref().is_some_and(|(_, prices)| prices.yearly.contains_key(class));
    SeatClass::ALL.iter().copied().filter(|class| found.held.seats.of(*class) > 0 || priced(class)).collect()
}

/// The form that chooses, by GET: what is chosen stands in the address.
pub(super) fn choose(found: &Renewable, chosen: &Wanted) -> AnyView {
    let (seats, days, what) = match chosen {
        Wanted::Term { seats, days } => (seats, *days, ""),
        Wanted::More { seats } => (seats, TERMS[0], MORE),
    };
    let runs = found.held.facts.standing(found.now).runs();
    let license = found.license.to_string();
    let tabs = [("", "Renew"), (MORE, "More devices now")].map(|(key, label)| Tab {
        href: format!(
            "{}{}",
            paths::renew(found.license),
            if key.is_empty() { String::new() } else { format!("&what={key}") }
        ),
        label: label.to_owned(),
        count: None,
        current: what == key,
    });
    let fields = classes(found)
        .into_iter()
        .map(|class| {
            let hint = match found.held.used.of(class) {
                0 => format!("You have {} now, none in use.", found.held.seats.of(class)),
                used => format!("You have {} now, {used} in use.", found.held.seats.of(class)),
            };
            view! {
                <Field
                    name=format!("seats[{class}]")
                    id=format!("seats-{class}")
                    label=wording::seat_class(class)
                    hint=hint
                    inputmode="numeric"
                    short=true
                    value=seats.of(class).to_string()
                />
            }
        })
        .collect_view();
    let term = (what != MORE).then(|| {
        let options = TERMS.iter().map(|days| (days.to_string(), years(*days))).collect();
        view! { <Select name="term" label="For how long" options=options value=days.to_string()/> }
    });
    view! {
        {runs.then(|| view! { <Tabs label="What to buy" items=tabs.to_vec()/> })}
        <form method="get" action=paths::RENEW class="fields">
            <input type="hidden" name="license" value=license/>
            {(what == MORE).then(|| view! { <input type="hidden" name="what" value=MORE/> })}
            <fieldset class="field fieldset">
                <legend class="field-label">"For how many devices"</legend>
                <div class="grid-2">{fields}</div>
            </fieldset>
            {term}
            <div class="form-actions"><Button variant=Variant::Secondary>"Show the price"</Button></div>
        </form>
    }
    .into_any()
}

fn years(days: u32) -> String {
    match days / 365 {
        1 => "1 year (365 days)".to_owned(),
        years => format!("{years} years ({days} days)"),
    }
}

/// What it would be, with the way to the checkout; or why it can't be had like this.
pub(super) fn offered(found: &Renewable, chosen: &Wanted, make: ServerAction<MakeOffer>) -> AnyView {
    let Some((seller, prices)) = &found.seller else {
        return view! {
            <Notice title="No store has told us its prices for this license">
                <p>"Buy the renewal where the license was bought: License details names the seller. Then add its code here."</p>
            </Notice>
        }
        .into_any();
    };
    match quote(&found.held, prices, chosen, found.now) {
        Ok(quote) => sheet(found, seller, &quote, chosen, make),
        Err(error) => refused(error),
    }
}

fn refused(error: Error) -> AnyView {
    let said: Vec<String> = wording::items(&AppError::Deed(error)).into_iter().map(|(_, text)| text).collect();
    view! {
        <Notice tone=Tone::Warn title="This can't be offered yet">
            {said.into_iter().map(|text| view! { <p>{text}</p> }).collect_view()}
        </Notice>
    }
    .into_any()
}

fn sheet(found: &Renewable, seller: &str, quote: &Quote, chosen: &Wanted, make: ServerAction<MakeOffer>) -> AnyView {
    let notes = notes(quote).into_iter().map(|note| view! { <p>{note}</p> }).collect_view();
    let (from, until) = (wording::day(quote.from), wording::day(quote.until));
    let discount = (quote.discount > 0).then(|| {
        let off = format!("− {}", money(quote.discount, &quote.currency));
        view! { <Fact term="Discount for renewing">{off}</Fact> }
    });
    let (devices, days, seller) = (in_words(&quote.seats), quote.days.to_string(), seller.to_owned());
    let label = format!("Pay at {seller}");
    let full = money(quote.full, &quote.currency);
    let total = money(quote.total, &quote.currency);
    let (what, term) = match chosen {
        Wanted::More { .. } => (MORE, String::new()),
        Wanted::Term { days, .. } => ("", days.to_string()),
    };
    let seats = quote
        .seats
        .iter()
        .map(|(class, count)| view! { <input type="hidden" name=format!("seats[{class}]") value=count.to_string()/> })
        .collect_view();
    let license = found.license.to_string();
    let busy = tried(make).busy();
    view! {
        <Card heading="What it would be" id="offer">
            <Facts wide=true>
                <Fact term="Devices">{devices}</Fact>
                <Fact term="From">{from}</Fact>
                <Fact term="Until">{until}</Fact>
                <Fact term="Days paid for">{days}</Fact>
                <Fact term="Price">{full}</Fact>
                {discount}
                <Fact term="You pay"><strong>{total}</strong></Fact>
                <Fact term="Sold by">{seller}</Fact>
            </Facts>
            {notes}
            <Form action=make class="row">
                <input type="hidden" name="license" value=license/>
                <input type="hidden" name="what" value=what/>
                <input type="hidden" name="term" value=term/>
                {seats}
                <Button busy=busy>{label}</Button>
            </Form>
        </Card>
    }
    .into_any()
}

/// From when it counts, and what is lost: in sentences.
fn notes(quote: &Quote) -> Vec<String> {
    let mut notes = Vec::new();
    match quote.kind {
        OfferKind::More => notes.push(
            "The new seats work as soon as the order is paid, with the code you have. The end stays as it is, and so does the number until then."
                .to_owned(),
        ),
        OfferKind::Renewal if quote.waits => notes.push(format!(
            "You get a renewal code by mail. Add it now: it waits and takes over on {}. Nothing of the running term is lost.",
            wording::day(quote.from)
        )),
        OfferKind::Renewal => notes.push("You get a renewal code by mail. It starts when you add it.".to_owned()),
        OfferKind::New if quote.waits => notes.push(
            "More devices than now are no renewal, so there is no discount. The new code waits until the running term ends; nothing of it is lost."
                .to_owned(),
        ),
        OfferKind::New => notes.push("You get a new code by mail. It starts when you add it.".to_owned()),
    }
    if quote.trial_days_lost > 0 {
        notes.push(format!("The trial ends when you add the code: {} days of it are lost.", quote.trial_days_lost));
    }
    for (class, count) in &quote.without_place {
        notes.push(format!(
            "{count} of your devices would find no seat for {}. Release some first, or choose more seats; otherwise those that came first keep theirs.",
            wording::seat_class_in_sentence(*class)
        ));
    }
    notes
}

/// What is preselected.
fn as_it_is(found: &Renewable, more: bool) -> Wanted {
    if more {
        Wanted::More { seats: found.held.seats.clone() }
    } else {
        Wanted::Term { seats: found.held.seats.clone(), days: TERMS[0] }
    }
}

/// How a license is told from others in the list.
pub(super) fn described(found: &Renewable) -> String {
    let remaining = found.held.facts.remaining(found.now);
    let end = match remaining {
        Remaining::Ended(_) => wording::remaining(remaining),
        Remaining::Today | Remaining::Days(_) => format!("until {}", wording::day(found.held.facts.ends_at())),
    };
    format!("{end}, code ending in {}, {}", found.tail, in_words(&found.held.seats))
}

/// What stands in the address; nothing chosen yet means the same again.
pub(super) fn read(found: &Renewable, what: &str, term: &str, seats: &BTreeMap<String, String>) -> Wanted {
    if seats.is_empty() { as_it_is(found, what == MORE) } else { wanted(what, term, seats) }
}
