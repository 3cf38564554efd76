//! The page at /status.

use domain::promise::{ANSWERS, Promise};
use leptos::prelude::*;
use time::OffsetDateTime;

use super::api::get_status;
use crate::form::Title;
use crate::load::load;
use crate::ui::*;
use crate::waiting::{reading, unread};
use crate::wording;

#[component]
pub fn Status() -> impl IntoView {
    let read = load(|| (), |()| get_status());
    view! {
        <Title text="How Latchkey is doing"/>
        <div class="page">
            <PageHead title="How Latchkey is doing" lead="What we promise, and whether we keep it, from our own numbers."/>
            <Suspense fallback=reading>
                {move || Suspend::new(async move {
                    match read.await {
                        Ok(promise) => shown(&promise),
                        Err(error) => unread(&error),
                    }
                })}
            </Suspense>
        </div>
    }
    .into_any()
}

/// One promise: whether it is kept, how things are, and what was promised.
struct Line {
    heading: &'static str,
    kept: Option<bool>,
    now: String,
    promised: String,
}

fn lines(promise: &Promise) -> [Line; 4] {
    let since = |at: Option<OffsetDateTime>| at.map(|at| wording::ago(at, promise.now));
    [
        Line {
            heading: "Pages and programs",
            kept: Some(promise.answers_in_time()),
            now: match promise.answers_ms {
                Some(ms) => format!("95 of 100 answers take {ms} milliseconds or less."),
                None => "Too few people asked in the last minutes to say.".to_owned(),
            },
            promised: format!("We promise {ANSWERS} milliseconds or less."),
        },
        Line {
            heading: "Requests to support",
            kept: Some(promise.requests_in_time()),
            now: match since(promise.oldest_request) {
                Some(ago) => format!("The oldest one that waits for us came in {ago}."),
                None => "Every request has an answer.".to_owned(),
            },
            promised: "We promise a first answer within one working day.".to_owned(),
        },
        Line {
            heading: "Mails",
            kept: Some(promise.mails_in_time()),
            now: match (promise.mails, since(promise.oldest_mail)) {
                (1, Some(ago)) => format!("One mail waits to leave, written {ago}."),
                (mails, Some(ago)) => format!("{mails} mails wait to leave, the oldest written {ago}."),
                (_, None) => "Every mail has left.".to_owned(),
            },
            promised: "We promise that a mail leaves within 10 minutes.".to_owned(),
        },
        Line {
            heading: "Changes on devices",
            kept: None,
            now: match since(promise.oldest_command) {
                Some(ago) => format!("The oldest change that waits for its device was asked for {ago}."),
                None => "Every change has reached its device.".to_owned(),
            },
            promised: "A device learns of a change when it calls: usually once a day, while it is switched on."
                .to_owned(),
        },
    ]
}

fn shown(promise: &Promise) -> AnyView {
    let (tone, title, text) = if promise.kept() {
        (Tone::Ok, "All promises are kept", "Nothing is to be done.")
    } else {
        (Tone::Warn, "Not everything is as promised", "We see it as well, and work on it. Nothing of yours is lost.")
    };
    let cards = lines(promise).map(|line| {
        let badge = line.kept.map(|kept| {
            let (state, word) = if kept { (State::Active, "Kept") } else { (State::NeedsYou, "Takes longer") };
            view! { <Badge state label=word/> }
        });
        view! {
            <li class="promise">
                <div class="row promise-head">
                    <h2>{line.heading}</h2>
                    {badge}
                </div>
                <p>{line.now}</p>
                <p class="muted small">{line.promised}</p>
            </li>
        }
    });
    let cards = cards.into_iter().collect_view();
    let at = promise.now;
    view! {
        <Notice tone=tone title=title>
            <p>{text}</p>
        </Notice>
        <ul class="promises" role="list">{cards}</ul>
        <p class="muted small">
            "Looked at on " <time datetime=wording::iso(at)>{wording::moment(at)}</time> ". The same "
            <a href="/status.json" rel="external">"for monitors"</a> "."
        </p>
    }
    .into_any()
}
