//! One case as support works on it: what was said, what is known about the customer, and the ways to answer.

mod refund;
mod work;

use domain::case::{self, CaseState};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::error::AppError;
use crate::form::{Refused, Title, refused, tried};
use crate::support::api::get_desk_case;
use crate::thread::thread;
use crate::ui::*;
use crate::waiting::{reading, unread};
use crate::{paths, wording};
use work::Deeds;

#[component]
pub fn DeskCase() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let number = Memo::new(move |_| params.with(|params| params.get("number")).unwrap_or_default());
    let deeds = Deeds::new();
    let Refused { error, items, sentence } = refused(vec![
        tried(deeds.reply).voice(),
        tried(deeds.note).voice(),
        tried(deeds.take).voice(),
        tried(deeds.shift).voice(),
        deeds.refund.voices()[0],
        deeds.refund.voices()[1],
    ]);
    // what is typed outlives a refusal, but not the version that it was typed for
    let read = Resource::new(move || number.get(), get_desk_case);
    let done = Memo::new(move |_| query.read().get("done").filter(|_| error.get().is_none()));
    view! {
        <Title text=move || wording::title(error.get(), &format!("Case {}", number.get()))/>
        <div class="page">
            <ErrorSummary items=items sentence=sentence/>
            <Transition fallback=reading>
                {move || Suspend::new(async move {
                    match read.await {
                        Ok(case) => shown(&case, deeds, done),
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
        <PageHead title="Case" back_href=paths::SUPPORT back_label="Queue"/>
        <Empty title="No such case" text="No case has this number. Open it from the queue.">
            <ButtonLink href=paths::SUPPORT>"Open the queue"</ButtonLink>
        </Empty>
    }
    .into_any()
}

fn outcome(done: &str) -> Option<AnyView> {
    let (title, text) = match done {
        "taken" => ("The case is yours", "Others in support see your name on it."),
        "noted" => ("The note is kept", "Support alone reads it."),
        "answered" => ("The answer was sent", "A mail leads the customer to it."),
        "decided" => ("The refund is decided", "The customer gets a mail. The reason stands in the case."),
        "paid" => ("The refund is paid", "The customer gets a mail."),
        "moved" => ("The case stands differently now", "The customer gets a mail if they see it differently, too."),
        _ => return None,
    };
    Some(view! { <Done title=title text=text/> }.into_any())
}

fn shown(desk: &case::DeskCase, deeds: Deeds, done: Memo<Option<String>>) -> AnyView {
    let (state, word) = wording::case_state(desk.case.state);
    let title = format!("{}: {}", desk.case.number, desk.case.subject);
    let said = thread(desk.case.thread.clone(), desk.case.now, true);
    let number = desk.case.number.clone();
    let refund = desk.refund.clone().map(|weighed| refund::panel(weighed, number, desk.case.now, deeds.refund));
    let work = if desk.case.state == CaseState::Closed {
        view! { <p class="muted">"This case is closed. The customer can open one that follows it."</p> }.into_any()
    } else {
        work::forms(desk, deeds)
    };
    view! {
        <PageHead title=title back_href=paths::SUPPORT back_label="Queue">
            <Badge state label=word/>
        </PageHead>
        {move || done.get().and_then(|done| outcome(&done))}
        <div class="columns">
            <div>
                {refund}
                {said}
                {work}
            </div>
            <aside>
                {about(desk.clone())}
                {customer(desk.clone())}
                {license(desk)}
                {work::take(desk, deeds)}
            </aside>
        </div>
    }
    .into_any()
}

fn about(desk: case::DeskCase) -> AnyView {
    let case = desk.case;
    let (entitled, entitlement) = wording::entitlement(desk.entitlement);
    let follows = case.follows.clone().map(|number| {
        view! { <Fact term="Follows"><a href=paths::desk_case(&number)>{number.clone()}</a></Fact> }
    });
    let device = case.device.clone().map(|(_, name)| view! { <Fact term="Device">{name}</Fact> });
    view! {
        <section class="panel">
            <h2>"Case"</h2>
            <Facts>
                <Fact term="About">{wording::topic(case.topic)}</Fact>
                <Fact term="Entitlement"><Badge state=entitled label=entitlement/></Fact>
                <Fact term="Opened">
                    <Day
                        iso=wording::iso(case.created_at)
                        text=wording::day(case.created_at)
                        left=wording::ago(case.created_at, case.now)
                    />
                </Fact>
                <Fact term="Assignee">{desk.assignee.unwrap_or_else(|| "Nobody yet".to_owned())}</Fact>
                <Fact term="Reopened">{times(desk.reopened)}</Fact>
                {device}
                {follows}
            </Facts>
        </section>
    }
    .into_any()
}

fn times(count: u32) -> String {
    match count {
        0 => "Never".to_owned(),
        1 => "Once".to_owned(),
        count => format!("{count} times"),
    }
}

fn customer(desk: case::DeskCase) -> AnyView {
    let earlier = desk.earlier.iter().map(|(number, subject)| {
        view! { <li><a href=paths::desk_case(number)>{number.clone()}</a> " " {subject.clone()}</li> }
    });
    let earlier = (!desk.earlier.is_empty()).then(|| {
        view! {
            <h3>"Earlier cases"</h3>
            <ul>{earlier.collect_view()}</ul>
        }
    });
    let look_up = format!("{}?case={}", paths::LOOK_UP, desk.case.number);
    view! {
        <section class="panel">
            <h2>"Customer"</h2>
            <Facts>
                <Fact term="Name">{desk.case.requester.clone()}</Fact>
                <Fact term="Office">{desk.office.clone()}</Fact>
                <Fact term="E-mail"><bdi>{desk.email.clone()}</bdi></Fact>
                <Fact term="Answer in">{desk.language.name()}</Fact>
            </Facts>
            {earlier}
            <p><a href=look_up>"Look up records for this case"</a></p>
        </section>
    }
    .into_any()
}

fn license(desk: &case::DeskCase) -> AnyView {
    let Some(facts) = &desk.license_facts else {
        return view! {
            <section class="panel">
                <h2>"License"</h2>
                <p>"The customer named no license."</p>
            </section>
        }
        .into_any();
    };
    let now = desk.case.now;
    let (state, word) = wording::standing(facts.standing(now));
    let product = desk.case.license.as_ref().map(|(_, product)| product.clone()).unwrap_or_default();
    let ends_at = facts.ends_at();
    let left = wording::remaining(facts.remaining(now));
    let tail = desk.code_tail.clone().unwrap_or_default();
    view! {
        <section class="panel">
            <h2>"License"</h2>
            <Facts>
                <Fact term="Product">{product}</Fact>
                <Fact term="Code"><Key text=domain::code::mask(&tail)/></Fact>
                <Fact term="Standing"><Badge state label=word/></Fact>
                <Fact term="Ends"><Day iso=wording::iso(ends_at) text=wording::day(ends_at) left=left/></Fact>
            </Facts>
        </section>
    }
    .into_any()
}
