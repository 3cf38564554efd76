//! Finding records, opening them for a case, and what is done with a code while its record is open.

use domain::id::{AccountId, CodeId, DeviceId};
use domain::lookup::{CodeChange, DeskCode, DeskCustomer, DeskDevice, Found, Record};
use leptos::prelude::*;
use uuid::Uuid;

use crate::error::Answer;
#[cfg(feature = "ssr")]
use {
    crate::auth::session,
    crate::cx::{act, show_here},
    crate::paths,
    domain::lookup::store,
    leptos_axum::redirect,
};

/// Finds records by something exact.
#[server(prefix = "/api", endpoint = "look_up")]
pub async fn look_up(#[server(default)] sought: String) -> Answer<Vec<Found>> {
    let found = act(move |cx| store::look_up(cx, sought)).await?;
    show_here();
    Ok(found)
}

/// Opens a record for a case.
#[server(prefix = "/api", endpoint = "open_record")]
pub async fn open_record(
    record: Record,
    id: Uuid,
    #[server(default)] request: String,
    #[server(default)] reason: String,
) -> Answer<()> {
    act(move |cx| store::open_record(cx, record, id, request, reason)).await?;
    redirect(&paths::done(&paths::record(record, id), "opened"));
    Ok(())
}

/// An office, while its record is open.
#[server(prefix = "/api", endpoint = "get_desk_customer")]
pub async fn get_desk_customer(id: AccountId) -> Answer<Option<DeskCustomer>> {
    act(move |cx| store::customer(cx, id)).await
}

/// A code and its license, while its record is open.
#[server(prefix = "/api", endpoint = "get_desk_code")]
pub async fn get_desk_code(id: CodeId, #[server(default)] at: String) -> Answer<Option<DeskCode>> {
    act(move |cx| store::code(cx, id, at)).await
}

/// A device, while its record is open.
#[server(prefix = "/api", endpoint = "get_desk_device")]
pub async fn get_desk_device(id: DeviceId) -> Answer<Option<DeskDevice>> {
    act(move |cx| store::device(cx, id)).await
}

/// Says whether what is read out is this code, or its license's key.
#[server(prefix = "/api", endpoint = "match_code")]
pub async fn match_code(id: CodeId, #[server(default)] read_out: String) -> Answer<bool> {
    let matches = act(move |cx| store::match_code(cx, id, read_out)).await?;
    show_here();
    Ok(matches)
}

/// Changes a code or its license.
#[server(prefix = "/api", endpoint = "change_code")]
pub async fn change_code(
    id: CodeId,
    change: CodeChange,
    #[server(default)] value: String,
    #[server(default)] reason: String,
) -> Answer<()> {
    act(move |cx| store::change_code(cx, id, change, value, reason)).await?;
    redirect(&paths::done(&paths::record(Record::Code, id.0), "changed"));
    Ok(())
}

/// Moves the license of a code to another account.
#[server(prefix = "/api", endpoint = "transfer_license")]
pub async fn transfer_license(
    id: CodeId,
    #[server(default)] new_owner: String,
    #[server(default)] reason: String,
) -> Answer<()> {
    let request = act(move |cx| store::transfer(cx, id, new_owner, reason)).await?;
    redirect(&paths::done(&paths::of_request(&request), "transferred"));
    Ok(())
}

/// Looks at the pages of an office, whose record is open, as its people see them.
#[server(prefix = "/api", endpoint = "view_customer")]
pub async fn view_customer(id: AccountId) -> Answer<()> {
    act(move |cx| store::view_customer(cx, id)).await?;
    let options = use_context::<leptos_axum::ResponseOptions>();
    let viewing = session::set_viewing(&session::current()?, Some(id)).await;
    crate::cx::refuse_with(options, viewing.map_err(crate::error::AppError::Deed))?;
    redirect(paths::OVERVIEW);
    Ok(())
}

/// Ends looking at the pages of an office.
#[server(prefix = "/api", endpoint = "leave_view")]
pub async fn leave_view() -> Answer<()> {
    let options = use_context::<leptos_axum::ResponseOptions>();
    crate::cx::refuse_with(options.clone(), staff_only())?;
    let viewed = session::set_viewing(&session::current()?, None).await;
    let viewed = crate::cx::refuse_with(options, viewed.map_err(crate::error::AppError::Deed))?;
    redirect(&viewed.map_or_else(|| paths::SUPPORT.to_owned(), |account| paths::record(Record::Customer, account.0)));
    Ok(())
}

/// Nobody else has a view to leave.
#[cfg(feature = "ssr")]
fn staff_only() -> Answer<()> {
    use domain::actor::Actor;
    match crate::cx::cx()?.actor {
        Actor::Staff { .. } | Actor::Viewer { .. } => Ok(()),
        Actor::Stranger => Err(domain::Error::Unauthenticated.into()),
        Actor::Person { .. } | Actor::Device { .. } | Actor::Seller { .. } | Actor::System => {
            Err(domain::Error::Forbidden.into())
        }
    }
}
