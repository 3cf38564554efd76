//! One request: what has happened, what comes next and by when, and the way to take it back.

use crate::form::Title;
use domain::recovery::{RecoveryState, RecoveryStatus};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::error::AppError;
use crate::form::{self, Form, Tried};
use crate::load::load;
use crate::recovery::api::AnswerRequest;
use crate::requests::api::{WithdrawRequest, get_request};
use crate::requests::live::Live;
use crate::requests::progress;
use crate::thread::{AnswerForm, thread};
use crate::ui::*;
use crate::waiting::{reading, unread};
use crate::{paths, recovery, wording};

#[component]
pub(super) fn Recovery() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let number = Memo::new(move |_| params.with(|params| params.get("number")).unwrap_or_default());
    let sent = Memo::new(move |_| query.with(|query| query.get("sent")).is_some());
    let withdraw = ServerAction::<WithdrawRequest>::new();
    let answer = ServerAction::<AnswerRequest>::new();
    let (tried, answered) = (form::tried(withdraw), form::tried(answer));
    let error = move || tried.error().or_else(|| answered.error());
    let told = Memo::new(move |_| query.with(|query| query.get("done")).is_some() && error().is_none());
    let withdrawn = Memo::new(move |_| tried.output().is_some());
    // decided while this page was open: what it shows is no longer so
    let settled = Memo::new(move |_| withdrawn.get() || tried.error().is_some());
    let request = load(move || (number.get(), settled.get()), |(number, _)| get_request(number));
    view! {
        <Title text=move || wording::title(error(), &format!("Request {} – Requests", number.get()))/>
        <div class="page">
            <Live number changed=Callback::new(move |()| request.refetch())/>
            {move || view! {
                <PageHead title=format!("Request {}", number.get()) back_href=paths::REQUESTS back_label="Requests"/>
            }}
            {move || (sent.get() && !settled.get()).then(sent_notice)}
            {move || withdrawn.get().then(|| view! {
                <Notice tone=Tone::Ok title="The request was taken back" live=true>
                    <p>"Support does not look at it any more. You may send a new one at any time."</p>
                </Notice>
            })}
            {move || told.get().then(|| view! {
                <Notice tone=Tone::Ok title="Support has what you told" live=true>
                    <p>"A mail tells you how it goes on."</p>
                </Notice>
            })}
            <ErrorSummary items=tried.items() sentence=tried.sentence()/>
            <ErrorSummary items=answered.items() sentence=answered.sentence()/>
            <Transition fallback=reading>
                {move || Suspend::new(async move {
                    match request.await {
                        Ok(request) => shown(request, withdraw, tried, answer),
                        Err(AppError::Deed(domain::Error::NotFound)) => nothing(),
                        Err(error) => unread(&error),
                    }
                })}
            </Transition>
        </div>
    }
    .into_any()
}

fn nothing() -> AnyView {
    view! {
        <Empty title="No such request" text="Your office sent no request with this number.">
            <ButtonLink href=paths::REQUESTS>"See your requests"</ButtonLink>
        </Empty>
    }
    .into_any()
}

fn sent_notice() -> AnyView {
    view! {
        <Steps steps=recovery::steps() current=3/>
        <Notice tone=Tone::Ok title="Your request was sent">
            <p>"A mail confirms it. Name the number above when you write to support about it."</p>
        </Notice>
    }
    .into_any()
}

fn shown(
    request: RecoveryStatus,
    withdraw: ServerAction<WithdrawRequest>,
    tried: Tried<WithdrawRequest>,
    answer: ServerAction<AnswerRequest>,
) -> AnyView {
    let (state, word) = wording::recovery_state(request.state);
    let over = matches!(request.state, RecoveryState::Rejected | RecoveryState::Withdrawn | RecoveryState::TimedOut);
    let said = (!request.thread.is_empty()).then(|| thread(request.thread.clone(), request.now, false));
    let more = request.takes_answers.then(|| tell_more(&request, answer));
    let moments = progress::moments(&request);
    let key = (!request.key_tail.is_empty()).then(|| {
        let key = format!("…{}", request.key_tail);
        view! { <Fact term="License key"><Key text=key/></Fact> }
    });
    let order = (!request.order_number.is_empty()).then(|| {
        let number = request.order_number.clone();
        view! { <Fact term="Order number"><Key text=number plain=true/></Fact> }
    });
    let (reason, sent) = (wording::reason(request.reason), request.created_at);
    let taking_back = request.state.is_open().then(|| take_back(&request, withdraw, tried));
    view! {
        <div class="columns">
            <div>
                <Card heading="Where it stands">
                    <Timeline items=moments/>
                </Card>
                {request.decision_reason.map(|reason| view! {
                    <Card heading="What support wrote">
                        <p class="message-body">{reason}</p>
                    </Card>
                })}
                {said}
                {more}
                {over.then(|| view! {
                    <div class="row"><ButtonLink href=paths::RECOVER>"Send a new request"</ButtonLink></div>
                })}
            </div>
            <aside>
                <Card heading="What you asked for">
                    <Facts>
                        <Fact term="State"><Badge state label=word/></Fact>
                        <Fact term="Reason">{reason}</Fact>
                        {key}
                        {order}
                        <Fact term="Sent on">
                            <Day iso=wording::iso(sent) text=wording::day(sent)/>
                        </Fact>
                    </Facts>
                </Card>
                {taking_back}
            </aside>
        </div>
    }
    .into_any()
}

fn take_back(
    request: &RecoveryStatus,
    withdraw: ServerAction<WithdrawRequest>,
    tried: Tried<WithdrawRequest>,
) -> AnyView {
    let number = request.number.clone();
    view! {
        <Card heading="No longer needed?">
            <p>"If you have found the code, take the request back. Support then stops, and no code is sent."</p>
            <Form action=withdraw>
                <input type="hidden" name="number" value=number/>
                <Button variant=Variant::Secondary busy=tried.busy()>"Take request back"</Button>
            </Form>
        </Card>
    }
    .into_any()
}

fn tell_more(request: &RecoveryStatus, answer: ServerAction<AnswerRequest>) -> AnyView {
    let number = request.number.clone();
    let (heading, label) = match request.state {
        RecoveryState::NeedsInfo => ("What is missing", "Send answer"),
        RecoveryState::TimedOut => ("Open it again", "Reopen request"),
        _ => ("Anything to add?", "Send answer"),
    };
    let missing = request.missing.clone().filter(|_| request.state != RecoveryState::Checking);
    view! {
        <Card heading=heading>
            {missing.map(|missing| view! { <p class="message-body">{missing}</p> })}
            <AnswerForm action=answer number=number files="Proof of purchase or screenshot" label=label/>
        </Card>
    }
    .into_any()
}
