//! The server functions of the office's people.

use domain::id::{InvitationId, LicenseId, PersonId};
use domain::person::Role;
use domain::person::people::{Asked, Pages, People, PersonDetails};
use leptos::prelude::*;

use crate::error::Answer;

#[cfg(feature = "ssr")]
use {
    crate::auth::password,
    crate::cx::{act, alive, cx, refuse_with},
    crate::error::AppError,
    crate::paths,
    domain::person::people::InviteForm,
    domain::person::store,
    domain::{Error, license},
    leptos_axum::{ResponseOptions, redirect},
};

/// Everybody in the office, one page of them.
#[server(prefix = "/api", endpoint = "get_people")]
pub async fn get_people(#[server(default)] pages: Pages) -> Answer<People> {
    act(move |cx| store::people(cx, pages)).await
}

/// One person of the office.
#[server(prefix = "/api", endpoint = "get_person")]
pub async fn get_person(id: PersonId) -> Answer<PersonDetails> {
    act(move |cx| store::person(cx, id)).await
}

/// Asks people to join, by the addresses that were pasted.
#[server(prefix = "/api", endpoint = "invite_people")]
pub async fn invite_people(
    emails: String,
    #[server(default)] role: String,
    #[server(default)] license: String,
    #[server(default)] seats: String,
) -> Answer<()> {
    let options = use_context::<ResponseOptions>();
    let form = refuse_with(options, InviteForm::read(&emails, &role).map_err(AppError::from))?;
    let license = license.parse::<LicenseId>().ok().map(|id| (id, seats.trim().parse().unwrap_or(1).clamp(1, 1000)));
    act(move |cx| store::invite_people(cx, form, license)).await?;
    redirect(&paths::done(paths::PEOPLE, "invited"));
    Ok(())
}

/// Takes an invitation back.
#[server(prefix = "/api", endpoint = "revoke_invitation")]
pub async fn revoke_invitation(id: InvitationId) -> Answer<()> {
    act(move |cx| store::revoke_invitation(cx, id)).await?;
    redirect(&paths::done(paths::PEOPLE, "revoked"));
    Ok(())
}

/// Makes somebody a manager, or a member again.
#[server(prefix = "/api", endpoint = "set_role")]
pub async fn set_role(id: PersonId, role: Role) -> Answer<()> {
    act(move |cx| store::set_role(cx, id, role)).await?;
    redirect(&paths::done(&paths::person(id), "role"));
    Ok(())
}

/// Hands the office to somebody else.
#[server(prefix = "/api", endpoint = "hand_over_office")]
pub async fn hand_over_office(id: PersonId) -> Answer<()> {
    act(move |cx| store::hand_over_office(cx, id)).await?;
    redirect(&paths::done(paths::PEOPLE, "handed-over"));
    Ok(())
}

/// Takes somebody out of the office; oneself, to leave it.
#[server(prefix = "/api", endpoint = "remove_person")]
pub async fn remove_person(id: PersonId) -> Answer<()> {
    let own = cx()?.actor.person().is_ok_and(|own| own == id);
    act(move |cx| store::remove_person(cx, id)).await?;
    redirect(&if own { paths::SIGN_IN.to_owned() } else { paths::done(paths::PEOPLE, "removed") });
    Ok(())
}

/// What an invitation offers; nothing for a link that is dead.
#[server(prefix = "/api", endpoint = "get_invitation")]
pub async fn get_invitation(token: String) -> Answer<Option<Asked>> {
    alive(act(move |cx| store::for_invitation(cx, token)).await)
}

/// Joins the office that asked, with a name and a password.
#[server(prefix = "/api", endpoint = "join_office")]
pub async fn join_office(token: String, name: String, password: String) -> Answer<()> {
    let options = use_context::<ResponseOptions>();
    let shown = token.clone();
    let asked = act(move |cx| store::for_invitation(cx, shown)).await?;
    let judged = password::judge(&password, &[&name, &asked.email, &asked.office]);
    refuse_with(options.clone(), judged.map_err(|fault| Error::field("password", fault).into()))?;
    let hash = refuse_with(options, password::hash(&password).await.map_err(AppError::from))?;
    act(move |cx| store::for_joining(cx, token, name, hash)).await?;
    redirect(&format!("{}?joined=1", paths::SIGN_IN));
    Ok(())
}

/// Lets a colleague use a license on own devices, chosen or named by the address they sign in with.
#[server(prefix = "/api", endpoint = "grant_license")]
pub async fn grant_license(id: LicenseId, to: String, seats: u32) -> Answer<()> {
    act(move |cx| async move {
        let to = store::colleague(&cx, &to).await?;
        license::store::grant_license(cx, id, to, seats).await
    })
    .await?;
    redirect(&paths::done(&paths::license(id), "granted"));
    Ok(())
}

/// Takes that right back.
#[server(prefix = "/api", endpoint = "revoke_grant")]
pub async fn revoke_grant(id: LicenseId, from: PersonId) -> Answer<()> {
    act(move |cx| license::store::revoke_grant(cx, id, from)).await?;
    redirect(&paths::done(&paths::license(id), "grant-revoked"));
    Ok(())
}
