//! What support weighs: claims beside records, the holder's own words, and the license in question.

use domain::code;
use domain::recovery::review::{QueueRow, ReviewedLicense};
use domain::recovery::{Comparison, Route, Verdict as Compared};
use leptos::prelude::*;
use time::OffsetDateTime;

use crate::ui::*;
use crate::wording;

pub(super) fn compared(comparisons: Vec<Comparison>) -> AnyView {
    view! {
        <div class="compare">
            <DataTable caption="Claimed and recorded">
                <thead>
                    <tr>
                        <th scope="col">"Fact"</th>
                        <th scope="col">"Claimed"</th>
                        <th scope="col">"Recorded"</th>
                        <th scope="col">"Verdict"</th>
                    </tr>
                </thead>
                <tbody>{comparisons.into_iter().map(fact).collect_view()}</tbody>
            </DataTable>
        </div>
    }
    .into_any()
}

fn fact(comparison: Comparison) -> AnyView {
    let Comparison { fact, claimed, recorded, verdict } = comparison;
    let (verdict, label) = match verdict {
        Compared::Match => (Verdict::Match, "Matches"),
        Compared::Differs => (Verdict::Differs, "Differs"),
        Compared::Unclear if recorded.is_empty() => (Verdict::Missing, "Not recorded"),
        Compared::Unclear if claimed.is_empty() => (Verdict::Missing, "Not claimed"),
        Compared::Unclear => (Verdict::Missing, "Compare it yourself"),
    };
    view! {
        <tr data-verdict=verdict.name()>
            <th scope="row">{wording::fact(fact)}</th>
            <td data-label="Claimed">{said(claimed)}</td>
            <td data-label="Recorded">{said(recorded)}</td>
            <td data-label="Verdict"><VerdictMark verdict label/></td>
        </tr>
    }
    .into_any()
}

fn said(text: String) -> AnyView {
    if text.is_empty() {
        view! { <span class="muted">"Nothing"</span> }.into_any()
    } else {
        view! { <bdi>{text}</bdi> }.into_any()
    }
}

pub(super) fn told(row: &QueueRow, description: String, now: OffsetDateTime) -> AnyView {
    let words = if description.is_empty() {
        view! { <p class="message-body muted">"Nothing was added to the facts above."</p> }.into_any()
    } else {
        view! { <p class="message-body">{description}</p> }.into_any()
    };
    view! {
        <section class="thread" aria-label="In the requester's words">
            <article class="message" data-from="customer">
                <p class="message-head">
                    <strong>{row.requester.clone()}</strong>
                    <time datetime=wording::iso(row.created_at)>{wording::ago(row.created_at, now)}</time>
                </p>
                {words}
            </article>
        </section>
    }
    .into_any()
}

pub(super) fn request(row: &QueueRow, route: Route, earlier: u32, now: OffsetDateTime) -> AnyView {
    let (state, word) = wording::recovery_state(row.state);
    let assignee = row.assignee.clone().unwrap_or_else(|| "Nobody yet".to_owned());
    let (requester, office, reason) = (row.requester.clone(), row.office.clone(), wording::reason(row.reason));
    let sent = row.created_at;
    let route = match route {
        Route::Store => "By the order, at our store",
        Route::Support => "By the license key",
    };
    let earlier = match earlier {
        0 => "None".to_owned(),
        1 => "1 request".to_owned(),
        many => format!("{many} requests"),
    };
    view! {
        <section class="panel">
            <h2>"Request"</h2>
            <Facts>
                <Fact term="State"><Badge state label=word/></Fact>
                <Fact term="Requester">{requester}</Fact>
                <Fact term="Office">{office}</Fact>
                <Fact term="Reason">{reason}</Fact>
                <Fact term="Route">{route}</Fact>
                <Fact term="Sent">
                    <Day iso=wording::iso(sent) text=wording::day(sent) left=wording::ago(sent, now)/>
                </Fact>
                <Fact term="Assignee">{assignee}</Fact>
                <Fact term="Earlier from this office">{earlier}</Fact>
            </Facts>
        </section>
    }
    .into_any()
}

pub(super) fn license(license: Option<ReviewedLicense>, requester: &str, now: OffsetDateTime) -> AnyView {
    let Some(license) = license else {
        return view! {
            <section class="panel">
                <h2>"License"</h2>
                <p>"The claimed key names no license of ours."</p>
            </section>
        }
        .into_any();
    };
    let (state, word) = wording::standing(license.facts.standing(now));
    let ends_at = license.facts.ends_at();
    let asks = if license.administrator_asks {
        "Asks in person.".to_owned()
    } else {
        format!("Not {requester}, who asks. The code goes to the administrator.")
    };
    view! {
        <section class="panel">
            <h2>"License"</h2>
            <Facts>
                <Fact term="Product">{license.product}</Fact>
                <Fact term="Code"><Key text=code::mask(&license.code_tail)/></Fact>
                <Fact term="Kind">{wording::kind(license.facts.kind)}</Fact>
                <Fact term="Standing"><Badge state label=word/></Fact>
                <Fact term="Ends">
                    <Day
                        iso=wording::iso(ends_at)
                        text=wording::day(ends_at)
                        left=wording::remaining(license.facts.remaining(now))
                    />
                </Fact>
                <Fact term="Administrator">
                    {license.administrator}
                    <p class="muted small">{asks}</p>
                </Fact>
            </Facts>
        </section>
    }
    .into_any()
}

pub(super) fn devices(devices: Vec<String>) -> AnyView {
    let listed = if devices.is_empty() {
        view! { <p>"No device holds a seat of it."</p> }.into_any()
    } else {
        view! { <ul>{devices.into_iter().map(|name| view! { <li>{name}</li> }).collect_view()}</ul> }.into_any()
    };
    view! {
        <section class="panel">
            <h2>"Devices with a seat"</h2>
            {listed}
        </section>
    }
    .into_any()
}
