//! What people asked of a device lately, with its clock: asked, confirmed, and the latest possible end.

use domain::device::CommandKind;
use domain::device::details::{CommandRow, DeviceDetails};
use leptos::prelude::*;

use crate::ui::*;
use crate::wording;

/// The newest first.
pub(super) fn commands(device: &DeviceDetails) -> Option<AnyView> {
    if device.commands.is_empty() {
        return None;
    }
    let moments = device.commands.iter().map(moment).collect();
    let card = view! {
        <Card heading="Asked of this device">
            <Timeline items=moments/>
        </Card>
    };
    Some(card.into_any())
}

fn moment(command: &CommandRow) -> Moment {
    let title = match (command.kind, &command.name) {
        (CommandKind::License, _) => "Use the license that was sent".to_owned(),
        (CommandKind::Release, _) => "Stop using the license".to_owned(),
        (CommandKind::Rename, Some(name)) => format!("Go by the name of {name}"),
        (CommandKind::Rename, None) => "Go by another name".to_owned(),
    };
    let by = command.asked_by.as_ref().map(|name| format!(" by {name}")).unwrap_or_default();
    let asked = format!("Asked on {}{by}", wording::moment(command.asked_at));
    let (stage, clock) = match (command.confirmed_at, command.ends_by) {
        (Some(at), _) => (Stage::Done, format!("Confirmed by the device on {}.", wording::moment(at))),
        (None, Some(at)) => (
            Stage::Current,
            format!(
                "Not confirmed yet. If the device stays offline, it can go on until {} at the latest.",
                wording::moment(at)
            ),
        ),
        (None, None) => (Stage::Current, "Not confirmed yet: the device learns it at its next contact.".to_owned()),
    };
    Moment::new(stage, title).at(asked).detail(clock)
}

/// The latest possible end of what was asked last, if the device has not confirmed it.
pub(super) fn latest_end(device: &DeviceDetails, kind: CommandKind) -> Option<String> {
    let command = device.commands.iter().find(|command| command.kind == kind)?;
    command.ends_by.filter(|_| command.confirmed_at.is_none()).map(wording::moment)
}
