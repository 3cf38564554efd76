//! The appeal against a block: what is recorded of the code, beside what the customer tells, and the lead's decision.

use domain::case::{Appeal, DeskCase};
use domain::refund::Decision;
use leptos::prelude::*;

use super::work::Deeds;
use crate::form::{Form, tried};
use crate::ui::*;
use crate::wording;

/// The panel, for a case that is such an appeal.
pub(super) fn panel(desk: &DeskCase, deeds: Deeds) -> AnyView {
    let Some(appeal) = desk.appeal.clone() else { return ().into_any() };
    let form = (desk.case.state.is_open() && appeal.blocked_at.is_some()).then(|| decide(desk, &appeal, deeds));
    let (mark, word) =
        if appeal.blocked_at.is_some() { (State::Blocked, "Blocked") } else { (State::Active, "Accepted") };
    let since = appeal.blocked_at.map(|at| {
        let left = wording::ago(at, desk.case.now);
        view! { <Fact term="Blocked since"><Day iso=wording::iso(at) text=wording::day(at) left=left/></Fact> }
    });
    let why = appeal.blocked_reason.map(|reason| view! { <Fact term="Blocked because">{reason}</Fact> });
    let first = appeal.first_activated_at.map_or_else(|| "Never".to_owned(), wording::moment);
    let (tail, key) = (domain::code::mask(&appeal.tail), format!("…{}", appeal.key_tail));
    let (seller, ordered) = (appeal.seller, wording::day(appeal.ordered_at));
    let order = appeal.order.unwrap_or_else(|| "None".to_owned());
    let buyer = appeal.buyer.unwrap_or_else(|| "Not recorded".to_owned());
    view! {
        <Card heading="Appeal against a block">
            <p>"Compare what the customer tells below, and the proof, with what is recorded."</p>
            <Facts wide=true>
                <Fact term="Code"><Key text=tail/></Fact>
                <Fact term="State"><Badge state=mark label=word/></Fact>
                <Fact term="License key"><Key text=key plain=true/></Fact>
                <Fact term="First activation">{first}</Fact>
                <Fact term="Sold by">{seller}</Fact>
                <Fact term="Order number">{order}</Fact>
                <Fact term="Bought by">{buyer}</Fact>
                <Fact term="Ordered on">{ordered}</Fact>
                {since}
                {why}
            </Facts>
            {form}
        </Card>
    }
    .into_any()
}

fn decide(desk: &DeskCase, appeal: &Appeal, deeds: Deeds) -> AnyView {
    let decided = tried(deeds.appeal);
    let (number, version) = (desk.case.number.clone(), desk.version.to_string());
    let options = vec![
        Choice::new(Decision::Approved.as_str(), "Accept the code again")
            .hint("Its dates and devices are as they were."),
        Choice::new(Decision::Denied.as_str(), "Leave it blocked").hint("The customer reads why, and may answer."),
    ];
    let reason = Signal::stored((!appeal.may_decide).then(|| "A support lead decides appeals.".to_owned()));
    view! {
        <Form action=deeds.appeal class="fields">
            <input type="hidden" name="number" value=number/>
            <input type="hidden" name="version" value=version/>
            <Radios
                name="decision"
                legend="Decision"
                options
                value=decided.value("decision")
                error=decided.field("decision")
            />
            <TextArea
                name="reason"
                id="appeal-reason"
                label="Reason"
                hint="It is the answer to the customer, and the case is solved with it."
                rows=3
                required=true
                value=decided.value("reason")
                error=decided.field("reason")
            />
            <div class="form-actions">
                <Button id="decide-appeal" disabled_reason=reason busy=decided.busy()>"Decide appeal"</Button>
            </div>
        </Form>
    }
    .into_any()
}
