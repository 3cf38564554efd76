//! Pictures that are tables with a bar in each row.

use domain::case::CaseState;
use domain::country::Country;
use domain::figure::{Anomaly, Figure, Pictures, Span, Waiting};
use domain::recovery::RecoveryState;
use leptos::prelude::*;

use super::{card, drawn, nothing};
use crate::ui::*;
use crate::{paths, wording};

/// The most rows of one table.
const MOST: usize = 10;

const fn span(span: Span) -> &'static str {
    match span {
        Span::Hour => "Up to an hour",
        Span::FourHours => "1 to 4 hours",
        Span::Day => "4 to 24 hours",
        Span::ThreeDays => "1 to 3 days",
        Span::Longer => "Longer than 3 days",
    }
}

/// A state by its word, as cases and recoveries have it.
fn state(row: &Waiting) -> (State, String) {
    let word = |word: &str| word.to_owned();
    let known = if row.recovery {
        row.state.parse::<RecoveryState>().ok().map(wording::recovery_state)
    } else {
        row.state.parse::<CaseState>().ok().map(wording::case_state)
    };
    let kind = if row.recovery { "Recovery" } else { "Case" };
    known.map_or_else(
        || (State::Progress, word(&row.state)),
        |(mark, said)| (mark, format!("{kind}: {}", said.to_lowercase())),
    )
}

/// What waits now, by state and age.
pub(super) fn waiting(figures: &Pictures) -> AnyView {
    if figures.waiting.is_empty() {
        return card(
            "What waits now",
            "waiting",
            figures.period,
            nothing("Nothing waits: every request was answered."),
        );
    }
    let mut states: Vec<&Waiting> = Vec::new();
    for row in &figures.waiting {
        if !states.iter().any(|known| known.state == row.state && known.recovery == row.recovery) {
            states.push(row);
        }
    }
    let of = |like: &Waiting, age: Option<Span>| -> i64 {
        let same = |row: &&Waiting| row.state == like.state && row.recovery == like.recovery;
        figures
            .waiting
            .iter()
            .filter(same)
            .filter(|row| age.is_none_or(|age| row.age == age))
            .map(|row| row.count)
            .sum()
    };
    let most = states.iter().map(|row| of(row, None)).max().unwrap_or(0);
    let heads = Span::ALL.iter().map(|age| view! { <th scope="col" class="num">{span(*age)}</th> }).collect_view();
    let rows = states.into_iter().map(|like| {
        let (mark, word) = state(like);
        let all = of(like, None);
        let ages = Span::ALL.iter().map(|age| {
            let count = of(like, Some(*age));
            view! { <td class="num" data-label=span(*age)>{count.to_string()}</td> }
        });
        let ages = ages.collect_view();
        view! {
            <tr>
                <th scope="row">
                    <span class="stack-tight">
                        <span><Badge state=mark label=word/></span>
                        <Bar value=drawn(all) most=drawn(most)/>
                    </span>
                </th>
                {ages}
                <td class="num" data-label="All">{all.to_string()}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let table = view! {
        <DataTable caption="Requests that wait now, by state and age" hide_caption=true>
            <thead>
                <tr>
                    <th scope="col">"State"</th>
                    {heads}
                    <th scope="col" class="num">"All"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </DataTable>
    };
    card("What waits now", "waiting", figures.period, table.into_any())
}

/// Rows of a name, a number and a bar.
fn bars(caption: &'static str, head: &'static str, rows: Vec<(String, i64)>, part: u8) -> AnyView {
    let most = rows.iter().map(|(_, count)| *count).max().unwrap_or(0);
    let rows = rows.into_iter().map(|(name, count)| {
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td class="num" data-label="Number">{count.to_string()}</td>
                <td class="chart-cell"><Bar value=drawn(count) most=drawn(most) part=part/></td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <DataTable caption=caption hide_caption=true stack=false>
            <thead>
                <tr>
                    <th scope="col">{head}</th>
                    <th scope="col" class="num">"Number"</th>
                    <td></td>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </DataTable>
    }
    .into_any()
}

/// How long it took until the first answer, or the decision.
pub(super) fn took(figures: &Pictures, figure: Figure) -> AnyView {
    let (heading, file, caption) = if figure == Figure::FirstAnswer {
        ("Time to the first answer", "first-answer", "Cases by the time to their first answer")
    } else {
        ("Time to the decision", "decision", "Cases and recoveries by the time to their decision")
    };
    let all = figures.total(figure);
    if all == 0 {
        return card(heading, file, figures.period, nothing("Nothing was answered in this period."));
    }
    let within: i64 = [Span::Hour, Span::FourHours, Span::Day].into_iter().map(|s| figures.of_span(figure, s)).sum();
    let sentence = format!("{} % of {all} within a day.", within * 100 / all);
    let rows = Span::ALL.iter().map(|s| (span(*s).to_owned(), figures.of_span(figure, *s))).collect();
    let inside = view! {
        <p>{sentence}</p>
        {bars(caption, "Time", rows, 0)}
    };
    card(heading, file, figures.period, inside.into_any())
}

/// Refused codes by the reason.
pub(super) fn refusals(figures: &Pictures) -> AnyView {
    let (heading, file) = ("Refused, by reason", "refusals");
    if figures.total(Figure::Refused) == 0 {
        return card(heading, file, figures.period, nothing("No code was refused in this period."));
    }
    let named = |code: &str| format!("{} ({code})", meaning(code));
    let rows = figures.by_key(Figure::Refused).take(MOST).map(|sum| (named(&sum.key), sum.count)).collect();
    card(heading, file, figures.period, bars("Refused codes by reason", "Reason", rows, 1))
}

/// A refusal by its code, in a few words.
fn meaning(code: &str) -> &'static str {
    match code {
        "E04" => "Blocked code",
        "E05" => "Cancelled after a refund",
        "E06" => "Replaced code",
        "E07" => "Another product",
        "E08" => "No seats of this class",
        "E09" => "Another country",
        "E10" => "License has ended",
        "E11" => "Too old to activate",
        "E12" => "All seats taken",
        "E13" => "Trial used before",
        "E14" => "A trial can't renew",
        "E16" | "E17" => "Subscription and reserve",
        "E18" => "Ends too early for a reserve",
        "E19" => "On this device already",
        "E20" => "Another code waits",
        "E22" => "No earlier license",
        "E23" => "Previous code of no use",
        "E24" => "Wrong clock",
        "E30" => "In another account",
        "E33" => "Agreement not accepted",
        "E35" => "Suspended",
        _ => "Other reason",
    }
}

/// Activations and refusals by country.
pub(super) fn countries(figures: &Pictures) -> AnyView {
    let (heading, file) = ("By country", "countries");
    let mut all: Vec<(String, i64, i64)> = Vec::new();
    for (figure, refused) in [(Figure::Activated, false), (Figure::RefusedIn, true)] {
        for sum in figures.by_key(figure) {
            let name =
                sum.key.parse::<Country>().map_or_else(|_| "Unknown".to_owned(), |c| wording::country(c).to_owned());
            let at = all.iter().position(|(known, ..)| *known == name).unwrap_or_else(|| {
                all.push((name, 0, 0));
                all.len() - 1
            });
            if refused { all[at].2 += sum.count } else { all[at].1 += sum.count }
        }
    }
    if all.is_empty() {
        return card(heading, file, figures.period, nothing("Nothing was activated in this period."));
    }
    all.sort_by_key(|(_, activated, refused)| std::cmp::Reverse(activated + refused));
    all.truncate(MOST);
    let most = all.iter().map(|(_, activated, refused)| activated.max(refused)).max().copied().unwrap_or(0);
    let rows = all.into_iter().map(|(name, activated, refused)| {
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td class="num" data-label="Activated">{activated.to_string()}</td>
                <td class="num" data-label="Refused">{refused.to_string()}</td>
                <td class="chart-cell">
                    <Bar value=drawn(activated) most=drawn(most)/>
                    <Bar value=drawn(refused) most=drawn(most) part=1/>
                </td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let table = view! {
        <DataTable caption="Activations and refusals by country" hide_caption=true stack=false>
            <thead>
                <tr>
                    <th scope="col">"Country"</th>
                    <th scope="col" class="num">"Activated"</th>
                    <th scope="col" class="num">"Refused"</th>
                    <td></td>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </DataTable>
    };
    card(heading, file, figures.period, table.into_any())
}

/// What honest use does not explain.
pub(super) fn anomalies(figures: &Pictures) -> AnyView {
    let (heading, file) = ("Worth a look", "anomalies");
    if figures.anomalies.is_empty() {
        return card(
            heading,
            file,
            figures.period,
            nothing("Nothing in this period that honest use does not explain."),
        );
    }
    let now = figures.now;
    let row = |found: &Anomaly| {
        let (record, id) = found.record;
        let code = format!("{} …{}", found.product, found.tail);
        view! {
            <tr>
                <th scope="row"><a href=paths::record(record, id)>{code}</a></th>
                <td data-label="What">{what(&found.event)}</td>
                <td data-label="Found"><time datetime=wording::iso(found.at)>{wording::ago(found.at, now)}</time></td>
            </tr>
        }
    };
    let rows = figures.anomalies.iter().map(row).collect_view();
    let table = view! {
        <p>"A record opens for a case and a reason, as always. Nothing is blocked by itself."</p>
        <DataTable caption="What honest use does not explain, the newest first" hide_caption=true>
            <thead>
                <tr>
                    <th scope="col">"Code"</th>
                    <th scope="col">"What"</th>
                    <th scope="col">"Found"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </DataTable>
    };
    card(heading, file, figures.period, table.into_any())
}

/// An anomaly in words.
fn what(event: &str) -> &'static str {
    match event {
        "seat_hopping" => "Its seats were moved more than 10 times in a day.",
        "country_unknown" => "It was activated where the country is not known.",
        "sharing_found" => "It was tried in many countries or by other accounts.",
        _ => "More devices than seats use it.",
    }
}
