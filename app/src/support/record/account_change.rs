//! How people of an office sign in, changed by support: two agree, three days pass, and the old address can stop it.

use domain::lookup::DeskCustomer;
use domain::person::account_change::{AccountChange, AccountChangeKind};
use leptos::prelude::*;

use crate::form::{Form, Tried, Voice, tried};
use crate::support::account_change_api::{CallOffAccountChange, ConfirmAccountChange, StartAccountChange};
use crate::ui::*;
use crate::wording;

/// The forms of the panel.
#[derive(Clone, Copy)]
pub(super) struct Deeds {
    start: ServerAction<StartAccountChange>,
    started: Tried<StartAccountChange>,
    confirm: ServerAction<ConfirmAccountChange>,
    confirmed: Tried<ConfirmAccountChange>,
    call_off: ServerAction<CallOffAccountChange>,
    called_off: Tried<CallOffAccountChange>,
}

impl Deeds {
    pub fn new() -> Self {
        let (start, confirm, call_off) = (ServerAction::new(), ServerAction::new(), ServerAction::new());
        Self { start, started: tried(start), confirm, confirmed: tried(confirm), call_off, called_off: tried(call_off) }
    }

    /// Their parts among the forms of the page.
    pub fn voices(self) -> [Voice; 3] {
        [self.started.voice(), self.confirmed.voice(), self.called_off.voice()]
    }
}

/// What was just done.
pub(super) fn outcome(done: &str) -> Option<(&'static str, &'static str)> {
    match done {
        "change-started" => {
            Some(("The change is started", "The old address was told. It waits for a lead who is somebody else."))
        }
        "change-agreed" => {
            Some(("You agreed to the change", "It is carried out in 72 hours, unless one side calls it off."))
        }
        "change-called-off" => Some(("The change is called off", "Everything stays as it was. The address was told.")),
        _ => None,
    }
}

/// The panel: what waits, and the form that starts a change.
pub(super) fn panel(desk: &DeskCustomer, deeds: Deeds) -> AnyView {
    let waiting = desk.changes.iter().map(|change| waiting(change, desk, deeds)).collect_view();
    let form = desk.may_change.then(|| start(desk, deeds));
    view! {
        <section class="panel">
            <h2>"How people sign in"</h2>
            <p>"If somebody can't sign in any more: one starts a change, a lead agrees, and 72 hours pass. Nobody here sets a password."</p>
            {waiting}
            {form}
        </section>
    }
    .into_any()
}

fn waiting(change: &AccountChange, desk: &DeskCustomer, deeds: Deeds) -> AnyView {
    let what = match (change.change, change.new_email.clone()) {
        (AccountChangeKind::Address, new) => view! {
            {format!("{} signs in with ", change.person)} <bdi>{new.unwrap_or_default()}</bdi>
        }
        .into_any(),
        (AccountChangeKind::SecondStep, _) => {
            format!("{} signs in without a second step and passkeys", change.person).into_any()
        }
    };
    let stands = match (change.due_at, &change.confirmed_by) {
        (Some(due), Some(by)) => format!("{by} agreed. It happens on {}.", wording::moment(due)),
        _ => "It waits for a lead who is somebody else.".to_owned(),
    };
    let by = format!("Started by {} for {}.", change.started_by, change.request);
    let own = Signal::stored(change.is_own.then(|| "You started it, so another lead has to agree.".to_owned()));
    let (id, also_id) = (change.id.to_string(), change.id.to_string());
    let confirm = (desk.may_confirm && change.due_at.is_none()).then(|| {
        view! {
            <Form action=deeds.confirm>
                <input type="hidden" name="id" value=id/>
                <Button
                    id="confirm-change"
                    variant=Variant::Danger
                    disabled_reason=own
                    busy=deeds.confirmed.busy()
                >"Agree to change"</Button>
            </Form>
        }
    });
    let call_off = desk.may_change.then(|| {
        view! {
            <Form action=deeds.call_off>
                <input type="hidden" name="id" value=also_id/>
                <Button id="call-off" variant=Variant::Secondary busy=deeds.called_off.busy()>"Call change off"</Button>
            </Form>
        }
    });
    let reason = change.reason.clone();
    view! {
        <Notice tone=Tone::Warn>
            <p><strong>{what}</strong></p>
            <p>{by} " " <span class="muted">{reason}</span> " " {stands}</p>
            <div class="row">{confirm} {call_off}</div>
        </Notice>
    }
    .into_any()
}

fn start(desk: &DeskCustomer, deeds: Deeds) -> AnyView {
    let started = deeds.started;
    let people = desk.changeable.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let kinds = vec![
        Choice::new(AccountChangeKind::Address.as_str(), "Another address").hint("Enter it below."),
        Choice::new(AccountChangeKind::SecondStep.as_str(), "No second step").hint("Their passkeys go as well."),
    ];
    let account = desk.customer.id.to_string();
    view! {
        <Form action=deeds.start class="fields">
            <input type="hidden" name="account" value=account/>
            <Select
                name="person"
                label="Whose sign-in?"
                options=people
                blank="Choose a person"
                value=started.value("person")
                required=true
                error=started.field("person")
            />
            <Radios
                name="change"
                legend="What is to be changed?"
                options=kinds
                value=started.value("change")
                error=started.field("change")
            />
            <Field
                name="address"
                label="New address"
                value=started.value("address")
                kind="email"
                autocomplete="off"
                optional=true
                error=started.field("address")
            />
            <Field
                name="reason"
                id="change-reason"
                label="Reason"
                hint="The customer reads it under Activity."
                value=started.value("reason")
                autocomplete="off"
                maxlength=500
                required=true
                error=started.field("reason")
            />
            <Button id="start-change" variant=Variant::Secondary busy=started.busy()>"Start change"</Button>
        </Form>
    }
    .into_any()
}
