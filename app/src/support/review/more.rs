//! Before the decision: taking a request, and asking the holder for what is missing.

use domain::recovery::review::{Obstacle, Review};
use leptos::prelude::*;

use crate::error::AppError;
use crate::form::{Form, Tried, tried};
use crate::support::api::{AskForMore, TakeRecovery};
use crate::ui::*;
use crate::wording;

const MISSING: &str = "missing";

/// The forms, beside the decision.
#[derive(Clone, Copy)]
pub(super) struct Deeds {
    ask: ServerAction<AskForMore>,
    asked: Tried<AskForMore>,
    take: ServerAction<TakeRecovery>,
    taken: Tried<TakeRecovery>,
}

impl Deeds {
    pub fn new() -> Self {
        let (ask, take) = (ServerAction::new(), ServerAction::new());
        Self { ask, asked: tried(ask), take, taken: tried(take) }
    }

    /// Why one of them was refused. Reactive.
    pub fn error(self) -> Option<AppError> {
        self.asked.error().or_else(|| self.taken.error())
    }

    /// The fields to blame. Reactive.
    pub fn items(self) -> Vec<(String, String)> {
        self.asked.error().map(|error| wording::items(&error)).unwrap_or_default()
    }
}

pub(super) fn outcome(done: &str) -> Option<AnyView> {
    let (title, text) = match done {
        "taken" => ("The request is yours", "Others in support see your name on it."),
        "asked" => ("The customer was asked", "A mail leads them to it. You see the answer here."),
        _ => return None,
    };
    let notice = view! {
        <Notice tone=Tone::Ok title=title live=true>
            <p>{text}</p>
        </Notice>
    };
    Some(notice.into_any())
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
