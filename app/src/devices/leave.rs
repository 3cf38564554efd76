//! Two ways to leave, never to be mistaken for each other: a device stops using its license, or it stops being managed here
//! (edge case 40).

use domain::activation::{Loss, Refusal};
use domain::device::details::DeviceDetails;
use domain::seat::release::{Afterwards, ReleasePreview};
use leptos::prelude::*;

use super::detail::Deeds;
use super::facts::not_connected;
use crate::agree::{Asked, asks, loss_of, trouble_of};
use crate::form::{Form, tried};
use crate::licenses::pips;
use crate::ui::*;
use crate::{paths, wording};

const QUESTION: &str = "disconnect";

/// Both, side by side.
pub(super) fn leave(device: DeviceDetails, deeds: Deeds) -> AnyView {
    let page = paths::device(device.id);
    let tried_disconnect = tried(deeds.disconnect);
    let done = Signal::derive(move || tried_disconnect.answered());
    let (title, asked, reason) = (title(&device), question(&device, deeds), not_connected(&device));
    let dialog = view! {
        <ConfirmDialog
            id=QUESTION
            label="Disconnect device"
            title=title
            fallback_href=asks(&page, QUESTION)
            done=done
            cancel="Keep it connected"
            disabled_reason=Signal::stored(reason)
        >
            {asked}
        </ConfirmDialog>
    };
    view! {
        <div class="grid-2">
            <Card heading="Stop using the license here">
                <p>
                    "The seat is free at once for another device. This one loses the license; it stays linked, and the
                    application stays installed."
                </p>
                <div>{release(&device, deeds)}</div>
            </Card>
            <Card heading="Stop managing here">
                <p>
                    "The device leaves this list. Its license keeps running and stays listed, and it keeps its seat. It can be
                    linked again."
                </p>
                <div>{dialog}</div>
            </Card>
        </div>
    }
    .into_any()
}

fn release(device: &DeviceDetails, deeds: Deeds) -> AnyView {
    let disabled = |reason: String| {
        view! {
            <Button kind="button" id="release" variant=Variant::Secondary disabled_reason=Signal::stored(Some(reason))>
                "Release seat"
            </Button>
        }
        .into_any()
    };
    let Some(license) = &device.license else {
        return disabled("This device holds no seat.".to_owned());
    };
    if let Some(administrator) = &device.license_administrator {
        return disabled(wording::refusal(&Refusal::NotAdministrator { administrator: administrator.clone() }));
    }
    let (device, license) = (device.id.to_string(), license.id.to_string());
    view! {
        <Form action=deeds.preview_release>
            <input type="hidden" name="device" value=device/>
            <input type="hidden" name="license" value=license/>
            <Button variant=Variant::Secondary busy=deeds.preview_release.pending()>"Release seat"</Button>
        </Form>
    }
    .into_any()
}

/// What releasing would do, and the button that does it.
pub(super) fn released_preview(found: ReleasePreview, deeds: Deeds) -> AnyView {
    let name = &found.device_name;
    let lead = match &found.afterwards {
        Afterwards::Unlicensed => format!("{name} has no license then, and its protection ends."),
        Afterwards::Switched { until } => {
            format!("The reserve code takes over on {name} at once and runs until {}.", wording::day(*until))
        }
        Afterwards::Stuck { trouble } => {
            format!("{name} has no license then: the reserve code can't take over. {}", trouble_of(trouble))
        }
    };
    // the sentence above has said that protection ends
    let losses = found.losses.iter().filter(|loss| **loss != Loss::Protection);
    let losses = losses.map(|loss| view! { <p>{loss_of(loss)}</p> }).collect_view();
    let stops = match (&found.afterwards, found.ends_by) {
        (Afterwards::Switched { .. }, _) => None,
        (_, Some(at)) => Some(format!(
            "The device learns it at its next contact. If it stays offline, it stops at the latest at {}.",
            wording::moment(at)
        )),
        (_, None) => Some("The device learns it at its next contact and stops then.".to_owned()),
    };
    let again = paths::device(found.device);
    view! {
        <Card heading=format!("Release the seat of {name}?") id="release-preview">
            <p class="lead">{lead}</p>
            {losses}
            {stops.map(|stops| view! { <p>{stops}</p> })}
            <h3>"Seats afterwards"</h3>
            {pips(&found.seats)}
            <Form action=deeds.release>
                <input type="hidden" name="device" value=found.device.to_string()/>
                <input type="hidden" name="license" value=found.license.to_string()/>
                <div class="form-actions">
                    <Button variant=Variant::Danger busy=deeds.release.pending()>"Release this seat"</Button>
                    <ButtonLink href=again>"Keep the seat"</ButtonLink>
                </div>
            </Form>
        </Card>
    }
    .into_any()
}

fn title(device: &DeviceDetails) -> String {
    format!("Stop managing {} here?", device.name)
}

/// The question on top of the page, without script.
pub(super) fn ask_disconnect(device: &DeviceDetails, deeds: Deeds) -> Option<AnyView> {
    if device.disconnected_at.is_some() {
        return None;
    }
    let (page, device) = (paths::device(device.id), device.clone());
    let asked = view! {
        <Asked question=QUESTION title=title(&device) page=page cancel="Keep it connected">
            {question(&device, deeds)}
        </Asked>
    };
    Some(asked.into_any())
}

fn question(device: &DeviceDetails, deeds: Deeds) -> AnyView {
    let keeps = match &device.license {
        Some(license) => format!(
            "Its license of {} keeps running until {}, stays listed under Licenses and keeps its seat.",
            license.product,
            wording::day(license.facts.ends_at())
        ),
        None => "It has no license, so nothing else changes.".to_owned(),
    };
    let id = device.id.to_string();
    view! {
        <p>"The device leaves your list: it can't be renamed or sent a license from here until it is linked again."</p>
        <p>{keeps}</p>
        <Form action=deeds.disconnect>
            <input type="hidden" name="id" value=id/>
            <Button variant=Variant::Danger busy=deeds.disconnect.pending()>"Disconnect this device"</Button>
        </Form>
    }
    .into_any()
}
