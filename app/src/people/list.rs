//! The page of everybody in the office.

use domain::person::people::{Invited, Pages, People as Record, PersonRow};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use time::OffsetDateTime;

use super::api::{InvitePeople, RevokeInvitation, get_people};
use super::invite::invite;
use crate::form::{Form, Refused, Title, refused, tried};
use crate::load::load;
use crate::ui::*;
use crate::waiting::{reading, unread};
use crate::{paths, wording};

/// Who is in the office, who was asked, and asking more.
#[component]
pub fn People() -> impl IntoView {
    let (ask, revoke) = (ServerAction::<InvitePeople>::new(), ServerAction::<RevokeInvitation>::new());
    let Refused { error, items, sentence } = refused(vec![tried(ask).voice(), tried(revoke).voice()]);
    let query = use_query_map();
    let pages = Memo::new(move |_| {
        let of = |name: &str| query.read().get(name);
        Pages {
            after: of("after").and_then(|id| id.parse().ok()),
            asked_before: of("asked_before").and_then(|id| id.parse().ok()),
            license: of("license").and_then(|id| id.parse().ok()),
        }
    });
    let people = load(move || pages.get(), get_people);
    let done = move || query.read().get("done").filter(|_| error.get().is_none());
    let license = move || query.read().get("license").unwrap_or_default();
    view! {
        <Title text=move || wording::title(error.get(), "People")/>
        <div class="page">
            <PageHead title="People" lead="Who belongs to your office, and what each may do."/>
            <ErrorSummary items=items sentence=sentence/>
            {move || done().and_then(|done| outcome(&done))}
            <Suspense fallback=reading>
                {move || {
                    let (license, pages) = (license(), pages.get());
                    Suspend::new(async move {
                        match people.await {
                            Ok(read) => view! {
                                {table(&read, pages)}
                                {invited(&read, pages, revoke)}
                                {read.may_look_after.then(|| invite(&read, &license, ask))}
                            }
                            .into_any(),
                            Err(error) => unread(&error),
                        }
                    })
                }}
            </Suspense>
        </div>
    }
    .into_any()
}

fn outcome(done: &str) -> Option<AnyView> {
    let (title, text) = match done {
        "invited" => ("The invitations are on their way", "Each link works once, within 14 days."),
        "revoked" => ("The invitation is taken back", "Its link is dead."),
        "removed" => ("The person is no longer in your office", "Their devices keep their places for seven days."),
        "handed-over" => ("The office is handed over", "You stay as manager."),
        _ => return None,
    };
    Some(view! { <Done title=title text=text/> }.into_any())
}

fn table(read: &Record, pages: Pages) -> AnyView {
    let first = pages.after.map(|_| paths::PEOPLE.to_owned());
    let next = read.next.map(|id| format!("{}?after={id}", paths::PEOPLE));
    let rows = read.people.iter().map(|person| row(person, read)).collect_view();
    view! {
        <DataTable caption="People of your office" hide_caption=true>
            <thead>
                <tr>
                    <th scope="col">"Name"</th>
                    <th scope="col">"E-mail"</th>
                    <th scope="col">"Role"</th>
                    <th scope="col">"Devices"</th>
                    <th scope="col">"Administers"</th>
                    <th scope="col">"Last signed in"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </DataTable>
        <Onward label="Pages of people" first=first next=next/>
    }
    .into_any()
}

fn row(person: &PersonRow, read: &Record) -> AnyView {
    let is_reader = person.id == read.reader;
    let name = if read.may_look_after || is_reader {
        view! { <a href=paths::person(person.id)>{person.name.clone()}</a> }.into_any()
    } else {
        person.name.clone().into_any()
    };
    view! {
        <tr>
            <th scope="row">{name} {is_reader.then_some(" (you)")}</th>
            <td data-label="E-mail"><bdi dir="ltr">{person.email.clone()}</bdi></td>
            <td data-label="Role">{super::role(person.role).0}</td>
            <td data-label="Devices">{wording::counted(person.devices)}</td>
            <td data-label="Administers">{licenses(person.administers)}</td>
            <td data-label="Last signed in">{since(person.last_sign_in_at, read.now)}</td>
        </tr>
    }
    .into_any()
}

fn licenses(count: u32) -> String {
    match count {
        0 => "No license".to_owned(),
        1 => "1 license".to_owned(),
        count => format!("{} licenses", wording::counted(count)),
    }
}

pub(super) fn since(at: Option<OffsetDateTime>, now: OffsetDateTime) -> AnyView {
    match at {
        Some(at) => view! { <time datetime=wording::iso(at) title=wording::moment(at)>{wording::ago(at, now)}</time> }
            .into_any(),
        None => "Never".into_any(),
    }
}

fn invited(read: &Record, pages: Pages, revoke: ServerAction<RevokeInvitation>) -> Option<AnyView> {
    if read.invited.is_empty() && pages.asked_before.is_none() {
        return None;
    }
    let newer = pages.asked_before.map(|_| format!("{}#asked", paths::PEOPLE));
    let older = read.invited_next.map(|id| format!("{}?asked_before={id}#asked", paths::PEOPLE));
    let rows = read.invited.iter().map(|invited| invitation(invited.clone(), read.now, revoke)).collect_view();
    let table = view! {
        <section id="asked" class="stack">
            <DataTable caption="Asked, and not joined yet">
                <thead>
                    <tr>
                        <th scope="col">"E-mail"</th>
                        <th scope="col">"Role"</th>
                        <th scope="col">"May use"</th>
                        <th scope="col">"Asked by"</th>
                        <th scope="col">"Until"</th>
                        <th scope="col"><span class="visually-hidden">"What to do"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </DataTable>
            <Pager newer=newer older=older label="Pages of invitations"/>
        </section>
    };
    Some(table.into_any())
}

fn invitation(invited: Invited, now: OffsetDateTime, revoke: ServerAction<RevokeInvitation>) -> AnyView {
    let over = now >= invited.expires_at;
    let until = if over { "Over. Ask again.".to_owned() } else { wording::day(invited.expires_at) };
    let uses = match &invited.license {
        Some((product, 1)) => format!("{product} on 1 device"),
        Some((product, seats)) => format!("{product} on {seats} devices"),
        None => "No license yet".to_owned(),
    };
    let busy = tried(revoke).busy();
    view! {
        <tr>
            <th scope="row"><bdi dir="ltr">{invited.email.clone()}</bdi></th>
            <td data-label="Role">{super::role(invited.role).0}</td>
            <td data-label="May use">{uses}</td>
            <td data-label="Asked by">{invited.inviter.clone()}</td>
            <td data-label="Until">{until}</td>
            <td>
                <Form action=revoke>
                    <input type="hidden" name="id" value=invited.id.to_string()/>
                    <Button variant=Variant::Secondary busy=busy describe=format!(" to {}", invited.email)>
                        "Take back"
                    </Button>
                </Form>
            </td>
        </tr>
    }
    .into_any()
}
