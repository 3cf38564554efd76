//! Everybody in support, for leads.

use domain::staff::{Invited, Member, StaffRole, Team};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use time::OffsetDateTime;

use super::does;
use crate::form::{Form, Refused, Title, refused, tried};
use crate::load::load;
use crate::support::team_api::{InviteStaff, RevokeStaffInvitation, get_team};
use crate::ui::*;
use crate::waiting::{reading, unread_at_desk};
use crate::{paths, wording};

/// Who works in support, who was asked, and asking more.
#[component]
pub fn TeamPage() -> impl IntoView {
    let (invite, revoke) = (ServerAction::<InviteStaff>::new(), ServerAction::<RevokeStaffInvitation>::new());
    let Refused { error, items, sentence } = refused(vec![tried(invite).voice(), tried(revoke).voice()]);
    let team = load(|| (), |()| get_team());
    let query = use_query_map();
    let done = move || query.read().get("done").filter(|_| error.get().is_none());
    view! {
        <Title text=move || wording::title(error.get(), "Team")/>
        <div class="page">
            <PageHead title="Team" lead="Everybody who works in support. Each signs in with a password and one-time codes."/>
            <ErrorSummary items=items sentence=sentence/>
            {move || done().and_then(|done| outcome(&done))}
            <Suspense fallback=reading>
                {move || Suspend::new(async move {
                    match team.await {
                        Ok(team) => view! { {members(&team)} {invited(&team, revoke)} {ask(invite)} }.into_any(),
                        Err(error) => unread_at_desk(&error),
                    }
                })}
            </Suspense>
        </div>
    }
    .into_any()
}

fn outcome(done: &str) -> Option<AnyView> {
    let (title, text) = match done {
        "invited" => ("The invitation is on its way", "Its link works once, within three days."),
        "revoked" => ("The invitation is taken back", "Its link is dead."),
        _ => return None,
    };
    Some(view! { <Done title=title text=text/> }.into_any())
}

fn members(team: &Team) -> AnyView {
    let rows = team.members.iter().map(|member| row(member.clone(), team.now)).collect_view();
    view! {
        <DataTable caption="People in support" hide_caption=true>
            <thead>
                <tr>
                    <th scope="col">"Name"</th>
                    <th scope="col">"E-mail"</th>
                    <th scope="col">"Role"</th>
                    <th scope="col">"State"</th>
                    <th scope="col">"Last signed in"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </DataTable>
    }
    .into_any()
}

/// How somebody in support stands.
pub(super) fn standing(member: &Member) -> (State, &'static str) {
    if member.suspended_at.is_some() {
        (State::Blocked, "Suspended")
    } else if member.enrolled {
        (State::Active, "Active")
    } else {
        (State::NeedsYou, "No second factor yet")
    }
}

pub(super) fn last_seen(at: Option<OffsetDateTime>, now: OffsetDateTime) -> AnyView {
    match at {
        Some(at) => view! { <time datetime=wording::iso(at) title=wording::moment(at)>{wording::ago(at, now)}</time> }
            .into_any(),
        None => "Never".into_any(),
    }
}

fn row(member: Member, now: OffsetDateTime) -> AnyView {
    let (state, word) = standing(&member);
    view! {
        <tr>
            <th scope="row">
                <a href=paths::member(member.id)>{member.name}</a> {member.is_self.then_some(" (you)")}
            </th>
            <td data-label="E-mail"><bdi dir="ltr">{member.email}</bdi></td>
            <td data-label="Role">{wording::staff_role(member.role)}</td>
            <td data-label="State"><Badge state label=word/></td>
            <td data-label="Last signed in">{last_seen(member.last_sign_in_at, now)}</td>
        </tr>
    }
    .into_any()
}

fn invited(team: &Team, revoke: ServerAction<RevokeStaffInvitation>) -> Option<AnyView> {
    if team.invited.is_empty() {
        return None;
    }
    let rows = team.invited.iter().map(|invited| invitation(invited.clone(), team.now, revoke)).collect_view();
    let table = view! {
        <DataTable caption="Asked, and not joined yet">
            <thead>
                <tr>
                    <th scope="col">"E-mail"</th>
                    <th scope="col">"Role"</th>
                    <th scope="col">"Asked by"</th>
                    <th scope="col">"Until"</th>
                    <th scope="col"><span class="visually-hidden">"What to do"</span></th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </DataTable>
    };
    Some(table.into_any())
}

fn invitation(invited: Invited, now: OffsetDateTime, revoke: ServerAction<RevokeStaffInvitation>) -> AnyView {
    let until = match invited.expires_at > now {
        true => wording::moment(invited.expires_at).into_any(),
        false => view! { <Badge state=State::Ended label="Over"/> }.into_any(),
    };
    let describe = format!("to {}", invited.email);
    view! {
        <tr>
            <th scope="row"><bdi dir="ltr">{invited.email}</bdi></th>
            <td data-label="Role">{wording::staff_role(invited.role)}</td>
            <td data-label="Asked by">{invited.inviter}</td>
            <td data-label="Until">{until}</td>
            <td>
                <Form action=revoke>
                    <input type="hidden" name="id" value=invited.id.to_string()/>
                    <Button variant=Variant::Quiet describe=describe>"Take invitation back"</Button>
                </Form>
            </td>
        </tr>
    }
    .into_any()
}

fn ask(invite: ServerAction<InviteStaff>) -> AnyView {
    let tried = tried(invite);
    let options: Vec<Choice> = StaffRole::ALL
        .iter()
        .map(|role| Choice::new(role.as_str(), wording::staff_role(*role)).hint(does(*role)))
        .collect();
    let role =
        Some(tried.value("role")).filter(|role| !role.is_empty()).unwrap_or_else(|| StaffRole::Agent.to_string());
    view! {
        <Card heading="Ask somebody to join">
            <Form action=invite class="fields">
                <Field
                    name="email"
                    label="E-mail address"
                    kind="email"
                    autocomplete="off"
                    required=true
                    maxlength=254
                    value=tried.value("email")
                    error=tried.field("email")
                />
                <Radios name="role" legend="Role" options=options value=role error=tried.field("role")/>
                <div class="form-actions"><Button busy=tried.busy()>"Send invitation"</Button></div>
            </Form>
        </Card>
    }
    .into_any()
}
