//! Who works on a request: it is taken, handed to a named colleague, or put back.

use domain::id::StaffId;
use leptos::prelude::*;

use crate::error::AppError;
use crate::form::{Deed, Form, Tried, Voice, tried};
use crate::support::desk_api::{HandOverRequest, PutBackRequest};
use crate::ui::*;

/// The forms that both kinds of requests share.
#[derive(Clone, Copy)]
pub(super) struct Deeds {
    hand: ServerAction<HandOverRequest>,
    handed: Tried<HandOverRequest>,
    back: ServerAction<PutBackRequest>,
    put: Tried<PutBackRequest>,
}

impl Deeds {
    pub fn new() -> Self {
        let (hand, back) = (ServerAction::new(), ServerAction::new());
        Self { hand, handed: tried(hand), back, put: tried(back) }
    }

    /// Why one of them was refused. Reactive.
    pub fn error(self) -> Option<AppError> {
        self.handed.error().or_else(|| self.put.error())
    }

    /// The fields to blame. Reactive.
    pub fn items(self) -> Vec<(String, String)> {
        self.handed.items().get()
    }

    /// Their parts among the forms of the page.
    pub fn voices(self) -> [Voice; 2] {
        [self.handed.voice(), self.put.voice()]
    }
}

/// What is known about who works on a request.
pub(super) struct Whose {
    pub number: String,
    pub version: i32,
    pub assignee: Option<String>,
    pub is_mine: bool,
    pub colleagues: Vec<(StaffId, String)>,
    /// Why the reader may not work on it.
    pub not_yours: Option<String>,
}

/// What was just done.
pub(super) fn outcome(done: &str) -> Option<(&'static str, &'static str)> {
    match done {
        "handed-over" => {
            Some(("It is your colleague's now", "They got a mail, and find it under “Mine” in the queue."))
        }
        "put-back" => Some(("It is nobody's now", "It stands under “Nobody's” in the queue until somebody takes it.")),
        _ => None,
    }
}

/// The panel: `take` is the deed of the page that takes it, with the words on its button.
pub(super) fn panel<S: Deed>(whose: Whose, take: ServerAction<S>, label: &'static str, deeds: Deeds) -> AnyView {
    let sentence = match (&whose.assignee, whose.is_mine) {
        (_, true) => "You work on it.".to_owned(),
        (Some(name), false) => format!("{name} works on it. If you take it, it is yours."),
        (None, false) => "Nobody works on it yet.".to_owned(),
    };
    let reason = Signal::stored(whose.not_yours.clone());
    let taken = tried(take).busy();
    let (seen, also_seen) = (looked_at(&whose), looked_at(&whose));
    let take = (!whose.is_mine).then(|| {
        view! {
            <Form action=take>
                {seen}
                <Button id="take" variant=Variant::Secondary disabled_reason=reason busy=taken>{label}</Button>
            </Form>
        }
    });
    let back = (whose.assignee.is_some() && whose.not_yours.is_none()).then(|| {
        view! {
            <Form action=deeds.back>
                {also_seen}
                <Button id="put-back" variant=Variant::Secondary busy=deeds.put.busy()>"Put back"</Button>
            </Form>
        }
    });
    let hand = (!whose.colleagues.is_empty() && whose.not_yours.is_none()).then(|| hand_over(&whose, deeds));
    view! {
        <section class="panel">
            <h2>"Who works on it"</h2>
            <p>{sentence}</p>
            <div class="row">{take} {back}</div>
            {hand}
        </section>
    }
    .into_any()
}

fn hand_over(whose: &Whose, deeds: Deeds) -> AnyView {
    let options = whose.colleagues.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let (handed, seen) = (deeds.handed, looked_at(whose));
    view! {
        <Form action=deeds.hand class="row row-end">
            {seen}
            <Select
                name="to"
                label="Hand over to"
                options
                blank="Choose a colleague"
                value=handed.value("to")
                error=handed.field("to")
            />
            <Button id="hand-over" variant=Variant::Secondary busy=handed.busy()>"Hand over"</Button>
        </Form>
    }
    .into_any()
}

/// Which request, and as it was looked at.
fn looked_at(whose: &Whose) -> AnyView {
    let (number, version) = (whose.number.clone(), whose.version.to_string());
    view! {
        <input type="hidden" name="number" value=number/>
        <input type="hidden" name="version" value=version/>
    }
    .into_any()
}
