//! What support weighs: claims beside records, the holder's own words, and the license in question.

use domain::code;
use domain::lookup::CustomerCase;
use domain::recovery::review::{OtherRecovery, QueueRow, ReviewedLicense};
use domain::recovery::{Comparison, Route, Verdict as Compared};
use leptos::prelude::*;
use time::OffsetDateTime;

use crate::ui::*;
use crate::{paths, wording};

pub(super) fn compared(comparisons: Vec<Comparison>) -> AnyView {
    let sum = sum(&comparisons);
    view! {
        {sum}
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

/// How many facts match, differ, or are left to a person: the first thing to know, before the rows.
fn sum(comparisons: &[Comparison]) -> AnyView {
    let count = |verdict| comparisons.iter().filter(|row| row.verdict == verdict).count();
    let by_hand =
        |row: &&Comparison| row.verdict == Compared::Unclear && !row.claimed.is_empty() && !row.recorded.is_empty();
    let (matches, differs) = (count(Compared::Match), count(Compared::Differs));
    let by_hand = comparisons.iter().filter(by_hand).count();
    let missing = comparisons.len() - matches - differs - by_hand;
    let part = |many: usize, verdict: Verdict, words: &str| {
        (many > 0).then(|| view! { <li><VerdictMark verdict label=format!("{many} {words}")/></li> })
    };
    view! {
        <ul class="sum" aria-label="Verdicts">
            {part(matches, Verdict::Match, if matches == 1 { "matches" } else { "match" })}
            {part(differs, Verdict::Differs, if differs == 1 { "differs" } else { "differ" })}
            {part(by_hand, Verdict::Missing, "to compare yourself")}
            {part(missing, Verdict::Missing, "on one side only")}
        </ul>
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
        many => format!("{} requests", wording::counted(many)),
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

/// What else the office asked for lately.
pub(super) fn others(recoveries: Vec<OtherRecovery>, cases: Vec<CustomerCase>) -> AnyView {
    if recoveries.is_empty() && cases.is_empty() {
        return ().into_any();
    }
    let recoveries = recoveries.into_iter().map(|other| {
        let (_, word) = wording::recovery_state(other.state);
        entry(paths::review(&other.number), other.number, wording::reason(other.reason).to_owned(), word)
    });
    let cases = cases.into_iter().map(|other| {
        let (_, word) = wording::case_state(other.state);
        entry(paths::desk_case(&other.number), other.number, other.subject, word)
    });
    let entries = recoveries.chain(cases).collect_view();
    view! {
        <section class="panel">
            <h2>"Other requests of this office"</h2>
            <ul class="stack-tight small">{entries}</ul>
        </section>
    }
    .into_any()
}

fn entry(href: String, number: String, about: String, state: &'static str) -> AnyView {
    view! {
        <li>
            <a href=href>{number}</a>
            " " {about} " " <span class="muted">{state}</span>
        </li>
    }
    .into_any()
}
