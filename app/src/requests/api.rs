//! Reading requests, and taking one back.

use domain::recovery::RecoveryStatus;
use leptos::prelude::*;

use crate::error::Answer;

/// The account's requests, newest first.
#[server(prefix = "/api", endpoint = "get_requests")]
pub async fn get_requests() -> Answer<Vec<RecoveryStatus>> {
    crate::cx::act(domain::recovery::store::list).await
}

/// One of the account's requests.
#[server(prefix = "/api", endpoint = "get_request")]
pub async fn get_request(number: String) -> Answer<RecoveryStatus> {
    crate::cx::act(move |cx| domain::recovery::store::status(cx, number)).await
}

/// Takes a request back.
#[server(prefix = "/api", endpoint = "withdraw_request")]
pub async fn withdraw_request(number: String) -> Answer<()> {
    crate::cx::act(move |cx| domain::recovery::store::withdraw(cx, number)).await
}
