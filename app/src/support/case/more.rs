//! What else becomes of a case: it is joined with another, or followed by one.

use domain::case::{DeskCase, Topic};
use leptos::prelude::*;

use super::work::{Deeds, not_yours};
use crate::form::{Form, tried};
use crate::paths;
use crate::ui::*;

/// The form that joins the case with another open one of the office, where there is one.
pub(super) fn merge(desk: &DeskCase, deeds: Deeds) -> AnyView {
    let others = desk.customer.as_ref().map(|customer| customer.cases.as_slice()).unwrap_or_default();
    let others = others.iter().filter(|other| other.number != desk.case.number && other.state.is_open());
    let options: Vec<(String, String)> =
        others.map(|other| (other.number.clone(), format!("{}: {}", other.number, other.subject))).collect();
    if options.is_empty() || desk.case.topic == Topic::Refund || !desk.may_work {
        return ().into_any();
    }
    let merged = tried(deeds.merge);
    let (number, version) = (desk.case.number.clone(), desk.version.to_string());
    view! {
        <section class="panel">
            <h2>"Same matter twice?"</h2>
            <p>"Join this case with another one: what was said goes there, this one closes, and the customer is told."</p>
            <Form action=deeds.merge class="fields">
                <input type="hidden" name="number" value=number/>
                <input type="hidden" name="version" value=version/>
                <Select
                    name="into"
                    label="Case that stays"
                    options
                    blank="Choose a case"
                    value=merged.value("into")
                    error=merged.field("into")
                />
                <Button id="merge" variant=Variant::Secondary busy=merged.busy()>"Join cases"</Button>
            </Form>
        </section>
    }
    .into_any()
}

/// What can still be done about a case that is closed.
pub(super) fn over(desk: &DeskCase, deeds: Deeds) -> AnyView {
    if let Some(into) = &desk.case.merged_into {
        let (href, label) = (paths::desk_case(into), format!("Open case {into}"));
        return view! {
            <Card heading="This case was joined with another">
                <p>"What was said stands there."</p>
                <div class="row"><ButtonLink href=href>{label}</ButtonLink></div>
            </Card>
        }
        .into_any();
    }
    let followed = desk.case.followed_by.clone().map(|number| {
        view! { <p>"It is followed by " <a href=paths::desk_case(&number)>{number.clone()}</a> "."</p> }
    });
    let tried = tried(deeds.follow);
    let (number, reason) = (desk.case.number.clone(), Signal::stored(not_yours(desk)));
    view! {
        <Card heading="This case is closed">
            {followed}
            <p>"It can't be opened again. The customer can open a case that follows it, and so can you."</p>
            <Form action=deeds.follow class="fields">
                <input type="hidden" name="number" value=number/>
                <TextArea
                    name="message"
                    id="follow-message"
                    label="First word to the customer"
                    hint="It opens a case that follows this one, waits for the customer, and is yours."
                    rows=3
                    required=true
                    value=tried.value("message")
                    error=tried.field("message")
                />
                <div class="form-actions">
                    <Button id="follow" variant=Variant::Secondary disabled_reason=reason busy=tried.busy()>
                        "Open follow-up"
                    </Button>
                </div>
            </Form>
        </Card>
    }
    .into_any()
}
