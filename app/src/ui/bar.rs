//! Counts and terms drawn to scale: seats as pips, a term as a bar. The words stand beside the drawing.

use super::notice::State;
use leptos::prelude::*;

/// More than these are no longer counted by eye: a bar takes the place of the pips.
const MOST_PIPS: u32 = 24;

#[component]
pub fn Pips(#[prop(into)] label: String, used: u32, total: u32) -> impl IntoView {
    let over = used > total;
    let drawing = if used.max(total) <= MOST_PIPS {
        let pips = (0..used.max(total)).map(|n| {
            let kind = match (n < used, n < total) {
                (true, true) => "used",
                (true, false) => "over",
                (false, _) => "free",
            };
            view! { <span class="pip" data-pip=kind></span> }
        });
        view! { <span class="pips-row" aria-hidden="true">{pips.collect_view()}</span> }.into_any()
    } else {
        let filled = u64::from(used.min(total)) * 1000 / u64::from(total.max(1));
        view! {
            <svg class="pips-bar" viewBox="0 0 1000 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">
                <rect class="pips-fill" width=filled.to_string() height="8"/>
            </svg>
        }
        .into_any()
    };
    view! {
        <p class="pips" data-over=over.then_some("")>
            <span class="pips-label">{label}</span>
            {drawing}
            <span class="pips-count">{format!("{used} of {total} in use")}</span>
        </p>
    }
    .into_any()
}

/// A solid bar to the end of the term, an outlined one for the reserve behind it, a notch for today. All in thousandths of the width;
/// `label` is the same as a sentence.
#[component]
pub fn TermBar(
    #[prop(into)] label: String,
    end: u16,
    today: u16,
    #[prop(optional)] start: u16,
    #[prop(optional_no_strip)] reserve_end: Option<u16>,
    #[prop(optional)] state: State,
) -> impl IntoView {
    let start = start.min(1000);
    let end = end.clamp(start, 1000);
    let today = today.min(1000);
    let gone = today.clamp(start, end);
    let rect = |class: &'static str, from: u16, to: u16| {
        (to > from).then(|| {
            view! { <rect class=class x=from.to_string() y="8" width=(to - from).to_string() height="12"/> }
        })
    };
    let title = label.clone();
    view! {
        <svg class="term-bar" data-state=state.name() viewBox="0 0 1000 28" preserveAspectRatio="none" role="img" aria-label=label>
            <title>{title}</title>
            <line class="term-rule" x1="0" y1="20" x2="1000" y2="20"/>
            {reserve_end.and_then(|reserve_end| rect("term-reserve", end, reserve_end.min(1000)))}
            {rect("term-solid", start, end)}
            {rect("term-gone", start, gone)}
            <line class="term-today" x1=today.to_string() y1="1" x2=today.to_string() y2="27"/>
        </svg>
    }
    .into_any()
}
