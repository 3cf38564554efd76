//! What the overview asks of the server.

use domain::device::listing::Devices;
use domain::license::details::Licenses;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Answer;

/// The office at a glance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Office {
    /// Its licenses.
    pub licenses: Licenses,
    /// Its devices.
    pub devices: Devices,
}

/// The office at a glance.
#[server(prefix = "/api", endpoint = "get_office")]
pub async fn get_office() -> Answer<Office> {
    let licenses = crate::cx::act(domain::license::store::list).await?;
    let devices = crate::cx::act(domain::device::store::all).await?;
    Ok(Office { licenses, devices })
}
