//! What the pages of licenses ask of the server.

use domain::activation::{Added, Preview};
use domain::code::ShownCode;
use domain::id::{DeviceId, LicenseId};
use domain::license::details::{LicenseDetails, Licenses};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

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
    crate::cx::refuse_with(options, crate::auth::step_up::step_up(id, &password, once).await)?;
    let shown = crate::cx::act(move |cx| domain::code::store::show(cx, id)).await?;
    crate::cx::show_here();
    Ok(shown)
}

/// What a person agrees to when a code is added, each the way out of one refusal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Agreed {
    /// The code takes the place of the one that waits (E20).
    pub replace_reserve: bool,
    /// The shorter term of a renewal code (E22, E23).
    pub shorter_term: bool,
    /// The previous code of a renewal (E22).
    pub previous_code: String,
    /// The device whose seat is taken over (E12).
    pub instead_of: String,
}

/// Tells what a code would do on a device.
#[server(prefix = "/api", endpoint = "preview_code")]
pub async fn preview_code(
    device: DeviceId,
    code: String,
    #[server(default)] latin: bool,
    #[server(default)] agreement: bool,
    #[server(default)] agreed: Agreed,
) -> Answer<Preview> {
    let entry = entry(device, code, latin, agreement, agreed);
    let preview = crate::cx::act(move |cx| domain::activation::store::preview_code(cx, entry)).await?;
    crate::cx::show_here();
    Ok(preview)
}

#[cfg(feature = "ssr")]
fn entry(
    device: DeviceId,
    code: String,
    latin: bool,
    agreement: bool,
    agreed: Agreed,
) -> domain::activation::store::Entry {
    use domain::activation::Wish;
    use domain::activation::store::{By, Entry};
    let Agreed { replace_reserve, shorter_term, previous_code, instead_of } = agreed;
    let wish = Wish { replace_reserve, shorter_term, instead_of: instead_of.parse().ok() };
    let previous = Some(previous_code).filter(|code| !code.trim().is_empty());
    Entry { device, by: By::Typed(code), latin, agreement, clock: None, previous, wish }
}

/// Adds a code to the account for a device, and goes to where it can be seen.
#[server(prefix = "/api", endpoint = "add_code")]
pub async fn add_code(
    device: DeviceId,
    code: String,
    #[server(default)] latin: bool,
    #[server(default)] agreement: bool,
    #[server(default)] agreed: Agreed,
) -> Answer<Added> {
    let entry = entry(device, code, latin, agreement, agreed);
    let added = crate::cx::act(move |cx| domain::activation::store::add_code(cx, entry)).await?;
    let page = added.license.map_or_else(|| crate::paths::device(device), crate::paths::license);
    leptos_axum::redirect(&page);
    Ok(added)
}

/// What came of a code on one of all devices: its name, and what happened or why not.
pub type OnDevice<T> = (String, Result<T, crate::error::AppError>);

/// Tells what a code would do on every device of the account (R37).
#[server(prefix = "/api", endpoint = "preview_code_everywhere")]
pub async fn preview_code_everywhere(
    code: String,
    #[server(default)] latin: bool,
    #[server(default)] agreement: bool,
) -> Answer<Vec<OnDevice<Preview>>> {
    let entry = entry(DeviceId(uuid::Uuid::nil()), code, latin, agreement, Agreed::default());
    let previews = crate::cx::act(move |cx| async move {
        let devices = domain::device::store::all(cx.clone()).await?.rows;
        let ids = devices.iter().map(|device| device.id).collect();
        let done = domain::activation::store::preview_codes(cx, ids, entry).await?;
        Ok(named(devices, done))
    })
    .await?;
    crate::cx::show_here();
    Ok(previews)
}

/// Adds a code to every device of the account, each with its own result (R37).
#[server(prefix = "/api", endpoint = "add_code_everywhere")]
pub async fn add_code_everywhere(
    code: String,
    #[server(default)] latin: bool,
    #[server(default)] agreement: bool,
) -> Answer<Vec<OnDevice<Added>>> {
    let entry = entry(DeviceId(uuid::Uuid::nil()), code, latin, agreement, Agreed::default());
    let added = crate::cx::act(move |cx| async move {
        let devices = domain::device::store::all(cx.clone()).await?.rows;
        let ids = devices.iter().map(|device| device.id).collect();
        let done = domain::activation::store::add_codes(cx, ids, entry).await?;
        Ok(named(devices, done))
    })
    .await?;
    crate::cx::show_here();
    Ok(added)
}

#[cfg(feature = "ssr")]
fn named<T>(
    devices: Vec<domain::device::listing::DeviceRow>,
    done: Vec<domain::activation::store::OnDevice<T>>,
) -> Vec<OnDevice<T>> {
    let names = devices.into_iter().map(|device| device.name);
    names.zip(done).map(|(name, (_, done))| (name, done.map_err(crate::error::AppError::Deed))).collect()
}

/// Hands a license to another person of the account.
#[server(prefix = "/api", endpoint = "hand_over_license")]
pub async fn hand_over_license(id: LicenseId, to: domain::id::PersonId) -> Answer<()> {
    crate::cx::act(move |cx| domain::license::store::hand_over_license(cx, id, to)).await
}
