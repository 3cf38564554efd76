//! What an office takes along: everything that was put together for one of its people, as JSON, CSV or a workbook, and what
//! happened in it; and what support takes along of the audit log. Codes are masked.
//!
//! These are files, not pages, so they are routes of their own. Reading those of an office changes nothing but the log.

mod activity;
mod audit;
mod csv;
mod pictures;
mod rows;
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
use domain::id::JobId;
use domain::job::Part;
use domain::job::store::{Taken, take_export};

use crate::request_log::plain_page;

/// The files. Around them belong the layers that say who asks.
pub fn router() -> Router {
    Router::new()
        .route(CHAIN, get(chain))
        .route("/settings/export/{job}/{file}", get(export))
        .route(app::paths::ACTIVITY_FILE, get(activity::file))
        .route(app::paths::AUDIT_FILE, get(audit::file))
        .merge(pictures::router())
}

/// What happened in the form in which it is signed, to be checked elsewhere: `latchkey-client verify-activity FILE`.
const CHAIN: &str = "/settings/export/activity-signed.json";

async fn chain(Extension(cx): Extension<Cx>) -> Response {
    match to_its_end(cx.request, domain::chain::store::paper(cx.clone())).await {
        Ok(paper) => download(&cx, "latchkey-activity", "json", "application/json", Json(paper).into_response()),
        Err(Error::Forbidden) => not_for_members(),
        Err(error) => refused(&cx, &error),
    }
}

async fn export(Extension(cx): Extension<Cx>, Path((job, file)): Path<(String, String)>) -> Response {
    let (Ok(job), Some(file)) = (job.parse::<JobId>(), File::named(&file)) else { return no_such_file() };
    match to_its_end(cx.request, take_export(cx.clone(), job)).await {
        // many rows take a while to be written
        Ok(taken) => match tokio::task::spawn_blocking(move || (file.written(&taken), file)).await {
            Ok((Some(bytes), file)) => download(&cx, file.name(), file.ending(), file.kind(), bytes.into_response()),
            Ok((None, _)) | Err(_) => refused(&cx, &Error::Internal(cx.request)),
        },
        Err(Error::NotFound) => no_such_file(),
        Err(error) => refused(&cx, &error),
    }
}

/// A file that can be asked for.
enum File {
    Json,
    Workbook,
    Csv(Part),
}

impl File {
    fn named(name: &str) -> Option<Self> {
        match name {
            "latchkey.json" => Some(Self::Json),
            "latchkey.xlsx" => Some(Self::Workbook),
            _ => name.strip_suffix(".csv")?.parse().ok().map(Self::Csv),
        }
    }

    const fn name(&self) -> &'static str {
        match self {
            Self::Json | Self::Workbook => "latchkey",
            Self::Csv(part) => part.as_str(),
        }
    }

    const fn ending(&self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Workbook => "xlsx",
            Self::Csv(_) => "csv",
        }
    }

    const fn kind(&self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Workbook => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Csv(_) => "text/csv; charset=utf-8; header=present",
        }
    }

    fn written(&self, taken: &Taken) -> Option<Vec<u8>> {
        let tables = rows::tables(taken);
        match self {
            Self::Json => serde_json::to_vec(&tables::as_json(&tables, taken.at)).ok(),
            Self::Csv(part) => {
                tables.iter().find(|table| table.name == part.as_str()).map(|table| csv::written(table).into_bytes())
            }
            Self::Workbook => match workbook::written(&tables) {
                Ok(bytes) => Some(bytes),
                Err(error) => {
                    tracing::error!(%error, "a workbook could not be written");
                    None
                }
            },
        }
    }
}

fn download(cx: &Cx, name: &str, ending: &str, kind: &'static str, mut response: Response) -> Response {
    let disposition = format!("attachment; filename=\"{name}-{}.{ending}\"", cx.now.date());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}

fn not_for_members() -> Response {
    let text = "The signed record is of everybody in the office. Ask its owner or a manager for the file.";
    plain_page(StatusCode::FORBIDDEN, "This file is for those who look after the office", text, None)
}

fn no_such_file() -> Response {
    let text = "An export is there for 24 hours, for whoever asked for it. Go to Settings and have a new one prepared.";
    plain_page(StatusCode::NOT_FOUND, "No such file", text, None)
}

fn refused(cx: &Cx, error: &Error) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let text = "Go back to Settings and try again in a minute.";
    plain_page(status, "The file could not be made", text, Some(&cx.request))
}
