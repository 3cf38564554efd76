//! What the page for linking asks of the server.

use domain::id::PersonId;
use domain::link::LinkRequest;
use leptos::prelude::*;

use crate::error::Answer;

/// Shows what is about to be linked; links nothing.
#[server(prefix = "/api", endpoint = "find_link")]
pub async fn find_link(user_code: String) -> Answer<LinkRequest> {
    let request = crate::cx::act(move |cx| domain::link::store::find_link(cx, user_code)).await?;
    crate::cx::show_here();
    Ok(request)
}

/// Links the device.
#[server(prefix = "/api", endpoint = "link_device")]
pub async fn link_device(user_code: String) -> Answer<LinkRequest> {
    let request = crate::cx::act(move |cx| domain::link::store::link_device(cx, user_code)).await?;
    leptos_axum::redirect("/devices?linked=1");
    Ok(request)
}

/// Mails a person of the office the way to install and link.
#[server(prefix = "/api", endpoint = "mail_way")]
pub async fn mail_way(to: PersonId) -> Answer<()> {
    crate::cx::act(move |cx| domain::link::store::mail_way(cx, to)).await?;
    leptos_axum::redirect(&crate::paths::done(crate::paths::LINK, "mailed"));
    Ok(())
}

/// Refuses to link the device.
#[server(prefix = "/api", endpoint = "deny_device")]
pub async fn deny_device(user_code: String) -> Answer<LinkRequest> {
    let request = crate::cx::act(move |cx| domain::link::store::deny_device(cx, user_code)).await?;
    leptos_axum::redirect("/link?denied=1");
    Ok(request)
}
