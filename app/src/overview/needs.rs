//! What needs somebody, each in a sentence with its one button; an ended license has both ways on (R74).

use domain::case::Topic;
use domain::code::CodeKind;
use domain::id::{DeviceId, LicenseId};
use domain::license::Standing;
use domain::overview::{Asks, Need, Stuck, Term, Troubled};
use domain::seat::SeatCount;
use leptos::prelude::*;
use time::OffsetDateTime;

use crate::ui::*;
use crate::{paths, wording};

/// One entry of the list: what it is about, how it stands, what happened, and where it is put right.
struct Told {
    title: String,
    /// The last block of the code of a license, of which there may be several.
    tail: Option<String>,
    badge: (State, &'static str),
    sentence: String,
    ways: Vec<(String, &'static str)>,
}

/// The list, worst first.
pub(super) fn worst_first(needs: &[Need], now: OffsetDateTime) -> AnyView {
    let rows = needs.iter().map(|need| row(told(need, now))).collect_view();
    view! { <ul class="worst" role="list" aria-label="What needs you, worst first">{rows}</ul> }.into_any()
}

fn row(told: Told) -> AnyView {
    let Told { title, tail, badge: (state, word), sentence, ways } = told;
    let describe = match &tail {
        Some(tail) => format!("for {title}, code ending in {tail}"),
        None => format!("for {title}"),
    };
    let code = tail.map(|tail| view! { <p class="muted small">{format!("Code ending in {tail}")}</p> });
    let buttons = ways
        .into_iter()
        .map(|(href, label)| view! { <ButtonLink href=href describe=describe.clone()>{label}</ButtonLink> })
        .collect_view();
    view! {
        <li data-state=state.name()>
            <div>
                <h2 class="row">{title} <Badge state label=word/></h2>
                {code}
                <p>{sentence}</p>
            </div>
            <div class="row">{buttons}</div>
        </li>
    }
    .into_any()
}

fn told(need: &Need, now: OffsetDateTime) -> Told {
    match need {
        Need::License { term, standing } => license(term, *standing, now),
        Need::ReserveFailed(stuck) => reserve(stuck, true),
        Need::Rehearsal(stuck) => reserve(stuck, false),
        Need::Unlicensed(devices) => unlicensed(devices),
        Need::Silent(devices) => silent(devices),
        Need::Overused { license, product, tail, kind, seats } => Told {
            title: product.clone(),
            tail: Some(tail.clone()),
            badge: (State::Blocked, "Overused"),
            sentence: format!(
                "{} {} use {} seats. Use beyond the seats can lead to a block.",
                seats.used,
                wording::seat_class_in_sentence(seats.class),
                seats.total
            ),
            ways: vec![more(*license, *kind)],
        },
        Need::Full { license, product, tail, kind, seats } => full(*license, product, tail, *kind, *seats),
        Need::Request(asks) => request(asks),
        Need::Notices { unread } => Told {
            title: match unread {
                1 => "1 critical notice".to_owned(),
                count => format!("{count} critical notices"),
            },
            tail: None,
            badge: (State::NeedsYou, "Unread"),
            sentence: "Something has stopped or is about to.".to_owned(),
            ways: vec![(paths::NOTICES.to_owned(), "Read notices")],
        },
    }
}

fn license(term: &Term, standing: Standing, now: OffsetDateTime) -> Told {
    let add = (paths::ADD_CODE.to_owned(), "Add activation code");
    let renew = (paths::renew(term.id), "Renew");
    let ways = match standing {
        Standing::Blocked => vec![(paths::ask_about(Topic::BlockedCode, Some(term.id)), "Ask support")],
        Standing::Expired if term.facts.renewal_offered(now) => vec![renew, add],
        Standing::Expiring => vec![renew],
        Standing::Expired | Standing::Trial => vec![add],
        _ => vec![(paths::license(term.id), "See details")],
    };
    let badge = wording::standing(standing);
    let (title, tail) = (term.product.clone(), Some(term.tail.clone()));
    Told { title, tail, badge, sentence: standing_sentence(term, standing, now), ways }
}

/// What has happened to a license, and how many devices it touches.
fn standing_sentence(term: &Term, standing: Standing, now: OffsetDateTime) -> String {
    let facts = &term.facts;
    let end = wording::day(facts.ends_at());
    let devices = match term.in_use() {
        0 => "No device uses it.".to_owned(),
        1 => "1 device uses it.".to_owned(),
        count => format!("{count} devices use it."),
    };
    match standing {
        Standing::Blocked => {
            let until = facts
                .functions_until()
                .map(|until| format!(" Devices keep working until {}.", wording::day(until)))
                .unwrap_or_default();
            format!("Its code is blocked.{until} {devices}")
        }
        Standing::Expired => format!("Ended on {end}, {}. {devices}", wording::ago(facts.ends_at(), now)),
        Standing::Suspended => format!("The subscription is paused, or a payment failed. {devices}"),
        Standing::Grace => {
            let until = facts
                .grace_until
                .map(|until| format!(" Everything still works until {}.", wording::day(until)))
                .unwrap_or_default();
            format!("Ended on {end}.{until} {devices}")
        }
        _ => format!("Ends on {end}: {}. {devices}", wording::remaining(facts.remaining(now))),
    }
}

fn reserve(stuck: &Stuck, failed: bool) -> Told {
    let (due, trouble) = (wording::day(stuck.due_at), wording::refusal(&stuck.trouble));
    let (badge, sentence) = if failed {
        ((State::Blocked, "Reserve failed"), format!("The reserve code should have taken over on {due}. {trouble}"))
    } else {
        ((State::NeedsYou, "Reserve in trouble"), format!("The reserve code would not take over on {due}. {trouble}"))
    };
    let ways = vec![(format!("{}#reserve", paths::device(stuck.device)), "See reserve code")];
    Told { title: stuck.name.clone(), tail: None, badge, sentence, ways }
}

fn unlicensed(devices: &Troubled) -> Told {
    let (title, one) = named(devices);
    let ways = vec![match one {
        Some(device) => (format!("{}?device={device}", paths::ADD_CODE), "Add activation code"),
        None => (format!("{}?show=unlicensed", paths::DEVICES), "See these devices"),
    }];
    let sentence = "Protection is off until a license is used there.".to_owned();
    Told { title, tail: None, badge: (State::NeedsYou, "No license"), sentence, ways }
}

fn silent(devices: &Troubled) -> Told {
    let (title, one) = named(devices);
    let ways = vec![match one {
        Some(device) => (paths::device(device), "See device"),
        None => (format!("{}?show=silent", paths::DEVICES), "See these devices"),
    }];
    let sentence = "Not seen for 30 days. If it is not used any more, its seat can go to another.".to_owned();
    Told { title, tail: None, badge: (State::Ending, "Silent"), sentence, ways }
}

/// What devices are called: one by its name, several by their number.
fn named(devices: &Troubled) -> (String, Option<DeviceId>) {
    match devices.count {
        1 => (devices.first.1.clone(), Some(devices.first.0)),
        count => (format!("{count} devices"), None),
    }
}

fn full(license: LicenseId, product: &str, tail: &str, kind: CodeKind, seats: SeatCount) -> Told {
    Told {
        title: product.to_owned(),
        tail: Some(tail.to_owned()),
        badge: (State::Ending, "Full"),
        sentence: match (seats.total, wording::seat_class_in_sentence(seats.class)) {
            (1, class) => format!("The only seat for {class} is in use."),
            (total, class) => format!("All {total} seats for {class} are in use."),
        },
        ways: vec![more(license, kind)],
    }
}

/// Where more seats are bought, for licenses that can grow; else where seats are released.
fn more(license: LicenseId, kind: CodeKind) -> (String, &'static str) {
    match kind {
        CodeKind::Commercial | CodeKind::Renewal | CodeKind::Promo => {
            (format!("{}&what=more", paths::renew(license)), "Add seats")
        }
        CodeKind::Trial | CodeKind::Subscription => (paths::license(license), "See devices"),
    }
}

fn request(asks: &Asks) -> Told {
    let about = asks.subject.clone().unwrap_or_else(|| "Recovery of a code".to_owned());
    Told {
        title: asks.number.clone(),
        tail: None,
        badge: (State::NeedsYou, "Waits for you"),
        sentence: format!("Support asked you something: {about}"),
        ways: vec![(paths::request(&asks.number), "Answer request")],
    }
}
