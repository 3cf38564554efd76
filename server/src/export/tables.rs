//! The rows of an export, in words. None has a code in it: codes are masked to their last block.

use std::fmt;

use app::wording;
use domain::Result;
use domain::activity::{About, Happened};
use domain::code::mask;
use domain::cx::Cx;
use domain::device::listing::DeviceRow;
use domain::license::details::{KeptCode, LicenseCard};
use domain::seat::SeatCount;
use serde_json::{Map, Value, json};
use time::OffsetDateTime;

/// The tables, by the names of their files and sheets.
pub(super) const NAMES: [&str; 4] = ["licenses", "codes", "devices", "activity"];

/// The most events that are taken along, the newest.
const EVENTS: usize = 5000;

/// One field.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    None,
    Text(String),
    Number(u32),
    Moment(OffsetDateTime),
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => number.fmt(f),
            Self::Moment(at) => f.write_str(&wording::iso(*at)),
        }
    }
}

impl Cell {
    fn of(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    fn when(at: Option<OffsetDateTime>) -> Self {
        at.map_or(Self::None, Self::Moment)
    }
}

/// One table.
pub(super) struct Table {
    pub name: &'static str,
    pub columns: &'static [&'static str],
    pub rows: Vec<Vec<Cell>>,
}

/// Everything that the asker may see.
pub(super) async fn tables(cx: Cx) -> Result<Vec<Table>> {
    let licenses = domain::license::store::all(cx.clone()).await?;
    let devices = domain::device::store::all(cx.clone()).await?;
    let events = domain::activity::store::newest(cx.clone(), EVENTS).await?;
    let now = cx.now;
    Ok(vec![
        Table {
            name: NAMES[0],
            columns: &["product", "kind", "state", "start", "end", "seats in use", "seats", "reserve waits"],
            rows: licenses.cards.iter().map(|card| license(card, now)).collect(),
        },
        Table {
            name: NAMES[1],
            columns: &["code", "product", "kind", "days", "seats"],
            rows: licenses.kept.iter().map(code).collect(),
        },
        Table {
            name: NAMES[2],
            columns: &[
                "name",
                "system",
                "version",
                "application",
                "person",
                "linked",
                "last seen",
                "country",
                "license",
                "license end",
            ],
            rows: devices.rows.iter().map(device).collect(),
        },
        Table {
            name: NAMES[3],
            columns: &["when", "what", "about", "device", "by", "country", "reason"],
            rows: events.iter().map(event).collect(),
        },
    ])
}

fn seats(counts: &[SeatCount], number: fn(&SeatCount) -> u32) -> Cell {
    Cell::Number(counts.iter().map(number).sum())
}

fn license(card: &LicenseCard, now: OffsetDateTime) -> Vec<Cell> {
    vec![
        Cell::of(&card.product),
        Cell::of(wording::kind(card.facts.kind)),
        Cell::of(wording::standing(card.facts.standing(now)).1),
        Cell::Moment(card.facts.starts_at),
        Cell::Moment(card.facts.ends_at()),
        seats(&card.seats, |count| count.used),
        seats(&card.seats, |count| count.total),
        Cell::of(if card.has_reserve { "yes" } else { "no" }),
    ]
}

fn code(code: &KeptCode) -> Vec<Cell> {
    vec![
        Cell::of(mask(&code.tail)),
        Cell::of(&code.product),
        Cell::of(wording::kind(code.kind)),
        Cell::Number(code.term_days),
        seats(&code.seats, |count| count.total),
    ]
}

fn device(row: &DeviceRow) -> Vec<Cell> {
    vec![
        Cell::of(&row.name),
        Cell::of(wording::os(row.os_family)),
        Cell::of(&row.os_version),
        Cell::of(&row.app_version),
        Cell::of(&row.owner),
        Cell::Moment(row.connected_at),
        Cell::when(row.last_seen_at),
        row.country.map_or(Cell::None, |country| Cell::of(wording::country(country))),
        row.license.as_ref().map_or(Cell::None, |license| Cell::of(&license.product)),
        Cell::when(row.license.as_ref().map(|license| license.facts.ends_at())),
    ]
}

fn event(happened: &Happened) -> Vec<Cell> {
    let about = match &happened.about {
        Some(About::Device(_, name)) => Cell::of(name),
        Some(About::License(_, product)) => Cell::of(product),
        Some(About::Code(tail)) => Cell::of(mask(tail)),
        Some(About::Request(number)) => Cell::of(number),
        None => Cell::None,
    };
    vec![
        Cell::Moment(happened.at),
        Cell::of(wording::event(&happened.event)),
        about,
        happened.device.as_ref().map_or(Cell::None, |(_, name)| Cell::of(name)),
        Cell::of(wording::by(&happened.by)),
        happened.country.map_or(Cell::None, |country| Cell::of(wording::country(country))),
        happened.reason.as_ref().map_or(Cell::None, Cell::of),
    ]
}

/// The tables as one object: a list of objects each.
pub(super) fn as_json(tables: &[Table], now: OffsetDateTime) -> Value {
    let mut all = Map::new();
    all.insert("exported_at".to_owned(), json!(wording::iso(now)));
    for table in tables {
        let rows = table.rows.iter().map(|row| {
            let fields = table.columns.iter().zip(row).map(|(column, cell)| {
                let value = match cell {
                    Cell::None => Value::Null,
                    Cell::Number(number) => json!(number),
                    Cell::Text(_) | Cell::Moment(_) => json!(cell.to_string()),
                };
                (column.replace(' ', "_"), value)
            });
            Value::Object(fields.collect())
        });
        all.insert(table.name.to_owned(), Value::Array(rows.collect()));
    }
    Value::Object(all)
}
