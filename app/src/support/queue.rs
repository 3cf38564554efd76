//! The queue of support: what waits for a decision, oldest first, and what was decided last.

use domain::recovery::review::{self, QueueRow};
use leptos::prelude::*;
use leptos_meta::Title;
use time::OffsetDateTime;

use crate::support::api::get_queue;
use crate::ui::*;
use crate::waiting::{reading, unread};
use crate::{paths, wording};

#[component]
pub fn Queue() -> impl IntoView {
    let queue = Resource::new(|| (), |()| get_queue());
    view! {
        <Title text="Queue"/>
        <div class="page">
            <PageHead title="Queue" lead="Recovery requests, oldest first. Each is due within one working day."/>
            <Suspense fallback=reading>
                {move || Suspend::new(async move {
                    match queue.await {
                        Ok(queue) => shown(queue),
                        Err(error) => unread(&error),
                    }
                })}
            </Suspense>
        </div>
    }
    .into_any()
}

fn shown(queue: review::Queue) -> AnyView {
    let review::Queue { now, open, decided } = queue;
    let waiting = if open.is_empty() {
        view! {
            <Empty title="Nothing waits" text="Every request is decided. A new one appears here as soon as a customer sends it."/>
        }
        .into_any()
    } else {
        let caption = format!("Waiting for a decision: {}", open.len());
        table(caption, open, now)
    };
    let decided = (!decided.is_empty()).then(|| table("Decided last".to_owned(), decided, now));
    view! {
        {waiting}
        {decided}
    }
    .into_any()
}

fn table(caption: String, rows: Vec<QueueRow>, now: OffsetDateTime) -> AnyView {
    view! {
        <DataTable caption>
            <thead>
                <tr>
                    <th scope="col">"Number"</th>
                    <th scope="col">"Requester"</th>
                    <th scope="col">"Office"</th>
                    <th scope="col">"Reason"</th>
                    <th scope="col">"State"</th>
                    <th scope="col">"Sent"</th>
                    <th scope="col">"Assignee"</th>
                </tr>
            </thead>
            <tbody>{rows.into_iter().map(|row| line(row, now)).collect_view()}</tbody>
        </DataTable>
    }
    .into_any()
}

fn line(row: QueueRow, now: OffsetDateTime) -> AnyView {
    let (state, word) = wording::recovery_state(row.state);
    let assignee =
        row.assignee.map_or_else(|| view! { <span class="muted">"Nobody yet"</span> }.into_any(), IntoAny::into_any);
    let href = paths::review(&row.number);
    view! {
        <tr>
            <th scope="row">
                <a href=href><Key text=row.number plain=true/></a>
            </th>
            <td data-label="Requester">{row.requester}</td>
            <td data-label="Office">{row.office}</td>
            <td data-label="Reason">{wording::reason(row.reason)}</td>
            <td data-label="State"><Badge state label=word/></td>
            <td data-label="Sent">
                <time datetime=wording::iso(row.created_at)>{wording::ago(row.created_at, now)}</time>
            </td>
            <td data-label="Assignee">{assignee}</td>
        </tr>
    }
    .into_any()
}
