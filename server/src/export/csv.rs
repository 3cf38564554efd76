//! A table as RFC 4180 has it. What a spreadsheet would take for a formula is written as text.

use super::tables::{Cell, Table};

/// The table with its head. It begins with a byte-order mark, by which spreadsheets know UTF-8.
pub(super) fn written(table: &Table) -> String {
    let mut text = String::from("\u{feff}");
    line(&mut text, table.columns.iter().map(|column| (*column).to_owned()));
    for row in &table.rows {
        line(&mut text, row.iter().map(Cell::to_string));
    }
    text
}

fn line(text: &mut String, fields: impl Iterator<Item = String>) {
    let fields: Vec<String> = fields.map(|field| quoted(&harmless(field))).collect();
    text.push_str(&fields.join(","));
    text.push_str("\r\n");
}

fn harmless(field: String) -> String {
    if field.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{field}") } else { field }
}

fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_where_needed_and_no_formula_is_left() {
        let table = Table {
            name: "devices",
            columns: &["name", "seats"],
            rows: vec![
                vec![Cell::Text("Till, \"left\"".to_owned()), Cell::Number(3)],
                vec![Cell::Text("=HYPERLINK(1)".to_owned()), Cell::None],
            ],
        };
        assert_eq!(written(&table), "\u{feff}name,seats\r\n\"Till, \"\"left\"\"\",3\r\n'=HYPERLINK(1),\r\n");
    }
}
