//! What pages that show devices ask of the server.

use std::collections::BTreeMap;

use domain::activation::{Added, Preview};
use domain::device::details::DeviceDetails;
use domain::device::listing::{Devices, Search};
use domain::device::reinstall::Reinstall;
use domain::id::{DeviceId, LicenseId};
use domain::seat::release::{GivenBack, Matching, ReleasePreview, Together};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::agree::Agreed;
use crate::error::Answer;
#[cfg(feature = "ssr")]
use crate::paths;

/// The devices that are looked for, one page of them.
#[server(prefix = "/api", endpoint = "get_devices")]
pub async fn get_devices(#[server(default)] search: Search) -> Answer<Devices> {
    crate::cx::act(move |cx| domain::device::store::list(cx, search)).await
}

/// The name of the field by which a device is ticked in a form. It begins with a letter: a number in brackets would be read as
/// a place in a list.
#[must_use]
pub fn tick(device: DeviceId) -> String {
    format!("devices[d{device}]")
}

/// The devices that are ticked in a form.
#[cfg(feature = "ssr")]
pub(crate) fn ticked(devices: &BTreeMap<String, String>) -> Vec<DeviceId> {
    devices.keys().filter_map(|name| name.strip_prefix('d')?.parse().ok()).collect()
}

/// Tells what releasing the places of the ticked devices would do.
#[server(prefix = "/api", endpoint = "preview_releases")]
pub async fn preview_releases(#[server(default)] devices: BTreeMap<String, String>) -> Answer<Together> {
    let devices = ticked(&devices);
    let told = crate::cx::act(move |cx| domain::seat::store::preview_releases(cx, devices)).await?;
    crate::cx::show_here();
    Ok(told)
}

/// Releases the places of the ticked devices.
#[server(prefix = "/api", endpoint = "release_seats")]
pub async fn release_seats(#[server(default)] devices: BTreeMap<String, String>) -> Answer<Together> {
    let devices = ticked(&devices);
    let told = crate::cx::act(move |cx| domain::seat::store::release_seats(cx, devices)).await?;
    leptos_axum::redirect(&paths::done(paths::DEVICES, "released"));
    Ok(told)
}

/// Tells what releasing the places of all devices that are looked for would do.
#[server(prefix = "/api", endpoint = "preview_matching")]
pub async fn preview_matching(#[server(default)] search: Search) -> Answer<Matching> {
    let told = crate::cx::act(move |cx| domain::seat::store::preview_matching(cx, search)).await?;
    crate::cx::show_here();
    Ok(told)
}

/// Begins to release the places of all devices that are looked for.
#[server(prefix = "/api", endpoint = "release_matching")]
pub async fn release_matching(#[server(default)] search: Search) -> Answer<()> {
    crate::cx::act(move |cx| domain::job::store::release_matching(cx, search)).await?;
    leptos_axum::redirect(&paths::done(paths::DEVICES, "releasing"));
    Ok(())
}

/// Gives back what was released together: how many got their place again, and of how many.
#[server(prefix = "/api", endpoint = "undo_releases")]
pub async fn undo_releases(batch: Uuid) -> Answer<GivenBack> {
    let back = crate::cx::act(move |cx| domain::seat::store::undo_releases(cx, batch)).await?;
    let said = match back {
        GivenBack { goes_on: true, .. } => "undoing",
        GivenBack { given, of, .. } if given == of => "undone",
        GivenBack { .. } => "undone-in-part",
    };
    leptos_axum::redirect(&paths::done(paths::DEVICES, said));
    Ok(back)
}

/// Sets after how many days unseen the places of devices are freed; nothing typed means never.
#[server(prefix = "/api", endpoint = "set_release_after")]
pub async fn set_release_after(#[server(default)] days: String) -> Answer<()> {
    let options = use_context::<leptos_axum::ResponseOptions>();
    let days = match days.trim() {
        "" => Ok(None),
        typed => typed
            .parse::<u16>()
            .map(Some)
            .map_err(|_| domain::Error::field("days", domain::Fault::OutOfRange { min: 30, max: 365 }).into()),
    };
    let days = crate::cx::refuse_with(options, days)?;
    crate::cx::act(move |cx| domain::seat::store::set_release_after(cx, days)).await?;
    leptos_axum::redirect(&paths::done(paths::DEVICES, "release-after"));
    Ok(())
}

/// The devices to choose from in a form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceChoices {
    /// The identity of each, and its words.
    pub options: Vec<(String, String)>,
    /// Whether the office has more devices than these.
    pub more: bool,
}

/// The devices to choose from in a form; the one that is named already is among them.
#[server(prefix = "/api", endpoint = "get_link_devices")]
pub async fn get_link_devices(#[server(default)] named: Option<DeviceId>) -> Answer<DeviceChoices> {
    use crate::wording;
    let found = crate::cx::act(move |cx| domain::device::store::choices(cx, named)).await?;
    let options = found.rows.into_iter().map(|row| {
        let license = row.license.map_or_else(
            || "no license".to_owned(),
            |license| format!("license until {}", wording::day(license.facts.ends_at())),
        );
        (row.id.to_string(), format!("{} ({}, {license})", row.name, wording::os(row.os_family)))
    });
    Ok(DeviceChoices { options: options.collect(), more: found.more })
}

/// Where devices reach this server.
#[server(prefix = "/api", endpoint = "get_address")]
pub async fn get_address() -> Answer<String> {
    Ok(crate::cx::cx()?.world.origin.clone())
}

/// Everything on the page of one device.
#[server(prefix = "/api", endpoint = "get_device")]
pub async fn get_device(id: DeviceId) -> Answer<DeviceDetails> {
    crate::cx::act(move |cx| domain::device::store::details(cx, id)).await
}

/// Gives a device another name.
#[server(prefix = "/api", endpoint = "rename_device")]
pub async fn rename_device(id: DeviceId, #[server(default)] device_name: String) -> Answer<()> {
    crate::cx::act(move |cx| domain::device::store::rename_device(cx, id, device_name)).await?;
    leptos_axum::redirect(&paths::done(&paths::device(id), "renamed"));
    Ok(())
}

/// A reinstall ticket on its way to the page that asked for it, drawn and in words. No page has it in its data.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketSheet {
    /// The ticket in its blocks.
    pub ticket: String,
    /// The same for a camera: modules on a side, and the dark ones as a path.
    pub drawing: (u32, String),
    /// Where the device reaches this server.
    pub server: String,
}

/// What the page about installing a device's system anew shows.
#[server(prefix = "/api", endpoint = "get_reinstall")]
pub async fn get_reinstall(id: DeviceId) -> Answer<Reinstall> {
    crate::cx::act(move |cx| domain::device::store::reinstall(cx, id)).await
}

/// Makes a reinstall ticket, shown once.
#[server(prefix = "/api", endpoint = "make_reinstall_ticket")]
pub async fn make_reinstall_ticket(id: DeviceId) -> Answer<TicketSheet> {
    let server = crate::cx::cx()?.world.origin.clone();
    let ticket = crate::cx::act(move |cx| domain::device::store::make_reinstall_ticket(cx, id)).await?.reveal();
    crate::cx::show_here();
    Ok(TicketSheet { drawing: crate::qr::drawn(&ticket), ticket, server })
}

/// Takes the reinstall ticket of a device back.
#[server(prefix = "/api", endpoint = "revoke_reinstall_ticket")]
pub async fn revoke_reinstall_ticket(id: DeviceId) -> Answer<()> {
    crate::cx::act(move |cx| domain::device::store::revoke_reinstall_ticket(cx, id)).await?;
    leptos_axum::redirect(&paths::done(&paths::reinstall(id), "revoked"));
    Ok(())
}

/// Takes a device out of remote management; its license keeps running.
#[server(prefix = "/api", endpoint = "disconnect_device")]
pub async fn disconnect_device(id: DeviceId) -> Answer<()> {
    crate::cx::act(move |cx| domain::device::store::disconnect_device(cx, id)).await?;
    leptos_axum::redirect(&paths::done(&paths::device(id), "disconnected"));
    Ok(())
}

/// Tells what releasing a seat would do.
#[server(prefix = "/api", endpoint = "preview_release")]
pub async fn preview_release(device: DeviceId, license: LicenseId) -> Answer<ReleasePreview> {
    let preview = crate::cx::act(move |cx| domain::seat::store::preview_release(cx, device, license)).await?;
    crate::cx::show_here();
    Ok(preview)
}

/// Releases a seat; it is free at once.
#[server(prefix = "/api", endpoint = "release_seat")]
pub async fn release_seat(device: DeviceId, license: LicenseId) -> Answer<ReleasePreview> {
    let released = crate::cx::act(move |cx| domain::seat::store::release_seat(cx, device, license)).await?;
    leptos_axum::redirect(&paths::done(&paths::device(device), "released"));
    Ok(released)
}

/// Takes back the code that waits on a device.
#[server(prefix = "/api", endpoint = "remove_reserve")]
pub async fn remove_reserve(device: DeviceId) -> Answer<()> {
    crate::cx::act(move |cx| domain::reserve::store::remove_reserve(cx, device)).await?;
    leptos_axum::redirect(&paths::done(&paths::device(device), "removed"));
    Ok(())
}

/// Switches by hand to the code that could not take over by itself.
#[server(prefix = "/api", endpoint = "activate_now")]
pub async fn activate_now(device: DeviceId) -> Answer<()> {
    crate::cx::act(move |cx| domain::reserve::store::activate_now(cx, device)).await?;
    leptos_axum::redirect(&paths::done(&paths::device(device), "activated"));
    Ok(())
}

/// What is sent to a device: a license, or a code that is kept in the account, as `license:…` or `code:…`.
#[cfg(feature = "ssr")]
fn sent(what: &str) -> Option<domain::activation::store::By> {
    use domain::activation::store::By;
    match what.split_once(':')? {
        ("license", id) => id.parse().ok().map(By::License),
        ("code", id) => id.parse().ok().map(By::Kept),
        _ => None,
    }
}

#[cfg(feature = "ssr")]
fn sending(
    cx: &domain::cx::Cx,
    device: DeviceId,
    what: &str,
    agreement: bool,
    agreed: Agreed,
) -> domain::Result<domain::activation::store::Entry> {
    use domain::activation::store::Entry;
    // who may not is not told what was wrong
    cx.require(domain::actor::Permission::AddCode)?;
    let by = sent(what).ok_or_else(|| domain::Error::field("what", domain::Fault::NotAChoice))?;
    let (wish, previous) = agreed.of_rules();
    Ok(Entry { device, by, latin: false, agreement, clock: None, previous, wish })
}

/// Tells what sending a license or a kept code to a device would do.
#[server(prefix = "/api", endpoint = "preview_send")]
pub async fn preview_send(
    device: DeviceId,
    #[server(default)] what: String,
    #[server(default)] agreement: bool,
    #[server(default)] agreed: Agreed,
) -> Answer<Preview> {
    let preview = crate::cx::act(move |cx| async move {
        let entry = sending(&cx, device, &what, agreement, agreed)?;
        domain::activation::store::preview_code(cx, entry).await
    })
    .await?;
    crate::cx::show_here();
    Ok(preview)
}

/// Sends a license or a kept code to a device; it is licensed at its next contact (R51).
#[server(prefix = "/api", endpoint = "send_license")]
pub async fn send_license(
    device: DeviceId,
    #[server(default)] what: String,
    #[server(default)] agreement: bool,
    #[server(default)] agreed: Agreed,
) -> Answer<Added> {
    let added = crate::cx::act(move |cx| async move {
        let entry = sending(&cx, device, &what, agreement, agreed)?;
        domain::activation::store::add_code(cx, entry).await
    })
    .await?;
    let done = if added.license.is_some() { "sent" } else { "waits" };
    leptos_axum::redirect(&paths::done(&paths::device(device), done));
    Ok(added)
}
