//! One batch: how far it is, and its file, which leaves once. While something is still to happen the page looks again, with
//! script and without.

use std::time::Duration;

use domain::batch::{BatchPage as Page, BatchState, Source};
use domain::id::BatchId;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use uuid::Uuid;

use super::words;
use crate::form::Title;
use crate::load::load;
use crate::support::catalog_api::get_batch;
use crate::ui::*;
use crate::waiting::{reading, unread_page};
use crate::{paths, wording};

/// How often the page looks again.
const AGAIN: Duration = Duration::from_secs(2);
/// The same without script.
const AGAIN_PLAIN: &str = r#"<noscript><meta http-equiv="refresh" content="3"></noscript>"#;

#[component]
pub fn BatchPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let id = Memo::new(move |_| params.read().get("id").and_then(|id| id.parse::<Uuid>().ok()).unwrap_or_default());
    let look = RwSignal::new(0_u32);
    let read = load(move || (id.get(), look.get()), |(id, _)| get_batch(BatchId(id)));
    let done = Memo::new(move |_| query.read().get("done"));
    Effect::new(move |_| {
        if let Some(Ok(page)) = read.get()
            && page.row.state.goes_on()
        {
            set_timeout(move || look.try_update(|look| *look += 1).unwrap_or_default(), AGAIN);
        }
    });
    view! {
        <Title text="Batch of codes"/>
        <div class="page">
            <Transition fallback=reading>
                {move || Suspend::new(async move {
                    match read.await {
                        Ok(page) => view! {
                            {head(&page)}
                            {move || done.get().and_then(|done| outcome(&done))}
                            {shown(&page)}
                        }
                        .into_any(),
                        Err(error) => unread_page("Batch of codes", &error),
                    }
                })}
            </Transition>
        </div>
    }
    .into_any()
}

fn outcome(done: &str) -> Option<AnyView> {
    let (title, text) = match done {
        "ordered" => ("Ordered", "The codes are being made. You can leave this page: it goes on without you."),
        "brought" => {
            ("Being brought in", "The file itself was not kept. You can leave this page: it goes on without you.")
        }
        _ => return None,
    };
    Some(view! { <Done title=title text=text/> }.into_any())
}

fn head(page: &Page) -> AnyView {
    let row = &page.row;
    let verb = if row.source == Source::Made { "for" } else { "of" };
    let title = format!("{} codes {verb} {}", row.wanted, row.seller);
    let lead = format!("{}: {}", row.product, row.bundle);
    view! { <PageHead title=title lead=lead back_href=paths::BATCHES back_label="Codes in batches"/> }.into_any()
}

fn shown(page: &Page) -> AnyView {
    let (state, word) = words::batch_state(page.row.state, page.row.source);
    let (progress, file, facts) = (progress(page), file(page), facts(page));
    view! {
        <div class="columns">
            <div>
                <Card heading="How far it is">
                    <p><Badge state label=word/></p>
                    {progress}
                    {file}
                </Card>
            </div>
            <aside>
                <section class="panel">
                    <h2>"Codes"</h2>
                    {facts}
                </section>
            </aside>
        </div>
    }
    .into_any()
}

fn progress(page: &Page) -> AnyView {
    let row = &page.row;
    let far = row.done + row.skipped;
    let told = match row.state {
        BatchState::Working => format!("{far} of {} codes", row.wanted),
        _ if row.skipped > 0 => {
            format!("{} codes were brought in. {} had come to be here by another way.", row.done, row.skipped)
        }
        _ => format!("All {} codes are there.", row.done),
    };
    let plain = row.state.goes_on().then(|| view! { <div hidden=true inner_html=AGAIN_PLAIN></div> });
    view! {
        <div class="far">
            <progress class="progress" max=row.wanted.to_string() value=far.to_string() aria-label="Codes that are there"></progress>
            <p role="status">{told}</p>
        </div>
        {plain}
    }
    .into_any()
}

fn file(page: &Page) -> AnyView {
    match (page.row.state, &page.handed) {
        (BatchState::Working, _) => {
            view! { <p class="muted">"When all codes are there, the next step appears here."</p> }.into_any()
        }
        (BatchState::Finished, _) => {
            view! { <p class="muted">"Whoever issued these codes has them. There is no file here."</p> }.into_any()
        }
        (_, Some((by, at))) => {
            let told = format!("{by} downloaded the file on {}. There is no other.", wording::moment(*at));
            view! { <p>{told}</p> }.into_any()
        }
        (_, None) if page.may_take => {
            let to = paths::batch_file(page.row.id);
            view! {
                <Notice tone=Tone::Warn title="This works once">
                    <p>
                        "The file is encrypted to the seller's age key, so only the seller can read it. After the download it is gone here, and your name stands with it."
                    </p>
                    <form method="post" action=to>
                        <Button>"Download encrypted file"</Button>
                    </form>
                </Notice>
            }
            .into_any()
        }
        (_, None) => view! { <p class="muted">"A lead downloads the file, once."</p> }.into_any(),
    }
}

fn facts(page: &Page) -> AnyView {
    let row = &page.row;
    let countries = if page.countries.is_empty() { "Everywhere".to_owned() } else { words::countries(&page.countries) };
    let last = page.redeem_by.map(|by| {
        let last = by - time::Duration::seconds(1);
        view! { <Fact term="Last day to activate">{wording::day(last)}</Fact> }
    });
    let recipient = page.recipient.clone().map(|key| {
        view! { <Fact term="Encrypted to"><bdi class="mono breakable" dir="ltr">{key}</bdi></Fact> }
    });
    let finished = page.finished_at.map(|at| view! { <Fact term="All there since">{wording::moment(at)}</Fact> });
    let (kind, seats, term) = (wording::kind(row.kind), wording::seats(&page.seats), format!("{} days", page.days));
    let (by, at, reason) = (row.asked_by.clone(), wording::moment(row.asked_at), page.reason.clone());
    view! {
        <Facts>
            <Fact term="Kind">{kind}</Fact>
            <Fact term="Seats">{seats}</Fact>
            <Fact term="Term">{term}</Fact>
            <Fact term="Countries">{countries}</Fact>
            {last}
            {recipient}
            <Fact term="Ordered by">{by}</Fact>
            <Fact term="Ordered on">{at}</Fact>
            <Fact term="Reason">{reason}</Fact>
            {finished}
        </Facts>
    }
    .into_any()
}
