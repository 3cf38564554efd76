//! Saved replies beside what support writes: the chosen one is put below what stands there, with script and without, and
//! nothing that was typed is lost.

use domain::reply::{Blank, open_blanks};
use leptos::ev::MouseEvent;
use leptos::prelude::*;

use crate::form::{Tried, tried};
use crate::paths;
use crate::support::desk_api::FillReply;
use crate::ui::*;

/// Putting one in, and what came of it.
#[derive(Clone, Copy)]
pub(super) struct Saved {
    fill: ServerAction<FillReply>,
    pub filled: Tried<FillReply>,
}

impl Saved {
    pub fn new() -> Self {
        let fill = ServerAction::new();
        Self { fill, filled: tried(fill) }
    }

    /// What the large field of this name says when the page is written: what was typed and the reply below it, or what was
    /// typed when no reply was chosen.
    pub fn written(self, field: &str) -> Option<String> {
        let typed = Some(self.filled.value(field)).filter(|typed| !typed.is_empty());
        untrack(|| self.filled.output()).or(typed)
    }

    /// The choice of a reply, inside the form of the large field that it is put into.
    pub fn choice(self, replies: &[String], number: &str, field: &'static str, label: &'static str) -> AnyView {
        if replies.is_empty() {
            return view! {
                <p class="muted small">
                    "No saved replies yet. " <a href=paths::REPLIES>"Leads keep them here"</a> "."
                </p>
            }
            .into_any();
        }
        let Self { fill, filled } = self;
        let options = replies.iter().map(|title| (title.clone(), title.clone())).collect();
        let number = number.to_owned();
        let put = Callback::new(move |event: MouseEvent| {
            if let (Some(written), Some(reply)) = (typed(field), typed("reply")) {
                event.prevent_default();
                fill.dispatch(FillReply { number: number.clone(), message: written, missing: String::new(), reply });
            }
        });
        Effect::new(move |_| {
            if fill.version().get() > 0
                && let Some(Ok(text)) = fill.value().get()
            {
                write_into(field, &text);
            }
        });
        view! {
            <div class="row row-end">
                <Select
                    name="reply"
                    label="Saved reply"
                    options
                    blank="Choose a reply"
                    value=filled.value("reply")
                    error=filled.field("reply")
                />
                <Button
                    id="put-in"
                    variant=Variant::Secondary
                    to="?do=fill_reply"
                    on_click=put
                    busy=filled.busy()
                >
                    {label}
                </Button>
            </div>
            {move || filled.output().and_then(|text| left_open(&open_blanks(&text)))}
        }
        .into_any()
    }
}

/// Names what the agent has to fill in.
fn left_open(open: &[Blank]) -> Option<AnyView> {
    if open.is_empty() {
        return None;
    }
    let names = open.iter().map(|blank| format!("{{{blank}}}")).collect::<Vec<_>>().join(", ");
    let title = format!("Fill in {names} yourself");
    let view = view! {
        <Notice tone=Tone::Warn title live=true>
            <p>"The request names no license, so nothing could be filled in there. Write what belongs there before you send it."</p>
        </Notice>
    };
    Some(view.into_any())
}
