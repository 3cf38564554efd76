//! Numbers drawn to scale: columns over time, and a bar beside a number in a table. The drawing has no words and no numbers of
//! its own: they stand beside it, so that it fits every width.

use leptos::prelude::*;

/// One column: what it is of, for whoever points at it, and its parts from the bottom up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    pub title: String,
    pub parts: Vec<u64>,
}

/// A part of all columns, by its name and the number of its colour.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Series {
    pub name: String,
    pub total: u64,
}

const HEIGHT: u64 = 1000;
const WIDTH: usize = 10;

/// Columns over time. `first` and `last` name the ends of the axis; `label` says in a sentence what is drawn.
#[component]
pub fn Columns(
    #[prop(into)] label: String,
    columns: Vec<Column>,
    #[prop(into)] first: String,
    #[prop(into)] last: String,
    series: Vec<Series>,
) -> impl IntoView {
    let most = columns.iter().map(|column| column.parts.iter().sum::<u64>()).max().unwrap_or(0);
    let scale = most.max(1);
    let view_box = format!("0 0 {} {HEIGHT}", columns.len().max(1) * WIDTH);
    let bars = columns
        .into_iter()
        .enumerate()
        .map(|(n, column)| {
            let mut below = 0;
            let parts = column.parts.into_iter().enumerate().map(|(part, count)| {
                let from = below * HEIGHT / scale;
                below += count;
                let to = below * HEIGHT / scale;
                (count > 0).then(|| {
                    view! {
                        <rect
                            class="chart-part"
                            data-part=part.to_string()
                            x=(n * WIDTH + 1).to_string()
                            y=(HEIGHT - to).to_string()
                            width=(WIDTH - 2).to_string()
                            height=(to - from).max(8).to_string()
                        />
                    }
                })
            });
            let parts = parts.collect_view();
            view! {
                <g>
                    <title>{column.title}</title>
                    <rect class="chart-hit" x=(n * WIDTH).to_string() y="0" width=WIDTH.to_string() height=HEIGHT.to_string()/>
                    {parts}
                </g>
            }
        })
        .collect_view();
    let legend = series
        .into_iter()
        .enumerate()
        .map(|(part, series)| {
            view! {
                <li>
                    <svg class="chart-key" viewBox="0 0 10 10" aria-hidden="true" focusable="false">
                        <rect class="chart-part" data-part=part.to_string() width="10" height="10"/>
                    </svg>
                    {series.name}
                    " "
                    <strong>{series.total.to_string()}</strong>
                </li>
            }
        })
        .collect_view();
    view! {
        <figure class="chart">
            <ul class="chart-legend" role="list">{legend}</ul>
            <p class="chart-most" aria-hidden="true">{most.to_string()}</p>
            <svg class="chart-plot" viewBox=view_box preserveAspectRatio="none" role="img" aria-label=label>
                {bars}
            </svg>
            <p class="chart-ends" aria-hidden="true">
                <span>{first}</span>
                <span>{last}</span>
            </p>
        </figure>
    }
    .into_any()
}

/// A bar as long as its part of the largest; the number stands beside it.
#[component]
pub fn Bar(value: u64, most: u64, #[prop(optional)] part: u8) -> impl IntoView {
    let filled = value.min(most) * 1000 / most.max(1);
    let filled = if value > 0 { filled.max(6) } else { 0 };
    view! {
        <svg class="chart-bar" viewBox="0 0 1000 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">
            <rect class="chart-ground" width="1000" height="8"/>
            <rect class="chart-part" data-part=part.to_string() width=filled.to_string() height="8"/>
        </svg>
    }
    .into_any()
}
