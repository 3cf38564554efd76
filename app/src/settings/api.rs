//! The server functions of a person's own page.

use domain::id::{JobId, PasskeyId, SessionId};
use domain::job::Progress;
use domain::person::Own;
use domain::person::passkey::Passkeys;
use domain::person::two_step::TwoStep;
use domain::session::Sessions;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Answer;

#[cfg(feature = "ssr")]
use {
    crate::auth::{one_time_code, passkey, password, session, step_up},
    crate::cx::{act, cx, refuse_with, show_here},
    crate::paths,
    domain::Error,
    domain::actor::{Actor, Permission},
    domain::job::store as jobs,
    domain::person::{Email, store},
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

/// Keeps the zone that pages are in and the language that support answers in.
#[server(prefix = "/api", endpoint = "set_preferences")]
pub async fn set_preferences(#[server(default)] zone: String, #[server(default)] language: String) -> Answer<()> {
    act(move |cx| store::set_preferences(cx, zone, language)).await?;
    redirect(&paths::done(paths::SETTINGS, "preferences"));
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

/// The secret of a generator on its way to the page that asked for it, drawn and in words.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TwoStepSheet {
    /// The secret in groups of four.
    pub key: String,
    /// The same for a camera: modules on a side, and the dark ones as a path.
    pub drawing: (u32, String),
}

/// Recovery codes on their way to the page that shows them once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpareSheet {
    /// The codes.
    pub codes: Vec<String>,
}

/// Whether the person has a second step at sign-in.
#[server(prefix = "/api", endpoint = "get_two_step")]
pub async fn get_two_step() -> Answer<TwoStep> {
    act(store::two_step).await
}

/// Makes the secret of a one-time-code generator after the password was entered; shown once.
#[server(prefix = "/api", endpoint = "begin_two_step")]
pub async fn begin_two_step(#[server(default)] two_step_password: String) -> Answer<TwoStepSheet> {
    let options = use_context::<ResponseOptions>();
    refuse_with(options, step_up::enter(&two_step_password, "two_step_password").await)?;
    let secret = act(store::begin_two_step).await?;
    let Actor::Person { email, .. } = cx()?.actor else { return Err(Error::Unauthenticated.into()) };
    show_here();
    let drawing = crate::qr::drawn(&one_time_code::address(&secret, &email));
    Ok(TwoStepSheet { key: one_time_code::key(&secret), drawing })
}

/// Switches the second step on by a first one-time code; gives the recovery codes, shown once.
#[server(prefix = "/api", endpoint = "switch_on_two_step")]
pub async fn switch_on_two_step(#[server(default)] one_time_code: String) -> Answer<SpareSheet> {
    let options = use_context::<ResponseOptions>();
    let secret = act(store::own_two_step_secret).await?;
    let wrong = || Error::field("one_time_code", domain::Fault::WrongOneTimeCode);
    let step = one_time_code::step(&secret, &one_time_code, cx()?.now).ok_or_else(|| wrong().into());
    let step = refuse_with(options, step)?;
    let codes = act(move |cx| store::switch_on_two_step(cx, step)).await?;
    show_here();
    Ok(SpareSheet { codes: codes.iter().map(domain::person::two_step::SpareCode::reveal).collect() })
}

/// Switches the second step off, by the password and one more code.
#[server(prefix = "/api", endpoint = "switch_off_two_step")]
pub async fn switch_off_two_step(
    #[server(default)] two_step_password: String,
    #[server(default)] one_time_code: String,
) -> Answer<()> {
    let options = use_context::<ResponseOptions>();
    refuse_with(options.clone(), step_up::enter(&two_step_password, "two_step_password").await)?;
    let secret = act(store::own_two_step_secret).await?;
    let proof = one_time_code::proof(&secret, &one_time_code, cx()?.now);
    let proof = refuse_with(options, proof.map_err(Into::into))?;
    act(move |cx| store::switch_off_two_step(cx, proof)).await?;
    redirect(&paths::done(paths::SETTINGS, "two_step_off"));
    Ok(())
}

/// The person's passkeys.
#[server(prefix = "/api", endpoint = "get_passkeys")]
pub async fn get_passkeys() -> Answer<Passkeys> {
    act(store::passkeys).await
}

/// What a new passkey is asked to sign, as the browser takes it, after the password was entered.
#[server(prefix = "/api", endpoint = "begin_passkey")]
pub async fn begin_passkey(
    #[server(default)] passkey_name: String,
    #[server(default)] passkey_password: String,
) -> Answer<String> {
    let options = use_context::<ResponseOptions>();
    let name = passkey_name.clone();
    let known = act(move |cx| store::own_credentials(cx, name)).await?;
    refuse_with(options.clone(), step_up::enter(&passkey_password, "passkey_password").await)?;
    let (asked, state) = refuse_with(options.clone(), passkey::ask_new(&cx()?, known).map_err(Into::into))?;
    let challenge = act(move |cx| store::begin_passkey(cx, passkey_name, state)).await?;
    refuse_with(options, session::ask_passkey(&session::current()?, challenge).await.map_err(Into::into))?;
    Ok(asked)
}

/// Adds the passkey that has answered.
#[server(prefix = "/api", endpoint = "add_passkey")]
pub async fn add_passkey(#[server(default)] passkey: String) -> Answer<()> {
    let options = use_context::<ResponseOptions>();
    let here = cx()?;
    let asked = refuse_with(options.clone(), session::asked_passkey(&session::current()?).await.map_err(Into::into))?;
    let (name, state) = act(move |cx| store::take_passkey_try(cx, asked)).await?;
    let new = passkey::check_new(&here.world.origin, &passkey, name, state);
    let new = refuse_with(options, new.map_err(Into::into))?;
    act(move |cx| store::add_passkey(cx, new)).await?;
    redirect(&paths::done(paths::SETTINGS, "passkey"));
    Ok(())
}

/// Removes a passkey, after the password was entered again.
#[server(prefix = "/api", endpoint = "remove_passkey")]
pub async fn remove_passkey(id: PasskeyId, #[server(default)] removal_password: String) -> Answer<()> {
    let options = use_context::<ResponseOptions>();
    act(move |cx| store::is_own_passkey(cx, id)).await?;
    refuse_with(options, step_up::enter(&removal_password, "removal_password").await)?;
    act(move |cx| store::remove_passkey(cx, id)).await?;
    redirect(&paths::done(paths::SETTINGS, "passkey_gone"));
    Ok(())
}

/// The export that the person asked for last, while it is worked on or there.
#[server(prefix = "/api", endpoint = "get_export")]
pub async fn get_export() -> Answer<Option<Progress>> {
    act(jobs::export).await
}

/// Begins to put together everything that the person takes along.
#[server(prefix = "/api", endpoint = "prepare_export")]
pub async fn prepare_export() -> Answer<()> {
    act(jobs::prepare_export).await?;
    redirect(paths::EXPORT);
    Ok(())
}

/// How far long work of the person is. An open page asks; that is no use of the session.
#[server(prefix = "/api", endpoint = "get_progress")]
pub async fn get_progress(id: JobId) -> Answer<Progress> {
    act(move |cx| jobs::progress(cx, id)).await
}

/// Mails the person every code they look after, after the password was entered.
#[server(prefix = "/api", endpoint = "mail_codes")]
pub async fn mail_codes(#[server(default)] codes_password: String) -> Answer<()> {
    let options = use_context::<ResponseOptions>();
    refuse_with(options, step_up::enter(&codes_password, "codes_password").await)?;
    let mailed = act(domain::code::store::mail_codes).await?;
    redirect(&paths::done(paths::SETTINGS, if mailed > 0 { "codes" } else { "no_codes" }));
    Ok(())
}

/// Mails a link to the person's new address, after the password was entered.
#[server(prefix = "/api", endpoint = "ask_email_change")]
pub async fn ask_email_change(
    #[server(default)] new_email: String,
    #[server(default)] email_password: String,
) -> Answer<()> {
    let options = use_context::<ResponseOptions>();
    // who may not is not told what was wrong
    let new = act(move |cx| async move {
        cx.require(Permission::SeeAccount)?;
        Email::parse(&new_email).map_err(|fault| Error::field("new_email", fault))
    })
    .await?;
    refuse_with(options, step_up::enter(&email_password, "email_password").await)?;
    act(move |cx| store::ask_email_change(cx, new)).await?;
    redirect(&paths::done(paths::SETTINGS, "email"));
    Ok(())
}

/// Closes the person's account in fourteen days, after the password was entered; signing in before undoes it.
#[server(prefix = "/api", endpoint = "close_account")]
pub async fn close_account(#[server(default)] close_password: String) -> Answer<()> {
    let options = use_context::<ResponseOptions>();
    refuse_with(options.clone(), step_up::enter(&close_password, "close_password").await)?;
    act(store::close_own).await?;
    refuse_with(options, session::end(&session::current()?).await.map_err(Into::into))?;
    redirect(&format!("{}?closing=1", paths::SIGN_IN));
    Ok(())
}
