//! Changing a code or its license: each change is asked for by the address, says what it does before it is done, and takes
//! what it needs.

use domain::code::CodeState;
use domain::license::BLOCK_TOLERANCE;
use domain::lookup::{CodeChange, DeskCode, MOST_DAYS, Record};
use leptos::prelude::*;

use super::work::Deeds;
use crate::agree::asks;
use crate::form::{Form, Tried, tried};
use crate::support::lookup_api::ChangeCode;
use crate::ui::*;
use crate::{paths, wording};

/// The devices that are named one by one.
const NAMED: usize = 5;

/// What can be done to the code as it stands, by the reader's role.
fn offered(code: &DeskCode) -> Vec<CodeChange> {
    let open = !matches!(code.state, CodeState::Cancelled | CodeState::Replaced);
    let blocked = code.state == CodeState::Blocked;
    let fits = |change: &CodeChange| match change {
        CodeChange::Replace => open && !blocked,
        CodeChange::Block => code.is_lead && open && !blocked,
        CodeChange::Unblock => code.is_lead && open && blocked,
        CodeChange::Extend => code.is_lead && open && code.license.is_some(),
        CodeChange::Countries => code.is_lead && open,
    };
    CodeChange::ALL.iter().copied().filter(fits).collect()
}

const fn name(change: CodeChange) -> &'static str {
    match change {
        CodeChange::Block => "Block code",
        CodeChange::Unblock => "Unblock code",
        CodeChange::Replace => "Replace code",
        CodeChange::Extend => "Extend license",
        CodeChange::Countries => "Change countries",
    }
}

/// The ways to change it. Each leads to its question.
pub(super) fn ways(code: &DeskCode) -> AnyView {
    let offered = offered(code);
    if offered.is_empty() {
        return view! {
            <Card heading="Change">
                <p>"Nothing can be changed about this code as it stands. A lead can block and unblock codes."</p>
            </Card>
        }
        .into_any();
    }
    let leads = (!code.is_lead).then(|| {
        view! { <p class="muted">"Blocking, extending and changing countries is decided by a lead."</p> }
    });
    let page = paths::record(Record::Code, code.id.0);
    let links = offered.into_iter().map(|change| {
        view! { <ButtonLink href=asks(&page, change.as_str())>{name(change)}</ButtonLink> }
    });
    let links = links.collect_view();
    view! {
        <Card heading="Change">
            {leads}
            <p>"You see what it does before anything changes."</p>
            <div class="row">{links}</div>
        </Card>
    }
    .into_any()
}

/// The question that the address asks, or that was refused: what the change does, and the form that makes it.
pub(super) fn question(code: &DeskCode, asked: Memo<String>, deeds: Deeds) -> AnyView {
    let tried = tried(deeds.change);
    let code = StoredValue::new(code.clone());
    let left = RwSignal::new(false);
    let chosen = move || {
        let refused = if left.get() { String::new() } else { tried.value("change") };
        let asked = Some(asked.get()).filter(|asked| !asked.is_empty()).unwrap_or(refused);
        let change: CodeChange = asked.parse().ok()?;
        code.with_value(|code| offered(code).contains(&change)).then_some(change)
    };
    (move || chosen().map(|change| code.with_value(|code| card(code, change, tried, deeds, left)))).into_any()
}

fn card(code: &DeskCode, change: CodeChange, tried: Tried<ChangeCode>, deeds: Deeds, left: RwSignal<bool>) -> AnyView {
    let page = paths::record(Record::Code, code.id.0);
    let heading = format!("{} {}?", name(change), domain::code::mask(&code.tail));
    let does = does(code, change).into_iter().map(|said| view! { <li>{said}</li> }).collect_view();
    let variant = match change {
        CodeChange::Block | CodeChange::Replace => Variant::Danger,
        CodeChange::Unblock | CodeChange::Extend | CodeChange::Countries => Variant::Primary,
    };
    let (id, value) = (code.id.to_string(), value(code, change, tried));
    view! {
        <Answer label="Question">
            <Card heading>
                <ul>{does}</ul>
                <Form action=deeds.change class="fields">
                    <input type="hidden" name="id" value=id/>
                    <input type="hidden" name="change" value=change.as_str()/>
                    {value}
                    <Field
                        name="reason"
                        label="Reason"
                        hint="The customer reads it."
                        value=tried.value("reason")
                        autocomplete="off"
                        maxlength=500
                        required=true
                        error=tried.field("reason")
                    />
                    <div class="form-actions">
                        <Button id="change-it" variant busy=tried.busy()>{name(change)}</Button>
                        <a class="button button-quiet" href=page on:click=move |_| left.set(true)>"Leave it as it is"</a>
                    </div>
                </Form>
            </Card>
        </Answer>
    }
    .into_any()
}

/// The days or the countries, for the changes that take them.
fn value(code: &DeskCode, change: CodeChange, tried: Tried<ChangeCode>) -> Option<AnyView> {
    let typed = tried.value("value");
    let field = match change {
        CodeChange::Block | CodeChange::Unblock | CodeChange::Replace => return None,
        CodeChange::Extend => view! {
            <Field
                name="value"
                label="Days to add"
                hint=format!("From 1 to {MOST_DAYS}.")
                inputmode="numeric"
                value=typed
                autocomplete="off"
                required=true
                short=true
                error=tried.field("value")
            />
        }
        .into_any(),
        CodeChange::Countries => {
            let now = code.countries.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            view! {
                <Field
                    name="value"
                    label="Countries it works in"
                    hint="All of them, by their two letters, like IN, GB."
                    value=if typed.is_empty() { now } else { typed }
                    autocomplete="off"
                    required=true
                    error=tried.field("value")
                />
            }
            .into_any()
        }
    };
    Some(field)
}

/// What the change does, in sentences.
fn does(code: &DeskCode, change: CodeChange) -> Vec<String> {
    let users = users(code);
    match change {
        CodeChange::Block => {
            let stops = code.opened.now.saturating_add(BLOCK_TOLERANCE);
            let devices = match users {
                None => "No device uses it, so nothing stops.".to_owned(),
                Some(users) => format!(
                    "Devices that stop: {users}. They are told at their next contact, and work until {} at the latest.",
                    wording::moment(stops)
                ),
            };
            vec![
                "Nobody can activate it any more, until a lead unblocks it.".to_owned(),
                devices,
                "Where it waits as a reserve, it fails at once. The administrator gets a mail.".to_owned(),
            ]
        }
        CodeChange::Unblock => vec![
            "It is accepted again, with the dates it has.".to_owned(),
            "Where it waited as a reserve, it waits again. The administrator gets a mail.".to_owned(),
        ],
        CodeChange::Replace => {
            let devices = match users {
                None => "No device uses it.".to_owned(),
                Some(users) => format!("No device stops: {users} go on, with the same end."),
            };
            vec![
                "A new code takes its place. This one is refused from then on, and can't be brought back.".to_owned(),
                devices,
                "The administrator gets a mail and finds the new code at the license. You never see it.".to_owned(),
            ]
        }
        CodeChange::Extend => {
            let end = code.facts.as_ref().map(|facts| format!("It ends on {} now. ", wording::day(facts.ends_at())));
            vec![format!(
                "{}No device stops, and each learns the new end at its next contact.",
                end.unwrap_or_default()
            )]
        }
        CodeChange::Countries => vec![
            "What you enter takes the place of the countries it works in now.".to_owned(),
            "Devices that use it go on. The countries count when it is activated.".to_owned(),
        ],
    }
}

/// The devices that use it: their number, and the names of a few.
fn users(code: &DeskCode) -> Option<String> {
    let mut names: Vec<String> = code.held.iter().map(|seat| seat.name.clone()).collect();
    names.dedup();
    let used = code.seats.iter().map(|seat| seat.used).sum::<u32>();
    let count = match used {
        0 => return None,
        1 => "1 device".to_owned(),
        many => format!("{many} devices"),
    };
    let named = names.len().min(NAMED);
    let more = if usize::try_from(used).is_ok_and(|used| used > named) { " and others" } else { "" };
    names.truncate(NAMED);
    Some(match (names.is_empty(), more) {
        (true, _) => count,
        (false, "") => format!("{count} ({})", wording::listed(&names, "and")),
        (false, more) => format!("{count} ({}{more})", names.join(", ")),
    })
}
