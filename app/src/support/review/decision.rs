//! The decision: two ways, each with its own reason, or what was decided, by whom and why.

use domain::recovery::RecoveryState;
use domain::recovery::review::{Obstacle, Review};
use domain::request::{Kind, Shown, View};
use leptos::prelude::*;

use crate::form::{Form, Tried};
use crate::paths;
use crate::support::api::{ApproveRecovery, RejectRecovery};
use crate::ui::{Button, ButtonLink, Card, Day, Fact, Facts, TextArea, Variant};
use crate::wording;

pub(super) const APPROVE_REASON: &str = "approve-reason";
pub(super) const REJECT_REASON: &str = "reject-reason";

/// The two forms and what came of them.
#[derive(Clone, Copy)]
pub(super) struct Forms {
    pub approve: ServerAction<ApproveRecovery>,
    pub approved: Tried<ApproveRecovery>,
    pub reject: ServerAction<RejectRecovery>,
    pub rejected: Tried<RejectRecovery>,
}

pub(super) fn bar(review: &Review, forms: Forms) -> AnyView {
    let Forms { approve, approved, reject, rejected } = forms;
    let number = review.row.number.clone();
    let (same, version) = (number.clone(), review.version.to_string());
    let same_version = version.clone();
    let obstacle = review.obstacle();
    let not_yours = obstacle.filter(|obstacle| *obstacle == Obstacle::NotYours).map(sentence_of);
    let obstacle = obstacle.map(sentence_of);
    let effect = match &review.license {
        _ if review.goes_by_order() => format!(
            "The mail about the order goes once more to {}, the address of the order, and to nobody else. You never see the code.",
            review.order_goes_to.as_deref().unwrap_or_default()
        ),
        Some(license) => format!(
            "The code goes by mail to {}, the license administrator. You never see it. The reason goes with it.",
            license.administrator
        ),
        None => "The code would go by mail to the license administrator. You would never see it.".to_owned(),
    };
    view! {
        <section class="decision-bar" aria-label="Decision">
            <Form action=approve>
                <input type="hidden" name="number" value=number/>
                <input type="hidden" name="version" value=version/>
                <TextArea
                    name="reason"
                    id=APPROVE_REASON
                    label="Why you approve"
                    hint=effect
                    rows=2
                    required=true
                    value=approved.value("reason")
                    error=approved.field("reason")
                />
                <Button id="approve" disabled_reason=obstacle busy=approved.busy()>"Approve request"</Button>
            </Form>
            <Form action=reject>
                <input type="hidden" name="number" value=same/>
                <input type="hidden" name="version" value=same_version/>
                <TextArea
                    name="reason"
                    id=REJECT_REASON
                    label="Why you reject"
                    hint="The requester reads this. Say what is missing, so that a new request can succeed."
                    rows=2
                    required=true
                    value=rejected.value("reason")
                    error=rejected.field("reason")
                />
                <Button id="reject" variant=Variant::Danger disabled_reason=not_yours busy=rejected.busy()>"Reject request"</Button>
            </Form>
        </section>
    }
    .into_any()
}

fn sentence_of(obstacle: Obstacle) -> String {
    match obstacle {
        Obstacle::NotYours => "Auditors read requests. Agents and leads decide them.",
        Obstacle::NoLicense => "The claim names no license and no order of ours, so there is no code to send.",
        Obstacle::OtherAccount => "The license belongs to another account, so its code can't be sent for this one.",
    }
    .to_owned()
}

pub(super) fn outcome(review: &Review) -> AnyView {
    let (state, word) = wording::recovery_state(review.row.state);
    let sentence = match review.row.state {
        RecoveryState::Approved => "The code waits for the license administrator to open the link in the mail.",
        RecoveryState::Done if review.goes_by_order() => {
            "The mail about the order was sent to the address of the order."
        }
        RecoveryState::Done if review.early_end.is_some() => "The end of the license is right now.",
        RecoveryState::Done => "The code was shown to the license administrator.",
        RecoveryState::Rejected => "The requester was told the reason.",
        RecoveryState::Withdrawn => "The requester took it back. There is nothing to decide.",
        RecoveryState::TimedOut => "No answer came for 30 days. There is nothing to decide.",
        RecoveryState::Submitted | RecoveryState::Checking | RecoveryState::NeedsInfo => "It waits for a decision.",
    };
    let by_evidence = review.decided_at.map(|_| "Latchkey, by the evidence".to_owned());
    let who = review.decided_by.clone().or(by_evidence).map(|name| view! { <Fact term="Decided by">{name}</Fact> });
    let when = review.decided_at.map(|at| {
        view! { <Fact term="Decided on"><Day iso=wording::iso(at) text=wording::moment(at)/></Fact> }
    });
    let why = review.decision_reason.clone().map(|reason| {
        view! { <Fact term="Reason given"><span class="message-body">{reason}</span></Fact> }
    });
    let next = paths::queue(Shown { view: View::Unassigned, kind: Kind::Recoveries, ..Shown::default() });
    view! {
        <Card heading="Decision">
            <p>{sentence}</p>
            <Facts>
                <Fact term="State"><crate::ui::Badge state label=word/></Fact>
                {who}
                {when}
                {why}
            </Facts>
            <div class="row"><ButtonLink href=next>"Next recovery that nobody has"</ButtonLink></div>
        </Card>
    }
    .into_any()
}
