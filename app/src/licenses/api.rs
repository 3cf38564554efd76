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
    crate::cx::refuse_with(options, crate::auth::step_up::step_up(id, &password, once).await)?;
    let shown = crate::cx::act(move |cx| domain::code::store::show(cx, id)).await?;
    crate::cx::show_here();
    Ok(shown)
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
