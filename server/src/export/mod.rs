//! What an office takes along: its licenses, devices and what happened, as JSON, CSV or a workbook. Codes are masked.
//!
//! These are files, not pages, so they are routes of their own. Reading them changes nothing.

mod csv;
mod tables;
mod workbook;

use app::cx::to_its_end;
use axum::extract::{Extension, Path};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use domain::Error;
use domain::cx::Cx;

use self::tables::{Table, tables};
use crate::request_log::plain_page;

/// The files. Around them belong the layers that say who asks.
pub fn router() -> Router {
    Router::new().route("/settings/export/{file}", get(export))
}

async fn export(Extension(cx): Extension<Cx>, Path(file): Path<String>) -> Response {
    let Some(file) = File::named(&file) else { return no_such_file() };
    match to_its_end(cx.request, tables(cx.clone())).await {
        Ok(tables) => file.of(&cx, &tables),
        Err(error) => refused(&cx, &error),
    }
}

/// A file that can be asked for.
enum File {
    Json,
    Workbook,
    Csv(&'static str),
}

impl File {
    fn named(name: &str) -> Option<Self> {
        match name {
            "latchkey.json" => Some(Self::Json),
            "latchkey.xlsx" => Some(Self::Workbook),
            _ => {
                let table = name.strip_suffix(".csv")?;
                tables::NAMES.into_iter().find(|known| *known == table).map(Self::Csv)
            }
        }
    }

    fn of(&self, cx: &Cx, tables: &[Table]) -> Response {
        let (name, ending, kind) = match self {
            Self::Json => ("latchkey", "json", "application/json"),
            Self::Workbook => ("latchkey", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            Self::Csv(table) => (*table, "csv", "text/csv; charset=utf-8; header=present"),
        };
        let body = match self {
            Self::Json => Json(tables::as_json(tables, cx.now)).into_response(),
            Self::Csv(name) => {
                let table = tables.iter().find(|table| table.name == *name);
                table.map(csv::written).unwrap_or_default().into_response()
            }
            Self::Workbook => match workbook::written(tables) {
                Ok(bytes) => bytes.into_response(),
                Err(error) => {
                    tracing::error!(%error, request = %cx.request, "a workbook could not be written");
                    return refused(cx, &Error::Internal(cx.request));
                }
            },
        };
        let mut response = body;
        let disposition = format!("attachment; filename=\"{name}-{}.{ending}\"", cx.now.date());
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Ok(disposition) = HeaderValue::from_str(&disposition) {
            headers.insert(header::CONTENT_DISPOSITION, disposition);
        }
        response
    }
}

fn no_such_file() -> Response {
    plain_page(StatusCode::NOT_FOUND, "No such file", "Go back to Settings and choose one of the files there.", None)
}

fn refused(cx: &Cx, error: &Error) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let text = "Go back to Settings and try again in a minute.";
    plain_page(status, "The file could not be made", text, Some(&cx.request))
}
