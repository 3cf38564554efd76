//! A code for all devices of the office: what it would do on each, and what it has done (R37).

use domain::activation::{Added, Effect, Preview};
use leptos::prelude::*;

use super::api::{AddCode, OnDevice, PreviewCode};
use crate::agree::{again, loss_of, shortage, trouble_of, ways};
use crate::form::{Fields, Form};
use crate::ui::*;
use crate::wording::receipt::{Fix, INSTEAD_OF, receipt, refused};
use crate::{paths, wording};

/// One line for each device, and the one button for all of them.
pub(super) fn offer_each(
    each: Vec<OnDevice<Preview>>,
    sent: &Fields,
    (preview, add): (ServerAction<PreviewCode>, ServerAction<AddCode>),
    busy: Signal<bool>,
) -> AnyView {
    let goes = each.iter().filter(|(_, told)| told.as_ref().is_ok_and(|told| told.effect != Effect::Nothing)).count();
    let short = shortage(each.iter().filter_map(|(_, told)| told.as_ref().ok()));
    let fixes = fixes(&each);
    let rows = each.into_iter().map(|(name, told)| match told {
        Ok(found) => {
            let mut notes: Vec<String> = found.losses.iter().map(loss_of).collect();
            notes.extend(
                found.trouble.as_deref().map(|code| format!("The switch would not succeed. {}", trouble_of(code))),
            );
            row(name, mark(&found.effect, false), told_of(&found.effect), notes)
        }
        Err(error) => row(name, (State::NeedsYou, "Not possible"), wording::whole(&error).unwrap_or_default(), vec![]),
    });
    let rows = rows.collect_view();
    let (again, fixes) = (again(sent, &[]), ways(fixes.iter(), Variant::Secondary, sent, preview, busy));
    let label = if goes == 1 { "Add to 1 device".to_owned() } else { format!("Add to {goes} devices") };
    view! {
        <Card heading="What will happen" id="preview">
            {short.map(|short| view! {
                <Notice tone=Tone::Warn title="More devices than places">
                    <p>{short}</p>
                </Notice>
            })}
            {table("What would happen on each device", rows)}
            {fixes}
            {(goes > 0).then(|| view! {
                <Form action=add>
                    {again}
                    <div class="form-actions"><Button busy=busy>{label}</Button></div>
                </Form>
            })}
        </Card>
    }
    .into_any()
}

/// What one button would change for every device that refuses for the same reason.
fn fixes(each: &[OnDevice<Preview>]) -> Vec<Fix> {
    let mut found: Vec<Fix> = Vec::new();
    for refusal in each.iter().filter_map(|(_, told)| refused(told.as_ref().err()?)) {
        for way in receipt(refusal).ways() {
            let Fix::Agree { label, field, value } = way else { continue };
            let known = found.iter().any(|other| matches!(other, Fix::Agree { field: other, .. } if other == field));
            if known || *field == INSTEAD_OF {
                continue;
            }
            let label = if *field == wording::receipt::REPLACE_RESERVE { "Replace the codes that wait" } else { label };
            found.push(Fix::Agree { label: label.to_owned(), field, value: value.clone() });
        }
    }
    found
}

/// What has happened on each device.
pub(super) fn done_each(each: Vec<OnDevice<Added>>) -> AnyView {
    let rows = each.into_iter().map(|(name, told)| match told {
        Ok(added) => row(name, mark(&added.effect, true), told_of(&added.effect), vec![]),
        Err(error) => row(name, (State::NeedsYou, "Not added"), wording::whole(&error).unwrap_or_default(), vec![]),
    });
    let rows = rows.collect_view();
    view! {
        <Card heading="What was done" id="preview">
            {table("What was done on each device", rows)}
            <div class="row">
                <ButtonLink href=paths::LICENSES>"See your licenses"</ButtonLink>
                <ButtonLink href=paths::DEVICES variant=Variant::Quiet>"See your devices"</ButtonLink>
            </div>
        </Card>
    }
    .into_any()
}

fn table(caption: &'static str, rows: impl IntoView + 'static) -> AnyView {
    let rows = rows.into_any();
    view! {
        <DataTable caption=caption hide_caption=true>
            <thead>
                <tr>
                    <th scope="col">"Device"</th>
                    <th scope="col">"Result"</th>
                    <th scope="col">"What this means"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </DataTable>
    }
    .into_any()
}

fn row(name: String, (state, word): (State, &'static str), sentence: String, notes: Vec<String>) -> AnyView {
    let notes = notes.into_iter().map(|note| view! { <p>{note}</p> }).collect_view();
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td data-label="Result"><span class="row"><Badge state label=word/></span></td>
            <td data-label="Meaning"><div>{sentence} {notes}</div></td>
        </tr>
    }
    .into_any()
}

fn mark(effect: &Effect, done: bool) -> (State, &'static str) {
    match effect {
        Effect::Starts { .. } | Effect::Joins { .. } | Effect::Reclaims { .. } if done => (State::Active, "Active"),
        Effect::Starts { .. } | Effect::Joins { .. } | Effect::Reclaims { .. } => (State::Active, "Activates now"),
        Effect::Waits { .. } if done => (State::Reserve, "Waits"),
        Effect::Waits { .. } => (State::Reserve, "Will wait"),
        Effect::Nothing => (State::Closed, "No change"),
    }
}

fn told_of(effect: &Effect) -> String {
    match effect {
        Effect::Starts { ends_at, .. } => format!("The license starts now and runs until {}.", wording::day(*ends_at)),
        Effect::Joins { ends_at } => format!("Takes a place of the license until {}.", wording::day(*ends_at)),
        Effect::Reclaims { ends_at, from } => {
            format!("Takes over the place of {from}, until {}.", wording::day(*ends_at))
        }
        Effect::Nothing => "The code is active here already.".to_owned(),
        Effect::Waits { until, ends_at } if ends_at <= until => format!(
            "Its license ends on {}; by then, on {}, this code has ended with the device that starts it.",
            wording::day(*until),
            wording::day(*ends_at)
        ),
        Effect::Waits { until, ends_at } => {
            format!("Takes over on {} and runs until {}.", wording::day(*until), wording::day(*ends_at))
        }
    }
}
