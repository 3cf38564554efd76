//! The server functions of a person's own page.

use domain::id::SessionId;
use domain::person::Own;
use domain::session::Sessions;
use leptos::prelude::*;

use crate::error::Answer;

#[cfg(feature = "ssr")]
use {
    crate::auth::{password, session, step_up},
    crate::cx::{act, cx, refuse_with},
    crate::paths,
    domain::Error,
    domain::actor::Actor,
    domain::person::store,
    domain::session::store as sessions,
    leptos_axum::{ResponseOptions, redirect},
    session::Who,
};

/// What the person's own page shows.
#[server(prefix = "/api", endpoint = "get_own")]
pub async fn get_own() -> Answer<Own> {
    act(store::own).await
}

/// Gives the person another name.
#[server(prefix = "/api", endpoint = "rename_own")]
pub async fn rename_own(name: String) -> Answer<()> {
    act(move |cx| store::rename_own(cx, name)).await?;
    redirect(&paths::done(paths::SETTINGS, "name"));
    Ok(())
}

/// Sets a new password after the one in use was entered; other browsers are signed out.
#[server(prefix = "/api", endpoint = "change_password")]
pub async fn change_password(current: String, password: String) -> Answer<()> {
    let options = use_context::<ResponseOptions>();
    refuse_with(options, exchange_password(&current, &password).await)?;
    redirect(&paths::done(paths::SETTINGS, "password"));
    Ok(())
}

#[cfg(feature = "ssr")]
async fn exchange_password(current: &str, password: &str) -> Answer<()> {
    let (session, here) = (session::current()?, cx()?);
    let person = step_up::prove(&session, current, "current").await?;
    let Actor::Person { name, office, email, .. } = &here.actor else { return Err(Error::Unauthenticated.into()) };
    password::judge(password, &[name, email, office]).map_err(|fault| Error::field("password", fault))?;
    let hash = password::hash(password).await?;
    let stamp = act(move |cx| store::change_password(cx, hash)).await?;
    session::begin(&session, Who::Person(person), stamp, &here).await?;
    Ok(())
}

/// Signs the person out in every other browser.
#[server(prefix = "/api", endpoint = "sign_out_elsewhere")]
pub async fn sign_out_elsewhere() -> Answer<()> {
    let (session, here) = (session::current()?, cx()?);
    let stamp = act(store::sign_out_elsewhere).await?;
    let person = here.actor.person()?;
    session::begin(&session, Who::Person(person), stamp, &here).await?;
    redirect(&paths::done(paths::SETTINGS, "elsewhere"));
    Ok(())
}

/// The browsers in which the person is signed in.
#[server(prefix = "/api", endpoint = "get_sessions")]
pub async fn get_sessions() -> Answer<Sessions> {
    let here = session::read(&session::current()?).await?.and_then(|signed_in| signed_in.id);
    act(move |cx| sessions::own_sessions(cx, here.unwrap_or(SessionId(uuid::Uuid::nil())))).await
}

/// Signs the person out in one browser, after the password was entered again.
#[server(prefix = "/api", endpoint = "end_session")]
pub async fn end_session(id: SessionId, #[server(default)] session_password: String) -> Answer<()> {
    let options = use_context::<ResponseOptions>();
    act(move |cx| sessions::is_own(cx, id)).await?;
    refuse_with(options, step_up::enter(&session_password, "session_password").await)?;
    act(move |cx| sessions::end_session(cx, id)).await?;
    redirect(&paths::done(paths::SETTINGS, "session"));
    Ok(())
}
