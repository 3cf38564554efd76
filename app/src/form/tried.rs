//! What came of a form, by script or posted without it; and of several forms of a page, which one is heard.

use leptos::prelude::*;
use leptos::serde_json::Value;
use serde::Serialize;

use super::{Deed, Fields, Posted, name_of};
use crate::error::{Answer, AppError};
use crate::wording;

/// What came of a form: by script, or posted without it.
pub struct Tried<S: Deed> {
    action: ServerAction<S>,
    posted: RwSignal<Option<Posted>>,
    sent: RwSignal<Fields>,
}

impl<S: Deed> Clone for Tried<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: Deed> Copy for Tried<S> {}

/// What came of the form of this action.
pub fn tried<S: Deed>(action: ServerAction<S>) -> Tried<S> {
    let posted = use_context::<Option<Posted>>().flatten().filter(|posted| posted.function == name_of::<S>());
    let sent = RwSignal::new(posted.as_ref().map(|posted| posted.values.clone()).unwrap_or_default());
    Effect::new(move |_| {
        if let Some(asked) = action.input().get() {
            sent.set(fields_of(&asked));
        }
    });
    Tried { action, posted: RwSignal::new(posted), sent }
}

/// How often this was done: what a page reads again after. A refusal changes nothing, and reading again would lose what is
/// typed in other forms.
#[must_use]
pub fn done<S: Deed>(action: ServerAction<S>) -> Memo<usize> {
    let (version, value) = (action.version(), action.value());
    Memo::new(move |before: Option<&usize>| {
        let tried = version.get() > 0;
        let went_through = tried && value.with_untracked(|value| matches!(value, Some(Ok(_))));
        before.copied().unwrap_or_default() + usize::from(went_through)
    })
}

/// The fields by which this is sent in a form.
fn fields_of<S: Serialize>(asked: &S) -> Fields {
    fn add(fields: &mut Fields, name: &str, value: Value) {
        match value {
            Value::Object(parts) => {
                for (part, value) in parts {
                    let name = if name.is_empty() { part } else { format!("{name}[{part}]") };
                    add(fields, &name, value);
                }
            }
            Value::String(text) => fields.push((name.to_owned(), text)),
            Value::Bool(true) => fields.push((name.to_owned(), "true".to_owned())),
            Value::Number(number) => fields.push((name.to_owned(), number.to_string())),
            Value::Bool(false) | Value::Null | Value::Array(_) => {}
        }
    }
    let mut fields = Vec::new();
    add(&mut fields, "", leptos::serde_json::to_value(asked).unwrap_or_default());
    fields
}

impl<S: Deed> Tried<S> {
    /// What the action answered. What stands there before anything was sent is not ours: the router takes it from the
    /// page's address (`__path` and `__err`), which anybody can write (I03).
    fn answer(&self) -> Option<Answer<S::Output>> {
        if self.action.version().get() == 0 { None } else { self.action.value().get() }
    }

    /// Why it was not done, if it was tried and refused. Reactive.
    #[must_use]
    pub fn error(&self) -> Option<AppError> {
        match self.answer() {
            Some(answer) => answer.err(),
            None => self.posted.with(|posted| posted.as_ref().and_then(|posted| posted.answer.clone().err())),
        }
    }

    /// What it answered, if it was done. Reactive.
    #[must_use]
    pub fn output(&self) -> Option<S::Output> {
        match self.answer() {
            Some(answer) => answer.ok(),
            None => self.posted.with(|posted| {
                let answer = posted.as_ref()?.answer.as_ref().ok()?;
                leptos::serde_json::from_str(answer).ok()
            }),
        }
    }

    /// Whether the page was loaded anew with the refusal: files that were chosen are not chosen any more.
    #[must_use]
    pub fn came_back(&self) -> bool {
        self.posted.with_untracked(|posted| posted.as_ref().is_some_and(|posted| posted.answer.is_err()))
    }

    /// What was sent last, so that the same can be sent again. Reactive.
    #[must_use]
    pub fn sent(&self) -> Fields {
        self.sent.get()
    }

    /// Whether it was tried. Reactive.
    #[must_use]
    pub fn answered(&self) -> bool {
        self.answer().is_some() || self.posted.with(Option::is_some)
    }

    /// Forgets what came of it.
    pub fn forget(&self) {
        self.posted.set(None);
        self.action.clear();
    }

    /// The sentence to stand at a field. Reactive when turned into a signal.
    #[must_use]
    pub fn field(&self, field: &'static str) -> Signal<Option<String>> {
        let this = *self;
        Signal::derive(move || this.error().and_then(|error| wording::at_field(&error, field)))
    }

    /// The fields and sentences for the summary on top.
    #[must_use]
    pub fn items(&self) -> Signal<Vec<(String, String)>> {
        let this = *self;
        Signal::derive(move || this.error().map(|error| wording::items(&error)).unwrap_or_default())
    }

    /// The sentence for the summary on top, when no field is to blame.
    #[must_use]
    pub fn sentence(&self) -> Signal<Option<String>> {
        let this = *self;
        Signal::derive(move || this.error().and_then(|error| wording::whole(&error)))
    }

    /// What was typed into a field before the page was rendered again without script.
    #[must_use]
    pub fn value(&self, field: &str) -> String {
        self.posted
            .with_untracked(|posted| {
                let values = &posted.as_ref()?.values;
                values.iter().find(|(name, _)| name == field).map(|(_, value)| value.clone())
            })
            .unwrap_or_default()
    }

    /// Whether the answer is on its way. Reactive.
    #[must_use]
    pub fn busy(&self) -> Signal<bool> {
        self.action.pending().into()
    }

    /// Its part among several forms of a page.
    #[must_use]
    pub fn voice(&self) -> Voice {
        let this = *self;
        Voice {
            error: Signal::derive(move || this.error().map(|error| (error, this.sent()))),
            busy: self.busy(),
            forget: Callback::new(move |()| this.forget()),
        }
    }
}

/// What one of several forms of a page has to say.
#[derive(Clone, Copy)]
pub struct Voice {
    error: Signal<Option<(AppError, Fields)>>,
    busy: Signal<bool>,
    forget: Callback<()>,
}

/// Of several forms of a page only the one used last is heard: why it was refused, and what was sent.
#[must_use]
pub fn last_refused(voices: Vec<Voice>) -> Signal<Option<(AppError, Fields)>> {
    for (own, voice) in voices.iter().enumerate() {
        let busy = voice.busy;
        let others: Vec<Callback<()>> =
            voices.iter().enumerate().filter(|(other, _)| *other != own).map(|(_, other)| other.forget).collect();
        Effect::new(move |_| {
            if busy.get() {
                for forget in &others {
                    forget.run(());
                }
            }
        });
    }
    Signal::derive(move || voices.iter().find_map(|voice| voice.error.get()))
}

/// What a page with several forms says of the one used last, when it was refused.
#[derive(Clone, Copy)]
pub struct Refused {
    /// Why.
    pub error: Signal<Option<AppError>>,
    /// The fields and sentences for the summary on top.
    pub items: Signal<Vec<(String, String)>>,
    /// The sentence for the summary on top, when no field is to blame.
    pub sentence: Signal<Option<String>>,
}

/// As `last_refused`, as far as the title and the summary of a page need it.
#[must_use]
pub fn refused(voices: Vec<Voice>) -> Refused {
    let refused = last_refused(voices);
    let error = Signal::derive(move || refused.get().map(|(error, _)| error));
    Refused {
        error,
        items: Signal::derive(move || error.get().map(|error| wording::items(&error)).unwrap_or_default()),
        sentence: Signal::derive(move || error.get().and_then(|error| wording::whole(&error))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sent_can_be_sent_again_by_the_names_of_a_form() {
        #[derive(Serialize)]
        struct Inner {
            shorter_term: bool,
            previous_code: &'static str,
            replace_reserve: bool,
        }
        #[derive(Serialize)]
        struct Asked {
            code: &'static str,
            latin: bool,
            days: u32,
            agreed: Inner,
        }
        let agreed = Inner { shorter_term: true, previous_code: "", replace_reserve: false };
        let fields = fields_of(&Asked { code: "ABCDE", latin: false, days: 3, agreed });
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let mut sorted = fields.clone();
        sorted.sort_unstable();
        let expected =
            [("agreed[previous_code]", ""), ("agreed[shorter_term]", "true"), ("code", "ABCDE"), ("days", "3")];
        assert_eq!(sorted, expected);
    }
}
