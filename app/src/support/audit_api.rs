//! Reading the audit log.

use domain::trail::{Sought, Trail};
use leptos::prelude::*;

use crate::error::Answer;

/// A page of what is sought in the log.
#[server(prefix = "/api", endpoint = "get_audit")]
pub async fn get_audit(#[server(default)] sought: Sought) -> Answer<Trail> {
    crate::cx::act(move |cx| domain::trail::store::trail(cx, sought)).await
}
