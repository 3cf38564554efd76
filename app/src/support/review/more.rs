//! Before the decision: taking a request, and asking the holder for what is missing.

use domain::recovery::review::{EarlyEnd, Obstacle, Review};
use leptos::prelude::*;

use crate::error::AppError;
use crate::form::{Form, Tried, tried};
use crate::support::api::{AskForMore, CorrectEnd, ReplaceEndedCode, TakeRecovery};
use crate::support::desk_api::NoteRecovery;
use crate::support::note::note_fields;
use crate::support::saved::Saved;
use crate::support::whose::{Whose, panel};
use crate::ui::*;
use crate::wording;

const MISSING: &str = "missing";
const CORRECT_REASON: &str = "correct-reason";
const REPLACE_REASON: &str = "replace-reason";

/// The forms, beside the decision.
#[derive(Clone, Copy)]
pub(super) struct Deeds {
    ask: ServerAction<AskForMore>,
    asked: Tried<AskForMore>,
    take: ServerAction<TakeRecovery>,
    taken: Tried<TakeRecovery>,
    correct: ServerAction<CorrectEnd>,
    corrected: Tried<CorrectEnd>,
    replace: ServerAction<ReplaceEndedCode>,
    replaced: Tried<ReplaceEndedCode>,
    whose: crate::support::whose::Deeds,
    saved: Saved,
    note: ServerAction<NoteRecovery>,
    noted: Tried<NoteRecovery>,
}

impl Deeds {
    pub fn new() -> Self {
        let (ask, take) = (ServerAction::new(), ServerAction::new());
        let (correct, replace, note) = (ServerAction::new(), ServerAction::new(), ServerAction::new());
        Self {
            ask,
            asked: tried(ask),
            take,
            taken: tried(take),
            correct,
            corrected: tried(correct),
            replace,
            replaced: tried(replace),
            whose: crate::support::whose::Deeds::new(),
            saved: Saved::new(),
            note,
            noted: tried(note),
        }
    }

    /// Why one of them was refused. Reactive.
    pub fn error(self) -> Option<AppError> {
        let own = self.asked.error().or_else(|| self.taken.error()).or_else(|| self.corrected.error());
        let own = own.or_else(|| self.replaced.error()).or_else(|| self.whose.error());
        own.or_else(|| self.saved.filled.error()).or_else(|| self.noted.error())
    }

    /// The fields to blame. Reactive.
    pub fn items(self) -> Vec<(String, String)> {
        let asked = self.asked.error().map(|error| wording::items(&error)).unwrap_or_default();
        let corrected =
            self.corrected.items().get().into_iter().map(|(_, sentence)| (CORRECT_REASON.to_owned(), sentence));
        let replaced =
            self.replaced.items().get().into_iter().map(|(_, sentence)| (REPLACE_REASON.to_owned(), sentence));
        let written = self.saved.filled.items().get().into_iter().chain(self.noted.items().get());
        asked.into_iter().chain(corrected).chain(replaced).chain(self.whose.items()).chain(written).collect()
    }
}

pub(super) fn outcome(done: &str) -> Option<AnyView> {
    let (title, text) = match done {
        "corrected" => {
            ("The end is corrected", "The customer gets a mail. Devices learn it when they next contact us.")
        }
        "replaced" => {
            ("The code is replaced", "The end of the license is right. The customer finds the new code at it.")
        }
        "taken" => ("The request is yours", "Others in support see your name on it."),
        "noted" => ("The note is kept", "Support alone reads it."),
        "asked" => ("The customer was asked", "A mail leads them to it. You see the answer here."),
        done => crate::support::whose::outcome(done)?,
    };
    Some(view! { <Done title=title text=text/> }.into_any())
}

fn not_yours(review: &Review) -> Signal<Option<String>> {
    let reads = review.obstacle() == Some(Obstacle::NotYours);
    Signal::stored(reads.then(|| "Auditors read requests. Agents and leads work on them.".to_owned()))
}

pub(super) fn ask(review: &Review, deeds: Deeds) -> AnyView {
    let asked = deeds.asked;
    let (number, version) = (review.row.number.clone(), review.version.to_string());
    let reason = not_yours(review);
    let written = deeds.saved.written(MISSING).unwrap_or_else(|| asked.value(MISSING));
    let replies = review
        .may_decide
        .then(|| deeds.saved.choice(&review.replies, &review.row.number, MISSING, "Put into the question"));
    let waits = review.missing.is_some().then(|| {
        view! { <p class="muted">"The request waits for the customer. A new question takes the place of the last one."</p> }
    });
    view! {
        <Card heading="Is something missing?">
            {waits}
            <Form action=deeds.ask class="fields">
                <input type="hidden" name="number" value=number/>
                <input type="hidden" name="version" value=version/>
                {replies}
                <TextArea
                    name=MISSING
                    label="What is missing"
                    hint="Name the thing and where it is found, for example: a photo of the receipt, with the date on it."
                    rows=3
                    required=true
                    value=written
                    error=asked.field(MISSING)
                />
                <div class="form-actions">
                    <Button id="ask-for-more" variant=Variant::Secondary disabled_reason=reason busy=asked.busy()>"Ask for it"</Button>
                </div>
            </Form>
        </Card>
    }
    .into_any()
}

/// The form for a private note.
pub(super) fn note(review: &Review, deeds: Deeds) -> AnyView {
    let (noted, number, reason) = (deeds.noted, review.row.number.clone(), not_yours(review));
    view! {
        <Card heading="Private note">
            <Form action=deeds.note class="fields">
                {note_fields(number, noted.value("note"), noted.field("note"), reason, noted.busy())}
            </Form>
        </Card>
    }
    .into_any()
}

pub(super) fn whose(review: &Review, deeds: Deeds) -> AnyView {
    let whose = Whose {
        number: review.row.number.clone(),
        version: review.version,
        assignee: review.row.assignee.clone(),
        is_mine: review.is_mine,
        colleagues: review.colleagues.clone(),
        not_yours: not_yours(review).get_untracked(),
    };
    panel(whose, deeds.take, "Take request", deeds.whose)
}

/// The dates of a license that is said to have ended too early, and the button that corrects its end (R85).
pub(super) fn early(review: &Review, deeds: Deeds) -> Option<AnyView> {
    let end = review.early_end.clone()?;
    let open = review.row.state.is_open();
    let short = end.short_by().whole_days();
    let verdict = match short {
        _ if end.short_by().is_zero() => "Nothing: the end is right".to_owned(),
        1 => "1 day is missing".to_owned(),
        0 => "Less than a day is missing".to_owned(),
        days => format!("{days} days are missing"),
    };
    let form = (open && !end.short_by().is_zero())
        .then(|| view! { {correct(review, &end, deeds)} {replace(review, &end, deeds)} });
    let (started, computed, stored) = (end.started_at, end.computed_end(), end.stored_end);
    let view = view! {
        <Card heading="Did it end too early?">
            <Facts>
                <Fact term="First activation"><Day iso=wording::iso(started) text=wording::moment(started)/></Fact>
                <Fact term="Term">{format!("{} days", end.term_days)}</Fact>
                <Fact term="End by the term"><Day iso=wording::iso(computed) text=wording::moment(computed)/></Fact>
                <Fact term="End that is stored"><Day iso=wording::iso(stored) text=wording::moment(stored)/></Fact>
                <Fact term="Difference">{verdict}</Fact>
            </Facts>
            {form}
        </Card>
    };
    Some(view.into_any())
}

fn correct(review: &Review, end: &EarlyEnd, deeds: Deeds) -> AnyView {
    let (number, version) = (review.row.number.clone(), review.version.to_string());
    let effect = format!("The license ends on {} then. The customer reads this.", wording::day(end.computed_end()));
    let reason = not_yours(review);
    view! {
        <Form action=deeds.correct class="fields">
            <input type="hidden" name="number" value=number/>
            <input type="hidden" name="version" value=version/>
            <TextArea
                name="reason"
                id=CORRECT_REASON
                label="Why you correct it"
                hint=effect
                rows=2
                required=true
                value=deeds.corrected.value("reason")
                error=deeds.corrected.field("reason")
            />
            <div class="form-actions">
                <Button id="correct" disabled_reason=reason busy=deeds.corrected.busy()>"Correct end"</Button>
            </div>
        </Form>
    }
    .into_any()
}

fn replace(review: &Review, end: &EarlyEnd, deeds: Deeds) -> AnyView {
    let (number, version) = (review.row.number.clone(), review.version.to_string());
    let effect = format!(
        "A new code takes the place of this one, and the license ends on {}. The customer reads this.",
        wording::day(end.computed_end())
    );
    let reason = not_yours(review);
    view! {
        <Form action=deeds.replace class="fields">
            <input type="hidden" name="number" value=number/>
            <input type="hidden" name="version" value=version/>
            <TextArea
                name="reason"
                id=REPLACE_REASON
                label="Why you replace the code"
                hint=effect
                rows=2
                required=true
                value=deeds.replaced.value("reason")
                error=deeds.replaced.field("reason")
            />
            <div class="form-actions">
                <Button id="replace" variant=Variant::Danger disabled_reason=reason busy=deeds.replaced.busy()>"Replace code"</Button>
            </div>
        </Form>
    }
    .into_any()
}
