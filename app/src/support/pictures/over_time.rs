//! Pictures over time: columns, with the table they are drawn from behind a summary.

use domain::figure::{Figure, Pictures};
use leptos::prelude::*;
use time::{Date, OffsetDateTime, Time};

use super::{card, drawn, nothing};
use crate::ui::*;

fn day(date: Date) -> String {
    domain::text::day(OffsetDateTime::new_utc(date, Time::MIDNIGHT))
}

/// A column over time as it is drawn and written down.
struct Row {
    day: Date,
    counts: Vec<i64>,
}

fn rows(figures: &Pictures, days: &[Date], of: &[Figure]) -> Vec<Row> {
    days.iter()
        .map(|day| Row { day: *day, counts: of.iter().map(|figure| figures.at(*figure, *day)).collect() })
        .collect()
}

fn drawing(label: String, rows: &[Row], names: &[&'static str], upto: &'static str) -> AnyView {
    let total = |n: usize| rows.iter().map(|row| row.counts[n]).sum::<i64>();
    let series = names.iter().enumerate().map(|(n, name)| Series { name: (*name).to_owned(), total: drawn(total(n)) });
    let series: Vec<Series> = series.collect();
    let columns = rows.iter().map(|row| {
        let told = names.iter().zip(&row.counts).map(|(name, count)| format!("{name}: {count}")).collect::<Vec<_>>();
        Column {
            title: format!("{}{}, {}", upto, day(row.day), told.join(", ")),
            parts: row.counts.iter().map(|count| drawn(*count)).collect(),
        }
    });
    let columns: Vec<Column> = columns.collect();
    let (first, last) = (rows.first().map(|row| day(row.day)), rows.last().map(|row| day(row.day)));
    view! { <Columns label=label columns=columns series=series first=first.unwrap_or_default() last=last.unwrap_or_default()/> }
        .into_any()
}

fn table(caption: &'static str, rows: &[Row], names: &[&'static str], by: &'static str) -> AnyView {
    let heads = names.iter().map(|name| view! { <th scope="col" class="num">{*name}</th> }).collect_view();
    let lines = rows.iter().rev().map(|row| {
        let counts = names.iter().zip(&row.counts).map(|(name, count)| {
            view! { <td class="num" data-label=*name>{count.to_string()}</td> }
        });
        let counts = counts.collect_view();
        view! {
            <tr>
                <th scope="row">{day(row.day)}</th>
                {counts}
            </tr>
        }
    });
    let lines = lines.collect_view();
    view! {
        <details>
            <summary>"See the numbers"</summary>
            <DataTable caption=caption hide_caption=true stack=false>
                <thead>
                    <tr>
                        <th scope="col">{by}</th>
                        {heads}
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
            </DataTable>
        </details>
    }
    .into_any()
}

fn both(caption: &'static str, figures: &Pictures, of: &[Figure], names: &[&'static str]) -> AnyView {
    let weekly = figures.period.step() > 1;
    let (upto, by) = if weekly { ("Week to ", "Week to") } else { ("", "Day") };
    let rows = rows(figures, &figures.period.columns(figures.now.date()), of);
    view! {
        {drawing(caption.to_owned(), &rows, names, upto)}
        {table(caption, &rows, names, by)}
    }
    .into_any()
}

/// Activations and refusals.
pub(super) fn codes(figures: &Pictures) -> AnyView {
    let of = [Figure::Activated, Figure::RefusedIn];
    if of.iter().all(|figure| figures.total(*figure) == 0) {
        return card(
            "Activated and refused",
            "activations",
            figures.period,
            nothing("Nothing happened in this period."),
        );
    }
    let inside = both("Devices activated and codes refused", figures, &of, &["Activated", "Refused"]);
    card("Activated and refused", "activations", figures.period, inside)
}

/// Requests that came in.
pub(super) fn requests(figures: &Pictures) -> AnyView {
    if figures.total(Figure::Opened) == 0 {
        return card("Requests that came in", "requests", figures.period, nothing("Nobody asked in this period."));
    }
    let inside = both("Cases and recoveries that came in", figures, &[Figure::Opened], &["Requests"]);
    card("Requests that came in", "requests", figures.period, inside)
}

/// Licenses that end in the weeks ahead.
pub(super) fn ends(figures: &Pictures) -> AnyView {
    let rows = rows(figures, &figures.weeks_ahead(), &[Figure::Ends]);
    if rows.iter().all(|row| row.counts[0] == 0) {
        return card(
            "Licenses that end in the next 12 weeks",
            "ends",
            figures.period,
            nothing("None ends in these weeks."),
        );
    }
    let names = ["Licenses"];
    let caption = "Licenses that end, by week";
    let inside = view! {
        {drawing(caption.to_owned(), &rows, &names, "Week to ")}
        {table(caption, &rows, &names, "Week to")}
    };
    card("Licenses that end in the next 12 weeks", "ends", figures.period, inside.into_any())
}
