//! A part of the audit log as a file, for leads and auditors in support. That it was taken is recorded.

use app::cx::to_its_end;
use app::wording;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Extension, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::Error;
use domain::cx::Cx;
use domain::trail::store::taken_along;
use domain::trail::{Doer, Entry, Sought};

use super::tables::{Cell, Table};
use super::{csv, download};
use crate::request_log::plain_page;

pub(super) async fn file(Extension(cx): Extension<Cx>, sought: Result<Query<Sought>, QueryRejection>) -> Response {
    let Ok(Query(sought)) = sought else { return refused(&Error::NotFound) };
    match to_its_end(cx.request, taken_along(cx.clone(), sought)).await {
        Ok(entries) => {
            let body = csv::written(&table(entries)).into_response();
            download(&cx, "audit", "csv", "text/csv; charset=utf-8; header=present", body)
        }
        Err(error) => refused(&error),
    }
}

fn table(entries: Vec<Entry>) -> Table {
    Table {
        name: "audit",
        columns: &[
            "number",
            "when",
            "what",
            "event",
            "by",
            "by identity",
            "office",
            "about",
            "facts",
            "country",
            "request",
        ],
        rows: entries.into_iter().map(row).collect(),
    }
}

fn row(entry: Entry) -> Vec<Cell> {
    let text = |text: String| if text.is_empty() { Cell::None } else { Cell::Text(text) };
    let facts: Vec<String> = entry.facts.iter().map(|(name, words)| format!("{name}: {words}")).collect();
    let by = match &entry.by {
        Doer::Staff { name, .. } => name.clone(),
        Doer::Person(_) => "person".to_owned(),
        Doer::Device(_) => "device".to_owned(),
        Doer::Seller(_) => "seller".to_owned(),
        Doer::Latchkey => "Latchkey".to_owned(),
        Doer::Stranger => "not signed in".to_owned(),
    };
    vec![
        Cell::Text(entry.number.to_string()),
        Cell::Moment(entry.at),
        text(wording::event(&entry.event)),
        text(entry.event),
        text(by),
        text(entry.by.id().map(|id| id.to_string()).unwrap_or_default()),
        text(entry.office.map(|(id, name)| name.unwrap_or_else(|| id.to_string())).unwrap_or_default()),
        text(entry.object.map(|(id, name)| name.unwrap_or_else(|| id.to_string())).unwrap_or_default()),
        text(facts.join("; ")),
        text(entry.country.map(|country| country.to_string()).unwrap_or_default()),
        text(entry.request.to_string()),
    ]
}

fn refused(error: &Error) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let text = match error {
        Error::Forbidden => "The audit log is read by leads and auditors. Ask one of them for the file.",
        Error::Invalid(_) => "A day or an identity in the address is none. Go back to Audit and correct it.",
        _ => "Go back to Audit and try again in a minute.",
    };
    plain_page(status, "The file could not be made", text, None)
}
