//! Seats of each class over all licenses that run: a bar beside its numbers.

use domain::overview::Term;
use domain::seat::{SeatClass, SeatCount};
use leptos::prelude::*;
use time::OffsetDateTime;

use crate::ui::*;
use crate::wording;

/// The bars with their table; nothing while no license runs.
pub(super) fn seats(terms: &[Term], now: OffsetDateTime) -> Option<AnyView> {
    let sums = sums(terms, now);
    if sums.is_empty() {
        return None;
    }
    let rows = sums.iter().map(row).collect_view();
    let card = view! {
        <Card heading="Seats at a glance">
            <DataTable caption="Seats of all licenses that run, by class" hide_caption=true stack=false>
                <thead>
                    <tr>
                        <th scope="col">"Class"</th>
                        <th scope="col"><span class="visually-hidden">"Drawn"</span></th>
                        <th scope="col" class="num">"In use"</th>
                        <th scope="col" class="num">"Free"</th>
                        <th scope="col" class="num">"In all"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </DataTable>
        </Card>
    };
    Some(card.into_any())
}

fn row(sum: &SeatCount) -> AnyView {
    view! {
        <tr>
            <th scope="row">{wording::seat_class(sum.class)}</th>
            <td class="chart-cell"><Bar value=u64::from(sum.used) most=u64::from(sum.total)/></td>
            <td class="num">{sum.used}</td>
            <td class="num">{sum.total.saturating_sub(sum.used)}</td>
            <td class="num">{sum.total}</td>
        </tr>
    }
    .into_any()
}

/// The seats of all running licenses together, class by class.
fn sums(terms: &[Term], now: OffsetDateTime) -> Vec<SeatCount> {
    let running = || terms.iter().filter(|term| term.facts.standing(now).runs()).flat_map(|term| &term.seats);
    let sum = |class: &SeatClass| {
        let (mut total, mut used) = (0, 0);
        for seat in running().filter(|seat| seat.class == *class) {
            total += seat.total;
            used += seat.used;
        }
        (total > 0).then_some(SeatCount { class: *class, total, used })
    };
    SeatClass::ALL.iter().filter_map(sum).collect()
}
