//! Releasing the places of several devices, taking that back, and freeing unused places by themselves.

use domain::device::listing::Devices;
use domain::seat::release::{Afterwards, ReleasePreview, Together, Undoable};
use leptos::prelude::*;

use super::api::tick;
use super::list::Deeds;
use crate::agree::{loss_of, trouble_of};
use crate::form::{Form, tried};
use crate::ui::*;
use crate::{paths, wording};

/// What releasing the ticked devices would do, with the button for it.
pub(super) fn ask_release(deeds: Deeds) -> Option<AnyView> {
    let preview = tried(deeds.preview);
    let told = preview.output().filter(|_| !preview.busy().get())?;
    Some(view! { <Answer label="Preview">{offer(told, deeds)}</Answer> }.into_any())
}

fn offer(told: Together, deeds: Deeds) -> AnyView {
    let fields = told
        .released
        .iter()
        .map(|one| view! { <input type="hidden" name=tick(one.device) value="true"/> })
        .collect_view();
    let rows = told.released.iter().map(released).collect_view();
    let refused = told
        .refused
        .iter()
        .map(|(name, refusal)| row(name.clone(), (State::NeedsYou, "Keeps its seat"), vec![wording::refusal(refusal)]))
        .collect_view();
    let none = told
        .holds_none
        .iter()
        .map(|name| row(name.clone(), (State::Ended, "Nothing to release"), vec!["It holds no seat.".to_owned()]))
        .collect_view();
    let busy = tried(deeds.release).busy();
    let label = match told.released.len() {
        1 => "Release 1 seat".to_owned(),
        count => format!("Release {count} seats"),
    };
    let switches = told.released.iter().any(|one| matches!(one.afterwards, Afterwards::Switched { .. }));
    let switches = switches.then_some(
        " Where a waiting code takes over, the device keeps that license, and undoing gives it nothing back.",
    );
    let button = (!told.released.is_empty()).then(|| {
        view! {
            <Form action=deeds.release class="row">
                {fields}
                <Button variant=Variant::Danger busy=busy>{label}</Button>
            </Form>
        }
    });
    view! {
        <Card heading="What will happen" id="preview">
            <DataTable caption="What would happen on each device" hide_caption=true>
                <thead>
                    <tr>
                        <th scope="col">"Device"</th>
                        <th scope="col">"Afterwards"</th>
                        <th scope="col">"What that means"</th>
                    </tr>
                </thead>
                <tbody>{rows} {refused} {none}</tbody>
            </DataTable>
            <p>"You can undo it for 24 hours, as long as the seats are still free." {switches}</p>
            <div class="row">
                {button}
                <ButtonLink href=paths::DEVICES>"Keep all seats"</ButtonLink>
            </div>
        </Card>
    }
    .into_any()
}

fn released(one: &ReleasePreview) -> AnyView {
    let (mark, meaning) = match &one.afterwards {
        Afterwards::Unlicensed => {
            ((State::Ended, "No license"), format!("Its seat of {} is free at once.", one.product))
        }
        Afterwards::Switched { until } => {
            ((State::Reserve, "Switches"), format!("The code that waits takes over, until {}.", wording::day(*until)))
        }
        Afterwards::Stuck { trouble } => {
            ((State::NeedsYou, "No license"), format!("The code that waits can't take over. {}", trouble_of(trouble)))
        }
    };
    let mut notes = vec![meaning];
    notes.extend(one.losses.iter().map(loss_of));
    if let Some(until) = one.ends_by {
        notes.push(format!("If it stays offline, it may work until {}.", wording::moment(until)));
    }
    row(one.device_name.clone(), mark, notes)
}

fn row(name: String, (state, word): (State, &'static str), notes: Vec<String>) -> AnyView {
    let notes = notes.into_iter().map(|note| view! { <span>{note}</span> }).collect_view();
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td data-label="Afterwards"><Badge state=state label=word/></td>
            <td data-label="What that means"><span class="stack-tight">{notes}</span></td>
        </tr>
    }
    .into_any()
}

/// What the reader can still take back.
pub(super) fn undo(undoable: Option<&Undoable>, deeds: Deeds) -> Option<AnyView> {
    let undoable = undoable?;
    let (batch, until) = (undoable.batch.to_string(), wording::moment(undoable.until));
    let title = match undoable.places {
        1 => "You released 1 seat".to_owned(),
        count => format!("You released {count} seats"),
    };
    let busy = tried(deeds.undo).busy();
    let notice = view! {
        <Notice title=title>
            <p>{format!("They can be given back until {until}, where they are still free.")}</p>
            <Form action=deeds.undo>
                <input type="hidden" name="batch" value=batch/>
                <Button variant=Variant::Secondary busy=busy>"Give them back"</Button>
            </Form>
        </Notice>
    };
    Some(notice.into_any())
}

/// When the office frees unused places by itself.
pub(super) fn freeing(devices: &Devices, deeds: Deeds) -> AnyView {
    let says = match devices.release_after {
        Some(days) => format!(
            "A seat is freed by itself when its device was not seen for {days} days. Whoever administers the license is warned a week before."
        ),
        None => "Seats stay with their devices, however long those are not seen.".to_owned(),
    };
    let tried = tried(deeds.after);
    let form = devices.may_choose.then(|| {
        let typed = tried.value("days");
        let value = if typed.is_empty() {
            devices.release_after.map(|days| days.to_string()).unwrap_or_default()
        } else {
            typed
        };
        view! {
            <Form action=deeds.after class="fields">
                <Field
                    name="days"
                    label="Free a seat after so many days unseen"
                    hint="From 30 to 365. Leave it empty to never free a seat by itself."
                    inputmode="numeric"
                    short=true
                    error=tried.field("days")
                    value=value
                />
                <div class="form-actions"><Button variant=Variant::Secondary busy=tried.busy()>"Save"</Button></div>
            </Form>
        }
    });
    view! {
        <Card heading="Unused seats">
            <p>{says}</p>
            {form}
        </Card>
    }
    .into_any()
}
