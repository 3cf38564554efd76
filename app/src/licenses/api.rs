//! What the pages of licenses ask of the server.

use domain::activation::{Added, Preview};
use domain::code::ShownCode;
use domain::id::{DeviceId, LicenseId};
use domain::license::details::{LicenseDetails, Licenses};
use leptos::prelude::*;

use crate::error::Answer;

/// Everything under Licenses.
#[server(prefix = "/api", endpoint = "get_licenses")]
pub async fn get_licenses() -> Answer<Licenses> {
    crate::cx::act(domain::license::store::list).await
}

/// The datasheet of one license.
#[server(prefix = "/api", endpoint = "get_license")]
pub async fn get_license(id: LicenseId) -> Answer<LicenseDetails> {
    crate::cx::act(move |cx| domain::license::store::details(cx, id)).await
}

/// Shows the code of a license, after the password was entered for it. `once` names the form: loading the page again
/// posts the same name again, and shows nothing.
#[server(prefix = "/api", endpoint = "show_code")]
pub async fn show_code(
    id: LicenseId,
    #[server(default)] password: String,
    #[server(default)] once: String,
) -> Answer<ShownCode> {
    let options = use_context::<leptos_axum::ResponseOptions>();
    crate::cx::refuse_with(options, step_up(id, &password, once).await)?;
    let shown = crate::cx::act(move |cx| domain::code::store::show(cx, id)).await?;
    crate::cx::show_here();
    Ok(shown)
}

/// Makes sure that the password was entered for this license within the last five minutes, and remembers it.
#[cfg(feature = "ssr")]
async fn step_up(id: LicenseId, password: &str, once: String) -> Answer<()> {
    use domain::{Error, Fault};

    use crate::auth::session::{self, FRESH};
    use crate::cx::act;
    use crate::error::AppError;

    /// A session remembers this many forms that were carried out.
    const REMEMBERED: usize = 20;

    let session = session::current()?;
    let now = crate::cx::cx()?.now;
    let mut signed_in = session::read(&session).await?.ok_or(Error::Unauthenticated)?;
    if !once.is_empty() && signed_in.once.contains(&once) {
        return Err(Error::Unauthenticated.into());
    }
    let fresh = signed_in.fresh.is_some_and(|(license, until)| license == id && now < until);
    if !fresh {
        if password.is_empty() {
            return Err(Error::Unauthenticated.into());
        }
        let credential = match act(domain::person::store::own_credential).await {
            Ok(credential) => credential,
            Err(refused) => {
                // whoever sits there does not know the password
                if matches!(&refused, AppError::Deed(Error::Refused(_))) {
                    session::end(&session).await?;
                }
                return Err(refused);
            }
        };
        if !crate::auth::password::matches(password, Some(credential.password_hash)).await? {
            return Err(Error::field("password", Fault::WrongPassword).into());
        }
        act(domain::person::store::enter_password_again).await?;
        signed_in.fresh = Some((id, now + FRESH));
    }
    if !once.is_empty() {
        signed_in.once.push(once);
        let forgotten = signed_in.once.len().saturating_sub(REMEMBERED);
        signed_in.once.drain(..forgotten);
    }
    session::write(&session, &signed_in).await?;
    if !fresh {
        session.cycle_id().await.map_err(|_| Error::Busy)?;
    }
    Ok(())
}

/// Tells what a code would do on a device.
#[server(prefix = "/api", endpoint = "preview_code")]
pub async fn preview_code(
    device: DeviceId,
    code: String,
    #[server(default)] latin: bool,
    #[server(default)] agreement: bool,
) -> Answer<Preview> {
    use domain::activation::store::Entry;
    let entry = Entry { device, typed: code, latin, agreement, clock: None };
    let preview = crate::cx::act(move |cx| domain::activation::store::preview_code(cx, entry)).await?;
    crate::cx::show_here();
    Ok(preview)
}

/// Adds a code to the account for a device, and goes to where it can be seen.
#[server(prefix = "/api", endpoint = "add_code")]
pub async fn add_code(
    device: DeviceId,
    code: String,
    #[server(default)] latin: bool,
    #[server(default)] agreement: bool,
) -> Answer<Added> {
    use domain::activation::store::Entry;
    let entry = Entry { device, typed: code, latin, agreement, clock: None };
    let added = crate::cx::act(move |cx| domain::activation::store::add_code(cx, entry)).await?;
    let page = added.license.map_or_else(|| crate::paths::LICENSES.to_owned(), crate::paths::license);
    leptos_axum::redirect(&page);
    Ok(added)
}
