//! One member of the team: role, sessions, second factor, suspension.

use domain::Error;
use domain::id::StaffId;
use domain::staff::{Member, StaffChange, StaffRole};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use time::OffsetDateTime;
use uuid::Uuid;

use super::does;
use super::list::{last_seen, standing};
use crate::error::AppError;
use crate::form::{Form, Refused, Title, refused, tried};
use crate::load::load;
use crate::support::team_api::{ChangeStaff, SetStaffRole, get_team};
use crate::ui::*;
use crate::waiting::{reading, unread_page};
use crate::{paths, wording};

/// The forms of the page.
#[derive(Clone, Copy)]
struct Deeds {
    role: ServerAction<SetStaffRole>,
    change: ServerAction<ChangeStaff>,
}

/// One member.
#[component]
pub fn MemberPage() -> impl IntoView {
    let deeds = Deeds { role: ServerAction::new(), change: ServerAction::new() };
    let Refused { error, items, sentence } = refused(vec![tried(deeds.role).voice(), tried(deeds.change).voice()]);
    let team = load(|| (), |()| get_team());
    let (params, query) = (use_params_map(), use_query_map());
    let id = move || params.read().get("id").and_then(|id| id.parse().ok()).unwrap_or(StaffId(Uuid::nil()));
    let done = move || query.read().get("done").filter(|_| error.get().is_none());
    view! {
        <Title text=move || wording::title(error.get(), "Member of the team")/>
        <div class="page">
            <ErrorSummary items=items sentence=sentence/>
            {move || done().and_then(|done| outcome(&done))}
            <Suspense fallback=reading>
                {move || {
                    let id = id();
                    Suspend::new(async move {
                        match team.await {
                            Ok(team) => match team.members.into_iter().find(|member| member.id == id) {
                                Some(member) => sheet(member, team.now, deeds),
                                None => unread_page("Member of the team", &AppError::Deed(Error::NotFound)),
                            },
                            Err(error) => unread_page("Member of the team", &error),
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
        "role" => ("The role is changed", "It counts from the next click on."),
        "suspend" => ("Suspended", "Every session is over, and nobody signs in with this address."),
        "restore" => ("Back in the team", "Password and second factor are the ones from before."),
        "end_sessions" => ("Every session is over", "The next one begins with a password and a one-time code."),
        "new_factor" => {
            ("The second factor is dropped", "After the password a new one has to be set up before anything else.")
        }
        _ => return None,
    };
    Some(view! { <Done title=title text=text/> }.into_any())
}

fn sheet(member: Member, now: OffsetDateTime, deeds: Deeds) -> AnyView {
    let (state, word) = standing(&member);
    let title = if member.is_self { format!("{} (you)", member.name) } else { member.name.clone() };
    let audit = format!("{}?who={}", paths::AUDIT, member.id);
    let forms = if member.is_self {
        view! { <Notice><p>"What leads do to their team, they never do to themselves. Ask another lead."</p></Notice> }
            .into_any()
    } else {
        view! { {role(&member, deeds)} {access(&member, deeds)} }.into_any()
    };
    view! {
        <PageHead title=title lead=does(member.role) back_href=paths::TEAM back_label="Team"/>
        <Card heading="Facts">
            <Facts wide=true>
                <Fact term="E-mail address"><bdi dir="ltr">{member.email.clone()}</bdi></Fact>
                <Fact term="Role">{wording::staff_role(member.role)}</Fact>
                <Fact term="State"><Badge state label=word/></Fact>
                <Fact term="Last signed in">{last_seen(member.last_sign_in_at, now)}</Fact>
                <Fact term="What they did"><a href=audit>"Open in the audit log"</a></Fact>
            </Facts>
        </Card>
        {forms}
    }
    .into_any()
}

fn role(member: &Member, deeds: Deeds) -> AnyView {
    let tried = tried(deeds.role);
    let (id, now) = (member.id.to_string(), member.role.as_str());
    let options: Vec<Choice> = StaffRole::ALL
        .iter()
        .map(|role| Choice::new(role.as_str(), wording::staff_role(*role)).hint(does(*role)))
        .collect();
    view! {
        <Card heading="Role">
            <Form action=deeds.role class="fields">
                <input type="hidden" name="id" value=id/>
                <Radios
                    name="role"
                    legend="What this person may do"
                    options=options
                    value=now
                    error=tried.field("role")
                />
                <div class="form-actions"><Button busy=tried.busy()>"Save role"</Button></div>
            </Form>
        </Card>
    }
    .into_any()
}

fn access(member: &Member, deeds: Deeds) -> AnyView {
    let (id, name) = (member.id, member.name.clone());
    let last = if member.suspended_at.is_some() {
        step(
            deeds,
            id,
            &name,
            StaffChange::Restore,
            "Let back in",
            "They sign in again with the password and factor they had.",
        )
    } else {
        step(
            deeds,
            id,
            &name,
            StaffChange::Suspend,
            "Suspend",
            "They are signed out at once and can't sign in until a lead lets them back in.",
        )
    };
    view! {
        <Card heading="Access">
            <ul class="stack" role="list">
                {step(deeds, id, &name, StaffChange::EndSessions, "End sessions", "They are signed out in every browser and sign in again.")}
                {step(deeds, id, &name, StaffChange::NewFactor, "Drop second factor", "For a lost phone: after the password they set up a new one before anything else.")}
                {last}
            </ul>
        </Card>
    }
    .into_any()
}

fn step(
    deeds: Deeds,
    id: StaffId,
    name: &str,
    change: StaffChange,
    label: &'static str,
    effect: &'static str,
) -> AnyView {
    let describe = format!("of {name}");
    let variant = if change == StaffChange::Suspend { Variant::Danger } else { Variant::Secondary };
    view! {
        <li class="stack-tight">
            <p>{effect}</p>
            <Form action=deeds.change>
                <input type="hidden" name="id" value=id.to_string()/>
                <input type="hidden" name="change" value=change.as_str()/>
                <Button variant=variant describe=describe>{label}</Button>
            </Form>
        </li>
    }
    .into_any()
}
