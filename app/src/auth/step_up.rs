//! The password, entered again before a delicate deed: it counts for one license and five minutes.

use domain::actor::Permission;
use domain::id::{LicenseId, PersonId};
use domain::person::store;
use domain::{Error, Fault};
use tower_sessions::Session;

use super::password;
use super::session::{self, FRESH};
use crate::cx::{act, cx};
use crate::error::{Answer, AppError};

/// A session remembers this many forms that were carried out.
const REMEMBERED: usize = 20;

/// Whose the session is, when the password that was typed into this field is theirs.
///
/// # Errors
/// `Invalid` at the field for a wrong one, `Refused(Attempts)` after five; the session is over then.
pub async fn prove(session: &Session, typed: &str, field: &'static str) -> Answer<PersonId> {
    let credential = match act(store::own_credential).await {
        Ok(credential) => credential,
        Err(refused) => {
            // whoever sits there does not know the password
            if matches!(&refused, AppError::Deed(Error::Refused(_))) {
                session::end(session).await?;
            }
            return Err(refused);
        }
    };
    if !password::matches(typed, Some(credential.password_hash)).await? {
        return Err(Error::field(field, Fault::WrongPassword).into());
    }
    Ok(credential.person)
}

/// The password, entered again for one deed: proven, and noted. An empty field is no try.
///
/// # Errors
/// `Invalid` at the field for none, and those of `prove`.
pub async fn enter(typed: &str, field: &'static str) -> Answer<PersonId> {
    cx()?.require(Permission::SeeAccount)?;
    if typed.is_empty() {
        return Err(Error::field(field, Fault::Missing).into());
    }
    let person = prove(&session::current()?, typed, field).await?;
    act(store::enter_password_again).await?;
    Ok(person)
}

/// Makes sure that the password was entered for this license within the last five minutes, and remembers it.
///
/// # Errors
/// `Unauthenticated` while it has to be entered, `Invalid(password)` for a wrong one, `Refused(Attempts)` after five; the
/// session is over then.
pub async fn step_up(id: LicenseId, typed: &str, once: String) -> Answer<()> {
    let session = session::current()?;
    let now = cx()?.now;
    let mut signed_in = session::read(&session).await?.ok_or(Error::Unauthenticated)?;
    if !once.is_empty() && signed_in.once.contains(&once) {
        return Err(Error::Unauthenticated.into());
    }
    let fresh = signed_in.fresh.is_some_and(|(license, until)| license == id && now < until);
    if !fresh {
        if typed.is_empty() {
            return Err(Error::Unauthenticated.into());
        }
        prove(&session, typed, "password").await?;
        act(store::enter_password_again).await?;
    }
    if !once.is_empty() {
        signed_in.once.push(once);
        let forgotten = signed_in.once.len().saturating_sub(REMEMBERED);
        signed_in.once.drain(..forgotten);
        session::set_once(&session, &signed_in.once).await?;
    }
    if !fresh {
        session::set_fresh(&session, id, now + FRESH).await?;
    }
    Ok(())
}
