//! One request as support decides it: claimed and recorded side by side, the license in question, and the decision.

mod decision;
mod evidence;
mod more;
mod records;

use crate::form::Title;
use domain::activation::Refusal;
use domain::recovery::review;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::error::AppError;
use crate::form;
use crate::load::load;
use crate::support::api::{ApproveRecovery, RejectRecovery, get_review};
use crate::support::case::flag;
use crate::support::presence::Present;
use crate::thread::thread;
use crate::ui::*;
use crate::waiting::{reading, unread_at_desk};
use crate::{paths, wording};

#[component]
pub fn Review() -> impl IntoView {
    let params = use_params_map();
    let number = Memo::new(move |_| params.with(|params| params.get("number")).unwrap_or_default());
    let approve = ServerAction::<ApproveRecovery>::new();
    let reject = ServerAction::<RejectRecovery>::new();
    let (approved, rejected) = (form::tried(approve), form::tried(reject));
    let also = more::Deeds::new();
    let query = use_query_map();
    let done = Memo::new(move |_| approved.output().is_some() || rejected.output().is_some());
    let error = move || approved.error().or_else(|| rejected.error()).or_else(|| also.error()).filter(|_| !done.get());
    let told = move || query.read().get("done").filter(|_| error().is_none());
    // read again when it was decided, here or by somebody faster; what is typed outlives every other refusal
    let settled = Memo::new(move |_| done.get() || error().is_some_and(|error| is_decided(&error)));
    let review = load(move || (number.get(), settled.get()), |(number, _)| get_review(number));
    let items = Signal::derive(move || {
        if done.get() {
            return Vec::new();
        }
        let approve =
            approved.items().get().into_iter().map(|(_, sentence)| (decision::APPROVE_REASON.to_owned(), sentence));
        let reject =
            rejected.items().get().into_iter().map(|(_, sentence)| (decision::REJECT_REASON.to_owned(), sentence));
        approve.chain(reject).chain(also.items()).collect()
    });
    let sentence = Signal::derive(move || error().and_then(|error| wording::whole(&error)));
    view! {
        <Title text=move || wording::title(error(), &format!("Request {}", number.get()))/>
        <div class="page">
            {move || view! {
                <PageHead title=format!("Request {}", number.get()) back_href=paths::SUPPORT back_label="Queue">
                    <Shortcuts keys=keys()/>
                </PageHead>
            }}
            <ErrorSummary items sentence/>
            {move || done.get().then(|| view! {
                <Notice tone=Tone::Ok title="Decided" live=true>
                    <p>"The mails about it are on their way."</p>
                </Notice>
            })}
            {move || told().and_then(|done| more::outcome(&done))}
            <Transition fallback=reading>
                {move || Suspend::new(async move {
                    match review.await {
                        Ok(review) => {
                            let forms = decision::Forms { approve, approved, reject, rejected };
                            shown(review, forms, also)
                        }
                        Err(AppError::Deed(domain::Error::NotFound)) => nothing(),
                        Err(error) => unread_at_desk(&error),
                    }
                })}
            </Transition>
        </div>
    }
    .into_any()
}

fn keys() -> Vec<Shortcut> {
    vec![
        Shortcut::new("a", "Assign it to me", Does::Press("#take")),
        Shortcut::new("y", "Write why you approve", Does::Focus("#approve-reason")),
        Shortcut::new("x", "Write why you reject", Does::Focus("#reject-reason")),
        Shortcut::new("m", "Name what is missing", Does::Focus("#missing")),
        Shortcut::new("n", "Write a note", Does::Focus("#note")),
        Shortcut::new("u", "Back to the queue", Does::Press("a.back")),
    ]
}

fn nothing() -> AnyView {
    view! {
        <Empty title="No such request" text="No request has this number. Open it from the queue.">
            <ButtonLink href=paths::SUPPORT>"Open the queue"</ButtonLink>
        </Empty>
    }
    .into_any()
}

fn is_decided(error: &AppError) -> bool {
    matches!(error, AppError::Deed(domain::Error::Refused(Refusal::RequestDecided { .. })))
}

fn shown(review: review::Review, forms: decision::Forms, also: more::Deeds) -> AnyView {
    let open = review.row.state.is_open();
    let bar = open.then(|| decision::bar(&review, forms));
    let early = more::early(&review, also);
    let said = (!review.thread.is_empty()).then(|| thread(review.thread.clone(), review.now, true));
    let (ask, whose) = (open.then(|| more::ask(&review, also)), open.then(|| more::whose(&review, also)));
    let note = more::note(&review, also);
    let flags = review.flags.iter().cloned().map(flag).collect_view();
    let (number, looking) = (review.row.number.clone(), review.looking.clone());
    let outcome = (!open).then(|| decision::outcome(&review));
    view! {
        <Present number looking/>
        <div class="columns">
            <div>
                {outcome}
                {early}
                {evidence::weighed(review.weighed, review.decided_at.is_none())}
                {records::compared(review.comparisons)}
                {records::told(&review.row, review.description, review.now)}
                {said}
                {ask}
                {note}
            </div>
            <aside>
                {whose}
                {flags}
                {records::request(&review.row, review.route, review.earlier, review.now)}
                {records::license(review.license, &review.row.requester, review.now)}
                {records::devices(review.devices)}
                {records::others(review.recoveries, review.cases)}
            </aside>
        </div>
        {bar}
    }
    .into_any()
}
