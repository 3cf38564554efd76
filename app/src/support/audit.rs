//! The audit log: who did what, to what, when and why. What is sought stands in the address, so that it can be sent on.

use domain::trail::{Doer, Entry, Sought, Trail};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use uuid::Uuid;

use crate::error::AppError;
use crate::form::Title;
use crate::load::load;
use crate::support::audit_api::get_audit;
use crate::ui::*;
use crate::waiting::{reading, unread_at_desk};
use crate::{paths, wording};

/// A list of more parts is folded up.
const MOST_PARTS: usize = 8;

#[component]
pub fn Audit() -> impl IntoView {
    let query = use_query_map();
    let sought = Memo::new(move |_| {
        let query = query.read();
        let word = |name: &str| query.get(name).unwrap_or_default().trim().to_owned();
        Sought {
            what: word("what"),
            who: word("who"),
            office: word("office"),
            event: word("event"),
            from: word("from"),
            until: word("until"),
            before: query.get("before").and_then(|number| number.parse().ok()),
        }
    });
    let trail = load(move || sought.get(), get_audit);
    view! {
        <Title text="Audit"/>
        <div class="page">
            <PageHead title="Audit" lead="Everything that was done, by whom and why, newest first. Nothing here can be changed or removed."/>
            <Suspense fallback=reading>
                {move || {
                    let sought = sought.get();
                    Suspend::new(async move {
                        let trail = trail.await;
                        let filter = filter(&sought, trail.as_ref().err());
                        let found = match trail {
                            Ok(trail) if trail.entries.is_empty() => none(&sought),
                            Ok(trail) => table(trail, &sought),
                            Err(AppError::Deed(domain::Error::Invalid(_))) => unread(),
                            Err(error) => unread_at_desk(&error),
                        };
                        view! { {filter} {found} }
                    })
                }}
            </Suspense>
        </div>
    }
    .into_any()
}

/// The address of a page of the log.
fn address(page: &str, sought: &Sought) -> String {
    let before = sought.before.map(|number| number.to_string()).unwrap_or_default();
    let fields = [
        ("what", &sought.what),
        ("who", &sought.who),
        ("office", &sought.office),
        ("event", &sought.event),
        ("from", &sought.from),
        ("until", &sought.until),
        ("before", &before),
    ];
    let asked: Vec<String> = fields
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}", paths::encoded(value)))
        .collect();
    if asked.is_empty() { page.to_owned() } else { format!("{page}?{}", asked.join("&")) }
}

/// Who, what and when: what was typed stands there again, with what could not be read of it.
fn filter(sought: &Sought, error: Option<&AppError>) -> AnyView {
    let wrong = |field: &'static str| Signal::stored(error.and_then(|error| wording::at_field(error, field)));
    let events = wording::events().map(|(name, words)| (name.to_owned(), words.to_owned())).collect();
    let office = (!sought.office.is_empty()).then(|| {
        let without = Sought { office: String::new(), before: None, ..sought.clone() };
        view! {
            <input type="hidden" name="office" value=sought.office.clone()/>
            <p class="filters-note">"In one office only. " <a href=address(paths::AUDIT, &without)>"Show all offices"</a></p>
        }
    });
    let all = (!sought.is_all()).then(|| view! { <ButtonLink href=paths::AUDIT>"Show everything"</ButtonLink> });
    view! {
        <form class="filters" method="get" action=paths::AUDIT>
            <Select name="event" label="What happened" options=events value=sought.event.clone() blank="Anything"/>
            <Field
                name="what"
                label="To what"
                hint="The number of a case or recovery, like S26-0001-0001, or an identity."
                value=sought.what.clone()
                autocomplete="off"
                maxlength=64
                error=wrong("what")
            />
            <Field
                name="who"
                label="By whom"
                hint="The e-mail address of somebody in support, or an identity."
                value=sought.who.clone()
                autocomplete="off"
                maxlength=254
                error=wrong("who")
            />
            <Field name="from" label="From day (UTC)" kind="date" value=sought.from.clone() error=wrong("from")/>
            <Field name="until" label="Until day (UTC)" kind="date" value=sought.until.clone() error=wrong("until")/>
            <Button variant=Variant::Secondary>"Show events"</Button>
            {all}
            {office}
        </form>
    }
    .into_any()
}

fn none(sought: &Sought) -> AnyView {
    if sought.is_all() {
        return view! { <Empty title="Nothing older" text="This is where the record begins."/> }.into_any();
    }
    view! {
        <Empty title="Nothing like this happened" text="Check the number, the address and the days, or leave some of them empty.">
            <ButtonLink href=paths::AUDIT>"Show everything"</ButtonLink>
        </Empty>
    }
    .into_any()
}

/// Instead of the events, when the days can't be read.
fn unread() -> AnyView {
    let text = "A day or an identity above can't be read. Correct it, or leave it empty.";
    view! { <Empty title="Nothing was looked for" text=text/> }.into_any()
}

fn table(trail: Trail, sought: &Sought) -> AnyView {
    let newer = sought.before.map(|_| address(paths::AUDIT, &Sought { before: None, ..sought.clone() }));
    let older = trail.older.map(|number| address(paths::AUDIT, &Sought { before: Some(number), ..sought.clone() }));
    let file = address(paths::AUDIT_FILE, &Sought { before: None, ..sought.clone() });
    let rows = trail.entries.into_iter().map(|entry| row(entry, trail.now)).collect_view();
    view! {
        <DataTable caption="What happened, the newest first" hide_caption=true>
            <thead>
                <tr>
                    <th scope="col">"When"</th>
                    <th scope="col">"What"</th>
                    <th scope="col">"About"</th>
                    <th scope="col">"By"</th>
                    <th scope="col">"Office"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </DataTable>
        <Pager newer=newer older=older label="Pages of the audit log"/>
        <div class="row">
            <ButtonLink href=file download=true>"Download as CSV"</ButtonLink>
            <span class="muted small">"The newest 10,000 events of what you see. The download is recorded."</span>
        </div>
    }
    .into_any()
}

fn row(entry: Entry, now: time::OffsetDateTime) -> AnyView {
    let only = |sought: Sought| address(paths::AUDIT, &sought);
    let facts = entry.facts.into_iter().map(|(name, words)| fact(&capitalized(&name), words));
    let about = entry.object.map(|(id, name)| {
        let href = only(Sought {
            what: name.clone().filter(|name| is_number(name)).unwrap_or_else(|| id.to_string()),
            ..Sought::default()
        });
        view! { <a href=href><Key text=name.unwrap_or_else(|| short(id)) plain=true/></a> }
    });
    let office = entry.office.map(|(id, name)| {
        let href = only(Sought { office: id.to_string(), ..Sought::default() });
        view! { <a href=href>{name.unwrap_or_else(|| short(id.0))}</a> }
    });
    let who = entry.by.id().map(|id| only(Sought { who: id.to_string(), ..Sought::default() }));
    let (words, country) = (doer(&entry.by), entry.country.map(wording::country));
    let by = match who {
        Some(href) => view! { <a href=href>{words}</a> }.into_any(),
        None => words.into_any(),
    };
    view! {
        <tr>
            <td data-label="When">
                <span class="stack-tight">
                    <time datetime=wording::iso(entry.at)>{wording::moment(entry.at)}</time>
                    <span class="muted small">{wording::ago(entry.at, now)}</span>
                </span>
            </td>
            <th scope="row" data-label="What">
                <span class="stack-tight">{wording::event(&entry.event)} {facts.collect_view()}</span>
            </th>
            <td data-label="About">{about.map_or_else(nothing, IntoAny::into_any)}</td>
            <td data-label="By">
                <span class="stack-tight">{by} {country.map(|country| view! { <span class="muted small">{country}</span> })}</span>
            </td>
            <td data-label="Office">{office.map_or_else(nothing, IntoAny::into_any)}</td>
        </tr>
    }
    .into_any()
}

/// A long list is folded up: it would push aside what else happened.
fn fact(name: &str, words: String) -> AnyView {
    let parts = words.split(", ").count();
    if parts > MOST_PARTS {
        let sum = format!("{name}: {parts}");
        return view! { <details class="listed muted small"><summary>{sum}</summary><p>{words}</p></details> }
            .into_any();
    }
    view! { <span class="muted small">{format!("{name}: {words}")}</span> }.into_any()
}

fn nothing() -> AnyView {
    view! { <span class="muted">"None"</span> }.into_any()
}

fn doer(by: &Doer) -> String {
    match by {
        Doer::Staff { name, .. } => name.clone(),
        Doer::Person(_) => "A person of the office".to_owned(),
        Doer::Device(_) => "A device".to_owned(),
        Doer::Seller(_) => "A seller's program".to_owned(),
        Doer::Latchkey => "Latchkey".to_owned(),
        Doer::Stranger => "Somebody not signed in".to_owned(),
    }
}

/// Whether it is a number of a request, such as S26-0001-0001.
fn is_number(name: &str) -> bool {
    name.starts_with(['S', 'R']) && name.contains('-') && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

/// The end of an identity, enough to tell it from others on the page.
fn short(id: Uuid) -> String {
    let text = id.to_string();
    format!("…{}", &text[text.len() - 8..])
}

fn capitalized(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
