//! Reading the figures of support.

use domain::figure::{Period, Pictures};
use leptos::prelude::*;

use crate::error::Answer;

/// Figures over a period.
#[server(prefix = "/api", endpoint = "get_pictures")]
pub async fn get_pictures(#[server(default)] period: Option<Period>) -> Answer<Pictures> {
    crate::cx::act(move |cx| domain::figure::store::pictures(cx, period.unwrap_or(Period::Month))).await
}
