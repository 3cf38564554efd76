//! What a holder can do to get a code back.

use domain::code::ShownCode;
use domain::recovery::ClaimForm;
use leptos::prelude::*;

use crate::error::Answer;

/// Sends a request to support and goes to its page.
#[server(prefix = "/api", endpoint = "ask_recovery")]
pub async fn ask_recovery(#[server(flatten)] claim: ClaimForm) -> Answer<String> {
    let number = crate::cx::act(move |cx| domain::recovery::store::ask_recovery(cx, claim)).await?;
    leptos_axum::redirect(&format!("{}?sent=1", crate::paths::request(&number)));
    Ok(number)
}

/// Shows a recovered code to its owner; the link from the mail is used up by it.
#[server(prefix = "/api", endpoint = "disclose")]
pub async fn disclose(#[server(default)] token: String) -> Answer<ShownCode> {
    let shown = crate::cx::act(move |cx| domain::recovery::store::disclose(cx, token)).await?;
    crate::cx::show_here();
    Ok(shown)
}
