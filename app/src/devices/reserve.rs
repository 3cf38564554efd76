//! The code that waits on a device: until when, whether its switch would succeed, and the ways out of what stands against it.

use domain::device::details::{DeviceDetails, DeviceReserve};
use domain::reserve::ReserveState;
use leptos::prelude::*;

use super::detail::Deeds;
use crate::agree::{Asked, asks};
use crate::form::{Form, tried};
use crate::licenses::{mark, rehearsed};
use crate::ui::*;
use crate::wording::receipt::{Fix, receipt};
use crate::{paths, wording};

const QUESTION: &str = "remove-reserve";
const TITLE: &str = "Remove the reserve code?";

/// The card of the code that waits, or that could not take over.
pub(super) fn reserve(device: DeviceDetails, deeds: Deeds) -> Option<AnyView> {
    let reserve = device.reserve.clone()?;
    let (state, word) = mark(reserve.state, reserve.trouble.as_ref());
    let due = wording::day(reserve.due_at);
    let sentence = match reserve.state {
        ReserveState::Waiting => {
            format!("It waits until {due} and takes over by itself then.")
        }
        _ => format!("It should have taken over on {due} and could not. The code is kept in your account."),
    };
    let waits = reserve.state == ReserveState::Waiting;
    let page = paths::device(device.id);
    let removed = tried(deeds.remove_reserve);
    let done = Signal::derive(move || removed.answered());
    let (asked, rehearsal) = (question(&device, &reserve, deeds), rehearsal(&reserve, &device));
    let remove = waits.then(|| {
        view! {
            <ConfirmDialog
                id=QUESTION
                label="Remove reserve code"
                title=TITLE
                fallback_href=asks(&page, QUESTION)
                done=done
            >
                {asked}
            </ConfirmDialog>
        }
    });
    let switch = reserve.activate_now.then(|| {
        view! {
            <Form action=deeds.activate_now>
                <input type="hidden" name="device" value=device.id.to_string()/>
                <Button busy=deeds.activate_now.pending()>"Activate now"</Button>
            </Form>
        }
    });
    let card = view! {
        <Card heading="Reserve code" id="reserve">
            <div class="row">
                <span>
                    <span class="visually-hidden">{format!("Code ending in {}", reserve.tail)}</span>
                    <bdi class="key" dir="ltr" aria-hidden="true">{domain::code::mask(&reserve.tail)}</bdi>
                </span>
                <Badge state label=word/>
            </div>
            <p>{sentence}</p>
            {rehearsal}
            <div class="row">{switch} {remove}</div>
        </Card>
    };
    Some(card.into_any())
}

/// What trying the switch came to: green, or the reason with its way out.
fn rehearsal(reserve: &DeviceReserve, device: &DeviceDetails) -> AnyView {
    let Some(refusal) = &reserve.trouble else {
        let tone = if reserve.rehearsed_at.is_some() { Tone::Ok } else { Tone::Info };
        let tried = rehearsed(reserve.rehearsed_at, None);
        return view! {
            <Notice tone=tone>
                <p>{tried}</p>
            </Notice>
        }
        .into_any();
    };
    let told = receipt(refusal);
    let title = match reserve.rehearsed_at {
        Some(at) => format!("Tried on {}: would not take over", wording::day(at)),
        None => "Would not take over".to_owned(),
    };
    let add = format!("{}?device={}", paths::ADD_CODE, device.id);
    // here is no form that could be sent again: the ways out lead to where there is one
    let (href, label) = match &told.fix {
        Fix::Link { href, label } => ((*href).to_owned(), label.clone()),
        Fix::Agree { .. } | Fix::Ask { .. } => (add, "Add another code".to_owned()),
        Fix::Wait { .. } | Fix::Words { .. } => (paths::REQUESTS.to_owned(), "Ask technical support".to_owned()),
    };
    view! {
        <Notice tone=Tone::Warn title=title>
            <p>{told.why}</p>
            <p class="kicker">{format!("Rule {} · {}", told.rules.join(" and "), told.code)}</p>
            <div class="row"><ButtonLink href=href>{label}</ButtonLink></div>
        </Notice>
    }
    .into_any()
}

/// The question on top of the page, without script.
pub(super) fn ask_remove(device: &DeviceDetails, deeds: Deeds) -> Option<AnyView> {
    let reserve = device.reserve.clone().filter(|reserve| reserve.state == ReserveState::Waiting)?;
    let (page, device) = (paths::device(device.id), device.clone());
    let asked = view! {
        <Asked question=QUESTION title=TITLE page=page>
            {question(&device, &reserve, deeds)}
        </Asked>
    };
    Some(asked.into_any())
}

fn question(device: &DeviceDetails, reserve: &DeviceReserve, deeds: Deeds) -> AnyView {
    let sentence = format!(
        "The code …{} is unused again and stays in your account. {} has no protection by a license after {}.",
        reserve.tail,
        device.name,
        wording::day(reserve.due_at)
    );
    let id = device.id.to_string();
    view! {
        <p>{sentence}</p>
        <Form action=deeds.remove_reserve>
            <input type="hidden" name="device" value=id/>
            <Button variant=Variant::Danger busy=deeds.remove_reserve.pending()>"Remove code"</Button>
        </Form>
    }
    .into_any()
}
