//! Published codes: a lead pastes a list, sees what of it is ours, blocks that, and can take it back for a day.

use domain::code::bulk::{BlockList, BlockLists, EarlierList, MOST_LISTED};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::error::AppError;
use crate::form::{Form, Refused, Title, Tried, refused, tried};
use crate::load::load;
use crate::support::published_api::{BlockPublished, PrepareBlock, UndoBlock, get_published};
use crate::ui::*;
use crate::waiting::{reading, unread_at_desk};
use crate::wording::code_state;
use crate::{paths, wording};

/// The forms of the page.
#[derive(Clone, Copy)]
struct Deeds {
    prepare: ServerAction<PrepareBlock>,
    prepared: Tried<PrepareBlock>,
    block: ServerAction<BlockPublished>,
    blocked: Tried<BlockPublished>,
    undo: ServerAction<UndoBlock>,
    undone: Tried<UndoBlock>,
}

#[component]
pub fn Published() -> impl IntoView {
    let query = use_query_map();
    let list = Memo::new(move |_| query.read().get("list").and_then(|id| id.parse::<Uuid>().ok()));
    let (prepare, block, undo) = (ServerAction::new(), ServerAction::new(), ServerAction::new());
    let deeds = Deeds { prepare, prepared: tried(prepare), block, blocked: tried(block), undo, undone: tried(undo) };
    let Refused { error, items, sentence } =
        refused(vec![deeds.prepared.voice(), deeds.blocked.voice(), deeds.undone.voice()]);
    let read = load(move || list.get(), get_published);
    let done = Memo::new(move |_| query.read().get("done").filter(|_| error.get().is_none()));
    view! {
        <Title text=move || wording::title(error.get(), "Published codes")/>
        <div class="page">
            <PageHead
                title="Published codes"
                lead="Codes that were found in public are blocked together. What you paste is read once and not kept."
            />
            <ErrorSummary items=items sentence=sentence/>
            {move || done.get().and_then(|done| outcome(&done))}
            <Transition fallback=reading>
                {move || Suspend::new(async move {
                    match read.await {
                        Ok(lists) => shown(lists, deeds),
                        Err(AppError::Deed(domain::Error::Forbidden)) => leads_only(),
                        Err(error) => unread_at_desk(&error),
                    }
                })}
            </Transition>
        </div>
    }
    .into_any()
}

fn leads_only() -> AnyView {
    view! {
        <Empty title="A lead does this" text="Blocking many codes at once is decided by a lead. Tell one where the codes were found.">
            <ButtonLink href=paths::SUPPORT>"Open the queue"</ButtonLink>
        </Empty>
    }
    .into_any()
}

fn outcome(done: &str) -> Option<AnyView> {
    let (title, text) = match done {
        "blocked" => ("The codes are blocked", "Their owners get a mail. Devices keep working for 8 days."),
        "undone" => ("The block is taken back", "The codes are accepted again, and their owners get a mail."),
        _ => return None,
    };
    Some(view! { <Done title=title text=text/> }.into_any())
}

fn shown(lists: BlockLists, deeds: Deeds) -> AnyView {
    let now = lists.now;
    let list = lists.list.map(|list| preview(list, now, deeds));
    let paste = list.is_none().then(|| paste(deeds));
    view! {
        <div class="columns">
            <div>{list} {paste}</div>
            <aside>{earlier(lists.earlier, now)}</aside>
        </div>
    }
    .into_any()
}

fn paste(deeds: Deeds) -> AnyView {
    let prepared = deeds.prepared;
    let hint = format!("One or many, with whatever stands between them, up to {MOST_LISTED}. Nothing is blocked yet.");
    view! {
        <Card heading="Read a list">
            <Form action=deeds.prepare class="fields">
                <TextArea
                    name="list"
                    label="Text with the codes"
                    hint=hint
                    rows=8
                    required=true
                    error=prepared.field("list")
                />
                <Field
                    name="found_at"
                    label="Where it was found"
                    hint="Owners read it in the mail about the block, for example: a public forum."
                    value=prepared.value("found_at")
                    autocomplete="off"
                    maxlength=200
                    required=true
                    error=prepared.field("found_at")
                />
                <div class="form-actions">
                    <Button busy=prepared.busy()>"Read list"</Button>
                </div>
            </Form>
        </Card>
    }
    .into_any()
}

fn many(count: u32, one: &str, more: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {more}") }
}

fn preview(list: BlockList, now: OffsetDateTime, deeds: Deeds) -> AnyView {
    let ours = list.listed - list.unknown.min(list.listed);
    let states = list.states.clone().into_iter().map(|(state, count)| {
        let ((mark, word), count) = (code_state(state), count.to_string());
        view! { <Fact term=word><Badge state=mark label=count/></Fact> }
    });
    let states = states.collect_view();
    let (found, by) = (list.found_at.clone(), format!("{}, {}", list.made_by, wording::ago(list.created_at, now)));
    let (listed, unknown) = (list.listed.to_string(), list.unknown.to_string());
    let concerned =
        format!("{} in {}", many(list.devices, "device", "devices"), many(list.offices, "office", "offices"));
    let end = end(&list, now, deeds);
    view! {
        <Card heading="What of it is ours">
            <Facts wide=true>
                <Fact term="Found at">{found}</Fact>
                <Fact term="Read by">{by}</Fact>
                <Fact term="Codes in the list">{listed}</Fact>
                <Fact term="Ours">{ours.to_string()}</Fact>
                <Fact term="Not ours">{unknown}</Fact>
                <Fact term="In use on">{concerned}</Fact>
                {states}
            </Facts>
            {end}
        </Card>
    }
    .into_any()
}

/// What can be done with the list as it stands.
fn end(list: &BlockList, now: OffsetDateTime, deeds: Deeds) -> AnyView {
    let id = list.id.to_string();
    let another = view! { <ButtonLink href=paths::PUBLISHED variant=Variant::Quiet>"Read another list"</ButtonLink> };
    let codes = many(list.blocks, "code", "codes");
    if let Some(at) = list.undone_at {
        let said = format!("The block was taken back {}.", wording::ago(at, now));
        return view! { <p>{said}</p> <div class="row">{another}</div> }.into_any();
    }
    if let Some(at) = list.blocked_at {
        let said = format!("{codes} of it were blocked {}.", wording::ago(at, now));
        let undo = list.undo_until(now).map(|until| {
            let hint = format!("Possible until {}.", wording::moment(until));
            view! {
                <p class="muted">{hint}</p>
                <Form action=deeds.undo>
                    <input type="hidden" name="id" value=id/>
                    <Button id="undo" variant=Variant::Secondary busy=deeds.undone.busy()>"Take block back"</Button>
                </Form>
            }
        });
        return view! { <p>{said}</p> {undo} <div class="row">{another}</div> }.into_any();
    }
    if list.blocks == 0 {
        return view! {
            <p>"There is nothing to block: no code of this list is ours and still accepted."</p>
            <div class="row">{another}</div>
        }
        .into_any();
    }
    let effect = format!("Blocking {codes} concerns {}.", many(list.devices, "device", "devices"));
    let label = format!("Block {codes}");
    view! {
        <Notice tone=Tone::Warn title=effect>
            <p>"Devices keep working for 8 days. Owners get a mail with the reason “published” and the way to appeal. You can take it back for 24 hours."</p>
        </Notice>
        <div class="row">
            <Form action=deeds.block>
                <input type="hidden" name="id" value=id/>
                <Button id="block" variant=Variant::Danger busy=deeds.blocked.busy()>{label}</Button>
            </Form>
            {another}
        </div>
    }
    .into_any()
}

fn earlier(lists: Vec<EarlierList>, now: OffsetDateTime) -> AnyView {
    let rows = lists.into_iter().map(|list| {
        let what = match list.undone_at {
            Some(_) => "taken back".to_owned(),
            None => many(list.blocked, "code", "codes"),
        };
        let when = wording::ago(list.blocked_at, now);
        view! {
            <li>
                <a href=paths::published(list.id, None)>{list.found_at}</a>
                " " <span class="muted">{what} ", " {when}</span>
            </li>
        }
    });
    let rows = rows.collect_view();
    let none = rows.is_empty().then(|| view! { <p class="muted">"No list was blocked yet."</p> });
    view! {
        <section class="panel">
            <h2>"Blocked before"</h2>
            {none}
            <ul>{rows}</ul>
        </section>
    }
    .into_any()
}
