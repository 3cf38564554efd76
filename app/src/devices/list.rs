//! Devices: the table of them, or how to link the first one.

use domain::device::SILENT_AFTER;
use domain::device::listing::{DeviceRow, Devices as Listing, Search, Show, Sort};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use time::OffsetDateTime;

use super::api::{
    PreviewMatching, PreviewReleases, ReleaseMatching, ReleaseSeats, SetReleaseAfter, UndoReleases, get_address,
    get_devices, tick,
};
use super::find::{Looking, find, found_none};
use super::matching::{all_matching, ask_matching, releasing};
use super::tiles::tiles;
use super::together::{ask_release, freeing, undo};
use crate::form::{Form, Refused, Title, refused, tried};
use crate::load::load;
use crate::ui::*;
use crate::waiting::{reading, unread};
use crate::{paths, wording};

/// What can be done with several devices, and for all of them.
#[derive(Clone, Copy)]
pub(super) struct Deeds {
    pub preview: ServerAction<PreviewReleases>,
    pub release: ServerAction<ReleaseSeats>,
    pub preview_all: ServerAction<PreviewMatching>,
    pub release_all: ServerAction<ReleaseMatching>,
    pub undo: ServerAction<UndoReleases>,
    pub after: ServerAction<SetReleaseAfter>,
}

/// Every device that is linked to the office.
#[component]
pub fn Devices() -> impl IntoView {
    let query = use_query_map();
    let looking = Memo::new(move |_| Looking::of(&query.read()));
    let deeds = Deeds {
        preview: ServerAction::new(),
        release: ServerAction::new(),
        preview_all: ServerAction::new(),
        release_all: ServerAction::new(),
        undo: ServerAction::new(),
        after: ServerAction::new(),
    };
    let Refused { error, items, sentence } = refused(vec![
        tried(deeds.preview).voice(),
        tried(deeds.release).voice(),
        tried(deeds.preview_all).voice(),
        tried(deeds.release_all).voice(),
        tried(deeds.undo).voice(),
        tried(deeds.after).voice(),
    ]);
    let devices = load(move || looking.get().search, get_devices);
    let again = Callback::new(move |()| devices.refetch());
    let address = load(|| (), |()| get_address());
    let done = move || query.read().get("done").filter(|_| error.get().is_none());
    let linked = move || query.read().get("linked").map(|_| "linked".to_owned());
    view! {
        <Title text=move || wording::title(error.get(), "Devices")/>
        <div class="page">
            <PageHead title="Devices" lead="Computers, file servers and phones that are linked to your office.">
                <ButtonLink href=paths::LINK variant=Variant::Primary>"Link a device"</ButtonLink>
            </PageHead>
            <ErrorSummary items=items sentence=sentence/>
            {move || done().or_else(linked).and_then(|done| outcome(&done))}
            {move || ask_release(deeds)}
            {move || ask_matching(deeds)}
            <Suspense fallback=reading>
                {move || {
                    let looking = looking.get();
                    Suspend::new(async move {
                        let address = address.await;
                        match devices.await {
                            Ok(devices) if devices.rows.is_empty() && looking.search == Search::default() => {
                                none(address.unwrap_or_default())
                            }
                            Ok(devices) => view! {
                                {releasing(devices.releasing.clone(), again)}
                                {undo(devices.undo.as_ref(), deeds)}
                                {find(&looking)}
                                {rows(&devices, &looking, deeds)}
                                {freeing(&devices, deeds)}
                            }
                            .into_any(),
                            Err(error) => unread(&error),
                        }
                    })
                }}
            </Suspense>
        </div>
    }
    .into_any()
}

fn outcome(done: &str) -> Option<AnyView> {
    let (title, text) = match done {
        "linked" => (
            "The device is linked",
            "It appears here when it has fetched its confirmation, within a few seconds. Load the page again if it is missing.",
        ),
        "released" => {
            ("The seats are free", "Each device learns it at its next contact. You can undo this for 24 hours.")
        }
        "releasing" => (
            "The seats are being released",
            "How far it is stands below. You can leave this page, and undo it for 24 hours when it is done.",
        ),
        "undoing" => ("The seats are being given back", "How far it is stands below. You can leave this page."),
        "undone" => ("The seats are given back", "Each device has its license again at its next contact."),
        "undone-in-part" => (
            "Not every seat could be given back",
            "Some seats are taken by other devices, some licenses have ended, or a device has another license now.",
        ),
        "release-after" => ("Your choice is saved", "Nothing is freed without a warning a week before."),
        _ => return None,
    };
    Some(view! { <Done title=title text=text/> }.into_any())
}

fn none(address: String) -> AnyView {
    view! {
        <Empty
            title="No device is linked yet"
            text="Run these two commands on the device. The first shows a code; enter it here to link the device."
        >
            <ButtonLink href=paths::LINK variant=Variant::Primary>"Enter the code"</ButtonLink>
        </Empty>
        <ol class="stack-tight">
            <li><code class="mono" dir="ltr">{format!("latchkey-client link --server {address}")}</code></li>
            <li><code class="mono" dir="ltr">"latchkey-client status"</code></li>
        </ol>
    }
    .into_any()
}

fn rows(devices: &Listing, looking: &Looking, deeds: Deeds) -> AnyView {
    let search = &looking.search;
    if devices.rows.is_empty() {
        return found_none(search);
    }
    let shown = if looking.tiles { tiles(&devices.rows, devices.now) } else { table(devices, looking) };
    let first = Search { after: None, ..search.clone() };
    let next = devices.next.map(|id| looking.with(Search { after: Some(id), ..search.clone() }).address());
    let to_first = search.after.map(|_| looking.with(first).address());
    // what stands on one page can be ticked
    let all = (next.is_some() || to_first.is_some()).then(|| all_matching(search, deeds));
    let busy = tried(deeds.preview).busy();
    view! {
        <Form action=deeds.preview class="stack">
            {shown}
            <div class="row">
                <Button variant=Variant::Secondary busy=busy>"Release seats of ticked devices"</Button>
            </div>
        </Form>
        {all}
        <Onward label="Pages of devices" first=to_first next=next/>
    }
    .into_any()
}

fn table(devices: &Listing, looking: &Looking) -> AnyView {
    let search = &looking.search;
    let rows = devices.rows.iter().map(|row| device(row, devices.now)).collect_view();
    let sorted = |sort: Sort, direction: &'static str| (search.sort == sort).then_some(direction);
    let (by_name, by_silence) = (sorted(Sort::Name, "ascending"), sorted(Sort::Silence, "ascending"));
    let by = |sort: Sort| looking.with(Search { sort, after: None, ..search.clone() }).address();
    let (names, silences) = (by(Sort::Name), by(Sort::Silence));
    view! {
        <DataTable caption="Devices" hide_caption=true>
            <thead>
                <tr>
                    <th scope="col"><span class="visually-hidden">"Tick"</span></th>
                    <th scope="col" aria-sort=by_name><a href=names>"Name"</a></th>
                    <th scope="col">"System"</th>
                    <th scope="col">"Person"</th>
                    <th scope="col">"License"</th>
                    <th scope="col">"Protection"</th>
                    <th scope="col">"Connection"</th>
                    <th scope="col" aria-sort=by_silence><a href=silences>"Last seen"</a></th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </DataTable>
    }
    .into_any()
}

fn device(row: &DeviceRow, now: OffsetDateTime) -> AnyView {
    let license = license(row, now);
    let version = match row.app_version.as_str() {
        "" => "Application unknown".to_owned(),
        version => format!("Application {version}"),
    };
    view! {
        <tr>
            <td class="tick">{tick_box(row)}</td>
            <th scope="row"><a href=paths::device(row.id)>{row.name.clone()}</a></th>
            <td data-label="System">
                <div>
                    {system(row)} <p>{version}</p>
                </div>
            </td>
            <td data-label="Person">{row.owner.clone()}</td>
            <td data-label="License">{license}</td>
            <td data-label="Protection">
                <div>
                    {protection(row)} <p>"Databases: " {databases(row)}</p>
                </div>
            </td>
            <td data-label="Connection">{connection(row, now)}</td>
            <td data-label="Last seen">
                {last_seen(row.last_seen_at, now)}
            </td>
        </tr>
    }
    .into_any()
}

/// The license of a device with its state, or the way to one.
pub(super) fn license(row: &DeviceRow, now: OffsetDateTime) -> AnyView {
    match &row.license {
        Some(license) => {
            let (state, word) = crate::licenses::standing(&license.facts, license.has_reserve, now);
            view! {
                <span class="row">
                    <a href=paths::license(license.id)>{license.product.clone()}</a>
                    <Badge state label=word/>
                </span>
            }
            .into_any()
        }
        None => view! {
            <span class="row">
                <Badge state=State::NeedsYou label="No license"/>
                <a href=format!("{}?device={}", paths::ADD_CODE, row.id)>
                    "Add code" <span class="visually-hidden">{format!(" for {}", row.name)}</span>
                </a>
            </span>
        }
        .into_any(),
    }
}

/// How much of the application works on a device.
pub(super) fn protection(row: &DeviceRow) -> AnyView {
    let (state, word) = wording::level(row.level);
    view! { <Badge state label=word/> }.into_any()
}

/// Of which day the databases of a device are.
pub(super) fn databases(row: &DeviceRow) -> AnyView {
    match row.databases_at {
        Some(at) => view! { <time datetime=wording::iso(at)>{wording::day(at)}</time> }.into_any(),
        None => "not reported".into_any(),
    }
}

/// Whether a device of this office still calls: connected, silent for 30 days, or never heard of.
pub(super) fn connection(row: &DeviceRow, now: OffsetDateTime) -> AnyView {
    let (state, word) = match row.last_seen_at {
        Some(at) if now - at < SILENT_AFTER => (State::Active, "Connected"),
        Some(_) => (State::NeedsYou, "Silent"),
        None => (State::Progress, "Not called yet"),
    };
    view! { <Badge state label=word/> }.into_any()
}

/// What ticks a device for a deed with several of them.
pub(super) fn tick_box(row: &DeviceRow) -> AnyView {
    view! {
        <input
            class="choice-mark"
            type="checkbox"
            name=tick(row.id)
            value="true"
            aria-label=format!("Tick {}", row.name)
        />
    }
    .into_any()
}

/// The system of a device as it told it, or else its kind.
pub(super) fn system(row: &DeviceRow) -> String {
    if row.os_version.is_empty() { wording::os(row.os_family).to_owned() } else { row.os_version.clone() }
}

/// When a device last called, in a table.
pub(crate) fn last_seen(at: Option<OffsetDateTime>, now: OffsetDateTime) -> AnyView {
    match at {
        Some(at) => view! { <time datetime=wording::iso(at)>{wording::ago(at, now)}</time> }.into_any(),
        None => "Never".into_any(),
    }
}

/// What the filter of a list is called.
pub(super) const fn show(show: Show) -> &'static str {
    match show {
        Show::All => "All",
        Show::Silent => "Not seen for 30 days",
        Show::Risk => "At risk",
        Show::Unlicensed => "No license",
    }
}
