//! The terms of all licenses on one scale, with one notch for today.

use domain::license::Standing;
use domain::license::details::LicenseCard;
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
    fn of(cards: &[LicenseCard], now: OffsetDateTime) -> Self {
        let first = cards.iter().map(|card| card.facts.starts_at).min().unwrap_or(now);
        let last = cards.iter().map(|card| card.facts.ends_at()).max().unwrap_or(now);
        let from = first.clamp(now - BACK, now);
        let to = last.clamp(now + Duration::days(30), now + AHEAD);
        Self { from, seconds: (to - from).whole_seconds().max(1) }
    }

    fn at(&self, instant: OffsetDateTime) -> u16 {
        let gone = (instant - self.from).whole_seconds().clamp(0, self.seconds);
        u16::try_from(gone * 1000 / self.seconds).unwrap_or(1000)
    }
}

/// One row for each license that is not cancelled.
pub(super) fn terms(cards: &[LicenseCard], now: OffsetDateTime) -> AnyView {
    let cards: Vec<LicenseCard> =
        cards.iter().filter(|card| card.facts.standing(now) != Standing::Cancelled).cloned().collect();
    if cards.is_empty() {
        return ().into_any();
    }
    let scale = Scale::of(&cards, now);
    let rows = cards.iter().map(|card| row(card, &scale, now)).collect_view();
    view! { <Card heading="Terms"><div class="stack-tight">{rows}</div></Card> }.into_any()
}

fn row(card: &LicenseCard, scale: &Scale, now: OffsetDateTime) -> AnyView {
    let (state, word) = crate::licenses::standing(&card.facts, card.has_reserve, now);
    let ends_at = card.facts.ends_at();
    let left = wording::remaining(card.facts.remaining(now));
    let label =
        format!("{}: {word}, from {} to {}", card.product, wording::day(card.facts.starts_at), wording::day(ends_at));
    view! {
        <div class="term-row">
            <a href=paths::license(card.id)>{card.product.clone()}</a>
            <TermBar
                label=label
                start=scale.at(card.facts.starts_at)
                end=scale.at(ends_at)
                today=scale.at(now)
                reserve_end=None
                state=state
            />
            <span class="small nowrap">{left}</span>
        </div>
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
