//! A device as support reads it.

use domain::id::DeviceId;
use domain::lookup::{DeskDevice, Record};
use leptos::prelude::*;

use super::{head, open_for, page};
use crate::support::lookup_api::get_desk_device;
use crate::ui::*;
use crate::{paths, wording};

#[component]
pub fn DeskDevicePage() -> impl IntoView {
    page(Record::Device, Vec::new(), |id| get_desk_device(DeviceId(id)), shown)
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
