//! The server functions of renewing.

use std::collections::BTreeMap;

use domain::id::LicenseId;
use domain::offer::{Offer, Renewable};
use leptos::prelude::*;
use uuid::Uuid;

use crate::error::Answer;

#[cfg(feature = "ssr")]
use {crate::cx::act, crate::paths, domain::offer::store, leptos_axum::redirect};

/// What can be renewed.
#[server(prefix = "/api", endpoint = "get_renewables")]
pub async fn get_renewables() -> Answer<Vec<Renewable>> {
    act(store::renewables).await
}

/// Finds the license of a key or code and goes to it.
#[server(prefix = "/api", endpoint = "find_renewable")]
pub async fn find_renewable(by: String) -> Answer<()> {
    let license = act(move |cx| store::find_renewable(cx, by)).await?;
    redirect(&paths::renew(license));
    Ok(())
}

/// Makes an offer and goes to the seller's checkout.
#[server(prefix = "/api", endpoint = "make_offer")]
pub async fn make_offer(
    license: LicenseId,
    #[server(default)] what: String,
    #[server(default)] term: String,
    #[server(default)] seats: BTreeMap<String, String>,
) -> Answer<()> {
    let wanted = super::offer::wanted(&what, &term, &seats);
    let (_, checkout) = act(move |cx| store::make_offer(cx, license, wanted)).await?;
    redirect(&checkout);
    Ok(())
}

/// What is about to be paid at the stand-in store.
#[server(prefix = "/api", endpoint = "get_checkout")]
pub async fn get_checkout(offer: Uuid) -> Answer<Offer> {
    act(move |cx| store::checkout(cx, offer)).await
}

/// Pays at the stand-in store.
#[server(prefix = "/api", endpoint = "pay_offer")]
pub async fn pay_offer(offer: Uuid) -> Answer<()> {
    act(move |cx| store::pay_at_stand_in(cx, offer)).await?;
    redirect(&format!("{}?offer={offer}&done=paid", paths::STORE));
    Ok(())
}
