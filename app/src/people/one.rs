//! One person of the office: role, devices, and leaving.

use domain::id::PersonId;
use domain::person::Role;
use domain::person::people::PersonDetails;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use uuid::Uuid;

use super::api::{HandOverOffice, RemovePerson, SetRole, get_person};
use super::list::since;
use crate::agree::{Asked, asks};
use crate::form::{Form, Refused, Title, refused, tried};
use crate::load::load;
use crate::ui::*;
use crate::waiting::{reading, unread};
use crate::{paths, wording};

/// What can be done about a person.
#[derive(Clone, Copy)]
struct Deeds {
    role: ServerAction<SetRole>,
    hand: ServerAction<HandOverOffice>,
    remove: ServerAction<RemovePerson>,
}

/// The page of one person.
#[component]
pub fn Person() -> impl IntoView {
    let params = use_params_map();
    let id = move || params.read().get("id").and_then(|id| id.parse().ok()).unwrap_or(PersonId(Uuid::nil()));
    let person = load(id, get_person);
    let deeds = Deeds { role: ServerAction::new(), hand: ServerAction::new(), remove: ServerAction::new() };
    let Refused { error, items, sentence } =
        refused(vec![tried(deeds.role).voice(), tried(deeds.hand).voice(), tried(deeds.remove).voice()]);
    let query = use_query_map();
    let done = Memo::new(move |_| query.read().get("done").as_deref() == Some("role") && error.get().is_none());
    view! {
        <div class="page">
            <ErrorSummary items=items sentence=sentence/>
            <Suspense fallback=reading>
                {move || {
                    let done = done.get();
                    Suspend::new(async move {
                        match person.await {
                            Ok(person) => {
                                let title = format!("{} – People", person.person.name);
                                view! {
                                    <Title text=move || wording::title(error.get(), &title)/>
                                    {sheet(person, deeds, done)}
                                }
                                .into_any()
                            }
                            Err(error) => view! {
                                <Title text="Person – People"/>
                                <PageHead title="Person" back_href=paths::PEOPLE back_label="People"/>
                                {unread(&error)}
                            }
                            .into_any(),
                        }
                    })
                }}
            </Suspense>
        </div>
    }
    .into_any()
}

fn sheet(details: PersonDetails, deeds: Deeds, done: bool) -> AnyView {
    let person = details.person.clone();
    let (role, may) = super::role(person.role);
    let title = if details.is_reader { format!("{} (you)", person.name) } else { person.name.clone() };
    let mut devices: Vec<_> = details.devices.iter().map(|(id, name)| (paths::device(*id), name.clone())).collect();
    let mut administers: Vec<_> =
        details.administers.iter().map(|(id, name)| (paths::license(*id), name.clone())).collect();
    // both lists find what belongs to a person by the name
    let of_name = |list: &str| format!("{list}?q={}", paths::encoded(&person.name));
    if details.more_devices {
        devices.push((of_name(paths::DEVICES), "All devices of this person".to_owned()));
    }
    if details.more_administers {
        administers.push((of_name(paths::LICENSES), "All licenses of this person".to_owned()));
    }
    let done = done.then(|| {
        view! {
            <Notice tone=Tone::Ok title="The role is changed" live=true>
                <p>"It counts from the next click on."</p>
            </Notice>
        }
    });
    let (asked, role_card, leaving) = (ask(&details, deeds), set_role(&details, deeds), leave(&details, deeds));
    let joined = wording::day(person.joined_at);
    let last = since(person.last_sign_in_at, details.now);
    let (devices, administers) = (links(devices, "No connected device"), links(administers, "No license that runs"));
    view! {
        <PageHead title=title lead=may back_href=paths::PEOPLE back_label="People"/>
        {done}
        {asked}
        <Card heading="Facts">
            <Facts wide=true>
                <Fact term="E-mail address"><bdi dir="ltr">{person.email}</bdi></Fact>
                <Fact term="Role">{role}</Fact>
                <Fact term="In the office since">{joined}</Fact>
                <Fact term="Last signed in">{last}</Fact>
                <Fact term="Devices">{devices}</Fact>
                <Fact term="Administers">{administers}</Fact>
            </Facts>
        </Card>
        {role_card}
        {leaving}
    }
    .into_any()
}

fn links(entries: Vec<(String, String)>, none: &'static str) -> AnyView {
    if entries.is_empty() {
        return none.into_any();
    }
    let items = entries.into_iter().map(|(href, name)| view! { <a href=href>{name}</a> }).collect_view();
    view! { <span class="row">{items}</span> }.into_any()
}

fn set_role(details: &PersonDetails, deeds: Deeds) -> Option<AnyView> {
    if !details.may_set_role {
        return None;
    }
    let (id, handed, tried) = (details.person.id, tried(deeds.hand), tried(deeds.role));
    let options = [Role::Member, Role::Manager]
        .map(|role| Choice::new(role.as_str(), super::role(role).0).hint(super::role(role).1));
    let (role, error) = (details.person.role.as_str(), tried.field("role"));
    let (title, form) = (hand_over_title(details), hand_over_form(details, deeds));
    let href = asks(&paths::person(id), HAND_OVER);
    let card = view! {
        <Card heading="Role">
            <Form action=deeds.role class="fields">
                <input type="hidden" name="id" value=id.to_string()/>
                <Radios
                    name="role"
                    legend="What this person may do"
                    options=options.to_vec()
                    value=role
                    error=error
                />
                <div class="form-actions"><Button busy=tried.busy()>"Save role"</Button></div>
            </Form>
            <p>"You can also give the office away: the new owner decides everything, and you stay as manager."</p>
            <ConfirmDialog
                id=HAND_OVER
                label="Hand over the office"
                title=title
                fallback_href=href
                done=Signal::derive(move || handed.answered())
            >
                {form}
            </ConfirmDialog>
        </Card>
    };
    Some(card.into_any())
}

const HAND_OVER: &str = "hand-over";
const REMOVE: &str = "remove";

fn hand_over_title(details: &PersonDetails) -> String {
    format!("Hand the office over to {}?", details.person.name)
}

fn remove_title(details: &PersonDetails) -> String {
    if details.is_reader { "Leave the office?".to_owned() } else { format!("Remove {}?", details.person.name) }
}

/// The question on top of the page, without script.
fn ask(details: &PersonDetails, deeds: Deeds) -> AnyView {
    let page = paths::person(details.person.id);
    let kept = StoredValue::new(details.clone());
    let hand = details.may_set_role.then(|| {
        let title = hand_over_title(details);
        view! {
            <Asked question=HAND_OVER title=title page=page.clone()>
                {kept.with_value(|details| hand_over_form(details, deeds))}
            </Asked>
        }
    });
    let remove = (details.may_remove && details.administers.is_empty()).then(|| {
        let title = remove_title(details);
        view! {
            <Asked question=REMOVE title=title page=page>
                {kept.with_value(|details| remove_form(details, deeds))}
            </Asked>
        }
    });
    view! { {hand} {remove} }.into_any()
}

fn hand_over_form(details: &PersonDetails, deeds: Deeds) -> AnyView {
    let id = details.person.id.to_string();
    view! {
        <p>{format!("{} becomes the owner. You can't take it back yourself.", details.person.name)}</p>
        <Form action=deeds.hand>
            <input type="hidden" name="id" value=id/>
            <Button variant=Variant::Danger busy=tried(deeds.hand).busy()>"Hand over the office"</Button>
        </Form>
    }
    .into_any()
}

fn remove_form(details: &PersonDetails, deeds: Deeds) -> AnyView {
    let id = details.person.id.to_string();
    let (what, label) = if details.is_reader {
        (
            "You are signed out at once and can't sign in any more. Your devices keep their places for seven days.",
            "Leave the office",
        )
    } else {
        (
            "They are signed out at once and can't sign in any more. Their devices keep their places for seven days; after \
             that the places are free.",
            "Remove person",
        )
    };
    view! {
        <p>{what}</p>
        <Form action=deeds.remove>
            <input type="hidden" name="id" value=id/>
            <Button variant=Variant::Danger busy=tried(deeds.remove).busy()>{label}</Button>
        </Form>
    }
    .into_any()
}

fn leave(details: &PersonDetails, deeds: Deeds) -> Option<AnyView> {
    let is_owner = details.person.role == Role::Owner;
    let speaks_of_it = details.may_remove || (details.is_reader && is_owner);
    if !speaks_of_it {
        return None;
    }
    let reason = if is_owner {
        Some("You own the office. Hand it over to somebody else first, on their page.".to_owned())
    } else if details.administers.is_empty() {
        None
    } else {
        Some("Licenses that run have to be handed over first: see Administers above.".to_owned())
    };
    let label = if details.is_reader { "Leave the office" } else { "Remove person" };
    let heading = if details.is_reader { "Leaving" } else { "Removing" };
    let (title, form) = (remove_title(details), remove_form(details, deeds));
    let href = asks(&paths::person(details.person.id), REMOVE);
    let removed = tried(deeds.remove);
    let card = view! {
        <Card heading=heading>
            <ConfirmDialog
                id=REMOVE
                label=label
                title=title
                fallback_href=href
                done=Signal::derive(move || removed.answered())
                disabled_reason=Signal::stored(reason)
            >
                {form}
            </ConfirmDialog>
        </Card>
    };
    Some(card.into_any())
}
