//! What somebody in support keeps for themselves: the passkeys that they sign in with.

use domain::id::PasskeyId;
use domain::person::passkey::Passkeys;
use leptos::prelude::*;

use crate::error::Answer;
#[cfg(feature = "ssr")]
use {
    crate::auth::{one_time_code, passkey, session},
    crate::cx::{act, cx, refuse_with},
    crate::paths,
    domain::staff::store,
    domain::{Error, Fault},
    leptos_axum::{ResponseOptions, redirect},
};

/// The reader's own passkeys.
#[server(prefix = "/api", endpoint = "get_staff_passkeys")]
pub async fn get_staff_passkeys() -> Answer<Passkeys> {
    act(store::staff_passkeys).await
}

/// What a new passkey is asked to sign, as the browser takes it, after a fresh one-time code was entered.
#[server(prefix = "/api", endpoint = "begin_staff_passkey")]
pub async fn begin_staff_passkey(
    #[server(default)] passkey_name: String,
    #[server(default)] one_time_code: String,
) -> Answer<String> {
    let options = use_context::<ResponseOptions>();
    let (name, here) = (passkey_name.clone(), cx()?);
    let (known, secret) = act(move |cx| store::own_staff_credentials(cx, name)).await?;
    let wrong = || Error::field("one_time_code", Fault::WrongOneTimeCode);
    let step = one_time_code::step(&secret, &one_time_code, here.now).ok_or_else(|| wrong().into());
    let step = refuse_with(options.clone(), step)?;
    let (asked, state) = refuse_with(options.clone(), passkey::ask_new(&here, known).map_err(Into::into))?;
    let challenge = act(move |cx| store::begin_staff_passkey(cx, passkey_name, step, state)).await?;
    refuse_with(options, session::ask_passkey(&session::current()?, challenge).await.map_err(Into::into))?;
    Ok(asked)
}

/// Adds the passkey that has answered.
#[server(prefix = "/api", endpoint = "add_staff_passkey")]
pub async fn add_staff_passkey(#[server(default)] passkey: String) -> Answer<()> {
    let options = use_context::<ResponseOptions>();
    let here = cx()?;
    let asked = refuse_with(options.clone(), session::asked_passkey(&session::current()?).await.map_err(Into::into))?;
    let (name, state) = act(move |cx| store::take_staff_passkey_try(cx, asked)).await?;
    let new = passkey::check_new(&here.world.origin, &passkey, name, state);
    let new = refuse_with(options, new.map_err(Into::into))?;
    act(move |cx| store::add_staff_passkey(cx, new)).await?;
    redirect(&paths::done(paths::SUPPORT_OWN, "passkey"));
    Ok(())
}

/// Removes one of the asker's passkeys.
#[server(prefix = "/api", endpoint = "remove_staff_passkey")]
pub async fn remove_staff_passkey(id: PasskeyId) -> Answer<()> {
    act(move |cx| store::remove_staff_passkey(cx, id)).await?;
    redirect(&paths::done(paths::SUPPORT_OWN, "passkey-removed"));
    Ok(())
}
