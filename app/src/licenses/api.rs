//! What the pages of licenses ask of the server.

use std::collections::BTreeMap;

use domain::activation::{Added, Preview};
use domain::code::ShownCode;
use domain::code::leaked::Holders;
use domain::country::Country;
use domain::id::{DeviceId, LicenseId};
use domain::license::details::{LicenseDetails, Licenses, Pages, Search};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::agree::Agreed;
use crate::error::Answer;

/// Everything under Licenses.
#[server(prefix = "/api", endpoint = "get_licenses")]
pub async fn get_licenses() -> Answer<Licenses> {
    crate::cx::act(domain::license::store::list).await
}

/// A page of the licenses that fit what is looked for.
#[server(prefix = "/api", endpoint = "find_licenses")]
pub async fn find_licenses(search: Search) -> Answer<Licenses> {
    crate::cx::act(move |cx| domain::license::store::find(cx, search)).await
}

/// The datasheet of one license, with one page of each of its lists.
#[server(prefix = "/api", endpoint = "get_license")]
pub async fn get_license(id: LicenseId, #[server(default)] pages: Pages) -> Answer<LicenseDetails> {
    crate::cx::act(move |cx| domain::license::store::details(cx, id, pages)).await
}

/// The devices that hold a seat of a license, to tick those that are known.
#[server(prefix = "/api", endpoint = "get_holders")]
pub async fn get_holders(id: LicenseId) -> Answer<Holders> {
    crate::cx::act(move |cx| domain::code::store::holders(cx, id)).await
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

/// Mails the code of a license to its administrator, after the password was entered for it.
#[server(prefix = "/api", endpoint = "mail_code")]
pub async fn mail_code(id: LicenseId, #[server(default)] password: String) -> Answer<()> {
    let options = use_context::<leptos_axum::ResponseOptions>();
    crate::cx::refuse_with(options, crate::auth::step_up::step_up(id, &password, String::new()).await)?;
    crate::cx::act(move |cx| domain::code::store::mail_code(cx, id)).await?;
    leptos_axum::redirect(&crate::paths::done(&crate::paths::license(id), "mailed"));
    Ok(())
}

/// Puts a new code in the place of one that became known, after the password was entered for it. The devices that are ticked
/// keep their seats; with `rest`, so do all that held one at `read_at` and were not listed. Tells how many lost theirs.
#[server(prefix = "/api", endpoint = "rotate_code")]
pub async fn rotate_code(
    id: LicenseId,
    #[server(default)] password: String,
    #[server(default)] devices: BTreeMap<String, String>,
    #[server(default)] rest: bool,
    #[server(default)] listed: String,
    #[server(default)] read_at: String,
) -> Answer<u32> {
    let options = use_context::<leptos_axum::ResponseOptions>();
    crate::cx::refuse_with(options, crate::auth::step_up::step_up(id, &password, String::new()).await)?;
    let known = domain::code::leaked::Known {
        named: crate::devices::api::ticked(&devices),
        rest: rest.then(|| rest_of(&listed, &read_at)),
    };
    let lost = crate::cx::act(move |cx| domain::code::store::rotate_code(cx, id, known)).await?;
    leptos_axum::redirect(&crate::paths::done(&crate::paths::license(id), "rotated"));
    Ok(lost)
}

/// The devices beside those that were listed. Of what can't be read, nothing is kept.
#[cfg(feature = "ssr")]
fn rest_of(listed: &str, read_at: &str) -> domain::code::leaked::Rest {
    use time::OffsetDateTime;
    use time::format_description::well_known::Rfc3339;
    let read: Result<Vec<DeviceId>, _> = listed.split(',').map(str::parse).collect();
    let at = OffsetDateTime::parse(read_at, &Rfc3339).ok();
    let (listed, read_at) = read.ok().zip(at).unwrap_or((Vec::new(), OffsetDateTime::UNIX_EPOCH));
    domain::code::leaked::Rest { listed, read_at }
}

/// Where a code is meant to be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Target {
    /// On one device.
    Device(DeviceId),
    /// On every device of the account (R37).
    All,
}

/// How a form says that a code is meant for every device.
pub const ALL_DEVICES: &str = "all";

impl TryFrom<String> for Target {
    type Error = <DeviceId as std::str::FromStr>::Err;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text == ALL_DEVICES { Ok(Self::All) } else { text.parse().map(Self::Device) }
    }
}

impl From<Target> for String {
    fn from(target: Target) -> Self {
        match target {
            Target::Device(id) => id.to_string(),
            Target::All => ALL_DEVICES.to_owned(),
        }
    }
}

/// What came of a code on one of all devices: its name, and what happened or why not.
pub type OnDevice<T> = (String, Result<T, crate::error::AppError>);

/// What is told of one device, or of each of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Told<T> {
    /// Of the one that was chosen.
    One(T),
    /// Of every one, by itself.
    Each(Vec<OnDevice<T>>),
}

#[cfg(feature = "ssr")]
fn entry(
    device: DeviceId,
    code: String,
    latin: bool,
    agreement: bool,
    agreed: Agreed,
) -> domain::activation::store::Entry {
    use domain::activation::store::{By, Entry};
    let (wish, previous) = agreed.of_rules();
    Entry { device, by: By::Typed(code), latin, agreement, clock: None, previous, wish }
}

/// Tells what a code would do on a device, or on each of them.
#[server(prefix = "/api", endpoint = "preview_code")]
pub async fn preview_code(
    device: Target,
    code: String,
    #[server(default)] latin: bool,
    #[server(default)] agreement: bool,
    #[server(default)] agreed: Agreed,
) -> Answer<Told<Preview>> {
    use domain::activation::store;
    let told = match device {
        Target::Device(device) => {
            let entry = entry(device, code, latin, agreement, agreed);
            Told::One(crate::cx::act(move |cx| store::preview_code(cx, entry)).await?)
        }
        Target::All => {
            let entry = entry(DeviceId(uuid::Uuid::nil()), code, latin, agreement, agreed);
            let each = crate::cx::act(move |cx| async move {
                let devices = domain::device::store::all(cx.clone()).await?.rows;
                let ids = devices.iter().map(|device| device.id).collect();
                Ok(named(devices, store::preview_codes(cx, ids, entry).await?))
            });
            Told::Each(each.await?)
        }
    };
    crate::cx::show_here();
    Ok(told)
}

/// Adds a code to the account for a device, and goes to where it can be seen; or for every device, each with its own
/// result.
#[server(prefix = "/api", endpoint = "add_code")]
pub async fn add_code(
    device: Target,
    code: String,
    #[server(default)] latin: bool,
    #[server(default)] agreement: bool,
    #[server(default)] agreed: Agreed,
) -> Answer<Told<Added>> {
    use domain::activation::store;
    match device {
        Target::Device(device) => {
            let entry = entry(device, code, latin, agreement, agreed);
            let added = crate::cx::act(move |cx| store::add_code(cx, entry)).await?;
            let waits = || crate::paths::done(&crate::paths::device(device), "waits");
            leptos_axum::redirect(&added.license.map_or_else(waits, crate::paths::license));
            Ok(Told::One(added))
        }
        Target::All => {
            let entry = entry(DeviceId(uuid::Uuid::nil()), code, latin, agreement, agreed);
            let each = crate::cx::act(move |cx| async move {
                let devices = domain::device::store::all(cx.clone()).await?.rows;
                let ids = devices.iter().map(|device| device.id).collect();
                Ok(named(devices, store::add_codes(cx, ids, entry).await?))
            });
            let each = each.await?;
            crate::cx::show_here();
            Ok(Told::Each(each))
        }
    }
}

#[cfg(feature = "ssr")]
fn named<T>(
    devices: Vec<domain::device::listing::DeviceRow>,
    done: Vec<domain::activation::store::OnDevice<T>>,
) -> Vec<OnDevice<T>> {
    let names = devices.into_iter().map(|device| device.name);
    names.zip(done).map(|(name, (_, done))| (name, done.map_err(crate::error::AppError::Deed))).collect()
}

/// Who sells in a country, or in that of the office: by name, and whether it is a store of the vendor.
#[server(prefix = "/api", endpoint = "get_stores")]
pub async fn get_stores(#[server(default)] country: Option<Country>) -> Answer<Vec<(String, bool)>> {
    crate::cx::act(move |cx| domain::seller::near(cx, country)).await
}

/// Hands a license to another person of the account, chosen or named by the address they sign in with.
#[server(prefix = "/api", endpoint = "hand_over_license")]
pub async fn hand_over_license(id: LicenseId, to: String) -> Answer<()> {
    crate::cx::act(move |cx| async move {
        let to = domain::person::store::colleague(&cx, &to).await?;
        domain::license::store::hand_over_license(cx, id, to).await
    })
    .await?;
    leptos_axum::redirect(&crate::paths::done(&crate::paths::license(id), "handed-over"));
    Ok(())
}
