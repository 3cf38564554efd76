//! The rows of an export, in words. None has a code in it: codes are masked to their last block.

use app::wording;
use domain::activity::{About, Happened};
use domain::code::mask;
use domain::device::listing::DeviceRow;
use domain::job::store::Taken;
use domain::job::{Part, Rows};
use domain::license::details::{Granted, KeptCode, LicenseCard};
use domain::notice::Notice;
use domain::person::people::PersonRow;
use domain::request::{Asked, RequestRow};
use domain::seat::SeatCount;
use time::OffsetDateTime;

use super::tables::{Cell, Table};

/// A table for each part, also for those without a row.
pub(super) fn tables(taken: &Taken) -> Vec<Table> {
    Part::ALL.iter().map(|part| table(*part, taken)).collect()
}

/// The table of what happened.
pub(super) fn activity(events: &[Happened]) -> Table {
    Table { name: Part::Activity.as_str(), columns: columns(Part::Activity), rows: events.iter().map(event).collect() }
}

fn table(part: Part, taken: &Taken) -> Table {
    let of = taken.rows.iter().filter(|rows| part_of(rows) == part);
    Table { name: part.as_str(), columns: columns(part), rows: of.flat_map(|rows| words(rows, taken.at)).collect() }
}

const fn part_of(rows: &Rows) -> Part {
    match rows {
        Rows::Licenses(_) => Part::Licenses,
        Rows::Codes(_) => Part::Codes,
        Rows::Grants(_) => Part::Grants,
        Rows::Devices(_) => Part::Devices,
        Rows::People(_) => Part::People,
        Rows::Requests(_) => Part::Requests,
        Rows::Notices(_) => Part::Notices,
        Rows::Activity(_) => Part::Activity,
    }
}

const fn columns(part: Part) -> &'static [&'static str] {
    match part {
        Part::Licenses => {
            &["product", "code", "kind", "state", "start", "end", "seats in use", "seats", "reserve waits"]
        }
        Part::Codes => &["code", "product", "kind", "days", "seats"],
        Part::Grants => &["product", "code", "person", "seats"],
        Part::Devices => &[
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
        Part::People => &["name", "email", "role", "joined", "last signed in", "devices", "administers"],
        Part::Requests => &["number", "about", "subject", "state", "last answer", "by"],
        Part::Notices => &["when", "about", "title", "text", "read"],
        Part::Activity => &["when", "what", "about", "device", "by", "country", "reason"],
    }
}

fn words(rows: &Rows, at: OffsetDateTime) -> Vec<Vec<Cell>> {
    match rows {
        Rows::Licenses(rows) => rows.iter().map(|card| license(card, at)).collect(),
        Rows::Codes(rows) => rows.iter().map(code).collect(),
        Rows::Grants(rows) => rows.iter().map(grant).collect(),
        Rows::Devices(rows) => rows.iter().map(device).collect(),
        Rows::People(rows) => rows.iter().map(person).collect(),
        Rows::Requests(rows) => rows.iter().map(request).collect(),
        Rows::Notices(rows) => rows.iter().map(notice).collect(),
        Rows::Activity(rows) => rows.iter().map(event).collect(),
    }
}

fn seats(counts: &[SeatCount], number: fn(&SeatCount) -> u32) -> Cell {
    Cell::Number(counts.iter().map(number).sum())
}

fn yes(so: bool) -> Cell {
    Cell::of(if so { "yes" } else { "no" })
}

fn license(card: &LicenseCard, at: OffsetDateTime) -> Vec<Cell> {
    vec![
        Cell::of(&card.product),
        Cell::of(mask(&card.tail)),
        Cell::of(wording::kind(card.facts.kind)),
        Cell::of(wording::standing(card.facts.standing(at)).1),
        Cell::Moment(card.facts.starts_at),
        Cell::Moment(card.facts.ends_at()),
        seats(&card.seats, |count| count.used),
        seats(&card.seats, |count| count.total),
        yes(card.has_reserve),
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

fn grant(grant: &Granted) -> Vec<Cell> {
    vec![Cell::of(&grant.product), Cell::of(mask(&grant.tail)), Cell::of(&grant.person), Cell::Number(grant.seats)]
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

fn person(person: &PersonRow) -> Vec<Cell> {
    vec![
        Cell::of(&person.name),
        Cell::of(&person.email),
        Cell::of(person.role.to_string()),
        Cell::Moment(person.joined_at),
        Cell::when(person.last_sign_in_at),
        Cell::Number(person.devices),
        Cell::Number(person.administers),
    ]
}

fn request(request: &RequestRow) -> Vec<Cell> {
    let (about, subject, state) = match &request.asked {
        Asked::Case { topic, subject, state } => {
            (wording::topic(*topic), Cell::of(subject), wording::case_state(*state).1)
        }
        Asked::Recovery { reason, state } => (wording::reason(*reason), Cell::None, wording::recovery_state(*state).1),
    };
    vec![
        Cell::of(&request.number),
        Cell::of(about),
        subject,
        Cell::of(state),
        Cell::Moment(request.answered_at),
        Cell::of(if request.answered_by_support { "support" } else { "office" }),
    ]
}

fn notice(notice: &Notice) -> Vec<Cell> {
    vec![
        Cell::Moment(notice.created_at),
        Cell::of(wording::notice_kind(notice.kind).0),
        Cell::of(&notice.title),
        Cell::of(notice.said.join(" ")),
        yes(notice.read),
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
        happened.reason.as_ref().map_or(Cell::None, |reason| Cell::of(wording::event_reason(reason))),
    ]
}
