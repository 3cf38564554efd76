//! Tables on their way into files: fields, and the tables as one object.

use std::fmt;

use app::wording;
use serde_json::{Map, Value, json};
use time::OffsetDateTime;

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
    pub fn of(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub fn when(at: Option<OffsetDateTime>) -> Self {
        at.map_or(Self::None, Self::Moment)
    }
}

/// One table.
pub(super) struct Table {
    pub name: &'static str,
    pub columns: &'static [&'static str],
    pub rows: Vec<Vec<Cell>>,
}

/// The tables as one object: a list of objects each.
pub(super) fn as_json(tables: &[Table], at: OffsetDateTime) -> Value {
    let mut all = Map::new();
    all.insert("exported_at".to_owned(), json!(wording::iso(at)));
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
