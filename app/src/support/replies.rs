//! The saved replies: agents read them, leads keep them.

use domain::id::ReplyId;
use domain::reply::{Blank, Replies as Kept, SavedReply};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use time::OffsetDateTime;

use crate::form::{Form, Refused, Title, Tried, refused, tried};
use crate::load::load;
use crate::support::replies_api::{KeepReply, RetireReply, get_replies};
use crate::ui::*;
use crate::waiting::{reading, unread_at_desk};
use crate::{paths, wording};

/// The forms of the page.
#[derive(Clone, Copy)]
struct Deeds {
    keep: ServerAction<KeepReply>,
    kept: Tried<KeepReply>,
    retire: ServerAction<RetireReply>,
    retired: Tried<RetireReply>,
}

#[component]
pub fn Replies() -> impl IntoView {
    let query = use_query_map();
    let edit = Memo::new(move |_| query.read().get("edit").and_then(|id| id.parse::<ReplyId>().ok()));
    let (keep, retire) = (ServerAction::new(), ServerAction::new());
    let deeds = Deeds { keep, kept: tried(keep), retire, retired: tried(retire) };
    let Refused { error, items, sentence } = refused(vec![deeds.kept.voice(), deeds.retired.voice()]);
    let read = load(|| (), |()| get_replies());
    let done = Memo::new(move |_| query.read().get("done").filter(|_| error.get().is_none()));
    view! {
        <Title text=move || wording::title(error.get(), "Saved replies")/>
        <div class="page">
            <PageHead
                title="Saved replies"
                lead="Answers that are written often. Choose one beside the answer of a case: its fields are filled in."
            />
            <ErrorSummary items=items sentence=sentence/>
            {move || done.get().and_then(|done| outcome(&done))}
            <Transition fallback=reading>
                {move || {
                    let edit = edit.get().or_else(|| deeds.kept.value("id").parse().ok());
                    Suspend::new(async move {
                        match read.await {
                            Ok(kept) => shown(kept, edit, deeds),
                            Err(error) => unread_at_desk(&error),
                        }
                    })
                }}
            </Transition>
        </div>
    }
    .into_any()
}

fn outcome(done: &str) -> Option<AnyView> {
    let (title, text) = match done {
        "kept" => ("The reply is kept", "Everybody in support finds it beside the answer of a case."),
        "retired" => ("The reply is out of use", "Answers that were made of it stay as they are."),
        _ => return None,
    };
    Some(view! { <Done title=title text=text/> }.into_any())
}

fn shown(kept: Kept, edit: Option<ReplyId>, deeds: Deeds) -> AnyView {
    let (may_keep, now) = (kept.may_keep, kept.now);
    let edited = kept.replies.iter().find(|reply| Some(reply.id) == edit).cloned();
    let list = if kept.replies.is_empty() {
        let text = if may_keep {
            "Write the first one below. What is answered every day is a good start."
        } else {
            "Nobody has kept one yet. A lead writes them."
        };
        view! { <Empty title="No saved replies yet" text=text/> }.into_any()
    } else {
        let cards = kept.replies.into_iter().map(|reply| card(reply, may_keep, now, deeds)).collect_view();
        view! { <div class="stack">{cards}</div> }.into_any()
    };
    let form = if may_keep {
        form(edited, deeds)
    } else {
        view! {
            <section class="panel">
                <h2>"Who keeps them"</h2>
                <p>"Leads write and change saved replies. Tell one what is missing."</p>
            </section>
        }
        .into_any()
    };
    view! {
        <div class="columns">
            <div>{list}</div>
            <aside>{form}</aside>
        </div>
    }
    .into_any()
}

fn card(reply: SavedReply, may_keep: bool, now: OffsetDateTime, deeds: Deeds) -> AnyView {
    let title = reply.title.clone();
    let actions = may_keep.then(|| {
        let edit = format!("{}?edit={}#title", paths::REPLIES, reply.id);
        let (id, describe, same) = (reply.id.to_string(), title.clone(), title.clone());
        view! {
            <div class="row">
                <ButtonLink href=edit describe=describe>"Change"</ButtonLink>
                <Form action=deeds.retire>
                    <input type="hidden" name="id" value=id/>
                    <Button variant=Variant::Quiet describe=same busy=deeds.retired.busy()>"Take out of use"</Button>
                </Form>
            </div>
        }
    });
    let changed = format!("{}, {}", reply.changed_by, wording::ago(reply.changed_at, now));
    view! {
        <Card heading=reply.title>
            <p class="message-body">{reply.text}</p>
            <p class="muted small">{changed}</p>
            {actions}
        </Card>
    }
    .into_any()
}

/// What a field stands for.
const fn meaning(blank: Blank) -> &'static str {
    match blank {
        Blank::Name => "the requester",
        Blank::Number => "the number of the case",
        Blank::Office => "the office",
        Blank::Product => "the product, or “your product”",
        Blank::Ends => "the day on which the license ends",
        Blank::Agent => "your name",
    }
}

fn form(edited: Option<SavedReply>, deeds: Deeds) -> AnyView {
    let kept = deeds.kept;
    let heading = if edited.is_some() { "Change the reply" } else { "New reply" };
    let typed = |field: &'static str, stored: Option<&String>| {
        Some(kept.value(field)).filter(|typed| !typed.is_empty()).or_else(|| stored.cloned()).unwrap_or_default()
    };
    let (title, text) = (
        typed("title", edited.as_ref().map(|reply| &reply.title)),
        typed("text", edited.as_ref().map(|reply| &reply.text)),
    );
    let id = edited.as_ref().map(|reply| view! { <input type="hidden" name="id" value=reply.id.to_string()/> });
    let cancel = edited.is_some().then(|| {
        view! { <ButtonLink href=paths::REPLIES variant=Variant::Quiet>"Write a new one instead"</ButtonLink> }
    });
    let fields = Blank::ALL.iter().map(|blank| {
        view! { <Fact term=format!("{{{blank}}}")>{meaning(*blank)}</Fact> }
    });
    view! {
        <Card heading=heading>
            <Form action=deeds.keep class="fields">
                {id}
                <Field name="title" label="Title" value=title maxlength=80 required=true error=kept.field("title")/>
                <TextArea
                    name="text"
                    label="Text"
                    hint="The fields below are filled in for each case. An activation code is never part of a reply."
                    rows=8
                    value=text
                    required=true
                    error=kept.field("text")
                />
                <div class="form-actions">
                    <Button busy=kept.busy()>"Keep reply"</Button>
                    {cancel}
                </div>
            </Form>
            <Facts>{fields.collect_view()}</Facts>
        </Card>
    }
    .into_any()
}
