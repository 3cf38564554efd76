//! Devices: the table of them, or how to link the first one.

use domain::device::listing::{DeviceRow, Devices as Listing};
use domain::id::DeviceId;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use time::OffsetDateTime;

use super::api::{get_address, get_devices};
use crate::ui::*;
use crate::waiting::{reading, unread};
use crate::{paths, wording};

/// Every device that is linked to the office.
#[component]
pub fn Devices() -> impl IntoView {
    let query = use_query_map();
    let after = move || query.read().get("after").and_then(|id| id.parse::<DeviceId>().ok());
    let linked = move || query.read().get("linked").is_some();
    let devices = Resource::new(after, get_devices);
    let address = Resource::new(|| (), |()| get_address());
    view! {
        <Title text="Devices"/>
        <div class="page">
            <PageHead title="Devices" lead="Computers, file servers and phones that are linked to your office.">
                <ButtonLink href=paths::LINK variant=Variant::Primary>"Link a device"</ButtonLink>
            </PageHead>
            {move || linked().then(|| view! {
                <Notice tone=Tone::Ok title="The device is linked" live=true>
                    <p>"It appears here when it has fetched its confirmation, within a few seconds. Load the page again if it is missing."</p>
                </Notice>
            })}
            <Suspense fallback=reading>
                {move || {
                    let later = after().is_some();
                    Suspend::new(async move {
                        let address = address.await;
                        match devices.await {
                            Ok(devices) if devices.rows.is_empty() && !later => none(address.unwrap_or_default()),
                            Ok(devices) => table(devices, later),
                            Err(error) => unread(&error),
                        }
                    })
                }}
            </Suspense>
        </div>
    }
    .into_any()
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

fn table(devices: Listing, later: bool) -> AnyView {
    let rows = devices.rows.iter().map(|row| device(row, devices.now)).collect_view();
    let next = devices.next.map(|id| format!("{}?after={id}", paths::DEVICES));
    view! {
        <DataTable caption="Devices by name" hide_caption=true>
            <thead>
                <tr>
                    <th scope="col">"Name"</th>
                    <th scope="col">"System"</th>
                    <th scope="col">"Application"</th>
                    <th scope="col">"Person"</th>
                    <th scope="col">"License"</th>
                    <th scope="col">"Last seen"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </DataTable>
        {(later || next.is_some()).then(|| view! {
            <nav class="pager" aria-label="Pages of devices">
                {later.then(|| view! { <ButtonLink href=paths::DEVICES>"First page"</ButtonLink> })}
                {next.map(|href| view! { <ButtonLink href=href>"Next page"</ButtonLink> })}
            </nav>
        })}
    }
    .into_any()
}

fn device(row: &DeviceRow, now: OffsetDateTime) -> AnyView {
    let license = match &row.license {
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
    };
    let version = if row.app_version.is_empty() { "Unknown".to_owned() } else { row.app_version.clone() };
    view! {
        <tr>
            <th scope="row"><a href=paths::device(row.id)>{row.name.clone()}</a></th>
            <td data-label="System">
                {if row.os_version.is_empty() { wording::os(row.os_family).to_owned() } else { row.os_version.clone() }}
            </td>
            <td data-label="Application" class="num">{version}</td>
            <td data-label="Person">{row.owner.clone()}</td>
            <td data-label="License">{license}</td>
            <td data-label="Last seen">
                {last_seen(row.last_seen_at, now)}
            </td>
        </tr>
    }
    .into_any()
}

/// When a device last called, in a table.
pub(crate) fn last_seen(at: Option<OffsetDateTime>, now: OffsetDateTime) -> AnyView {
    match at {
        Some(at) => view! { <time datetime=wording::iso(at)>{wording::ago(at, now)}</time> }.into_any(),
        None => "Never".into_any(),
    }
}
