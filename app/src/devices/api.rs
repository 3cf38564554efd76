//! What pages that show devices ask of the server.

use domain::device::listing::Devices;
use domain::id::DeviceId;
use leptos::prelude::*;

use crate::error::Answer;

/// One page of the devices, from `after` on.
#[server(prefix = "/api", endpoint = "get_devices")]
pub async fn get_devices(#[server(default)] after: Option<DeviceId>) -> Answer<Devices> {
    crate::cx::act(move |cx| domain::device::store::list(cx, after)).await
}

/// The devices to choose from in a form: the identity of each, and its name.
#[server(prefix = "/api", endpoint = "get_link_devices")]
pub async fn get_link_devices() -> Answer<Vec<(String, String)>> {
    use crate::wording;
    let rows = crate::cx::act(domain::device::store::all).await?.rows.into_iter().map(|row| {
        let license = row.license.map_or_else(
            || "no license".to_owned(),
            |license| format!("license until {}", wording::day(license.facts.ends_at())),
        );
        (row.id.to_string(), format!("{} ({}, {license})", row.name, wording::os(row.os_family)))
    });
    Ok(rows.collect())
}

/// Where devices reach this server.
#[server(prefix = "/api", endpoint = "get_address")]
pub async fn get_address() -> Answer<String> {
    Ok(crate::cx::cx()?.world.origin.clone())
}
