//! One case: where it stands, what was said, and the form to answer.

use domain::case::{CaseDetails, CaseState, closes_at};
use domain::refund::RefundState;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::api::{AnswerCase, SolveCase, get_case};
use super::live::Live;
use crate::error::AppError;
use crate::form::{self, Form, Refused, Title, refused, tried};
use crate::load::load;
use crate::requests::refund::timeline;
use crate::thread::{AnswerForm, thread};
use crate::ui::*;
use crate::waiting::{reading, unread};
use crate::{paths, wording};

/// The forms of the page.
#[derive(Clone, Copy)]
struct Deeds {
    answer: ServerAction<AnswerCase>,
    solve: ServerAction<SolveCase>,
}

#[component]
pub(super) fn Case() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let number = Memo::new(move |_| params.with(|params| params.get("number")).unwrap_or_default());
    let deeds = Deeds { answer: ServerAction::new(), solve: ServerAction::new() };
    let Refused { error, items, sentence } = refused(vec![tried(deeds.answer).voice(), tried(deeds.solve).voice()]);
    let solved = form::done(deeds.solve);
    let case = load(move || (number.get(), solved.get()), |(number, _)| get_case(number));
    let done = Memo::new(move |_| query.read().get("done").filter(|_| error.get().is_none()));
    view! {
        <Title text=move || wording::title(error.get(), &format!("Case {} – Requests", number.get()))/>
        <div class="page">
            <Live number changed=Callback::new(move |()| case.refetch())/>
            <ErrorSummary items=items sentence=sentence/>
            <Transition fallback=reading>
                {move || Suspend::new(async move {
                    match case.await {
                        Ok(case) => shown(case, deeds, done),
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
        <PageHead title="Case" back_href=paths::REQUESTS back_label="Requests"/>
        <Empty title="No such case" text="Your office opened no case with this number.">
            <ButtonLink href=paths::REQUESTS>"See your requests"</ButtonLink>
        </Empty>
    }
    .into_any()
}

fn outcome(done: &str) -> Option<AnyView> {
    let (title, text) = match done {
        "opened" => ("Your case was sent", "A mail confirms it. Support answers within one working day."),
        "answered" => ("Your answer was sent", "Support sees it. A mail tells you when there is an answer."),
        "refund" => ("Your request for a refund was sent", "Support weighs it. A mail tells you the decision."),
        "solved" => ("The case is solved", "Support does not work on it any more. An answer below opens it again."),
        _ => return None,
    };
    Some(view! { <Done title=title text=text/> }.into_any())
}

fn shown(case: CaseDetails, deeds: Deeds, done: Memo<Option<String>>) -> AnyView {
    let (state, word) = wording::case_state(case.state);
    let said = thread(case.thread.clone(), case.now, false);
    let facts = facts(case.clone());
    let answer = answer(&case, deeds);
    let undecided = case.refund.as_ref().is_some_and(|refund| refund.state.is_open());
    let solve = (case.state.is_open() && !undecided).then(|| solve(&case, deeds));
    let refund = case.refund.as_ref().map(|refund| timeline(refund, case.now));
    view! {
        <PageHead
            title=case.subject.clone()
            lead=next_step(&case)
            back_href=paths::REQUESTS
            back_label="Requests"
        >
            <Badge state label=word/>
        </PageHead>
        {move || done.get().and_then(|done| outcome(&done))}
        <div class="columns">
            <div>
                {said}
                {answer}
            </div>
            <aside>
                {refund}
                {facts}
                {solve}
            </aside>
        </div>
    }
    .into_any()
}

/// Whose turn it is, and by when.
fn next_step(case: &CaseDetails) -> String {
    if let Some(into) = &case.merged_into {
        return format!("Joined with case {into}.");
    }
    match case.state {
        CaseState::New | CaseState::Open | CaseState::OnHold => match case.first_reply_at {
            None => format!(
                "It is support's turn. You get the first answer by {}.",
                wording::day(domain::recovery::due_at(case.created_at))
            ),
            Some(_) => "It is support's turn. A mail tells you when there is an answer.".to_owned(),
        },
        CaseState::Pending => "It is your turn: support asked you something.".to_owned(),
        CaseState::Solved => {
            let until = case.solved_at.map(|at| wording::moment(closes_at(at))).unwrap_or_default();
            format!("Solved. An answer opens it again until {until}; then it is closed.")
        }
        CaseState::Closed => "Closed. Its files are deleted 90 days later.".to_owned(),
    }
}

fn facts(case: CaseDetails) -> AnyView {
    let license = case.license.clone().map(|(id, product)| {
        view! { <Fact term="License"><a href=paths::license(id)>{product}</a></Fact> }
    });
    let device = case.device.clone().map(|(id, name)| {
        view! { <Fact term="Device"><a href=paths::device(id)>{name}</a></Fact> }
    });
    let linked = |number: String| view! { <a href=paths::request(&number)><Key text=number.clone() plain=true/></a> };
    let follows = case.follows.map(|number| view! { <Fact term="Follows">{linked(number)}</Fact> });
    let followed = case.followed_by.map(|number| view! { <Fact term="Followed by">{linked(number)}</Fact> });
    let (number, sent) = (case.number.clone(), case.created_at);
    view! {
        <Card heading="Case">
            <Facts>
                <Fact term="Number"><Key text=number plain=true/></Fact>
                <Fact term="About">{wording::topic(case.topic)}</Fact>
                <Fact term="Opened by">{case.requester}</Fact>
                <Fact term="Opened">
                    <Day iso=wording::iso(sent) text=wording::day(sent) left=wording::ago(sent, case.now)/>
                </Fact>
                {license}
                {device}
                {follows}
                {followed}
            </Facts>
        </Card>
    }
    .into_any()
}

fn answer(case: &CaseDetails, deeds: Deeds) -> AnyView {
    if let Some(into) = &case.merged_into {
        let (href, label) = (paths::request(into), format!("See case {into}"));
        return view! {
            <Card heading="This case goes on in another">
                <p>"Support joined two cases of yours about the same matter. What was said stands there, and so do answers."</p>
                <div class="row"><ButtonLink href=href>{label}</ButtonLink></div>
            </Card>
        }
        .into_any();
    }
    if case.state == CaseState::Closed {
        let href = format!(
            "{}&follows={}",
            paths::ask_about(case.topic, case.license.as_ref().map(|(id, _)| *id)),
            case.number
        );
        return view! {
            <Card heading="This case is closed">
                <p>"It can't be opened again. If it comes up once more, open a case that follows it: support sees both."</p>
                <div class="row"><ButtonLink href=href>"Open a case that follows"</ButtonLink></div>
            </Card>
        }
        .into_any();
    }
    let denied = case.refund.as_ref().filter(|refund| refund.state == RefundState::Denied);
    if denied.is_some_and(|refund| refund.appealed_at.is_some()) {
        return view! {
            <Card heading="This is decided">
                <p>"The refund was weighed twice. Your license runs on. For anything else, open another case."</p>
                <div class="row"><ButtonLink href=paths::NEW_REQUEST>"Ask support"</ButtonLink></div>
            </Card>
        }
        .into_any();
    }
    let (heading, label) = match case.state {
        CaseState::Solved if denied.is_some() => ("You may answer once", "Answer denial"),
        CaseState::Solved => ("Not solved?", "Reopen case"),
        _ => ("Your answer", "Send answer"),
    };
    let number = case.number.clone();
    view! {
        <Card heading=heading>
            <AnswerForm action=deeds.answer number=number files="Pictures or documents" label=label/>
        </Card>
    }
    .into_any()
}

fn solve(case: &CaseDetails, deeds: Deeds) -> AnyView {
    let number = case.number.clone();
    view! {
        <Card heading="No longer needed?">
            <p>"If it is settled, say so. Support then stops, and you can open it again by answering."</p>
            <Form action=deeds.solve>
                <input type="hidden" name="number" value=number/>
                <Button variant=Variant::Secondary busy=tried(deeds.solve).busy()>"It is solved"</Button>
            </Form>
        </Card>
    }
    .into_any()
}
