//! What the page for linking asks of the server.

use domain::link::LinkRequest;
use domain::person::people::Addressees;
use leptos::prelude::*;

use crate::error::Answer;

/// Shows what is about to be linked; links nothing.
#[server(prefix = "/api", endpoint = "find_link")]
pub async fn find_link(user_code: String) -> Answer<LinkRequest> {
    let request = crate::cx::act(move |cx| domain::link::store::find_link(cx, user_code)).await?;
    crate::cx::show_here();
    Ok(request)
}

/// Links the device; one in a country that is new to the office needs the password as well (L05).
#[server(prefix = "/api", endpoint = "link_device")]
pub async fn link_device(user_code: String, #[server(default)] link_password: String) -> Answer<LinkRequest> {
    let typed = user_code.clone();
    let seen = crate::cx::act(move |cx| domain::link::store::find_link(cx, typed)).await?;
    if seen.country_is_new {
        let options = use_context::<leptos_axum::ResponseOptions>();
        crate::cx::refuse_with(options, crate::auth::step_up::enter(&link_password, "link_password").await)?;
    }
    let request = crate::cx::act(move |cx| domain::link::store::link_device(cx, user_code)).await?;
    leptos_axum::redirect("/devices?linked=1");
    Ok(request)
}

/// Whom the way to install and link can be mailed to.
#[server(prefix = "/api", endpoint = "get_addressees")]
pub async fn get_addressees() -> Answer<Addressees> {
    crate::cx::act(domain::person::store::addressees).await
}

/// Mails a person of the office the way to install and link, chosen or named by the address they sign in with.
#[server(prefix = "/api", endpoint = "mail_way")]
pub async fn mail_way(to: String) -> Answer<()> {
    crate::cx::act(move |cx| async move {
        let to = domain::person::store::colleague(&cx, &to).await?;
        domain::link::store::mail_way(cx, to).await
    })
    .await?;
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
