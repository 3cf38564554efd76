//! Before the decision: taking a request, and asking the holder for what is missing.

use domain::recovery::review::{EarlyEnd, Obstacle, Review};
use leptos::prelude::*;

use crate::error::AppError;
use crate::form::{Form, Tried, tried};
use crate::support::api::{AskForMore, CorrectEnd, TakeRecovery};
use crate::ui::*;
use crate::wording;

const MISSING: &str = "missing";
const CORRECT_REASON: &str = "correct-reason";

/// The forms, beside the decision.
#[derive(Clone, Copy)]
pub(super) struct Deeds {
    ask: ServerAction<AskForMore>,
    asked: Tried<AskForMore>,
    take: ServerAction<TakeRecovery>,
    taken: Tried<TakeRecovery>,
    correct: ServerAction<CorrectEnd>,
    corrected: Tried<CorrectEnd>,
}

impl Deeds {
    pub fn new() -> Self {
        let (ask, take, correct) = (ServerAction::new(), ServerAction::new(), ServerAction::new());
        Self { ask, asked: tried(ask), take, taken: tried(take), correct, corrected: tried(correct) }
    }

    /// Why one of them was refused. Reactive.
    pub fn error(self) -> Option<AppError> {
        self.asked.error().or_else(|| self.taken.error()).or_else(|| self.corrected.error())
    }

    /// The fields to blame. Reactive.
    pub fn items(self) -> Vec<(String, String)> {
        let asked = self.asked.error().map(|error| wording::items(&error)).unwrap_or_default();
        let corrected =
            self.corrected.items().get().into_iter().map(|(_, sentence)| (CORRECT_REASON.to_owned(), sentence));
        asked.into_iter().chain(corrected).collect()
    }
}

pub(super) fn outcome(done: &str) -> Option<AnyView> {
    let (title, text) = match done {
        "corrected" => {
            ("The end is corrected", "The customer gets a mail. Devices learn it when they next contact us.")
        }
        "taken" => ("The request is yours", "Others in support see your name on it."),
        "asked" => ("The customer was asked", "A mail leads them to it. You see the answer here."),
        _ => return None,
    };
    Some(view! { <Done title=title text=text/> }.into_any())
}

fn not_yours(review: &Review) -> Signal<Option<String>> {
    let reads = review.obstacle() == Some(Obstacle::NotYours);
    Signal::stored(reads.then(|| "Auditors read requests. Agents and leads work on them.".to_owned()))
}

pub(super) fn ask(review: &Review, deeds: Deeds) -> AnyView {
    let asked = deeds.asked;
    let number = review.row.number.clone();
    let reason = not_yours(review);
    let waits = review.missing.is_some().then(|| {
        view! { <p class="muted">"The request waits for the customer. A new question takes the place of the last one."</p> }
    });
    view! {
        <Card heading="Is something missing?">
            {waits}
            <Form action=deeds.ask class="fields">
                <input type="hidden" name="number" value=number/>
                <TextArea
                    name=MISSING
                    label="What is missing"
                    hint="Name the thing and where it is found, for example: a photo of the receipt, with the date on it."
                    rows=3
                    required=true
                    value=asked.value(MISSING)
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

pub(super) fn take(review: &Review, deeds: Deeds) -> AnyView {
    let number = review.row.number.clone();
    let sentence = match &review.row.assignee {
        Some(name) => format!("{name} works on it. If you take it, it is yours."),
        None => "Nobody works on it yet.".to_owned(),
    };
    let reason = not_yours(review);
    view! {
        <section class="panel">
            <h2>"Who works on it"</h2>
            <p>{sentence}</p>
            <Form action=deeds.take>
                <input type="hidden" name="number" value=number/>
                <Button id="take" variant=Variant::Secondary disabled_reason=reason busy=deeds.taken.busy()>
                    "Take request"
                </Button>
            </Form>
        </section>
    }
    .into_any()
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
    let form = (open && !end.short_by().is_zero()).then(|| correct(review, &end, deeds));
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
    let number = review.row.number.clone();
    let effect = format!("The license ends on {} then. The customer reads this.", wording::day(end.computed_end()));
    let reason = not_yours(review);
    view! {
        <Form action=deeds.correct class="fields">
            <input type="hidden" name="number" value=number/>
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
