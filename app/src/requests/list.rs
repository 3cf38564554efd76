//! The list of everything the office asked of support.

use domain::request::{Asked, Refunding, RequestRow, Requests as Asks};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::form::Title;
use crate::load::load;
use crate::requests::api::get_requests;
use crate::ui::*;
use crate::waiting::{reading, unread};
use crate::{paths, wording};

#[component]
pub fn Requests() -> impl IntoView {
    let query = use_query_map();
    let before = move || query.read().get("before").and_then(|id| id.parse::<Uuid>().ok());
    let requests = load(before, get_requests);
    view! {
        <Title text="Requests"/>
        <div class="page">
            <PageHead title="Requests" lead="What your office asked support for, and where it stands.">
                <ButtonLink href=paths::RECOVER>"Recover a code"</ButtonLink>
                <ButtonLink href=paths::NEW_REQUEST variant=Variant::Primary>"Ask support"</ButtonLink>
            </PageHead>
            <Suspense fallback=reading>
                {move || {
                    let later = before().is_some();
                    Suspend::new(async move {
                        match requests.await {
                            Ok(read) if read.rows.is_empty() => none(later),
                            Ok(read) => listed(read, later),
                            Err(error) => unread(&error),
                        }
                    })
                }}
            </Suspense>
        </div>
    }
    .into_any()
}

fn none(later: bool) -> AnyView {
    if later {
        return view! {
            <Empty title="Nothing older" text="Your office asked for nothing before this.">
                <ButtonLink href=paths::REQUESTS>"Back to the newest"</ButtonLink>
            </Empty>
        }
        .into_any();
    }
    view! {
        <Empty
            title="No requests yet"
            text="Something does not work, or a code is lost? Ask here. Support answers within one working day."
        >
            <ButtonLink href=paths::NEW_REQUEST>"Ask support"</ButtonLink>
            <ButtonLink href=paths::RECOVER>"Recover a code"</ButtonLink>
        </Empty>
    }
    .into_any()
}

fn listed(read: Asks, later: bool) -> AnyView {
    let Asks { now, rows, older } = read;
    let newer = later.then(|| paths::REQUESTS.to_owned());
    let older = older.map(|id| format!("{}?before={id}", paths::REQUESTS));
    view! {
        <DataTable caption="Requests, newest first" hide_caption=true>
            <thead>
                <tr>
                    <th scope="col">"Number"</th>
                    <th scope="col">"About"</th>
                    <th scope="col">"State"</th>
                    <th scope="col">"Last answer"</th>
                </tr>
            </thead>
            <tbody>{rows.into_iter().map(|request| row(request, now)).collect_view()}</tbody>
        </DataTable>
        <Pager newer=newer older=older label="Pages of requests"/>
    }
    .into_any()
}

fn row(request: RequestRow, now: OffsetDateTime) -> AnyView {
    let (about, subject, (state, word)) = match request.asked {
        Asked::Case { topic, subject, state } => (wording::topic(topic), Some(subject), wording::case_state(state)),
        Asked::Recovery { reason, state } => (wording::reason(reason), None, wording::recovery_state(state)),
    };
    let href = paths::request(&request.number);
    let by = if request.answered_by_support { "by support" } else { "by your office" };
    view! {
        <tr>
            <th scope="row">
                <a href=href><Key text=request.number plain=true/></a>
            </th>
            <td data-label="About">
                <span class="stack-tight">
                    {about}
                    {subject.map(|subject| view! { <span class="muted small">{subject}</span> })}
                </span>
            </td>
            <td data-label="State">
                <span class="stack-tight">
                    <Badge state label=word/>
                    {request.refund.map(refund)}
                </span>
            </td>
            <td data-label="Last answer">
                <span class="stack-tight">
                    <time datetime=wording::iso(request.answered_at) title=wording::moment(request.answered_at)>
                        {wording::ago(request.answered_at, now)}
                    </time>
                    <span class="muted small">{by}</span>
                </span>
            </td>
        </tr>
    }
    .into_any()
}

/// Where the refund stands that is asked for in a case, and since when.
fn refund(refund: Refunding) -> AnyView {
    let (state, word) = wording::refund_state(refund.state);
    view! {
        <span class="row">
            <Badge state label=word/>
            <time class="muted small" datetime=wording::iso(refund.since)>{wording::day(refund.since)}</time>
        </span>
    }
    .into_any()
}
