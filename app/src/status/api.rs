//! Reading how things are. Strangers ask as well, so it is looked up once in a few seconds.

use domain::promise::Promise;
use leptos::prelude::*;

use crate::error::Answer;

/// How things are.
#[server(prefix = "/api", endpoint = "get_status")]
pub async fn get_status() -> Answer<Promise> {
    crate::cx::act(super::pulse::status).await
}
