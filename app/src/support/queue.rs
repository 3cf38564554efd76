//! The queue of support: cases and recoveries together, what waits the oldest first, what is done the newest.

mod row;
mod views;

use domain::request::{Desk, Kind, Looking, Part, Shown, View};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use uuid::Uuid;

use crate::form::{Refused, Title, refused, tried};
use crate::load::load;
use crate::paths::{self, queue};
use crate::support::api::get_queue;
use crate::support::desk_api::{TakeRequest, get_looking};
use crate::support::presence::renewed;
use crate::ui::*;
use crate::waiting::{reading, unread_at_desk};
use crate::wording;
use row::{Row, line};

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
            topic: word("topic").parse().ok(),
            product: word("product").parse().ok(),
        }
    });
    let after = move || query.read().get("after").and_then(|id| id.parse::<Uuid>().ok());
    let read = load(
        move || (shown_now.get(), after()),
        |(shown, after)| get_queue(shown.part, Some(shown.view), Some(shown.kind), shown.topic, shown.product, after),
    );
    let take = ServerAction::<TakeRequest>::new();
    let own = views::Deeds::new();
    let mut voices = vec![tried(take).voice()];
    voices.extend(own.voices());
    let Refused { error, items, sentence } = refused(voices);
    let word = move |name: &str| query.read().get(name).filter(|_| error.read().is_none());
    let done = Memo::new(move |_| word("done").unwrap_or_default());
    let at = Memo::new(move |_| word("at").unwrap_or_default());
    view! {
        <Title text=move || wording::title(error.get(), "Queue")/>
        <div class="page">
            <PageHead title="Queue" lead="Cases and recoveries, oldest first. A first answer is due within one working day.">
                <Shortcuts keys=keys()/>
            </PageHead>
            <ErrorSummary items=items sentence=sentence/>
            {move || views::outcome(&done.get()).map(|(title, text)| view! { <Done title=title text=text/> })}
            {move || view! { <Tabs label="Parts of the queue" items=tabs(shown_now.get())/> }}
            {move || view! { <Tabs label="Whose requests" items=views(shown_now.get())/> }}
            {move || kinds(shown_now.get())}
            <Suspense fallback=reading>
                {move || {
                    let (now_shown, later) = (shown_now.get(), after().is_some());
                    Suspend::new(async move {
                        match read.await {
                            Ok(desk) => {
                                let bar = views::bar(&desk, now_shown, own);
                                view! { {bar} {shown(desk, now_shown, later, &at.get_untracked(), take)} }.into_any()
                            }
                            Err(error) => unread_at_desk(&error),
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

fn tabs(now: Shown) -> Vec<Tab> {
    let tab = |part: &Part| Tab {
        href: queue(Shown { part: *part, ..now }),
        label: name(*part).to_owned(),
        count: None,
        current: *part == now.part,
    };
    Part::ALL.iter().map(tab).collect()
}

fn views(now: Shown) -> Vec<Tab> {
    let tab = |view: &View| Tab {
        href: queue(Shown { view: *view, ..now }),
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
            <a href=queue(Shown { kind: *kind, ..now }) aria-current=current>{kind_name(*kind)}</a>
        }
    };
    view! { <nav class="row small" aria-label="Kinds of requests">{Kind::ALL.iter().map(link).collect_view()}</nav> }
        .into_any()
}

fn keys() -> Vec<Shortcut> {
    vec![
        Shortcut::new("j", "Next request", Does::Next),
        Shortcut::new("k", "Request before", Does::Previous),
        Shortcut::new("Enter", "Open it", Does::Open),
        Shortcut::new("a", "Assign it to me", Does::PressInRow("button")),
    ]
}

fn shown(desk: Desk, now_shown: Shown, later: bool, at: &str, take: ServerAction<TakeRequest>) -> AnyView {
    let part = now_shown.part;
    let plain = queue(now_shown) == paths::SUPPORT;
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
    let first = later.then(|| queue(now_shown));
    let here = queue(now_shown);
    let more = if here.contains('?') { '&' } else { '?' };
    let next = desk.next.map(|id| format!("{here}{more}after={id}"));
    let (now, may_take) = (desk.now, desk.may_take);
    let live = RwSignal::new(None::<Vec<Looking>>);
    renewed(get_looking, move |all| drop(live.try_set(Some(all))));
    let rows = desk.rows.into_iter().map(|row| {
        let came_back = row.number == at;
        line(Row { row, now, shown: now_shown, may_take, came_back, live }, take)
    });
    let rows = rows.collect_view();
    view! {
        <DataTable caption>
            <thead>
                <tr>
                    <th scope="col">"Number"</th>
                    <th scope="col">"About"</th>
                    <th scope="col">"Customer"</th>
                    <th scope="col">"State"</th>
                    <th scope="col">"Age and due time"</th>
                    <th scope="col">"Assignee"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </DataTable>
        <nav class="pager" aria-label="Pages of the queue">
            {first.map(|href| view! { <a class="button button-secondary" rel="prev" href=href>"First page"</a> })}
            {next.map(|href| view! { <a class="button button-secondary pager-older" rel="next" href=href>"Next page"</a> })}
        </nav>
    }
    .into_any()
}
