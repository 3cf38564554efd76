//! What support does with a code: compare what is read out, and move its license to another account.

use domain::code::{CodeKind, CodeState};
use domain::lookup::DeskCode;
use leptos::prelude::*;

use crate::form::{Form, tried};
use crate::support::lookup_api::{ChangeCode, MatchCode, OpenRecord, TransferLicense};
use crate::ui::*;

/// The forms of the page.
#[derive(Clone, Copy)]
pub(super) struct Deeds {
    pub open: ServerAction<OpenRecord>,
    pub matching: ServerAction<MatchCode>,
    pub change: ServerAction<ChangeCode>,
    pub transfer: ServerAction<TransferLicense>,
}

impl Deeds {
    pub fn new() -> Self {
        Self {
            open: ServerAction::new(),
            matching: ServerAction::new(),
            change: ServerAction::new(),
            transfer: ServerAction::new(),
        }
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

/// The form by which a lead moves the license to another account.
pub(super) fn transfer(code: &DeskCode, deeds: Deeds) -> AnyView {
    let open = !matches!(code.state, CodeState::Cancelled | CodeState::Replaced | CodeState::Blocked);
    if !code.is_lead || !open || code.customer.is_none() || code.kind == CodeKind::Trial {
        return ().into_any();
    }
    let tried = tried(deeds.transfer);
    let id = code.id.to_string();
    let said = format!(
        "The administrator or the owner of the office has to have asked for it in {}. Both sides get a mail, and devices give their places back.",
        code.opened.request
    );
    view! {
        <section class="panel">
            <h2>"Move to another account"</h2>
            <p>{said}</p>
            <Form action=deeds.transfer class="fields">
                <input type="hidden" name="id" value=id/>
                <Field
                    name="new_owner"
                    label="E-mail address of who takes it over"
                    value=tried.value("new_owner")
                    kind="email"
                    autocomplete="off"
                    required=true
                    error=tried.field("new_owner")
                />
                <Field
                    name="reason"
                    id="transfer-reason"
                    label="Reason"
                    hint="Both sides read it."
                    value=tried.value("reason")
                    autocomplete="off"
                    maxlength=500
                    required=true
                    error=tried.field("reason")
                />
                <Button id="transfer" variant=Variant::Danger busy=tried.busy()>"Move license"</Button>
            </Form>
        </section>
    }
    .into_any()
}
