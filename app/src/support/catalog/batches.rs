//! Codes issued in numbers: every batch, the newest first.

use domain::batch::{BatchRow, Batches};
use domain::id::BatchId;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::words;
use crate::form::Title;
use crate::load::load;
use crate::support::catalog_api::get_batches;
use crate::ui::*;
use crate::waiting::{reading, unread_at_desk};
use crate::{paths, wording};

#[component]
pub fn BatchesPage() -> impl IntoView {
    let query = use_query_map();
    let before = move || query.read().get("before").and_then(|id| id.parse::<BatchId>().ok());
    let read = load(before, get_batches);
    view! {
        <Title text="Codes in batches"/>
        <div class="page">
            <PageHead title="Codes in batches" lead="Codes for boxes and cards, and codes of other issuers. Nobody in support reads one: a file leaves encrypted, once.">
                <ButtonLink href=paths::NEW_IMPORT>"Import codes"</ButtonLink>
                <ButtonLink href=paths::NEW_BATCH variant=Variant::Primary>"Order codes"</ButtonLink>
            </PageHead>
            <Suspense fallback=reading>
                {move || {
                    let later = before().is_some();
                    Suspend::new(async move {
                        match read.await {
                            Ok(batches) if batches.rows.is_empty() => none(later),
                            Ok(batches) => table(batches, later),
                            Err(error) => unread_at_desk(&error),
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
            <Empty title="Nothing older" text="This is where the list of batches begins.">
                <ButtonLink href=paths::BATCHES>"Back to the newest"</ButtonLink>
            </Empty>
        }
        .into_any();
    }
    view! {
        <Empty title="No batch yet" text="Codes of online orders come one by one, with their orders. Order a batch for boxes or cards.">
            <ButtonLink href=paths::NEW_BATCH>"Order codes"</ButtonLink>
        </Empty>
    }
    .into_any()
}

fn table(batches: Batches, later: bool) -> AnyView {
    let newer = later.then(|| paths::BATCHES.to_owned());
    let older = batches.older.map(|id| format!("{}?before={id}", paths::BATCHES));
    let rows = batches.rows.into_iter().map(row).collect_view();
    view! {
        <DataTable caption="Batches, the newest first" hide_caption=true>
            <thead>
                <tr>
                    <th scope="col">"Ordered"</th>
                    <th scope="col">"Codes"</th>
                    <th scope="col">"Bundle"</th>
                    <th scope="col">"Kind"</th>
                    <th scope="col">"Seller"</th>
                    <th scope="col">"By"</th>
                    <th scope="col">"State"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </DataTable>
        <Pager newer=newer older=older label="Pages of batches"/>
    }
    .into_any()
}

fn row(batch: BatchRow) -> AnyView {
    let (state, word) = words::batch_state(batch.state, batch.source);
    let at = batch.asked_at;
    view! {
        <tr>
            <th scope="row">
                <a href=paths::batch(batch.id)><time datetime=wording::iso(at)>{wording::moment(at)}</time></a>
            </th>
            <td data-label="Codes">{batch.wanted.to_string()}</td>
            <td data-label="Bundle">
                <span class="stack-tight">{batch.bundle} <span class="muted small">{batch.product}</span></span>
            </td>
            <td data-label="Kind">{wording::kind(batch.kind)}</td>
            <td data-label="Seller">{batch.seller}</td>
            <td data-label="By">{batch.asked_by}</td>
            <td data-label="State"><Badge state label=word/></td>
        </tr>
    }
    .into_any()
}
