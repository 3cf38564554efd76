//! One entry of the catalog: how it stands, the form that makes a further version, and all versions before.

use domain::catalog::{Agreement, Blank, Entry, EntryPage as Page, Listed, Part, Typed, Version};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use uuid::Uuid;

use super::fields::{Given, reason};
use super::{FOR_LEADS, keys, words};
use crate::form::{Form, Refused, Title, refused, tried};
use crate::load::load;
use crate::support::catalog_api::{MakeSellerKey, RetireEntry, RevokeSellerKey, SaveEntry, get_blank, get_entry};
use crate::ui::*;
use crate::waiting::{reading, unread_at_desk, unread_page};
use crate::{paths, wording};

/// The forms of the page.
#[derive(Clone, Copy)]
pub(super) struct Deeds {
    save: ServerAction<SaveEntry>,
    retire: ServerAction<RetireEntry>,
    pub make: ServerAction<MakeSellerKey>,
    pub revoke: ServerAction<RevokeSellerKey>,
}

/// The form for something new.
#[component]
pub fn NewEntry() -> impl IntoView {
    let query = use_query_map();
    let part = Memo::new(move |_| query.read().get("part").and_then(|part| part.parse().ok()).unwrap_or(Part::Product));
    let save = ServerAction::<SaveEntry>::new();
    let kept = tried(save);
    // a form that came back stands at its own address without the query
    let part = Memo::new(move |_| kept.value("part").parse().unwrap_or_else(|_| part.get()));
    let blank = load(|| (), |()| get_blank());
    let title = move || format!("Add {}", words::part(part.get()).1);
    view! {
        <Title text=move || wording::title(kept.error(), &title())/>
        <div class="page">
            {move || {
                let back = words::part(part.get()).0;
                view! { <PageHead title=title() lead=words::lead(part.get()) back_href=paths::catalog(part.get()) back_label=back/> }
            }}
            <ErrorSummary items=kept.items() sentence=kept.sentence()/>
            <Suspense fallback=reading>
                {move || {
                    let part = part.get();
                    Suspend::new(async move {
                        match blank.await {
                            Ok(blank) if blank.may_change => new_form(part, &blank, save),
                            Ok(_) => for_leads(),
                            Err(error) => unread_at_desk(&error),
                        }
                    })
                }}
            </Suspense>
        </div>
    }
    .into_any()
}

fn for_leads() -> AnyView {
    view! { <Notice><p>{FOR_LEADS}</p></Notice> }.into_any()
}

fn new_form(part: Part, blank: &Blank, save: ServerAction<SaveEntry>) -> AnyView {
    let kept = tried(save);
    let usual = Typed { manual_databases_stop: "true".to_owned(), ..Typed::default() };
    let fields = Given::new(&usual, kept).fields(part, Some(blank));
    view! {
        <Form action=save class="fields">
            <input type="hidden" name="part" value=part.as_str()/>
            {fields}
            {reason(kept.value("reason"), "reason", kept.field("reason"))}
            <div class="form-actions">
                <Button busy=kept.busy()>{format!("Add {}", words::part(part).1)}</Button>
            </div>
        </Form>
    }
    .into_any()
}

#[component]
pub fn EntryPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let id = Memo::new(move |_| params.read().get("id").and_then(|id| id.parse::<Uuid>().ok()).unwrap_or_default());
    let deeds = Deeds {
        save: ServerAction::new(),
        retire: ServerAction::new(),
        make: ServerAction::new(),
        revoke: ServerAction::new(),
    };
    let voices = vec![
        tried(deeds.save).voice(),
        tried(deeds.retire).voice(),
        tried(deeds.make).voice(),
        tried(deeds.revoke).voice(),
    ];
    let Refused { error, items, sentence } = refused(voices);
    let read = load(move || (id.get(), deeds.make.version().get()), |(id, _)| get_entry(id));
    let done = Memo::new(move |_| query.read().get("done").filter(|_| error.get().is_none()));
    view! {
        <Title text=move || wording::title(error.get(), "Catalog")/>
        <div class="page">
            <Transition fallback=reading>
                {move || Suspend::new(async move {
                    match read.await {
                        Ok(page) => view! {
                            {head(&page.listed)}
                            <ErrorSummary items=items sentence=sentence/>
                            {move || done.get().and_then(|done| outcome(&done))}
                            {shown(&page, deeds)}
                        }
                        .into_any(),
                        Err(error) => unread_page("Catalog", &error),
                    }
                })}
            </Transition>
        </div>
    }
    .into_any()
}

fn outcome(done: &str) -> Option<AnyView> {
    let (title, text) = match done {
        "saved" => ("Kept", "It counts from now on. What stood before is in the history below."),
        "retired" => ("Retired", "It is no longer sold. What was sold with it goes on."),
        "back" => ("Back in use", "It can be sold again."),
        "revoked" => ("Key taken back", "It opens nothing any more."),
        _ => return None,
    };
    Some(view! { <Done title=title text=text/> }.into_any())
}

fn head(listed: &Listed) -> AnyView {
    let part = listed.entry.part();
    let belongs = [listed.product.clone(), listed.seller.clone()].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let lead = if belongs.is_empty() { words::lead(part).to_owned() } else { belongs };
    view! { <PageHead title=listed.title.clone() lead=lead back_href=paths::catalog(part) back_label=words::part(part).0/> }
        .into_any()
}

fn shown(page: &Page, deeds: Deeds) -> AnyView {
    let listed = &page.listed;
    let part = listed.entry.part();
    let change = match &listed.entry {
        Entry::Agreement(agreement) => published(agreement),
        _ if page.may_change => change(listed, deeds.save),
        _ => for_leads(),
    };
    let keys = (part == Part::Seller).then(|| keys::card(page, deeds));
    let retire = (page.may_change && part.may_retire()).then(|| retire(listed, deeds.retire));
    view! {
        <div class="columns">
            <div>
                {change}
                {keys}
            </div>
            <aside>
                {standing(listed)}
                {retire}
            </aside>
        </div>
        {history(page)}
    }
    .into_any()
}

/// An agreement as it was published: it can't be changed any more.
fn published(agreement: &Agreement) -> AnyView {
    let (text, again) = (agreement.text.clone(), words::part(Part::Agreement).1);
    view! {
        <Card heading="Text">
            <p class="message-body">{text}</p>
        </Card>
        <Notice>
            <p>"A published agreement stays as it is, for people have accepted it. For another text, add another version."</p>
            <div class="row">
                <ButtonLink href=paths::new_entry(Part::Agreement)>{format!("Add {again}")}</ButtonLink>
            </div>
        </Notice>
    }
    .into_any()
}

fn standing(listed: &Listed) -> AnyView {
    let (state, word) = match listed.retired_at {
        Some(_) => (State::Ended, "Retired"),
        None => (State::Active, "In use"),
    };
    let number = words::named(&listed.entry).1.map(str::to_owned).map(|number| {
        view! { <Fact term="Number"><Key text=number.clone() plain=true/></Fact> }
    });
    let since = listed.retired_at.map(|at| view! { <Fact term="Retired on">{wording::day(at)}</Fact> });
    let facts = words::facts(&listed.entry).into_iter().map(|(term, text)| {
        view! { <Fact term=term><span class="breakable">{text}</span></Fact> }
    });
    let facts = facts.collect_view();
    let version = listed.version.to_string();
    view! {
        <section class="panel">
            <h2>"As it stands"</h2>
            <p><Badge state label=word/></p>
            <Facts>
                {number}
                {since}
                {facts}
                <Fact term="Version of this entry">{version}</Fact>
            </Facts>
        </section>
    }
    .into_any()
}

fn change(listed: &Listed, save: ServerAction<SaveEntry>) -> AnyView {
    let kept = tried(save);
    let part = listed.entry.part();
    let fields = Given::new(&listed.entry.typed(), kept).fields(part, None);
    let (id, version) = (listed.id.to_string(), listed.version.to_string());
    view! {
        <Card heading="Change">
            <Form action=save class="fields">
                <input type="hidden" name="part" value=part.as_str()/>
                <input type="hidden" name="id" value=id/>
                <input type="hidden" name="version" value=version/>
                {fields}
                {reason(kept.value("reason"), "reason", kept.field("reason"))}
                <div class="form-actions">
                    <Button busy=kept.busy()>"Save new version"</Button>
                </div>
            </Form>
        </Card>
    }
    .into_any()
}

fn retire(listed: &Listed, retire: ServerAction<RetireEntry>) -> AnyView {
    let kept = tried(retire);
    let retired = listed.retired_at.is_some();
    let (heading, text, verb, variant) = if retired {
        ("Bring back", "It can be sold again from now on.", "Bring back", Variant::Secondary)
    } else {
        (
            "Retire",
            "Nothing new is sold with it from now on. Codes and licenses that were sold go on as they are.",
            "Retire",
            Variant::Danger,
        )
    };
    let (id, version) = (listed.id.to_string(), listed.version.to_string());
    let thing = words::part(listed.entry.part()).1;
    view! {
        <section class="panel">
            <h2>{heading}</h2>
            <p>{text}</p>
            <Form action=retire class="fields">
                <input type="hidden" name="id" value=id/>
                <input type="hidden" name="version" value=version/>
                <input type="hidden" name="retired" value=(!retired).to_string()/>
                {reason(kept.value("reason"), "retire-reason", kept.field("reason"))}
                <Button variant=variant busy=kept.busy()>{format!("{verb} {thing}")}</Button>
            </Form>
        </section>
    }
    .into_any()
}

fn history(page: &Page) -> AnyView {
    if page.versions.is_empty() {
        return view! {
            <Card heading="History">
                <p class="muted">"Nobody changed it since it was set up."</p>
            </Card>
        }
        .into_any();
    }
    let before = page.versions.iter().skip(1).map(Some).chain([None]);
    let rows = page.versions.iter().zip(before).map(|(version, before)| line(version, before)).collect_view();
    view! {
        <DataTable caption="History, the newest first">
            <thead>
                <tr>
                    <th scope="col">"Version"</th>
                    <th scope="col">"What changed"</th>
                    <th scope="col">"Why"</th>
                    <th scope="col">"Who"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </DataTable>
    }
    .into_any()
}

fn line(version: &Version, before: Option<&Version>) -> AnyView {
    let changes = before.map(|before| words::changes(&before.entry, &version.entry)).unwrap_or_default();
    let moved = match before {
        Some(before) if before.retired != version.retired => {
            Some(if version.retired { "Retired" } else { "Brought back" })
        }
        None => Some("First version"),
        Some(_) if changes.is_empty() => Some("Nothing"),
        Some(_) => None,
    };
    let changes = changes.into_iter().map(|(term, old, new)| {
        view! {
            <li>
                {format!("{term}: ")} <del>{old}</del> " → " <ins>{new}</ins>
            </li>
        }
    });
    let changes = changes.collect_view();
    let all = words::facts(&version.entry).into_iter().map(|(term, text)| {
        view! { <Fact term=term><span class="breakable">{text}</span></Fact> }
    });
    let all = all.collect_view();
    let when = version.at.map(|at| {
        view! { <time class="muted small" datetime=wording::iso(at)>{wording::moment(at)}</time> }
    });
    let number = version.version;
    view! {
        <tr>
            <th scope="row">{number.to_string()}</th>
            <td data-label="What changed">
                <div class="stack-tight">
                    {moved}
                    <ul class="changes" role="list">{changes}</ul>
                    <details>
                        <summary>{format!("All of version {number}")}</summary>
                        <Facts>{all}</Facts>
                    </details>
                </div>
            </td>
            <td data-label="Why">{version.reason.clone()}</td>
            <td data-label="Who">
                <span class="stack-tight">
                    {version.by.clone().unwrap_or_else(|| "Latchkey".to_owned())}
                    {when}
                </span>
            </td>
        </tr>
    }
    .into_any()
}
