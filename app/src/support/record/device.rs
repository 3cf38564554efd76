//! A device as support reads it.

use domain::id::DeviceId;
use domain::lookup::{DeskDevice, Record};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use uuid::Uuid;

use super::{closed, head, open_for};
use crate::form::{Refused, Title, refused, tried};
use crate::support::lookup_api::{OpenRecord, get_desk_device};
use crate::ui::*;
use crate::waiting::{reading, unread};
use crate::{paths, wording};

#[component]
pub fn DeskDevicePage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let id = Memo::new(move |_| params.read().get("id").and_then(|id| id.parse::<Uuid>().ok()).unwrap_or_default());
    let case = move || query.read().get("case").unwrap_or_default();
    let open = ServerAction::<OpenRecord>::new();
    let Refused { error, items, sentence } = refused(vec![tried(open).voice()]);
    let read = Resource::new(move || id.get(), |id| get_desk_device(DeviceId(id)));
    view! {
        <Title text=move || wording::title(error.get(), "Device")/>
        <div class="page">
            <ErrorSummary items=items sentence=sentence/>
            <Transition fallback=reading>
                {move || {
                    let (id, case) = (id.get(), case());
                    Suspend::new(async move {
                        match read.await {
                            Ok(Some(device)) => shown(device),
                            Ok(None) => {
                                view! {
                                    {head("Device".to_owned())}
                                    {closed(Record::Device, id, case, open)}
                                }
                                .into_any()
                            }
                            Err(error) => unread(&error),
                        }
                    })
                }}
            </Transition>
        </div>
    }
    .into_any()
}

fn shown(device: DeskDevice) -> AnyView {
    let now = device.opened.now;
    let seen = device.last_seen_at.map_or_else(|| "Never".to_owned(), |at| wording::ago(at, now));
    let connection = match device.disconnected_at {
        None => format!("Connected since {}", wording::day(device.connected_at)),
        Some(at) => format!("Disconnected on {}", wording::day(at)),
    };
    let none = device.seats.is_empty().then(|| view! { <p class="muted">"It never used a license."</p> });
    let seats = device.seats.into_iter().map(|seat| {
        let until =
            seat.until.map_or_else(|| "until now".to_owned(), |until| format!("until {}", wording::moment(until)));
        view! {
            <li>
                <a href=paths::record(Record::Code, seat.code.0)>{seat.product}</a>
                {format!(" from {} {until}", wording::moment(seat.since))}
            </li>
        }
    });
    let (account, office) = device.customer;
    view! {
        {head(device.name)}
        {open_for(&device.opened)}
        <Facts>
            <Fact term="Office"><a href=paths::record(Record::Customer, account.0)>{office}</a></Fact>
            <Fact term="Used by">{device.owner}</Fact>
            <Fact term="System">{format!("{} ({})", wording::os(device.os_family), device.os_version)}</Fact>
            <Fact term="Application">{device.app_version}</Fact>
            <Fact term="Connection">{connection}</Fact>
            <Fact term="Last contact">{seen}</Fact>
        </Facts>
        <Card heading="Licenses it used">{none} <ul>{seats.collect_view()}</ul></Card>
    }
    .into_any()
}
