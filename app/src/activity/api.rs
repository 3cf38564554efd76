//! Reading what happened.

use domain::activity::Activity;
use leptos::prelude::*;

use crate::error::Answer;

/// What happened in the account before the event of this number, the newest first.
#[server(prefix = "/api", endpoint = "get_activity")]
pub async fn get_activity(before: Option<i64>) -> Answer<Activity> {
    crate::cx::act(move |cx| domain::activity::store::activity(cx, before)).await
}
