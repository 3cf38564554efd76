//! The history of one license: everything that was done to it, and why support did what it did.

use domain::id::LicenseId;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use uuid::Uuid;

use super::api::get_license_history;
use super::page::events;
use crate::form::Title;
use crate::load::load;
use crate::paths;
use crate::ui::*;

/// The page of a license's history.
#[component]
pub fn LicenseHistory() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let id = move || params.read().get("id").and_then(|id| id.parse().ok()).unwrap_or(LicenseId(Uuid::nil()));
    let before = move || query.read().get("before").and_then(|number| number.parse::<i64>().ok());
    let history = load(move || (id(), before()), |(id, before)| get_license_history(id, before));
    let back = id();
    view! {
        <Title text="History of a license – Licenses"/>
        <div class="page">
            <PageHead
                title="History of a license"
                lead="Everything that was done to it, its code and its seats, and why support did what it did."
                back_href=paths::license(back)
                back_label="License details"
            />
            {events(history, move || (before().is_some(), paths::license_history(id())))}
        </div>
    }
    .into_any()
}
