//! Devices as tiles: each with a picture of its kind, for those who know them by sight.

use domain::device::OsFamily;
use domain::device::listing::DeviceRow;
use leptos::prelude::*;
use time::OffsetDateTime;

use super::list::{connection, databases, last_seen, license, protection, system, tick_box};
use crate::paths;
use crate::ui::*;

/// The devices of a page as tiles.
pub(super) fn tiles(rows: &[DeviceRow], now: OffsetDateTime) -> AnyView {
    let tiles = rows.iter().map(|row| tile(row, now)).collect_view();
    view! { <ul class="grid-cards" role="list" aria-label="Devices">{tiles}</ul> }.into_any()
}

fn tile(row: &DeviceRow, now: OffsetDateTime) -> AnyView {
    view! {
        <li class="device-tile">
            <span class="device-kind"><Icon glyph=picture(row.os_family)/></span>
            <div class="device-words">
                <h2><a href=paths::device(row.id)>{row.name.clone()}</a></h2>
                <p class="muted">{system(row)} " · " {row.owner.clone()}</p>
                <p>{license(row, now)}</p>
                <p class="row">{protection(row)} {connection(row, now)}</p>
                <p class="muted">
                    "Last seen: " {last_seen(row.last_seen_at, now)} " · Databases: " {databases(row)}
                </p>
            </div>
            {tick_box(row)}
        </li>
    }
    .into_any()
}

const fn picture(kind: OsFamily) -> Glyph {
    match kind {
        OsFamily::Windows | OsFamily::Mac => Glyph::Devices,
        OsFamily::WindowsServer => Glyph::Server,
        OsFamily::Android | OsFamily::Ios => Glyph::Phone,
    }
}
