//! What a deed has done to a device, told on its page from the facts as they are now.

use domain::device::CommandKind;
use domain::device::details::DeviceDetails;
use domain::reserve::ReserveState;
use leptos::prelude::*;

use super::commands::latest_end;
use crate::ui::*;
use crate::wording;

/// The notice on top of the page after a deed; nothing where the facts do not bear it out.
pub(super) fn outcome(device: &DeviceDetails, done: &str) -> Option<AnyView> {
    let (title, sentence) = told(device, done)?;
    let notice = view! {
        <Notice tone=Tone::Ok title=title live=true>
            <p>{sentence}</p>
        </Notice>
    };
    Some(notice.into_any())
}

fn told(device: &DeviceDetails, done: &str) -> Option<(String, String)> {
    let name = &device.name;
    let asked = |kind: CommandKind| device.commands.iter().any(|command| command.kind == kind);
    let license = device.license.as_ref();
    let waits = device.reserve.as_ref().filter(|reserve| reserve.state == ReserveState::Waiting);
    let (title, sentence) = match done {
        "released" if asked(CommandKind::Release) => {
            let then = match (license, latest_end(device, CommandKind::Release)) {
                (Some(license), _) => format!(
                    "The reserve code took over and runs until {}.",
                    wording::day(license.facts.ends_at())
                ),
                (None, Some(end)) => {
                    format!("{name} learns it at its next contact and stops at the latest at {end}.")
                }
                (None, None) => format!("{name} learns it at its next contact and stops then."),
            };
            ("The seat is released".to_owned(), format!("It is free at once for another device. {then}"))
        }
        "disconnected" if device.disconnected_at.is_some() => (
            format!("{name} is no longer managed here"),
            "Its license keeps running and stays listed under Licenses. To manage it again, link it from its application."
                .to_owned(),
        ),
        "renamed" if asked(CommandKind::Rename) => {
            (format!("The device is called {name} now"), "It shows the new name from its next contact on.".to_owned())
        }
        "removed" if waits.is_none() => (
            "The reserve code was removed".to_owned(),
            "It is unused again and waits under Licenses, in your account.".to_owned(),
        ),
        "activated" | "sent" => {
            let until = wording::day(license?.facts.ends_at());
            let title = if done == "sent" { "The license was sent" } else { "The code is active" };
            (title.to_owned(), format!("{name} uses it from its next contact on, until {until}."))
        }
        "waits" => {
            let due = wording::day(waits?.due_at);
            ("The code waits on this device".to_owned(), format!("It takes over by itself on {due}."))
        }
        _ => return None,
    };
    Some((title, sentence))
}
