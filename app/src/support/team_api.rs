//! The team of support: reading it, asking people to join, and what leads do about those who are in it; and the way in of
//! somebody who was asked.

use domain::id::{StaffId, StaffInvitationId};
use domain::staff::{StaffAsked, StaffChange, StaffRole, Team};
use leptos::prelude::*;

use crate::error::Answer;
use crate::settings::api::TwoStepSheet;
#[cfg(feature = "ssr")]
use {
    crate::auth::session::{self, Who},
    crate::auth::{one_time_code, password},
    crate::cx::{act, alive, cx, refuse_with, show_here},
    crate::error::AppError,
    crate::paths,
    domain::actor::Actor,
    domain::staff::store,
    domain::{Error, Fault},
    leptos_axum::{ResponseOptions, redirect},
};

/// Everybody in support.
#[server(prefix = "/api", endpoint = "get_team")]
pub async fn get_team() -> Answer<Team> {
    act(store::team).await
}

/// Asks somebody to join support.
#[server(prefix = "/api", endpoint = "invite_staff")]
pub async fn invite_staff(#[server(default)] email: String, role: StaffRole) -> Answer<()> {
    act(move |cx| store::invite_staff(cx, email, role)).await?;
    redirect(&paths::done(paths::TEAM, "invited"));
    Ok(())
}

/// Takes an invitation to support back.
#[server(prefix = "/api", endpoint = "revoke_staff_invitation")]
pub async fn revoke_staff_invitation(id: StaffInvitationId) -> Answer<()> {
    act(move |cx| store::revoke_staff_invitation(cx, id)).await?;
    redirect(&paths::done(paths::TEAM, "revoked"));
    Ok(())
}

/// Gives somebody in support another role.
#[server(prefix = "/api", endpoint = "set_staff_role")]
pub async fn set_staff_role(id: StaffId, role: StaffRole) -> Answer<()> {
    act(move |cx| store::set_staff_role(cx, id, role)).await?;
    redirect(&paths::done(&paths::member(id), "role"));
    Ok(())
}

/// Suspends somebody in support, lets them back in, ends their sessions, or drops their second factor.
#[server(prefix = "/api", endpoint = "change_staff")]
pub async fn change_staff(id: StaffId, change: StaffChange) -> Answer<()> {
    act(move |cx| store::change_staff(cx, id, change)).await?;
    redirect(&paths::done(&paths::member(id), change.as_str()));
    Ok(())
}

/// What the link of an invitation to support offers; nothing for a link that is dead.
#[server(prefix = "/api", endpoint = "get_staff_invitation")]
pub async fn get_staff_invitation(token: String) -> Answer<Option<StaffAsked>> {
    alive(act(move |cx| store::for_staff_invitation(cx, token)).await)
}

/// Joins support with a name and a password; what comes next is the second factor.
#[server(prefix = "/api", endpoint = "join_support")]
pub async fn join_support(token: String, name: String, password: String) -> Answer<()> {
    let options = use_context::<ResponseOptions>();
    let shown = token.clone();
    let asked = act(move |cx| store::for_staff_invitation(cx, shown)).await?;
    let judged = password::judge(&password, &[&name, &asked.email]);
    refuse_with(options.clone(), judged.map_err(|fault| Error::field("password", fault).into()))?;
    let hash = refuse_with(options.clone(), password::hash(&password).await.map_err(AppError::from))?;
    let (id, stamp) = act(move |cx| store::for_joining_staff(cx, token, name, hash)).await?;
    let begun = session::begin(&session::current()?, Who::Staff(id), stamp, &cx()?).await;
    refuse_with(options, begun.map_err(AppError::from))?;
    redirect(paths::SUPPORT_FACTOR);
    Ok(())
}

/// Makes the secret of a one-time-code generator for somebody who has none; shown once.
#[server(prefix = "/api", endpoint = "begin_staff_factor")]
pub async fn begin_staff_factor() -> Answer<TwoStepSheet> {
    let secret = act(store::begin_factor).await?;
    let Actor::Staff { email, .. } = cx()?.actor else { return Err(Error::Forbidden.into()) };
    show_here();
    let drawing = crate::qr::drawn(&one_time_code::address(&secret, &email));
    Ok(TwoStepSheet { key: one_time_code::key(&secret), drawing })
}

/// The first one-time code: the second factor stands, and support opens.
#[server(prefix = "/api", endpoint = "enroll_staff")]
pub async fn enroll_staff(#[server(default)] one_time_code: String) -> Answer<()> {
    let options = use_context::<ResponseOptions>();
    let secret = act(store::own_factor).await?;
    let wrong = || Error::field("one_time_code", Fault::WrongOneTimeCode);
    let step = one_time_code::step(&secret, &one_time_code, cx()?.now).ok_or_else(|| wrong().into());
    let step = refuse_with(options.clone(), step)?;
    let (id, stamp) = act(move |cx| store::enroll(cx, step)).await?;
    let begun = session::begin(&session::current()?, Who::Staff(id), stamp, &cx()?).await;
    refuse_with(options, begun.map_err(AppError::from))?;
    redirect(paths::SUPPORT);
    Ok(())
}
