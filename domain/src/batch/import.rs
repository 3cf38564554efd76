//! Reading a file of codes line by line: the good ones are taken, and of each other one it is told what is wrong.

use std::collections::HashMap;

use csv::{ReaderBuilder, StringRecord, Trim};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use super::form::last_day;
use super::{BadLine, MOST_LINES, Wrong};
use crate::Fault;
use crate::code::ActivationCode;
use crate::seat::Seats;

/// What codes of one bundle are made with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Kind {
    pub bundle: Uuid,
    pub product: Uuid,
    pub seats: Seats,
    pub days: u32,
}

/// A good line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub line: u64,
    pub code: ActivationCode,
    /// Which of the kinds.
    pub kind: usize,
    pub redeem_by: Option<OffsetDateTime>,
}

/// A file that was read.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub good: Vec<Line>,
    pub bad: Vec<BadLine>,
}

/// Counts the lines of a file up to where a record begins, whatever ends them.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    fn of(&mut self, position: Option<&csv::Position>) -> u64 {
        let from = position.and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(self.at);
        let is_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
        let blank = self.bytes.iter().skip(from).take_while(|byte| is_end(byte)).count();
        let to = (from + blank).min(self.bytes.len());
        let passed = self.bytes.get(self.at..to).unwrap_or_default();
        self.line += passed.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.at = to.max(self.at);
        self.line
    }
}

/// The columns that count; the others of a file are not looked at.
struct Columns {
    code: usize,
    product: Option<usize>,
    redeem_by: Option<usize>,
}

impl Columns {
    /// By the names in the head, however they are written. A file without a head has codes in its first column.
    fn of(head: &StringRecord) -> Option<Self> {
        let named = |name: &str| {
            head.iter().position(|cell| {
                cell.trim_start_matches('\u{feff}').trim().replace(' ', "_").eq_ignore_ascii_case(name)
            })
        };
        Some(Self { code: named("code")?, product: named("product"), redeem_by: named("redeem_by") })
    }
}

/// Reads a file. `bundles` are the kinds by the number that a line names; the first of `kinds` is for lines that name none.
pub(super) fn read(bytes: &[u8], bundles: &HashMap<String, usize>, paid: bool, now: OffsetDateTime) -> Read {
    let first = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    let delimiter = if first.contains(&b';') && !first.contains(&b',') { b';' } else { b',' };
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).trim(Trim::All).delimiter(delimiter).from_reader(bytes);
    let (mut all, mut seen) = (Read::default(), HashMap::<ActivationCodeKey, u64>::new());
    let (mut columns, mut lines) = (None, Lines { bytes, at: 0, line: 1 });
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                all.bad.push(BadLine { line: lines.of(error.position()), wrong: Wrong::NotText });
                continue;
            }
        };
        let line = lines.of(record.position());
        if columns.is_none() {
            let head = Columns::of(&record);
            let is_head = head.is_some();
            columns = Some(head.unwrap_or(Columns { code: 0, product: None, redeem_by: None }));
            if is_head {
                continue;
            }
        }
        let Some(columns) = &columns else { continue };
        if record.iter().all(str::is_empty) {
            continue;
        }
        if all.good.len() + all.bad.len() >= MOST_LINES {
            all.bad.push(BadLine { line, wrong: Wrong::TooManyLines });
            break;
        }
        match one(&record, columns, bundles, paid, now) {
            Ok((code, kind, redeem_by)) => match seen.insert(*code.as_bytes(), line) {
                Some(first) => {
                    seen.insert(*code.as_bytes(), first);
                    all.bad.push(BadLine { line, wrong: Wrong::Twice { first } });
                }
                None => all.good.push(Line { line, code, kind, redeem_by }),
            },
            Err(wrong) => all.bad.push(BadLine { line, wrong }),
        }
    }
    all
}

type ActivationCodeKey = [u8; crate::code::LENGTH];

type Good = (ActivationCode, usize, Option<OffsetDateTime>);

fn one(
    record: &StringRecord,
    columns: &Columns,
    bundles: &HashMap<String, usize>,
    paid: bool,
    now: OffsetDateTime,
) -> Result<Good, Wrong> {
    let cell = |column: Option<usize>| column.and_then(|column| record.get(column)).unwrap_or_default();
    let code = ActivationCode::parse(cell(Some(columns.code))).map_err(Wrong::Code)?;
    if let Some(position) = code.symbol_outside_alphabet() {
        return Err(Wrong::Symbol { position });
    }
    if !code.check_symbol_holds() {
        return Err(Wrong::CheckSymbol);
    }
    let kind = match cell(columns.product) {
        "" => 0,
        sku => *bundles.get(&sku.to_ascii_uppercase()).ok_or(Wrong::UnknownProduct)?,
    };
    let redeem_by = last_day(cell(columns.redeem_by), now).map_err(|fault| match fault {
        Fault::InThePast => Wrong::InThePast,
        _ => Wrong::NotADate,
    })?;
    // what is paid for never gets old before it is used (R6)
    if paid && redeem_by.is_some() {
        return Err(Wrong::LastDayOfPaid);
    }
    Ok((code, kind, redeem_by))
}

/// The good lines on their way into the table of codes.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Staged {
    pub kinds: Vec<Kind>,
    pub lines: Vec<(String, usize, Option<i64>)>,
}

impl Staged {
    pub fn of(kinds: Vec<Kind>, good: &[Line]) -> Self {
        let text = |code: &ActivationCode| String::from_utf8_lossy(code.as_bytes()).into_owned();
        let lines =
            good.iter().map(|line| (text(&line.code), line.kind, line.redeem_by.map(OffsetDateTime::unix_timestamp)));
        Self { kinds, lines: lines.collect() }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::code::RANDOM_SYMBOLS;

    const NOW: OffsetDateTime = datetime!(2027-03-14 10:00 UTC);

    fn code(n: u8) -> String {
        ActivationCode::from_symbols([n; RANDOM_SYMBOLS]).reveal()
    }

    fn bundles() -> HashMap<String, usize> {
        [("NSOS-5".to_owned(), 0), ("NSOS-10".to_owned(), 1)].into()
    }

    #[test]
    fn good_lines_are_taken_whatever_the_order_and_case_of_the_columns() {
        let file = format!(
            "\u{feff}Batch;Redeem by;CODE;product\r\nx;2027-12-31;{};nsos-10\r\n\r\n;;{};\r\n",
            code(1),
            code(2).to_lowercase().replace('-', " "),
        );
        let read = read(file.as_bytes(), &bundles(), false, NOW);
        assert_eq!(read.bad, []);
        let taken: Vec<_> = read.good.iter().map(|line| (line.line, line.kind, line.redeem_by)).collect();
        assert_eq!(taken, [(2, 1, Some(datetime!(2028-01-01 0:00 UTC))), (4, 0, None)]);
    }

    #[test]
    fn each_bad_line_is_told_with_its_number_and_what_is_wrong() {
        let wrong_check = {
            let mut good = code(3);
            let last = good.pop().unwrap();
            good.push(if last == 'A' { 'B' } else { 'A' });
            good
        };
        let mut lines = vec![
            "code,product,redeem_by".to_owned(),
            "ABC,,".to_owned(),
            format!("{},,", code(1).replacen('B', "\u{412}", 1)),
            format!("{wrong_check},,"),
            format!("{},,", code(4)),
            format!("{},,", code(4)),
            format!("{},NHS-3,", code(5)),
            format!("{},,soon", code(6)),
            format!("{},,2027-03-01", code(7)),
            "AAAAA-AAAAA-AAAAA-AAAA0,,".to_owned(),
        ];
        lines.push(format!("{},NSOS-5,2027-12-01,more,than,needed", code(8)));
        let read = read(lines.join("\n").as_bytes(), &bundles(), false, NOW);
        assert_eq!(read.good.iter().map(|line| line.line).collect::<Vec<_>>(), [5, 11]);
        let told: Vec<(u64, &Wrong)> = read.bad.iter().map(|bad| (bad.line, &bad.wrong)).collect();
        assert!(matches!(told[0], (2, Wrong::Code(_))), "{told:?}");
        assert!(matches!(told[1], (3, Wrong::Code(_))), "{told:?}");
        assert_eq!(
            told[2..],
            [
                (4, &Wrong::CheckSymbol),
                (6, &Wrong::Twice { first: 5 }),
                (7, &Wrong::UnknownProduct),
                (8, &Wrong::NotADate),
                (9, &Wrong::InThePast),
                (10, &Wrong::Symbol { position: 20 }),
            ]
        );
    }

    #[test]
    fn a_file_without_a_head_has_its_codes_in_the_first_column() {
        let read = read(format!("{}\n{}", code(1), code(2)).as_bytes(), &bundles(), true, NOW);
        assert_eq!((read.good.len(), read.bad.len()), (2, 0));
    }

    #[test]
    fn what_is_no_text_and_what_is_too_long_is_told_and_not_read() {
        let mut bytes = b"code\n".to_vec();
        bytes.extend([0xFF, 0xFE, b'\n']);
        assert_eq!(read(&bytes, &bundles(), true, NOW).bad, [BadLine { line: 2, wrong: Wrong::NotText }]);
        let long = "code\n".to_owned() + &"x\n".repeat(MOST_LINES + 5);
        let read = read(long.as_bytes(), &bundles(), true, NOW);
        assert_eq!(read.bad.len(), MOST_LINES + 1);
        assert_eq!(read.bad.last().unwrap().wrong, Wrong::TooManyLines);
    }

    #[test]
    fn paid_codes_have_no_last_day() {
        let file = format!("code,redeem_by\n{},2027-12-31\n", code(1));
        assert_eq!(
            read(file.as_bytes(), &bundles(), true, NOW).bad,
            [BadLine { line: 2, wrong: Wrong::LastDayOfPaid }]
        );
    }
}
