//! Reading what happened.

use domain::activity::Activity;
use domain::id::{DeviceId, LicenseId};
use leptos::prelude::*;

use crate::error::Answer;

/// What happened in the account before the event of this number, the newest first.
#[server(prefix = "/api", endpoint = "get_activity")]
pub async fn get_activity(before: Option<i64>) -> Answer<Activity> {
    crate::cx::act(move |cx| domain::activity::store::activity(cx, before)).await
}

/// What happened to one license, its code and its seats.
#[server(prefix = "/api", endpoint = "get_license_history")]
pub async fn get_license_history(id: LicenseId, #[server(default)] before: Option<i64>) -> Answer<Activity> {
    crate::cx::act(move |cx| domain::activity::store::of_license(cx, id, before)).await
}

/// What happened to one device and on it.
#[server(prefix = "/api", endpoint = "get_device_history")]
pub async fn get_device_history(id: DeviceId, #[server(default)] before: Option<i64>) -> Answer<Activity> {
    crate::cx::act(move |cx| domain::activity::store::of_device(cx, id, before)).await
}
