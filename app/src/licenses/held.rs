//! Who holds the seats of a license, and the codes that wait behind it on them.

use domain::activation::Refusal;
use domain::id::{LicenseId, PersonId, SeatId};
use domain::license::details::{HeldSeat, LicenseDetails, Pages, ReserveEntry};
use domain::reserve::ReserveState;
use leptos::prelude::*;
use time::OffsetDateTime;

use crate::devices::last_seen;
use crate::ui::*;
use crate::{paths, wording};

/// The seats of each class; more devices than seats is told without alarm: nothing was switched off (R61).
pub(super) fn seats(license: &LicenseDetails) -> AnyView {
    let over = license.seats.iter().filter(|count| count.is_overused()).map(|count| {
        let class = wording::seat_class_in_sentence(count.class);
        let places = if count.total == 1 { "1 place".to_owned() } else { format!("{} places", count.total) };
        view! { <p>{format!("{} devices use {places} for {class}.", count.used)}</p> }
    });
    let over = over.collect_view();
    let overused = license.seats.iter().any(domain::seat::SeatCount::is_overused);
    let pips = super::pips(&license.seats);
    view! {
        <Card heading="Seats">
            {overused.then(|| view! {
                <Notice tone=Tone::Warn title="More devices than places">
                    {over}
                    <p>
                        "Nothing was switched off. Release the devices that are not needed, or buy more places: use beyond the
                        number bought breaks the license agreement."
                    </p>
                </Notice>
            })}
            {pips}
        </Card>
    }
    .into_any()
}

/// The codes that wait, one line for each device.
pub(super) fn reserves(license: &LicenseDetails) -> Option<AnyView> {
    let reserves = &license.reserves;
    if reserves.is_empty() {
        return None;
    }
    let rows = reserves.iter().map(reserve).collect_view();
    let more = license.more_reserves.then(|| {
        let said = format!("Only {} codes are listed. Any other stands on the page of its device.", reserves.len());
        view! { <p>{said}</p> }
    });
    let card = view! {
        <Card heading="Reserve codes">
            <p class="muted">"Each waits on one device and takes over there by itself when this license ends."</p>
            <ul class="ledger" role="list">{rows}</ul>
            {more}
        </Card>
    };
    Some(card.into_any())
}

fn reserve(entry: &ReserveEntry) -> AnyView {
    let (state, word) = mark(entry.state, entry.trouble.as_ref());
    let when = match entry.state {
        ReserveState::Waiting => format!("Code …{}, takes over on {}", entry.tail, wording::day(entry.due_at)),
        _ => format!("Code …{}, due on {}", entry.tail, wording::day(entry.due_at)),
    };
    let tried = rehearsed(entry.rehearsed_at, entry.trouble.as_ref());
    view! {
        <li>
            <div>
                <span class="ledger-main">
                    <span><a href=paths::device(entry.device)>{entry.device_name.clone()}</a></span>
                    <span>{when}</span>
                    <span>{tried}</span>
                </span>
                <span class="ledger-side"><Badge state label=word/></span>
            </div>
        </li>
    }
    .into_any()
}

/// The word and mark of a code that waits or could not take over.
pub(crate) fn mark(state: ReserveState, trouble: Option<&Refusal>) -> (State, &'static str) {
    match state {
        ReserveState::Waiting if trouble.is_none() => (State::Reserve, "Waits"),
        ReserveState::Waiting => (State::NeedsYou, "Will not switch"),
        ReserveState::Promoted => (State::Active, "Took over"),
        ReserveState::Failed => (State::Blocked, "Did not switch"),
        ReserveState::Removed => (State::Closed, "Removed"),
    }
}

/// What trying the switch came to, in a sentence.
pub(crate) fn rehearsed(at: Option<OffsetDateTime>, trouble: Option<&Refusal>) -> String {
    match (at, trouble) {
        (Some(at), None) => format!("Tried on {}: will take over.", wording::day(at)),
        (None, None) => "The switch will be tried tonight.".to_owned(),
        (Some(at), Some(refusal)) => format!("Tried on {}: {}", wording::day(at), wording::refusal(refusal)),
        (None, Some(refusal)) => wording::refusal(refusal),
    }
}

/// The page of a license with this page of each of its lists.
pub(super) fn own_page(id: LicenseId, held_after: Option<SeatId>, grants_after: Option<PersonId>) -> String {
    let held = held_after.map(|after| format!("after={after}"));
    let grants = grants_after.map(|after| format!("colleagues_after={after}"));
    let query: Vec<String> = held.into_iter().chain(grants).collect();
    let page = paths::license(id);
    if query.is_empty() { page } else { format!("{page}?{}", query.join("&")) }
}

/// The devices that hold the seats, one page of them.
pub(super) fn devices(license: &LicenseDetails, pages: Pages) -> AnyView {
    let (held, now) = (&license.held, license.now);
    if held.is_empty() && pages.held_after.is_none() {
        return view! {
            <Card heading="Devices">
                <p class="muted">
                    "No device uses this license. Open the page of a device under " <a href=paths::DEVICES>"Devices"</a>
                    " and send it there."
                </p>
            </Card>
        }
        .into_any();
    }
    let rows = held.iter().map(|seat| device(seat, now)).collect_view();
    let first = pages.held_after.map(|_| own_page(license.id, None, pages.grants_after));
    let next = license.more_held.map(|id| own_page(license.id, Some(id), pages.grants_after));
    let all: u32 = license.seats.iter().map(|count| count.used).sum();
    let in_part = (first.is_some() || next.is_some()).then(|| {
        let said =
            format!("{all} devices hold a seat. This page lists {} of them, in the order they got it.", held.len());
        view! { <p>{said}</p> }
    });
    view! {
        <DataTable caption="Devices that hold a seat">
            <thead>
                <tr>
                    <th scope="col">"Device"</th>
                    <th scope="col">"System"</th>
                    <th scope="col">"Seat"</th>
                    <th scope="col">"Since"</th>
                    <th scope="col">"Last seen"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </DataTable>
        {in_part}
        <Onward label="Pages of devices" first=first next=next/>
    }
    .into_any()
}

fn device(seat: &HeldSeat, now: OffsetDateTime) -> AnyView {
    view! {
        <tr>
            <th scope="row"><a href=paths::device(seat.device)>{seat.name.clone()}</a></th>
            <td data-label="System">{wording::os(seat.os_family)}</td>
            <td data-label="Seat">{wording::seat_class(seat.class)}</td>
            <td data-label="Since">
                <time datetime=wording::iso(seat.bound_at)>{wording::day(seat.bound_at)}</time>
            </td>
            <td data-label="Last seen">
                {last_seen(seat.last_seen_at, now)}
            </td>
        </tr>
    }
    .into_any()
}
