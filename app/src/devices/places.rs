//! The licenses that a device uses or used, the latest first.

use domain::device::details::{DeviceDetails, HeldPlace};
use leptos::prelude::*;

use crate::ui::*;
use crate::{paths, wording};

/// The card; nothing on a device that never held a place.
pub(super) fn places(device: &DeviceDetails) -> Option<AnyView> {
    if device.places.is_empty() {
        return None;
    }
    let rows = device.places.iter().map(row).collect_view();
    let card = view! {
        <Card heading="License history">
            <DataTable caption="Licenses of this device, the latest first" hide_caption=true>
                <thead>
                    <tr>
                        <th scope="col">"License"</th>
                        <th scope="col">"From"</th>
                        <th scope="col">"Until"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </DataTable>
        </Card>
    };
    Some(card.into_any())
}

fn row(place: &HeldPlace) -> AnyView {
    let until = match place.released_at {
        None => view! { <Badge state=State::Active label="Uses it now"/> }.into_any(),
        Some(at) => {
            let why = place.reason.as_deref().map(wording::release_reason);
            view! {
                <span class="stack-tight">
                    <Day iso=wording::iso(at) text=wording::day(at)/>
                    {why.map(|why| view! { <span class="muted small">{why}</span> })}
                </span>
            }
            .into_any()
        }
    };
    view! {
        <tr>
            <th scope="row"><a href=paths::license(place.license)>{place.product.clone()}</a></th>
            <td data-label="From"><Day iso=wording::iso(place.bound_at) text=wording::day(place.bound_at)/></td>
            <td data-label="Until">{until}</td>
        </tr>
    }
    .into_any()
}
