//! What a holder can do to get a code back.

use domain::code::ShownCode;
use domain::recovery::{ClaimForm, KnownFacts};
use leptos::prelude::*;

use crate::error::Answer;
#[cfg(feature = "ssr")]
use {
    crate::cx::{act, in_even_time, uploads},
    crate::paths,
    domain::{order, recovery::store},
    leptos_axum::redirect,
};

/// What the account knows about its licenses, so that less has to be asked.
#[server(prefix = "/api", endpoint = "get_known")]
pub async fn get_known() -> Answer<Vec<KnownFacts>> {
    act(store::known).await
}

/// Asks for the mail about an order again. The answer does not tell what was found.
#[server(prefix = "/api", endpoint = "resend_order")]
pub async fn resend_order(
    #[server(default)] order_email: String,
    #[server(default)] resend_number: String,
) -> Answer<()> {
    in_even_time(act(move |cx| order::store::ask_order_mail(cx, order_email, resend_number))).await?;
    redirect(paths::ORDER_MAIL_ASKED);
    Ok(())
}

/// Tells more about a request.
#[server(prefix = "/api", endpoint = "answer_request")]
pub async fn answer_request(number: String, #[server(default)] message: String) -> Answer<()> {
    let (files, page) = (uploads(), paths::request(&number));
    act(move |cx| store::answer_request(cx, number, message, files)).await?;
    redirect(&paths::done(&page, "answered"));
    Ok(())
}

/// Sends a request to support and goes to its page.
#[server(prefix = "/api", endpoint = "ask_recovery")]
pub async fn ask_recovery(#[server(flatten)] claim: ClaimForm) -> Answer<String> {
    let files = uploads();
    let number = act(move |cx| store::ask_recovery(cx, claim, files)).await?;
    redirect(&format!("{}?sent=1", paths::request(&number)));
    Ok(number)
}

/// Shows a recovered code to its owner; the link from the mail is used up by it.
#[server(prefix = "/api", endpoint = "disclose")]
pub async fn disclose(#[server(default)] token: String) -> Answer<ShownCode> {
    let shown = act(move |cx| store::disclose(cx, token)).await?;
    crate::cx::show_here();
    Ok(shown)
}
