//! What was said about a request, with the files that came with it, as both sides read it.

use domain::thread::{Audience, Author, FileEntry, Message};
use leptos::prelude::*;
use time::OffsetDateTime;

use crate::form::{Deed, FilesForm, tried};
use crate::ui::{Button, Field, TextArea};
use crate::{paths, wording};

/// The files that a form takes, as browsers know their kinds.
const ACCEPTED: &str = "image/png,image/jpeg,image/webp,application/pdf";

/// The messages, the oldest first.
pub(crate) fn thread(messages: Vec<Message>, now: OffsetDateTime, within_support: bool) -> AnyView {
    let messages = messages.into_iter().map(|said| message(said, now, within_support)).collect_view();
    view! { <section class="thread" aria-label="What was said">{messages}</section> }.into_any()
}

/// The form to answer, for a deed that takes a number, a message and files.
#[component]
pub(crate) fn AnswerForm<S: Deed>(
    action: ServerAction<S>,
    /// The number of the request.
    number: String,
    /// What is asked to be sent along.
    files: &'static str,
    /// The words on the button.
    label: &'static str,
) -> impl IntoView {
    let tried = tried(action);
    view! {
        <FilesForm action=action class="fields">
            <input type="hidden" name="number" value=number/>
            <TextArea
                name="message"
                label="Answer"
                hint="Do not write an activation code or a password here."
                required=true
                value=tried.value("message")
                error=tried.field("message")
            />
            <Files label=files error=tried.field("files") came_back=tried.came_back()/>
            <div class="form-actions">
                <Button busy=tried.busy()>{label}</Button>
            </div>
        </FilesForm>
    }
    .into_any()
}

fn message(said: Message, now: OffsetDateTime, within_support: bool) -> AnyView {
    let note = said.audience == Audience::Internal;
    let (from, name) = match said.by {
        Author::Customer(name) => ("customer", name),
        Author::Support(name) => {
            ("support", name.map_or_else(|| "Technical support".to_owned(), |name| format!("{name}, support")))
        }
    };
    let from = if note { "note" } else { from };
    let files = (!said.files.is_empty()).then(|| {
        let files = said.files.into_iter().map(|entry| file(entry, within_support)).collect_view();
        view! { <ul class="files" role="list">{files}</ul> }
    });
    view! {
        <article class="message" data-from=from>
            <p class="message-head">
                <strong>{name}</strong>
                {note.then_some("Private note: support alone reads it")}
                <time datetime=wording::iso(said.at) title=wording::moment(said.at)>{wording::ago(said.at, now)}</time>
            </p>
            <p class="message-body">{said.text}</p>
            {files}
        </article>
    }
    .into_any()
}

fn file(entry: FileEntry, within_support: bool) -> AnyView {
    let href = paths::attachment(entry.id, within_support);
    let size = size(entry.size);
    view! {
        <li>
            <a href=href rel="external" download="">
                <span class="visually-hidden">"Download "</span>
                <bdi>{entry.name}</bdi>
            </a>
            <span class="muted small">{size}</span>
        </li>
    }
    .into_any()
}

fn size(bytes: u32) -> String {
    match bytes {
        ..1_024 => format!("{bytes} bytes"),
        1_024..1_048_576 => format!("{} kB", bytes / 1_024),
        _ => format!("{}.{} MB", bytes / 1_048_576, bytes % 1_048_576 * 10 / 1_048_576),
    }
}

/// The field for files.
#[component]
pub(crate) fn Files(
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: String,
    #[prop(optional, into)] error: Signal<Option<String>>,
    /// Whether the form came back refused, without the files that were chosen.
    #[prop(optional)]
    came_back: bool,
) -> impl IntoView {
    let again = if came_back { "If you had chosen files, choose them again." } else { "" };
    let hint = format!(
        "{again} {hint} Up to 3 pictures or PDF files of up to 5 MB each. They are deleted 90 days after the request is closed."
    );
    view! {
        <Field
            name="files"
            label=label
            hint=hint.trim_start()
            kind="file"
            accept=ACCEPTED
            multiple=true
            optional=true
            error=error
        />
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_told_in_the_unit_that_fits() {
        let told = [0, 1_023, 1_024, 1_048_575, 1_048_576, 5_242_880, 4_718_592].map(size);
        assert_eq!(told, ["0 bytes", "1023 bytes", "1 kB", "1023 kB", "1.0 MB", "5.0 MB", "4.5 MB"]);
    }
}
