//! One request: what has happened, what comes next and by when, and the way to take it back.

use crate::form::Title;
use domain::recovery::{RecoveryState, RecoveryStatus};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::error::AppError;
use crate::form::{self, Form, Tried};
use crate::requests::api::{WithdrawRequest, get_request};
use crate::requests::progress;
use crate::ui::*;
use crate::waiting::{reading, unread};
use crate::{paths, recovery, wording};

#[component]
pub(super) fn Recovery() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let number = Memo::new(move |_| params.with(|params| params.get("number")).unwrap_or_default());
    let sent = Memo::new(move |_| query.with(|query| query.get("sent")).is_some());
    let withdraw = ServerAction::<WithdrawRequest>::new();
    let tried = form::tried(withdraw);
    let withdrawn = Memo::new(move |_| tried.output().is_some());
    // decided while this page was open: what it shows is no longer so
    let settled = Memo::new(move |_| withdrawn.get() || tried.error().is_some());
    let request = Resource::new(move || (number.get(), settled.get()), |(number, _)| get_request(number));
    view! {
        <Title text=move || wording::title(tried.error(), &format!("Request {}", number.get()))/>
        <div class="page">
            {move || view! {
                <PageHead title=format!("Request {}", number.get()) back_href=paths::REQUESTS back_label="Requests"/>
            }}
            {move || (sent.get() && !settled.get()).then(sent_notice)}
            {move || withdrawn.get().then(|| view! {
                <Notice tone=Tone::Ok title="The request was taken back" live=true>
                    <p>"Support does not look at it any more. You may send a new one at any time."</p>
                </Notice>
            })}
            <ErrorSummary items=tried.items() sentence=tried.sentence()/>
            <Transition fallback=reading>
                {move || Suspend::new(async move {
                    match request.await {
                        Ok(request) => shown(request, withdraw, tried),
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
        <Steps steps=recovery::steps() current=2/>
        <Notice tone=Tone::Ok title="Your request was sent">
            <p>"A mail confirms it. Name the number above when you write to support about it."</p>
        </Notice>
    }
    .into_any()
}

fn shown(request: RecoveryStatus, withdraw: ServerAction<WithdrawRequest>, tried: Tried<WithdrawRequest>) -> AnyView {
    let (state, word) = wording::recovery_state(request.state);
    let over = matches!(request.state, RecoveryState::Rejected | RecoveryState::Withdrawn | RecoveryState::TimedOut);
    let moments = progress::moments(&request);
    let key = format!("…{}", request.key_tail);
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
                {over.then(|| view! {
                    <div class="row"><ButtonLink href=paths::RECOVER>"Send a new request"</ButtonLink></div>
                })}
            </div>
            <aside>
                <Card heading="What you asked for">
                    <Facts>
                        <Fact term="State"><Badge state label=word/></Fact>
                        <Fact term="Reason">{reason}</Fact>
                        <Fact term="License key"><Key text=key/></Fact>
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
