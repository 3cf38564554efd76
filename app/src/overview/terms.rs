//! The terms of all licenses on one scale, with one notch for today and the reserve behind each; and the same as a table.

use domain::overview::Term;
use leptos::prelude::*;
use time::{Duration, OffsetDateTime};

use crate::ui::*;
use crate::{paths, wording};

/// The scale reaches no further back and ahead than this, however long a term is.
const BACK: Duration = Duration::days(365);
const AHEAD: Duration = Duration::days(730);

/// Instants as thousandths of the width.
struct Scale {
    from: OffsetDateTime,
    seconds: i64,
}

impl Scale {
    fn of(terms: &[Term], now: OffsetDateTime) -> Self {
        let first = terms.iter().map(|term| term.facts.starts_at).min().unwrap_or(now);
        let ends = terms.iter().map(|term| term.reserve_until.unwrap_or(term.facts.ends_at()));
        let last = ends.max().unwrap_or(now);
        let from = first.clamp(now - BACK, now);
        let to = last.clamp(now + Duration::days(30), now + AHEAD);
        Self { from, seconds: (to - from).whole_seconds().max(1) }
    }

    fn at(&self, instant: OffsetDateTime) -> u16 {
        let gone = (instant - self.from).whole_seconds().clamp(0, self.seconds);
        u16::try_from(gone * 1000 / self.seconds).unwrap_or(1000)
    }
}

/// One bar for each license, and the table beside them.
pub(super) fn terms(terms: &[Term], now: OffsetDateTime) -> Option<AnyView> {
    if terms.is_empty() {
        return None;
    }
    let scale = Scale::of(terms, now);
    let bars = terms.iter().map(|term| bar(term, &scale, now)).collect_view();
    let rows = terms.iter().map(|term| row(term, now)).collect_view();
    let card = view! {
        <Card heading="Terms">
            <div class="stack-tight">{bars}</div>
            <details>
                <summary>"The same as a table"</summary>
                <DataTable caption="Terms of your licenses" hide_caption=true>
                    <thead>
                        <tr>
                            <th scope="col">"License"</th>
                            <th scope="col">"State"</th>
                            <th scope="col">"Start"</th>
                            <th scope="col">"End"</th>
                            <th scope="col">"Reserve until"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </DataTable>
            </details>
        </Card>
    };
    Some(card.into_any())
}

fn standing(term: &Term, now: OffsetDateTime) -> (State, &'static str) {
    crate::licenses::standing(&term.facts, term.reserve_until.is_some(), now)
}

fn bar(term: &Term, scale: &Scale, now: OffsetDateTime) -> AnyView {
    let (state, word) = standing(term, now);
    let (starts_at, ends_at) = (term.facts.starts_at, term.facts.ends_at());
    let left = wording::remaining(term.facts.remaining(now));
    let behind =
        term.reserve_until.map(|until| format!("; its reserve until {}", wording::day(until))).unwrap_or_default();
    let (from, to) = (wording::day(starts_at), wording::day(ends_at));
    let label = format!("{}, code ending in {}: {word}, from {from} to {to}{behind}", term.product, term.tail);
    view! {
        <div class="term-row">
            {named(term)}
            <TermBar
                label=label
                start=scale.at(starts_at)
                end=scale.at(ends_at)
                today=scale.at(now)
                reserve_end=term.reserve_until.map(|until| scale.at(until))
                state=state
            />
            <span class="small">{left}</span>
        </div>
    }
    .into_any()
}

/// The product, and the code by which licenses of one product are told apart.
fn named(term: &Term) -> AnyView {
    view! {
        <span class="stack-tight">
            <a href=paths::license(term.id)>{term.product.clone()}</a>
            <span class="muted small">{format!("Code ending in {}", term.tail)}</span>
        </span>
    }
    .into_any()
}

fn row(term: &Term, now: OffsetDateTime) -> AnyView {
    let (state, word) = standing(term, now);
    let day = |at: OffsetDateTime| view! { <Day iso=wording::iso(at) text=wording::day(at)/> };
    let reserve = match term.reserve_until {
        Some(until) => day(until).into_any(),
        None => "None".into_any(),
    };
    view! {
        <tr>
            <th scope="row">{named(term)}</th>
            <td data-label="State"><Badge state label=word/></td>
            <td data-label="Start">{day(term.facts.starts_at)}</td>
            <td data-label="End">{day(term.facts.ends_at())}</td>
            <td data-label="Reserve until">{reserve}</td>
        </tr>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn instants_beyond_the_scale_stand_at_its_ends() {
        let now = datetime!(2026-06-01 10:00 UTC);
        let scale = Scale { from: now - Duration::days(100), seconds: Duration::days(200).whole_seconds() };
        assert_eq!(scale.at(now), 500);
        assert_eq!(scale.at(now - Duration::days(500)), 0);
        assert_eq!(scale.at(now + Duration::days(500)), 1000);
    }
}
