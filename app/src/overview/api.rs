//! What the overview asks of the server.

use domain::overview::Overview;
use leptos::prelude::*;

use crate::error::Answer;

/// The office at a glance.
#[server(prefix = "/api", endpoint = "get_office")]
pub async fn get_office() -> Answer<Overview> {
    crate::cx::act(domain::overview::store::overview).await
}
