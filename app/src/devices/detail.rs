//! The page of one device: what works on it and until when, what waits behind that, and what can be asked of it.

use domain::device::details::DeviceDetails;
use domain::id::DeviceId;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use uuid::Uuid;

use super::api::{
    ActivateNow, DisconnectDevice, PreviewRelease, PreviewSend, ReleaseSeat, RemoveReserve, RenameDevice, SendLicense,
    get_device,
};
use super::commands::commands;
use super::facts::{facts, license, rename};
use super::leave::{ask_disconnect, leave, released_preview};
use super::outcome::outcome;
use super::places::places;
use super::reserve::{ask_remove, reserve};
use super::send::send;
use crate::activity::{Last, LastOnDevice, last_on_device};
use crate::agree::{offer, receipt_card};
use crate::error::AppError;
use crate::form::{Fields, Title, Tried, last_refused, tried};
use crate::load::load;
use crate::ui::*;
use crate::waiting::{reading, unread};
use crate::wording::receipt;
use crate::{paths, wording};

/// Everything that can be asked of a device.
#[derive(Clone, Copy)]
pub(super) struct Deeds {
    pub rename: ServerAction<RenameDevice>,
    pub disconnect: ServerAction<DisconnectDevice>,
    pub preview_release: ServerAction<PreviewRelease>,
    pub release: ServerAction<ReleaseSeat>,
    pub remove_reserve: ServerAction<RemoveReserve>,
    pub activate_now: ServerAction<ActivateNow>,
    pub preview_send: ServerAction<PreviewSend>,
    pub send: ServerAction<SendLicense>,
}

impl Deeds {
    fn new() -> Self {
        Self {
            rename: ServerAction::new(),
            disconnect: ServerAction::new(),
            preview_release: ServerAction::new(),
            release: ServerAction::new(),
            remove_reserve: ServerAction::new(),
            activate_now: ServerAction::new(),
            preview_send: ServerAction::new(),
            send: ServerAction::new(),
        }
    }
}

/// What came of the deeds whose answers stand on the page.
#[derive(Clone, Copy)]
pub(super) struct Answers {
    pub renamed: Tried<RenameDevice>,
    pub release: Tried<PreviewRelease>,
    pub send: Tried<PreviewSend>,
}

/// The page of one device.
#[component]
pub fn Device() -> impl IntoView {
    let params = use_params_map();
    // an address that is no identity is answered like one of nobody's device
    let id = move || params.read().get("id").and_then(|id| id.parse().ok()).unwrap_or(DeviceId(Uuid::nil()));
    let deeds = Deeds::new();
    // a switch that was tried leaves its reason behind, also when it is refused
    let device = load(move || (id(), deeds.activate_now.version().get()), |(id, _)| get_device(id));
    let history = last_on_device(id);
    let answers = Answers {
        renamed: tried(deeds.rename),
        release: tried(deeds.preview_release),
        send: tried(deeds.preview_send),
    };
    let refused = last_refused(vec![
        answers.renamed.voice(),
        tried(deeds.disconnect).voice(),
        answers.release.voice(),
        tried(deeds.release).voice(),
        tried(deeds.remove_reserve).voice(),
        tried(deeds.activate_now).voice(),
        answers.send.voice(),
        tried(deeds.send).voice(),
    ]);
    let error = Signal::derive(move || refused.get().map(|(error, _)| error));
    let items = Signal::derive(move || error.get().map(|error| wording::items(&error)).unwrap_or_default());
    let sentence = Signal::derive(move || error.get().and_then(|error| wording::whole(&error)));
    // only what was sent to be previewed can be sent again from here
    let explained = Signal::derive(move || {
        let again = |sent: &Fields| sent.iter().any(|(name, _)| name == "what");
        let stands = |error: &AppError| receipt::refused(error).is_some_and(|r| !receipt::receipt(r).asks_again());
        refused.get().filter(|(error, sent)| again(sent) || stands(error))
    });
    let sending = Signal::derive(move || answers.send.busy().get());
    let query = use_query_map();
    let done = move || query.read().get("done").filter(|_| error.get().is_none());
    view! {
        <div class="page">
            <Suspense fallback=reading>
                {move || Suspend::new(async move {
                    match device.await {
                        Ok(device) => {
                            let (told, title) = (device.clone(), format!("{} – Devices", device.name));
                            view! {
                                <Title text=move || wording::title(error.get(), &title)/>
                                {head(&device)}
                                {move || done().and_then(|done| outcome(&told, &done))}
                                <ErrorSummary items=items sentence=sentence/>
                                {receipt_card(explained, deeds.preview_send, sending)}
                                {sheet(device, deeds, answers, history)}
                            }
                            .into_any()
                        }
                        Err(error) => view! {
                            <Title text="Device – Devices"/>
                            <PageHead title="Device" back_href=paths::DEVICES back_label="Devices"/>
                            {unread(&error)}
                        }
                        .into_any(),
                    }
                })}
            </Suspense>
        </div>
    }
    .into_any()
}

fn head(device: &DeviceDetails) -> AnyView {
    let (state, word) = wording::level(device.level);
    let seen = match device.last_seen_at {
        Some(at) => format!("Last seen {}.", wording::ago(at, device.now)),
        None => "It has not called yet.".to_owned(),
    };
    let lead = format!("{}, {}. {seen}", wording::os(device.os_family), device.owner);
    view! {
        <PageHead title=device.name.clone() lead=lead back_href=paths::DEVICES back_label="Devices">
            <Badge state label=word/>
        </PageHead>
    }
    .into_any()
}

/// The answers on top, and the cards.
fn sheet(device: DeviceDetails, deeds: Deeds, answers: Answers, history: Last) -> AnyView {
    let release = move || {
        let found = answers.release.output().filter(|_| !answers.release.busy().get())?;
        let body = released_preview(found, deeds);
        Some(view! { <Answer label="Preview">{body}</Answer> })
    };
    let send_offer = move || {
        let found = answers.send.output().filter(|_| !answers.send.busy().get())?;
        let body = offer(found, &answers.send.sent(), deeds.send, deeds.send.pending().into());
        Some(view! { <Answer label="Preview">{body}</Answer> })
    };
    let id = device.id;
    view! {
        {ask_disconnect(&device, deeds)}
        {ask_remove(&device, deeds)}
        {release}
        {send_offer}
        <div class="columns">
            <div>
                {license(device.clone())}
                {reserve(device.clone(), deeds)}
                {send(device.clone(), deeds, answers)}
                {leave(device.clone(), deeds)}
                {super::reinstall::way_there(&device)}
                {commands(&device)}
            </div>
            <div>
                {facts(device.clone())}
                {places(&device)}
                {rename(device, deeds, answers)}
            </div>
        </div>
        <LastOnDevice id history/>
    }
    .into_any()
}
