//! The server functions of a person's own page.

use domain::person::Own;
use leptos::prelude::*;

use crate::error::Answer;

#[cfg(feature = "ssr")]
use {
    crate::auth::{password, session},
    crate::cx::{act, cx, refuse_with},
    crate::error::AppError,
    crate::paths,
    domain::actor::Actor,
    domain::person::store,
    domain::{Error, Fault},
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
    let refuse = |error: Error| refuse_with::<()>(options.clone(), Err(AppError::Deed(error)));
    let session = session::current()?;
    let credential = match act(store::own_credential).await {
        Ok(credential) => credential,
        Err(refused) => {
            // whoever sits there does not know the password
            if matches!(&refused, AppError::Deed(Error::Refused(_))) {
                session::end(&session).await?;
            }
            return Err(refused);
        }
    };
    let person = credential.person;
    match password::matches(&current, Some(credential.password_hash)).await {
        Ok(true) => {}
        Ok(false) => return refuse(Error::field("current", Fault::WrongPassword)),
        Err(error) => return refuse(error),
    }
    let now = cx()?;
    let Actor::Person { name, office, email, .. } = &now.actor else { return refuse(Error::Unauthenticated) };
    if let Err(fault) = password::judge(&password, &[name, email, office]) {
        return refuse(Error::field("password", fault));
    }
    let hash = match password::hash(&password).await {
        Ok(hash) => hash,
        Err(error) => return refuse(error),
    };
    let stamp = act(move |cx| store::change_password(cx, hash)).await?;
    session::begin(&session, Who::Person(person), stamp, now.now).await?;
    redirect(&paths::done(paths::SETTINGS, "password"));
    Ok(())
}

/// Signs the person out in every other browser.
#[server(prefix = "/api", endpoint = "sign_out_elsewhere")]
pub async fn sign_out_elsewhere() -> Answer<()> {
    let session = session::current()?;
    let now = cx()?;
    let stamp = act(store::sign_out_elsewhere).await?;
    let person = now.actor.person()?;
    session::begin(&session, Who::Person(person), stamp, now.now).await?;
    redirect(&paths::done(paths::SETTINGS, "elsewhere"));
    Ok(())
}
