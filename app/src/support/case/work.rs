//! What support does with a case: answer it, note something, say where it stands, take it or hand it on.

use domain::case::{CHOSEN_BY_SUPPORT, CaseState, DeskCase};
use leptos::prelude::*;

use crate::form::{FilesForm, Form, tried};
use crate::support::api::{DecideAppeal, FollowUpCase, MergeCase, MoveCase, NoteCase, ReplyCase, TakeCase};
use crate::support::note::note_fields;
use crate::support::saved::Saved;
use crate::support::whose::{Whose, panel};
use crate::thread::Files;
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
    pub whose: crate::support::whose::Deeds,
    pub merge: ServerAction<MergeCase>,
    pub follow: ServerAction<FollowUpCase>,
    pub appeal: ServerAction<DecideAppeal>,
    pub saved: Saved,
}

impl Deeds {
    pub fn new() -> Self {
        Self {
            reply: ServerAction::new(),
            note: ServerAction::new(),
            take: ServerAction::new(),
            shift: ServerAction::new(),
            refund: super::refund::Deeds::new(),
            whose: crate::support::whose::Deeds::new(),
            merge: ServerAction::new(),
            follow: ServerAction::new(),
            appeal: ServerAction::new(),
            saved: Saved::new(),
        }
    }
}

/// Why the reader may not work on the case.
pub(super) fn not_yours(desk: &DeskCase) -> Option<String> {
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
    let chosen =
        [replied.value("state"), deeds.saved.filled.value("state")].into_iter().find(|state| !state.is_empty());
    let filled = deeds.saved.filled;
    let files_gone = replied.came_back() || filled.came_back() || untrack(|| filled.output()).is_some();
    let answer = deeds.saved.written("message").unwrap_or_else(|| replied.value("message"));
    let replies =
        desk.may_work.then(|| deeds.saved.choice(&desk.replies, &desk.case.number, "message", "Put into the answer"));
    let shift = shift(desk, deeds);
    let (reason, same_reason) = (not_yours(desk), not_yours(desk));
    view! {
        <Card heading="Answer">
            <FilesForm action=deeds.reply class="fields">
                <input type="hidden" name="number" value=same_number/>
                <input type="hidden" name="version" value=version/>
                {replies}
                <TextArea
                    name="message"
                    label="Answer to the customer"
                    hint="A mail leads the customer to this page; the answer itself is not in it."
                    required=true
                    value=answer
                    error=replied.field("message")
                />
                <Files
                    label="Pictures or documents"
                    error=replied.field("files")
                    came_back=files_gone
                />
                <Radios
                    name="state"
                    legend="And then?"
                    options=states()
                    value=chosen.unwrap_or_else(|| CaseState::Pending.to_string())
                    error=replied.field("state")
                />
                <div class="form-actions">
                    <Button id="send-answer" disabled_reason=Signal::stored(reason) busy=replied.busy()>"Send answer"</Button>
                </div>
            </FilesForm>
        </Card>
        {shift}
        <Card heading="Private note">
            <Form action=deeds.note class="fields">
                {note_fields(number, noted.value("note"), noted.field("note"), Signal::stored(same_reason), noted.busy())}
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

/// Who works on the case.
pub(super) fn whose(desk: &DeskCase, deeds: Deeds) -> AnyView {
    if desk.case.state == CaseState::Closed {
        return ().into_any();
    }
    let whose = Whose {
        number: desk.case.number.clone(),
        version: desk.version,
        assignee: desk.assignee.clone(),
        is_mine: desk.is_mine,
        colleagues: desk.colleagues.clone(),
        not_yours: not_yours(desk),
    };
    panel(whose, deeds.take, "Take case", deeds.whose)
}
