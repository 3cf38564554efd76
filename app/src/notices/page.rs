//! The list of notices.

use domain::notice::{Notice as Told, Notices as Record, Severity};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use time::OffsetDateTime;

use super::api::{ReadNotices, SetNoticeDays, SetNoticeMails, get_notices};
use super::choose::choose;
use crate::form::{Form, Refused, Title, refused, tried};
use crate::load::load;
use crate::ui::*;
use crate::waiting::{reading, unread};
use crate::{paths, wording};

/// The forms of the page.
#[derive(Clone, Copy)]
pub(super) struct Deeds {
    pub(super) read: ServerAction<ReadNotices>,
    pub(super) mails: ServerAction<SetNoticeMails>,
    pub(super) days: ServerAction<SetNoticeDays>,
}

/// What the person was told, the newest first, and what they want by mail.
#[component]
pub fn Notices() -> impl IntoView {
    let deeds = Deeds { read: ServerAction::new(), mails: ServerAction::new(), days: ServerAction::new() };
    let Refused { error, items, sentence } =
        refused(vec![tried(deeds.read).voice(), tried(deeds.mails).voice(), tried(deeds.days).voice()]);
    let query = use_query_map();
    let before = move || query.read().get("before").and_then(|id| id.parse::<uuid::Uuid>().ok());
    let notices = load(before, get_notices);
    let done = move || query.read().get("done").filter(|_| error.get().is_none());
    view! {
        <Title text=move || wording::title(error.get(), "Notices")/>
        <div class="page">
            <PageHead title="Notices" lead="What Latchkey told you, and what it sends you by mail."/>
            <ErrorSummary items=items sentence=sentence/>
            {move || done().and_then(|done| outcome(&done))}
            <Suspense fallback=reading>
                {move || {
                    let later = before().is_some();
                    Suspend::new(async move {
                        match notices.await {
                            Ok(read) => view! {
                                {list(&read, later, deeds)}
                                {choose(&read, deeds)}
                            }
                            .into_any(),
                            Err(error) => unread(&error),
                        }
                    })
                }}
            </Suspense>
        </div>
    }
    .into_any()
}

fn outcome(done: &str) -> Option<AnyView> {
    let (title, text) = match done {
        "read" => ("All notices are marked as read", "They stay here."),
        "mails" => ("Your choice of mails is saved", "Every notice still appears here, whatever you chose."),
        "days" => ("The days are saved", "They count for every license of your office."),
        _ => return None,
    };
    Some(view! { <Done title=title text=text/> }.into_any())
}

fn list(read: &Record, later: bool, deeds: Deeds) -> AnyView {
    let Some(newest) = read.notices.first() else {
        return view! {
            <Empty
                title="Nothing to tell you"
                text="When a license comes to its end, places fill up or a device falls silent, it stands here first."
            />
        }
        .into_any();
    };
    let is_new = read.notices.iter().any(|notice| !notice.read);
    let mark = (is_new && !later).then(|| {
        let until = newest.id.to_string();
        let busy = tried(deeds.read).busy();
        view! {
            <Form action=deeds.read>
                <input type="hidden" name="until" value=until/>
                <Button variant=Variant::Secondary busy=busy>"Mark all as read"</Button>
            </Form>
        }
    });
    let items = read.notices.iter().map(|notice| one(notice, read.now)).collect_view();
    let newer = later.then(|| paths::NOTICES.to_owned());
    let older = read.older.map(|id| format!("{}?before={id}", paths::NOTICES));
    view! {
        {mark}
        <ul class="told">{items}</ul>
        <Pager newer=newer older=older label="Pages of notices"/>
    }
    .into_any()
}

fn one(notice: &Told, now: OffsetDateTime) -> AnyView {
    let (state, word) = match notice.severity {
        Severity::Info => (State::Progress, "For your information"),
        Severity::Warning => (State::Ending, "Needs you soon"),
        Severity::Critical => (State::NeedsYou, "Needs you now"),
    };
    let said = notice.said.iter().map(|said| view! { <p>{said.clone()}</p> }).collect_view();
    view! {
        <li class="told-one" data-new=(!notice.read).then_some("")>
            <div class="told-head">
                <Badge state=state label=word/>
                {(!notice.read).then(|| view! { <span class="told-new">"New"</span> })}
                <time datetime=wording::iso(notice.created_at) title=wording::moment(notice.created_at)>
                    {wording::ago(notice.created_at, now)}
                </time>
            </div>
            <h2 class="told-title">
                <a href=notice.path.clone()>{notice.title.clone()}</a>
            </h2>
            {said}
        </li>
    }
    .into_any()
}
