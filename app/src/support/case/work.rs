//! What support does with a case: answer it, note something, say where it stands, take it.

use domain::case::{CHOSEN_BY_SUPPORT, CaseState, DeskCase};
use leptos::prelude::*;

use crate::form::{Form, tried};
use crate::support::api::{MoveCase, NoteCase, ReplyCase, TakeCase};
use crate::ui::*;
use crate::wording;

/// The forms of the page.
#[derive(Clone, Copy)]
pub(super) struct Deeds {
    pub reply: ServerAction<ReplyCase>,
    pub note: ServerAction<NoteCase>,
    pub take: ServerAction<TakeCase>,
    pub shift: ServerAction<MoveCase>,
    pub refund: super::refund::Deeds,
}

impl Deeds {
    pub fn new() -> Self {
        Self {
            reply: ServerAction::new(),
            note: ServerAction::new(),
            take: ServerAction::new(),
            shift: ServerAction::new(),
            refund: super::refund::Deeds::new(),
        }
    }
}

/// Why the reader may not work on the case.
fn not_yours(desk: &DeskCase) -> Option<String> {
    (!desk.may_work).then(|| "Auditors read cases. Agents and leads answer them.".to_owned())
}

/// What a state means for the customer, as the end of an answer.
const fn after_answer(state: CaseState) -> (&'static str, &'static str) {
    match state {
        CaseState::Pending => ("Wait for the customer", "You asked something, or want to know whether it helped."),
        CaseState::Solved => ("Solved", "The customer can open it again for 4 days by answering."),
        CaseState::OnHold => ("On hold", "Somebody else has to do something first. The customer reads “open”."),
        CaseState::New | CaseState::Open | CaseState::Closed => ("Stay on it", "You will do more without an answer."),
    }
}

fn states() -> Vec<Choice> {
    let choice = |state: &CaseState| {
        let (label, hint) = after_answer(*state);
        Choice::new(state.as_str(), label).hint(hint)
    };
    CHOSEN_BY_SUPPORT.iter().map(choice).collect()
}

pub(super) fn forms(desk: &DeskCase, deeds: Deeds) -> AnyView {
    let (replied, noted) = (tried(deeds.reply), tried(deeds.note));
    let (number, same_number) = (desk.case.number.clone(), desk.case.number.clone());
    let version = desk.version.to_string();
    let chosen = Some(replied.value("state")).filter(|state| !state.is_empty());
    let shift = shift(desk, deeds);
    let (reason, same_reason) = (not_yours(desk), not_yours(desk));
    view! {
        <Card heading="Answer">
            <Form action=deeds.reply class="fields">
                <input type="hidden" name="number" value=same_number/>
                <input type="hidden" name="version" value=version/>
                <TextArea
                    name="message"
                    label="Answer to the customer"
                    hint="A mail leads the customer to this page; the answer itself is not in it."
                    required=true
                    value=replied.value("message")
                    error=replied.field("message")
                />
                <Radios
                    name="state"
                    legend="And then?"
                    options=states()
                    value=chosen.unwrap_or_else(|| CaseState::Pending.to_string())
                    error=replied.field("state")
                />
                <div class="form-actions">
                    <Button id="reply" disabled_reason=Signal::stored(reason) busy=replied.busy()>"Send answer"</Button>
                </div>
            </Form>
        </Card>
        {shift}
        <Card heading="Private note">
            <Form action=deeds.note class="fields">
                <input type="hidden" name="number" value=number/>
                <TextArea
                    name="note"
                    label="Note for support"
                    hint="Support alone reads it. The customer gets no mail."
                    rows=3
                    required=true
                    value=noted.value("note")
                    error=noted.field("note")
                />
                <div class="form-actions">
                    <Button
                        id="note-it"
                        variant=Variant::Secondary
                        disabled_reason=Signal::stored(same_reason)
                        busy=noted.busy()
                    >
                        "Keep note"
                    </Button>
                </div>
            </Form>
        </Card>
    }
    .into_any()
}

/// The states the case does not have, each a button.
fn shift(desk: &DeskCase, deeds: Deeds) -> AnyView {
    let busy = tried(deeds.shift).busy();
    let buttons = CHOSEN_BY_SUPPORT.iter().filter(|state| **state != desk.case.state).map(|state| {
        let label = match state {
            CaseState::Pending => "Wait for the customer",
            CaseState::Solved => "Call it solved",
            CaseState::OnHold => "Put on hold",
            CaseState::New | CaseState::Open | CaseState::Closed => "Open case",
        };
        let reason = Signal::stored(not_yours(desk));
        view! {
            <Button
                id=format!("move-{state}")
                name="state"
                value=state.as_str()
                variant=Variant::Secondary
                disabled_reason=reason
                busy=busy
            >
                {label}
            </Button>
        }
    });
    let buttons = buttons.collect_view();
    let (number, version) = (desk.case.number.clone(), desk.version.to_string());
    let (_, word) = wording::case_state(desk.case.state);
    view! {
        <Card heading="Without an answer">
            <p>{format!("The case stands at “{word}”.")}</p>
            <Form action=deeds.shift class="row">
                <input type="hidden" name="number" value=number/>
                <input type="hidden" name="version" value=version/>
                {buttons}
            </Form>
        </Card>
    }
    .into_any()
}

/// The button that takes the case.
pub(super) fn take(desk: &DeskCase, deeds: Deeds) -> AnyView {
    if desk.is_mine || desk.case.state == CaseState::Closed {
        return ().into_any();
    }
    let sentence = match &desk.assignee {
        Some(name) => format!("{name} works on it. If you take it, it is yours."),
        None => "Nobody works on it yet.".to_owned(),
    };
    let (number, version) = (desk.case.number.clone(), desk.version.to_string());
    let reason = Signal::stored(not_yours(desk));
    view! {
        <section class="panel">
            <h2>"Who works on it"</h2>
            <p>{sentence}</p>
            <Form action=deeds.take>
                <input type="hidden" name="number" value=number/>
                <input type="hidden" name="version" value=version/>
                <Button id="take" variant=Variant::Secondary disabled_reason=reason busy=tried(deeds.take).busy()>"Take case"</Button>
            </Form>
        </section>
    }
    .into_any()
}
