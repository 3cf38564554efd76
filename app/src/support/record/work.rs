//! What support does with a code: compare what is read out, and change what a customer needs.

use domain::code::CodeState;
use domain::lookup::{CodeChange, DeskCode};
use leptos::prelude::*;

use crate::form::{Form, tried};
use crate::support::lookup_api::{ChangeCode, MatchCode, OpenRecord};
use crate::ui::*;

/// The forms of the page.
#[derive(Clone, Copy)]
pub(super) struct Deeds {
    pub open: ServerAction<OpenRecord>,
    pub matching: ServerAction<MatchCode>,
    pub change: ServerAction<ChangeCode>,
}

impl Deeds {
    pub fn new() -> Self {
        Self { open: ServerAction::new(), matching: ServerAction::new(), change: ServerAction::new() }
    }
}

/// The form that compares what the customer reads out.
pub(super) fn matching(code: &DeskCode, deeds: Deeds) -> AnyView {
    let tried = tried(deeds.matching);
    let answer = move || {
        tried.output().map(|matches| match matches {
            true => view! { <Done title="Yes, that is it" text="What was read out is this code or its license key."/> }
                .into_any(),
            false => view! {
                <Notice tone=Tone::Warn title="No, that is something else" live=true>
                    <p>"Ask the customer to read it out once more."</p>
                </Notice>
            }
            .into_any(),
        })
    };
    let id = code.id.to_string();
    view! {
        <section class="panel">
            <h2>"Compare"</h2>
            {answer}
            <Form action=deeds.matching class="fields">
                <input type="hidden" name="id" value=id/>
                <Field
                    name="read_out"
                    label="Code or key that the customer reads out"
                    hint="The answer is yes or no. Each try is recorded."
                    autocomplete="off"
                    mono=true
                    required=true
                    error=tried.field("read_out")
                />
                <Button variant=Variant::Secondary busy=tried.busy()>"Compare"</Button>
            </Form>
        </section>
    }
    .into_any()
}

/// What can be done to the code as it stands, by the reader's role.
fn offered(code: &DeskCode) -> Vec<Choice> {
    let mut offered = Vec::new();
    let open = !matches!(code.state, CodeState::Cancelled | CodeState::Replaced);
    if open && code.state != CodeState::Blocked {
        offered.push(
            Choice::new(CodeChange::Replace.as_str(), "Replace code")
                .hint("A new code takes its place. Devices and dates stay."),
        );
    }
    if code.is_lead && open {
        offered.push(if code.state == CodeState::Blocked {
            Choice::new(CodeChange::Unblock.as_str(), "Unblock code")
                .hint("It is accepted again. Its dates do not change.")
        } else {
            Choice::new(CodeChange::Block.as_str(), "Block code").hint("Devices that use it keep working for 8 days.")
        });
        if code.license.is_some() {
            offered.push(
                Choice::new(CodeChange::Extend.as_str(), "Extend license").hint("Enter the days below, up to 366."),
            );
        }
        offered.push(
            Choice::new(CodeChange::Countries.as_str(), "Change countries")
                .hint("Enter the countries below, like IN, GB."),
        );
    }
    offered
}

/// The form that changes the code.
pub(super) fn change(code: &DeskCode, deeds: Deeds) -> AnyView {
    let tried = tried(deeds.change);
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
    let id = code.id.to_string();
    let chosen = Some(tried.value("change")).filter(|change| !change.is_empty());
    view! {
        <Card heading="Change">
            {leads}
            <Form action=deeds.change class="fields">
                <input type="hidden" name="id" value=id/>
                <Radios
                    name="change"
                    legend="What is to be changed?"
                    options=offered
                    value=chosen.unwrap_or_else(|| CodeChange::Replace.to_string())
                />
                <Field
                    name="value"
                    label="Days or countries"
                    value=tried.value("value")
                    autocomplete="off"
                    optional=true
                    short=true
                    error=tried.field("value")
                />
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
                    <Button variant=Variant::Danger busy=tried.busy()>"Change code"</Button>
                </div>
            </Form>
        </Card>
    }
    .into_any()
}
