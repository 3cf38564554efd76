//! The server functions of notices.

use std::collections::BTreeMap;

use domain::notice::{NoticeKind, Notices};
use leptos::prelude::*;
use uuid::Uuid;

use crate::error::Answer;

#[cfg(feature = "ssr")]
use {crate::cx::act, crate::paths, domain::notice::store, leptos_axum::redirect};

/// The person's notices before this one.
#[server(prefix = "/api", endpoint = "get_notices")]
pub async fn get_notices(#[server(default)] before: Option<Uuid>) -> Answer<Notices> {
    act(move |cx| store::notices(cx, before)).await
}

/// Notes that everything up to this notice was read.
#[server(prefix = "/api", endpoint = "read_notices")]
pub async fn read_notices(#[server(default)] until: Option<Uuid>) -> Answer<()> {
    act(move |cx| store::read_notices(cx, until)).await?;
    redirect(&paths::done(paths::NOTICES, "read"));
    Ok(())
}

/// Sets which kinds the person wants by mail: those that are ticked.
#[server(prefix = "/api", endpoint = "set_notice_mails")]
pub async fn set_notice_mails(#[server(default)] mails: BTreeMap<String, String>) -> Answer<()> {
    let wanted: Vec<NoticeKind> = mails.keys().filter_map(|kind| kind.parse().ok()).collect();
    act(move |cx| store::set_notice_mails(cx, wanted)).await?;
    redirect(&paths::done(paths::NOTICES, "mails"));
    Ok(())
}

/// Sets how many days before the end of a license its people are told: those that are ticked.
#[server(prefix = "/api", endpoint = "set_notice_days")]
pub async fn set_notice_days(#[server(default)] days: BTreeMap<String, String>) -> Answer<()> {
    let chosen: Vec<i32> = days.keys().filter_map(|day| day.parse().ok()).collect();
    act(move |cx| store::set_notice_days(cx, chosen)).await?;
    redirect(&paths::done(paths::NOTICES, "days"));
    Ok(())
}

/// What the link of a mail stops; nothing for one that is not complete.
#[server(prefix = "/api", endpoint = "get_unsubscribe")]
pub async fn get_unsubscribe(token: String) -> Answer<Option<NoticeKind>> {
    act(move |cx| store::for_unsubscribing(cx, token)).await
}

/// Stops the mails of the kind that the link names.
#[server(prefix = "/api", endpoint = "unsubscribe")]
pub async fn unsubscribe(token: String) -> Answer<()> {
    act(move |cx| store::for_muting(cx, token)).await?;
    redirect(&paths::done(paths::UNSUBSCRIBE, "stopped"));
    Ok(())
}
