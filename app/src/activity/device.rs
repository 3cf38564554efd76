//! What happened on one device and to it: the last of it on the page of the device, and all of it on a page of its own.

use domain::activity::Activity as Happened;
use domain::id::DeviceId;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use uuid::Uuid;

use super::api::get_device_history;
use super::page::{events, table};
use crate::error::Answer;
use crate::form::Title;
use crate::load::{Loaded, load};
use crate::paths;
use crate::ui::*;
use crate::waiting::{reading, unread};

/// What happened last on a device. Read where the page begins: what is read inside of what waits is read twice.
pub(crate) type Last = Loaded<Answer<Happened>>;

/// Reads the last that happened on a device.
pub(crate) fn last_on_device(id: impl Fn() -> DeviceId + Send + Sync + 'static) -> Last {
    load(id, |id| get_device_history(id, None))
}

/// The last that happened, as a card.
#[component]
pub(crate) fn LastOnDevice(id: DeviceId, history: Last) -> impl IntoView {
    view! {
        <Suspense fallback=reading>
            {move || Suspend::new(async move {
                let body = match history.await {
                    Ok(read) => table(&read, false, &paths::device_history(id)),
                    Err(error) => unread(&error),
                };
                view! { <Card heading="What happened" id="events">{body}</Card> }.into_any()
            })}
        </Suspense>
    }
    .into_any()
}

/// The page of a device's history.
#[component]
pub fn DeviceHistory() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let id = move || params.read().get("id").and_then(|id| id.parse().ok()).unwrap_or(DeviceId(Uuid::nil()));
    let before = move || query.read().get("before").and_then(|number| number.parse::<i64>().ok());
    let history = load(move || (id(), before()), |(id, before)| get_device_history(id, before));
    let back = id();
    view! {
        <Title text="History of a device – Devices"/>
        <div class="page">
            <PageHead
                title="History of a device"
                lead="Everything that was done to it and on it, and by whom."
                back_href=paths::device(back)
                back_label="The device"
            />
            {events(history, move || (before().is_some(), paths::device_history(id())))}
        </div>
    }
    .into_any()
}
