//! The list of the account's requests.

use domain::recovery::RecoveryStatus;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::requests::api::get_requests;
use crate::ui::*;
use crate::waiting::{reading, unread};
use crate::{paths, wording};

#[component]
pub fn Requests() -> impl IntoView {
    let requests = Resource::new(|| (), |()| get_requests());
    view! {
        <Title text="Requests"/>
        <div class="page">
            <PageHead title="Requests" lead="What your office asked support for, and where it stands.">
                <ButtonLink href=paths::RECOVER variant=Variant::Primary>"Recover a code"</ButtonLink>
            </PageHead>
            <Suspense fallback=reading>
                {move || Suspend::new(async move {
                    match requests.await {
                        Ok(requests) => listed(requests),
                        Err(error) => unread(&error),
                    }
                })}
            </Suspense>
        </div>
    }
    .into_any()
}

fn listed(requests: Vec<RecoveryStatus>) -> AnyView {
    if requests.is_empty() {
        return view! {
            <Empty title="No requests yet" text="When a code is lost, ask for it here. Support answers within one working day.">
                <ButtonLink href=paths::RECOVER>"Recover a code"</ButtonLink>
            </Empty>
        }
        .into_any();
    }
    view! {
        <DataTable caption="Requests, newest first" hide_caption=true>
            <thead>
                <tr>
                    <th scope="col">"Number"</th>
                    <th scope="col">"Reason"</th>
                    <th scope="col">"License key"</th>
                    <th scope="col">"State"</th>
                    <th scope="col">"Sent on"</th>
                </tr>
            </thead>
            <tbody>{requests.into_iter().map(row).collect_view()}</tbody>
        </DataTable>
    }
    .into_any()
}

fn row(request: RecoveryStatus) -> AnyView {
    let (state, word) = wording::recovery_state(request.state);
    let href = paths::request(&request.number);
    view! {
        <tr>
            <th scope="row">
                <a href=href><Key text=request.number plain=true/></a>
            </th>
            <td data-label="Reason">{wording::reason(request.reason)}</td>
            <td data-label="License key"><Key text=format!("…{}", request.key_tail)/></td>
            <td data-label="State"><Badge state label=word/></td>
            <td data-label="Sent on">
                <time datetime=wording::iso(request.created_at)>{wording::day(request.created_at)}</time>
            </td>
        </tr>
    }
    .into_any()
}
