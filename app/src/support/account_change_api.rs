//! Changing how somebody of an office signs in, by two people and after three days.

use domain::id::{AccountChangeId, AccountId};
use leptos::prelude::*;

use crate::error::Answer;
#[cfg(feature = "ssr")]
use {crate::cx::act, crate::paths, domain::lookup::Record, domain::person::store, leptos_axum::redirect};

/// Starts a change of how somebody signs in.
#[server(prefix = "/api", endpoint = "start_account_change")]
pub async fn start_account_change(
    account: AccountId,
    #[server(default)] person: String,
    #[server(default)] change: String,
    #[server(default)] address: String,
    #[server(default)] reason: String,
) -> Answer<()> {
    let form = domain::person::account_change::AccountChangeForm { person, change, address, reason };
    act(move |cx| store::start_account_change(cx, account, form)).await?;
    redirect(&paths::done(&paths::record(Record::Customer, account.0), "change-started"));
    Ok(())
}

/// Agrees to a change that somebody else started.
#[server(prefix = "/api", endpoint = "confirm_account_change")]
pub async fn confirm_account_change(id: AccountChangeId) -> Answer<()> {
    let account = act(move |cx| store::confirm_account_change(cx, id)).await?;
    redirect(&paths::done(&paths::record(Record::Customer, account.0), "change-agreed"));
    Ok(())
}

/// Calls a change off.
#[server(prefix = "/api", endpoint = "call_off_account_change")]
pub async fn call_off_account_change(id: AccountChangeId) -> Answer<()> {
    let account = act(move |cx| store::call_off_account_change(cx, id)).await?;
    redirect(&paths::done(&paths::record(Record::Customer, account.0), "change-called-off"));
    Ok(())
}
