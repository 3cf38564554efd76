//! The refund that a case asks for: what is weighed, what it would do, and the decision, which is a lead's (R86).

use domain::refund::{Decision, DeskRefund, RefundState};
use domain::text::COUNTED;
use leptos::prelude::*;
use time::OffsetDateTime;

use crate::form::{Form, Tried, Voice, tried};
use crate::requests::refund::{effect, known};
use crate::support::api::{DecideRefund, PayRefund};
use crate::ui::*;
use crate::wording;

/// The forms of a refund.
#[derive(Clone, Copy)]
pub(super) struct Deeds {
    decide: ServerAction<DecideRefund>,
    decided: Tried<DecideRefund>,
    pay: ServerAction<PayRefund>,
    paid: Tried<PayRefund>,
}

impl Deeds {
    pub fn new() -> Self {
        let (decide, pay) = (ServerAction::new(), ServerAction::new());
        Self { decide, decided: tried(decide), pay, paid: tried(pay) }
    }

    /// Their parts among the forms of the page.
    pub fn voices(self) -> [Voice; 2] {
        [self.decided.voice(), self.paid.voice()]
    }
}

pub(super) fn panel(refund: DeskRefund, number: String, now: OffsetDateTime, deeds: Deeds) -> AnyView {
    let (state, word) = wording::refund_state(refund.status.state);
    let facts = known(refund.status.facts.clone(), now);
    let earlier = match refund.earlier {
        0 => "No refund was granted to this office before.".to_owned(),
        1 => "One refund was granted to this office before.".to_owned(),
        many if many > COUNTED => format!("More than {COUNTED} refunds were granted to this office before."),
        many => format!("{many} refunds were granted to this office before."),
    };
    let decision = refund.status.decision_reason.clone().map(|reason| {
        let by = refund.decided_by.clone().unwrap_or_default();
        let when = refund.status.decided_at.map(wording::moment).unwrap_or_default();
        view! { <p class="message-body">{format!("{by}, {when}: {reason}")}</p> }
    });
    let appealed = refund.status.appealed_at.is_some().then(|| {
        view! { <p>"The customer has answered a denial. This decision is the last one."</p> }
    });
    let form = match refund.status.state {
        RefundState::Requested | RefundState::UnderReview => decide(&refund, number, deeds),
        RefundState::Approved => pay(&refund, number, deeds),
        RefundState::Paid | RefundState::Denied => ().into_any(),
    };
    view! {
        <Card heading="Refund">
            <p><Badge state label=word/></p>
            {facts}
            <p>{earlier}</p>
            {appealed}
            {decision}
            {form}
        </Card>
    }
    .into_any()
}

fn not_yours(refund: &DeskRefund) -> Signal<Option<String>> {
    Signal::stored((!refund.may_decide).then(|| "A support lead decides refunds.".to_owned()))
}

/// Above the seller's limit two leads grant it; whoever said yes first reads who has to follow.
fn two_leads(refund: &DeskRefund) -> Option<AnyView> {
    let told = match &refund.first {
        Some(first) if first.by_reader => format!(
            "You approved it on {}: {} Another lead has to approve it too before the money goes back.",
            wording::moment(first.at),
            first.reason
        ),
        Some(first) => {
            format!("{} approved it on {}: {}", first.by, wording::moment(first.at), first.reason)
        }
        None => {
            "It is above the limit of its seller, or you set that limit. Two leads have to approve it; one is enough to deny it.".to_owned()
        }
    };
    let title =
        if refund.first.is_some() { "The first of two leads has approved" } else { "Two leads decide this one" };
    refund.by_two.then(|| view! { <Notice tone=Tone::Info title=title><p>{told}</p></Notice> }.into_any())
}

fn decide(refund: &DeskRefund, number: String, deeds: Deeds) -> AnyView {
    let decided = deeds.decided;
    let what = effect(&refund.status.facts);
    let waiting = (!refund.waiting.is_empty()).then(|| {
        view! { <p>{format!("It waits as reserve on {} and will not take over there.", refund.waiting.join(", "))}</p> }
    });
    let options = vec![
        Choice::new(Decision::Approved.as_str(), "Approve refund")
            .hint("The store is told to pay. This can't be undone."),
        Choice::new(Decision::Denied.as_str(), "Deny refund")
            .hint("Nothing changes on the devices. The customer may answer once."),
    ];
    let reason = not_yours(refund);
    let two_leads = two_leads(refund);
    view! {
        {two_leads}
        <Notice tone=Tone::Warn title="If you approve">
            <p>{what}</p>
            {waiting}
        </Notice>
        <Form action=deeds.decide class="fields">
            <input type="hidden" name="number" value=number/>
            <Radios
                name="decision"
                legend="Decision"
                options
                value=decided.value("decision")
                error=decided.field("decision")
            />
            <TextArea
                name="reason"
                label="Reason"
                hint="The customer reads it. Say what the decision rests on."
                rows=3
                required=true
                value=decided.value("reason")
                error=decided.field("reason")
            />
            <div class="form-actions">
                <Button id="decide" variant=Variant::Danger disabled_reason=reason busy=decided.busy()>"Decide refund"</Button>
            </div>
        </Form>
    }
    .into_any()
}

fn pay(refund: &DeskRefund, number: String, deeds: Deeds) -> AnyView {
    let reason = not_yours(refund);
    view! {
        <p>"The store was told to pay. Note it here when the store says that it has."</p>
        <Form action=deeds.pay>
            <input type="hidden" name="number" value=number/>
            <Button id="pay" variant=Variant::Secondary disabled_reason=reason busy=deeds.paid.busy()>"Note as paid"</Button>
        </Form>
    }
    .into_any()
}
