//! One case as support works on it: what was said, what is known about the customer, and the ways to answer.

mod appeal;
mod more;
mod panel;
mod refund;
mod work;

use domain::case::{self, CaseState};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::error::AppError;
use crate::form::{Refused, Title, refused, tried};
use crate::load::load;
use crate::support::api::get_desk_case;
use crate::support::presence::Present;
use crate::thread::thread;
use crate::ui::*;
use crate::waiting::{reading, unread_page};
use crate::{paths, wording};
pub(super) use panel::flag;
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
        deeds.whose.voices()[0],
        deeds.whose.voices()[1],
        tried(deeds.merge).voice(),
        tried(deeds.follow).voice(),
        tried(deeds.appeal).voice(),
        deeds.saved.filled.voice(),
    ]);
    // what is typed outlives a refusal, but not the version that it was typed for
    let read = load(move || number.get(), get_desk_case);
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
                        Err(error) => unread_page("Case", &error),
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
        "transferred" => ("The license was moved", "Both sides got a mail. It stands in the other account now."),
        "appeal" => ("The appeal is decided", "The customer got a mail. The reason stands in the case."),
        "merged" => ("The cases are one", "What was said in both stands here. The customer got a mail."),
        "follows" => ("The case is open", "It follows the closed one, and the customer got a mail."),
        done => crate::support::whose::outcome(done)?,
    };
    Some(view! { <Done title=title text=text/> }.into_any())
}

fn shown(desk: &case::DeskCase, deeds: Deeds, done: Memo<Option<String>>) -> AnyView {
    let (state, word) = wording::case_state(desk.case.state);
    let title = format!("{}: {}", desk.case.number, desk.case.subject);
    let said = thread(desk.case.thread.clone(), desk.case.now, true);
    let number = desk.case.number.clone();
    let refund = desk.refund.clone().map(|weighed| refund::panel(weighed, number, desk.case.now, deeds.refund));
    let work = if desk.case.state == CaseState::Closed { more::over(desk, deeds) } else { work::forms(desk, deeds) };
    view! {
        <PageHead title=title back_href=paths::SUPPORT back_label="Queue">
            <Badge state label=word/>
            <Shortcuts keys=keys()/>
        </PageHead>
        <Present number=desk.case.number.clone() looking=desk.looking.clone()/>
        {move || done.get().and_then(|done| outcome(&done))}
        <div class="columns">
            <div>
                {refund}
                {panel::limits(desk)}
                {appeal::panel(desk, deeds)}
                {said}
                {work}
            </div>
            <aside>
                {work::whose(desk, deeds)}
                {panel::flags(desk)}
                {panel::about(desk.clone())}
                {panel::license(desk)}
                {panel::customer(desk.clone())}
                {more::merge(desk, deeds)}

            </aside>
        </div>
    }
    .into_any()
}

fn keys() -> Vec<Shortcut> {
    vec![
        Shortcut::new("r", "Write the answer", Does::Focus("#message")),
        Shortcut::new("n", "Write a note", Does::Focus("#note")),
        Shortcut::new("a", "Assign it to me", Does::Press("#take")),
        Shortcut::new("u", "Back to the queue", Does::Press("a.back")),
    ]
}
