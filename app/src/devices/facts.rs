//! What is known of a device, what works on it, and its name.

use domain::device::SILENT_AFTER;
use domain::device::details::DeviceDetails;
use domain::license::Level;
use leptos::prelude::*;
use time::OffsetDateTime;

use super::detail::{Answers, Deeds};
use crate::form::Form;
use crate::ui::*;
use crate::{licenses, paths, wording};

/// What works, and the license by which it does.
pub(super) fn license(device: DeviceDetails) -> AnyView {
    let works = match device.level {
        Level::Full => "Everything works on this device.".to_owned(),
        Level::Restricted if device.restricted.is_empty() => {
            "The application runs with the databases of the last day; they are no longer updated.".to_owned()
        }
        Level::Restricted => format!(
            "The application runs with the databases of the last day. Restricted: {}.",
            device.restricted.join(", ")
        ),
        Level::Stopped => "Protection is off, and nothing is updated.".to_owned(),
    };
    let Some(held) = device.license else {
        let add = format!("{}?device={}", paths::ADD_CODE, device.id);
        return view! {
            <Card heading="License">
                <p>"No license. " {works}</p>
                <div class="row">
                    <ButtonLink href=add variant=Variant::Primary>"Add activation code"</ButtonLink>
                </div>
            </Card>
        }
        .into_any();
    };
    let (state, word) = licenses::standing(&held.facts, held.has_reserve, device.now);
    let ends_at = held.facts.ends_at();
    let left = wording::remaining(held.facts.remaining(device.now));
    let add = device.disconnected_at.is_none().then(|| {
        let href = format!("{}?device={}", paths::ADD_CODE, device.id);
        view! { <div class="row"><ButtonLink href=href>"Add activation code"</ButtonLink></div> }
    });
    view! {
        <Card heading="License">
            <p>{works}</p>
            <Facts>
                <Fact term="Product">
                    <span class="row">
                        <a href=paths::license(held.id)>{held.product.clone()}</a>
                        <Badge state label=word/>
                    </span>
                </Fact>
                <Fact term="End">
                    <Day iso=wording::iso(ends_at) text=wording::day(ends_at) left=left/>
                </Fact>
                {device.license_administrator.clone().map(|name| view! { <Fact term="Administrator">{name}</Fact> })}
            </Facts>
            {add}
        </Card>
    }
    .into_any()
}

/// The datasheet of the device.
pub(super) fn facts(device: DeviceDetails) -> AnyView {
    let now = device.now;
    let instant = move |at: Option<OffsetDateTime>, none: &'static str| match at {
        Some(at) => view! { <Day iso=wording::iso(at) text=wording::day(at) left=wording::ago(at, now)/> }.into_any(),
        None => none.into_any(),
    };
    let or = |text: &str| if text.is_empty() { "Unknown".to_owned() } else { text.to_owned() };
    let connection = match device.disconnected_at {
        Some(_) => view! { <Badge state=State::Ended label="Not managed here"/> }.into_any(),
        None if device.last_seen_at.is_some_and(|at| now - at >= SILENT_AFTER) => {
            view! { <Badge state=State::NeedsYou label="Silent"/> }.into_any()
        }
        None => view! { <Badge state=State::Active label="Connected"/> }.into_any(),
    };
    let changed = if device.disconnected_at.is_some() { "Disconnected" } else { "Linked" };
    let clock = device.clock_off().map(wording::clock_off);
    view! {
        <Card heading="Facts">
            <Facts>
                <Fact term="Person">{device.owner.clone()}</Fact>
                <Fact term="System">
                    {if device.os_version.is_empty() { wording::os(device.os_family).to_owned() } else { device.os_version.clone() }}
                </Fact>
                <Fact term="Application">{or(&device.app_version)}</Fact>
                <Fact term="Last seen">{instant(device.last_seen_at, "Never")}</Fact>
                <Fact term="Country">{device.country.map_or("Unknown", wording::country)}</Fact>
                {clock.map(|off| view! { <Fact term="Clock">{off}</Fact> })}
                <Fact term="Databases">{instant(device.databases_at, "Not reported")}</Fact>
                <Fact term="Connection">{connection}</Fact>
                <Fact term=changed>{instant(Some(device.disconnected_at.unwrap_or(device.connected_at)), "")}</Fact>
            </Facts>
        </Card>
    }
    .into_any()
}

/// Why what needs the connection can't be asked.
pub(super) fn not_connected(device: &DeviceDetails) -> Option<String> {
    device.disconnected_at.map(|_| wording::refusal(&domain::activation::Refusal::NotConnected))
}

/// The field for another name.
pub(super) fn rename(device: DeviceDetails, deeds: Deeds, answers: Answers) -> AnyView {
    let typed = answers.renamed.value("device_name");
    let name = if typed.is_empty() { device.name.clone() } else { typed };
    let reason = not_connected(&device);
    view! {
        <Card heading="Name">
            <Form action=deeds.rename class="fields">
                <input type="hidden" name="id" value=device.id.to_string()/>
                <Field
                    name="device_name"
                    label="Name of the device"
                    hint="The device shows it too, from its next contact on."
                    value=name
                    autocomplete="off"
                    maxlength=80
                    error=answers.renamed.field("device_name")
                />
                <div class="form-actions">
                    <Button
                        variant=Variant::Secondary
                        id="rename"
                        disabled_reason=Signal::stored(reason)
                        busy=deeds.rename.pending()
                    >
                        "Rename device"
                    </Button>
                </div>
            </Form>
        </Card>
    }
    .into_any()
}
