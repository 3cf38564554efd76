//! The queue of support: cases and recoveries together, what waits the oldest first, what is done the newest.

use domain::recovery::due_at;
use domain::request::{Asked, Desk, DeskRow, Kind, Part, Shown, View};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::support::api::get_queue;
use crate::ui::*;
use crate::waiting::{reading, unread};
use crate::{paths, wording};

#[component]
pub fn Queue() -> impl IntoView {
    let query = use_query_map();
    let shown_now = Memo::new(move |_| {
        let query = query.read();
        let word = |name: &str| query.get(name).unwrap_or_default();
        Shown {
            part: word("part").parse().unwrap_or(Part::Waiting),
            view: word("view").parse().unwrap_or(View::All),
            kind: word("kind").parse().unwrap_or(Kind::Both),
        }
    });
    let after = move || query.read().get("after").and_then(|id| id.parse::<Uuid>().ok());
    let queue = Resource::new(
        move || (shown_now.get(), after()),
        |(shown, after)| get_queue(shown.part, Some(shown.view), Some(shown.kind), after),
    );
    view! {
        <Title text="Queue"/>
        <div class="page">
            <PageHead title="Queue" lead="Cases and recoveries, oldest first. A first answer is due within one working day."/>
            {move || view! { <Tabs label="Parts of the queue" items=tabs(shown_now.get())/> }}
            {move || view! { <Tabs label="Whose requests" items=views(shown_now.get())/> }}
            {move || kinds(shown_now.get())}
            <Suspense fallback=reading>
                {move || {
                    let (now_shown, later) = (shown_now.get(), after().is_some());
                    Suspend::new(async move {
                        match queue.await {
                            Ok(desk) => shown(desk, now_shown, later),
                            Err(error) => unread(&error),
                        }
                    })
                }}
            </Suspense>
        </div>
    }
    .into_any()
}

const fn name(part: Part) -> &'static str {
    match part {
        Part::Waiting => "Waiting",
        Part::New => "New",
        Part::Open => "Open",
        Part::Pending => "Waits for the customer",
        Part::OnHold => "On hold",
        Part::Done => "Done",
    }
}

const fn whose(view: View) -> &'static str {
    match view {
        View::All => "Everybody's",
        View::Mine => "Mine",
        View::Unassigned => "Nobody's",
        View::Overdue => "Late",
    }
}

const fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Both => "Cases and recoveries",
        Kind::Cases => "Cases",
        Kind::Recoveries => "Recoveries",
    }
}

/// The address of what is shown: short for what most people want, and worth keeping as a bookmark for all else.
fn address(shown: Shown) -> String {
    let mut asked = Vec::new();
    if shown.part != Part::Waiting {
        asked.push(format!("part={}", shown.part));
    }
    if shown.view != View::All {
        asked.push(format!("view={}", shown.view));
    }
    if shown.kind != Kind::Both {
        asked.push(format!("kind={}", shown.kind));
    }
    if asked.is_empty() { paths::SUPPORT.to_owned() } else { format!("{}?{}", paths::SUPPORT, asked.join("&")) }
}

fn tabs(now: Shown) -> Vec<Tab> {
    let tab = |part: &Part| Tab {
        href: address(Shown { part: *part, ..now }),
        label: name(*part).to_owned(),
        count: None,
        current: *part == now.part,
    };
    Part::ALL.iter().map(tab).collect()
}

fn views(now: Shown) -> Vec<Tab> {
    let tab = |view: &View| Tab {
        href: address(Shown { view: *view, ..now }),
        label: whose(*view).to_owned(),
        count: None,
        current: *view == now.view,
    };
    View::ALL.iter().map(tab).collect()
}

/// The kinds, each a link but the one that is shown.
fn kinds(now: Shown) -> AnyView {
    let link = |kind: &Kind| {
        let current = (*kind == now.kind).then_some("true");
        view! {
            <a href=address(Shown { kind: *kind, ..now }) aria-current=current>{kind_name(*kind)}</a>
        }
    };
    view! { <nav class="row small" aria-label="Kinds of requests">{Kind::ALL.iter().map(link).collect_view()}</nav> }
        .into_any()
}

fn shown(desk: Desk, now_shown: Shown, later: bool) -> AnyView {
    let part = now_shown.part;
    let plain = address(now_shown) == paths::SUPPORT;
    if desk.rows.is_empty() {
        return view! {
            <Empty title="Nothing here" text="A request appears in this part of the queue as soon as it stands so.">
                {(!plain || later).then(|| view! { <ButtonLink href=paths::SUPPORT>"See all that waits"</ButtonLink> })}
            </Empty>
        }
        .into_any();
    }
    let caption = match part {
        Part::Done => "Done last".to_owned(),
        part => format!("{}, oldest first", name(part)),
    };
    let first = later.then(|| address(now_shown));
    let here = format!("{}?part={part}&view={}&kind={}", paths::SUPPORT, now_shown.view, now_shown.kind);
    let next = desk.next.map(|id| format!("{here}&after={id}"));
    let now = desk.now;
    view! {
        <DataTable caption>
            <thead>
                <tr>
                    <th scope="col">"Number"</th>
                    <th scope="col">"About"</th>
                    <th scope="col">"Customer"</th>
                    <th scope="col">"Product"</th>
                    <th scope="col">"State"</th>
                    <th scope="col">"Age"</th>
                    <th scope="col">"Due"</th>
                    <th scope="col">"Assignee"</th>
                </tr>
            </thead>
            <tbody>{desk.rows.into_iter().map(|row| line(row, now)).collect_view()}</tbody>
        </DataTable>
        <nav class="pager" aria-label="Pages of the queue">
            {first.map(|href| view! { <a class="button button-secondary" rel="prev" href=href>"First page"</a> })}
            {next.map(|href| view! { <a class="button button-secondary pager-older" rel="next" href=href>"Next page"</a> })}
        </nav>
    }
    .into_any()
}

fn line(row: DeskRow, now: OffsetDateTime) -> AnyView {
    let open = is_open(&row.asked);
    let (href, about, subject, (state, word)) = match row.asked {
        Asked::Case { topic, subject, state } => {
            (paths::desk_case(&row.number), wording::topic(topic), Some(subject), wording::case_state(state))
        }
        Asked::Recovery { reason, state } => {
            (paths::review(&row.number), wording::reason(reason), None, wording::recovery_state(state))
        }
    };
    let nobody = || view! { <span class="muted">"Nobody yet"</span> }.into_any();
    let assignee = row.assignee.map_or_else(nobody, IntoAny::into_any);
    let due = due_at(row.created_at);
    let due = if open && row.customer_waits {
        due_word(due, now)
    } else {
        view! { <span class="muted">"Nothing"</span> }.into_any()
    };
    view! {
        <tr>
            <th scope="row">
                <a href=href><Key text=row.number plain=true/></a>
            </th>
            <td data-label="About">
                <span class="stack-tight">
                    {about}
                    {subject.map(|subject| view! { <span class="muted small">{subject}</span> })}
                </span>
            </td>
            <td data-label="Customer">
                <span class="stack-tight">{row.requester} <span class="muted small">{row.office}</span></span>
            </td>
            <td data-label="Product">{row.product.unwrap_or_else(|| "Not named".to_owned())}</td>
            <td data-label="State"><Badge state label=word/></td>
            <td data-label="Age">
                <time datetime=wording::iso(row.created_at)>{wording::ago(row.created_at, now)}</time>
            </td>
            <td data-label="Due">{due}</td>
            <td data-label="Assignee">{assignee}</td>
        </tr>
    }
    .into_any()
}

fn is_open(asked: &Asked) -> bool {
    match asked {
        Asked::Case { state, .. } => state.is_open(),
        Asked::Recovery { state, .. } => state.is_open(),
    }
}

fn due_word(due: OffsetDateTime, now: OffsetDateTime) -> AnyView {
    let late = (due <= now).then(|| view! { <Badge state=State::NeedsYou label="Late"/> });
    view! {
        <span class="stack-tight">
            <time datetime=wording::iso(due)>{wording::moment(due)}</time>
            {late}
        </span>
    }
    .into_any()
}
