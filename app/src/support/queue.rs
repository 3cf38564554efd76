//! The queue of support: cases and recoveries together, what waits the oldest first, what is done the newest.

use domain::recovery::due_at;
use domain::request::{Asked, Desk, DeskRow, Part};
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
    let part = Memo::new(move |_| {
        query.read().get("part").and_then(|part| part.parse::<Part>().ok()).unwrap_or(Part::Waiting)
    });
    let after = move || query.read().get("after").and_then(|id| id.parse::<Uuid>().ok());
    let queue = Resource::new(move || (part.get(), after()), |(part, after)| get_queue(part, after));
    view! {
        <Title text="Queue"/>
        <div class="page">
            <PageHead title="Queue" lead="Cases and recoveries, oldest first. A first answer is due within one working day."/>
            {move || view! { <Tabs label="Parts of the queue" items=tabs(part.get())/> }}
            <Suspense fallback=reading>
                {move || {
                    let (part, later) = (part.get(), after().is_some());
                    Suspend::new(async move {
                        match queue.await {
                            Ok(desk) => shown(desk, part, later),
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

fn address(part: Part) -> String {
    match part {
        Part::Waiting => paths::SUPPORT.to_owned(),
        part => format!("{}?part={part}", paths::SUPPORT),
    }
}

fn tabs(current: Part) -> Vec<Tab> {
    let tab = |part: &Part| Tab {
        href: address(*part),
        label: name(*part).to_owned(),
        count: None,
        current: *part == current,
    };
    Part::ALL.iter().map(tab).collect()
}

fn shown(desk: Desk, part: Part, later: bool) -> AnyView {
    if desk.rows.is_empty() {
        return view! {
            <Empty title="Nothing here" text="A request appears in this part of the queue as soon as it stands so.">
                {(part != Part::Waiting || later).then(|| view! { <ButtonLink href=paths::SUPPORT>"See all that waits"</ButtonLink> })}
            </Empty>
        }
        .into_any();
    }
    let caption = match part {
        Part::Done => "Done last".to_owned(),
        part => format!("{}, oldest first", name(part)),
    };
    let first = later.then(|| address(part));
    let next = desk.next.map(|id| format!("{}?part={part}&after={id}", paths::SUPPORT));
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
