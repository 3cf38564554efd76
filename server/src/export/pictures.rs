//! The tables of the page of pictures, each as a file.

use app::cx::to_its_end;
use app::wording;
use axum::Router;
use axum::extract::{Extension, Path, Query};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::Error;
use domain::cx::Cx;
use domain::figure::store::pictures;
use domain::figure::{Figure, Period, Pictures, Span};
use serde::Deserialize;
use time::Date;

use super::csv;
use super::tables::{Cell, Table};
use crate::request_log::plain_page;

/// The files. Around them belong the layers that say who asks.
pub fn router() -> Router {
    Router::new().route("/support/pictures/{file}", get(export))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    days: String,
}

async fn export(Extension(cx): Extension<Cx>, Path(file): Path<String>, Query(asked): Query<Asked>) -> Response {
    let period = asked.days.parse().unwrap_or(Period::Month);
    let read = to_its_end(cx.request, pictures(cx.clone(), period)).await;
    let table = read.map(|figures| file.strip_suffix(".csv").and_then(|name| table(name, &figures)));
    match table {
        Ok(Some(table)) => answer(&cx, &table),
        Ok(None) => refused(&cx, &Error::NotFound),
        Err(error) => refused(&cx, &error),
    }
}

fn answer(cx: &Cx, table: &Table) -> Response {
    let mut response = csv::written(table).into_response();
    let disposition = format!("attachment; filename=\"{}-{}.csv\"", table.name, cx.now.date());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}

fn refused(cx: &Cx, error: &Error) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let (title, text, named) = match error {
        Error::NotFound => ("No such file", "Go back to the pictures and choose one of the files there.", None),
        Error::Forbidden => ("This is for leads", "Ask a lead for the numbers.", None),
        _ => ("The file could not be made", "Go back to the pictures and try again in a minute.", Some(&cx.request)),
    };
    plain_page(status, title, text, named)
}

fn number(count: i64) -> Cell {
    Cell::Number(u32::try_from(count).unwrap_or(u32::MAX))
}

fn text(text: impl Into<String>) -> Cell {
    Cell::Text(text.into())
}

fn country(key: &str) -> Cell {
    text(key.parse().map_or("Unknown", wording::country))
}

/// The table of this name.
fn table(name: &str, figures: &Pictures) -> Option<Table> {
    let days = || figures.period.columns(figures.now.date());
    let table = match name {
        "waiting" => Table {
            name: "waiting",
            columns: &["kind", "state", "waits", "number"],
            rows: figures
                .waiting
                .iter()
                .map(|row| {
                    let kind = if row.recovery { "recovery" } else { "case" };
                    vec![text(kind), text(&row.state), text(row.age.as_str()), number(row.count)]
                })
                .collect(),
        },
        "first-answer" => spans("first-answer", figures, Figure::FirstAnswer),
        "decision" => spans("decision", figures, Figure::Decided),
        "refusals" => Table {
            name: "refusals",
            columns: &["refusal", "number"],
            rows: figures.by_key(Figure::Refused).map(|sum| vec![text(&sum.key), number(sum.count)]).collect(),
        },
        "countries" => countries(figures),
        "activations" => over_time(
            "activations",
            &["day", "activated", "refused"],
            figures,
            &days(),
            &[Figure::Activated, Figure::RefusedIn],
        ),
        "requests" => over_time("requests", &["day", "requests"], figures, &days(), &[Figure::Opened]),
        "ends" => over_time("ends", &["week to", "licenses"], figures, &figures.weeks_ahead(), &[Figure::Ends]),
        "anomalies" => Table {
            name: "anomalies",
            columns: &["found", "what", "product", "code"],
            rows: figures
                .anomalies
                .iter()
                .map(|found| {
                    let code = domain::code::mask(&found.tail);
                    vec![Cell::Moment(found.at), text(wording::event(&found.event)), text(&found.product), text(code)]
                })
                .collect(),
        },
        _ => return None,
    };
    Some(table)
}

fn spans(name: &'static str, figures: &Pictures, figure: Figure) -> Table {
    let row = |span: &Span| vec![text(span.as_str()), number(figures.of_span(figure, *span))];
    Table { name, columns: &["time", "number"], rows: Span::ALL.iter().map(row).collect() }
}

fn countries(figures: &Pictures) -> Table {
    let of = |figure: Figure, key: &str| figures.by_key(figure).filter(|sum| sum.key == key).map(|sum| sum.count).sum();
    let mut keys: Vec<&str> = figures.by_key(Figure::Activated).map(|sum| sum.key.as_str()).collect();
    for sum in figures.by_key(Figure::RefusedIn) {
        if !keys.contains(&sum.key.as_str()) {
            keys.push(&sum.key);
        }
    }
    let row = |key: &str| vec![country(key), number(of(Figure::Activated, key)), number(of(Figure::RefusedIn, key))];
    Table {
        name: "countries",
        columns: &["country", "activated", "refused"],
        rows: keys.into_iter().map(row).collect(),
    }
}

fn over_time(
    name: &'static str,
    columns: &'static [&'static str],
    figures: &Pictures,
    days: &[Date],
    of: &[Figure],
) -> Table {
    let row = |day: &Date| {
        let counts = of.iter().map(|figure| number(figures.at(*figure, *day)));
        std::iter::once(text(day.to_string())).chain(counts).collect()
    };
    Table { name, columns, rows: days.iter().map(row).collect() }
}
