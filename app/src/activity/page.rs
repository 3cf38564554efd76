//! The page of what happened.

use domain::activity::{About, Activity as Record, Chain, Happened};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::api::get_activity;
use crate::error::Answer;
use crate::form::Title;
use crate::load::{Loaded, load};
use crate::ui::*;
use crate::waiting::{reading, unread};
use crate::{paths, wording};

/// Everything that happened in the account, the newest first.
#[component]
pub fn Activity() -> impl IntoView {
    let query = use_query_map();
    let before = move || query.read().get("before").and_then(|number| number.parse::<i64>().ok());
    let activity = load(before, get_activity);
    view! {
        <Title text="Activity"/>
        <div class="page">
            <PageHead title="Activity" lead="Everything that was done in your office, and who did it. Nothing here can be changed or removed."/>
            {events(activity, move || (before().is_some(), paths::ACTIVITY.to_owned()))}
            <div class="row">
                <ButtonLink href=paths::ACTIVITY_FILE download=true>"Download as CSV"</ButtonLink>
                <span class="muted small">"The newest 10,000 events of what you see. The download is recorded."</span>
            </div>
        </div>
    }
    .into_any()
}

/// What happened, as it was read, and which page of it this is: whether there is a newer one, and where the newest is.
pub(super) fn events(
    read: Loaded<Answer<Record>>,
    which: impl Fn() -> (bool, String) + Send + Sync + 'static,
) -> AnyView {
    view! {
        <Suspense fallback=reading>
            {move || {
                let (later, page) = which();
                Suspend::new(async move {
                    match read.await {
                        Ok(read) if read.events.is_empty() => none(later),
                        Ok(read) => {
                            let chain = read.chain.clone().map(signed);
                            view! { {table(&read, later, &page)} {chain} }.into_any()
                        }
                        Err(error) => unread(&error),
                    }
                })
            }}
        </Suspense>
    }
    .into_any()
}

/// Where the chain stands, and the file by which it is checked elsewhere.
fn signed(chain: Chain) -> AnyView {
    let bound = match chain.events {
        0 => "The first events are bound within seconds.".to_owned(),
        1 => "1 event is bound.".to_owned(),
        many => format!("{many} events are bound to one another."),
    };
    let file = format!("{}/activity-signed.json", paths::EXPORT);
    view! {
        <Card heading="Proof that nothing was changed" id="proof">
            <p>
                "Every event carries the fingerprint of the one before it, and the last fingerprint is signed. Keep the file: with it
                you can prove later that nothing was changed or taken out, even to us. "
                <code class="mono">"latchkey-client verify-activity FILE"</code> " checks it without asking anybody."
            </p>
            <Facts>
                <Fact term="Bound">{bound}</Fact>
                <Fact term="Last fingerprint"><bdi class="mono break" dir="ltr">{chain.head}</bdi></Fact>
                <Fact term="Signed with key"><bdi class="mono" dir="ltr">{chain.key}</bdi></Fact>
            </Facts>
            <div class="form-actions">
                <ButtonLink href=file download=true>"Download signed activity"</ButtonLink>
            </div>
        </Card>
    }
    .into_any()
}

fn none(later: bool) -> AnyView {
    if later {
        return view! {
            <Empty title="Nothing older" text="This is where the record of your office begins.">
                <ButtonLink href=paths::ACTIVITY>"Back to the newest"</ButtonLink>
            </Empty>
        }
        .into_any();
    }
    view! {
        <Empty title="Nothing has happened yet" text="What you and your colleagues do here is recorded from now on."/>
    }
    .into_any()
}

pub(super) fn table(read: &Record, later: bool, page: &str) -> AnyView {
    let rows = read.events.iter().map(|happened| row(happened, read.now)).collect_view();
    let newer = later.then(|| page.to_owned());
    let older = read.older.map(|number| format!("{page}?before={number}"));
    let own_only = read.own_only.then(|| {
        view! {
            <Notice>
                <p>"You see what you did yourself and what happened to your devices."</p>
            </Notice>
        }
    });
    view! {
        {own_only}
        <DataTable caption="What happened, the newest first" hide_caption=true>
            <thead>
                <tr>
                    <th scope="col">"When"</th>
                    <th scope="col">"What"</th>
                    <th scope="col">"About"</th>
                    <th scope="col">"By"</th>
                    <th scope="col">"Country"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </DataTable>
        <Pager newer=newer older=older label="Pages of activity"/>
    }
    .into_any()
}

fn row(happened: &Happened, now: time::OffsetDateTime) -> AnyView {
    let what = wording::event(&happened.event);
    let reason =
        happened.reason.clone().map(|reason| view! { <span class="kicker">{wording::event_reason(&reason)}</span> });
    let country = happened.country.map_or("Unknown", wording::country);
    view! {
        <tr>
            <td data-label="When">
                <time datetime=wording::iso(happened.at) title=wording::moment(happened.at)>
                    {wording::ago(happened.at, now)}
                </time>
            </td>
            <th scope="row" data-label="What"><span class="stack-tight">{what} {reason}</span></th>
            <td data-label="About">{about(happened)}</td>
            <td data-label="By">{wording::by(&happened.by)}</td>
            <td data-label="Country">{country}</td>
        </tr>
    }
    .into_any()
}

fn about(happened: &Happened) -> AnyView {
    let on = happened.device.clone().map(|(id, name)| {
        view! { <span>"on " <a href=paths::device(id)>{name}</a></span> }
    });
    let about = match happened.about.clone() {
        Some(About::Device(id, name)) => view! { <a href=paths::device(id)>{name}</a> }.into_any(),
        Some(About::License(id, product)) => view! { <a href=paths::license(id)>{product}</a> }.into_any(),
        Some(About::Code(tail)) => {
            view! { <span>"Code ending in " <bdi class="mono" dir="ltr">{tail}</bdi></span> }.into_any()
        }
        Some(About::Request(number)) => view! { <a href=paths::request(&number)>{number.clone()}</a> }.into_any(),
        None if on.is_none() => "Your office".into_any(),
        None => ().into_any(),
    };
    view! { <span class="row">{about} {on}</span> }.into_any()
}
