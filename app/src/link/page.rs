//! The page for linking. Opening it, even with a code in its address, looks nothing up and links nothing.

use crate::form::Title;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::api::{DenyDevice, FindLink, LinkDevice, MailWay, get_addressees};
use super::decide::decide;
use super::{install, mail};
use crate::form::{Form, tried};
use crate::load::load;
use crate::ui::*;
use crate::waiting::{reading, unread};
use crate::{paths, wording};

const TITLE: &str = "Link a device";

/// Two steps: the code, and the decision.
#[component]
pub fn Link() -> impl IntoView {
    let find = ServerAction::<FindLink>::new();
    let link = ServerAction::<LinkDevice>::new();
    let deny = ServerAction::<DenyDevice>::new();
    let mail_way = ServerAction::<MailWay>::new();
    let (found, linked, denied, mailed) = (tried(find), tried(link), tried(deny), tried(mail_way));
    let people = load(|| (), |()| get_addressees());
    let error = Signal::derive(move || {
        // what was posted before the script came is over once something newer was answered
        let decided = link.value().with(Option::is_some) || deny.value().with(Option::is_some);
        if !decided && find.value().with(Option::is_some) {
            return found.error();
        }
        linked.error().or_else(|| denied.error()).or_else(|| mailed.error()).or_else(|| found.error())
    });
    let query = use_query_map();
    let posted = [found.value("user_code"), linked.value("user_code"), denied.value("user_code")];
    let posted = posted.into_iter().find(|code| !code.is_empty());
    let begun = posted.or_else(|| query.read_untracked().get("code")).unwrap_or_default();
    let typed = RwSignal::new(begun.clone());
    // the card is about the code that was looked up
    let looked_up = RwSignal::new(begun.clone());
    Effect::new(move |_| {
        if let Some(asked) = find.input().get() {
            // what was typed before script ran told nobody; the form knows it
            typed.set(asked.user_code.clone());
            looked_up.set(asked.user_code);
            link.clear();
            deny.clear();
        }
    });
    let on_input = Callback::new(move |text: String| typed.set(text));
    let items = Signal::derive(move || error.get().map(|error| wording::items(&error)).unwrap_or_default());
    let sentence = Signal::derive(move || error.get().and_then(|error| wording::whole(&error)));
    let code_error = Signal::derive(move || error.get().and_then(|error| wording::at_field(&error, "user_code")));
    let request = Memo::new(move |_| found.output().filter(|_| typed.get() == looked_up.get()));
    let refused = move || query.read().get("denied").is_some() && request.get().is_none();
    let steps = move || {
        let steps = vec!["Enter the code".to_owned(), "Check the device".to_owned()];
        view! { <Steps steps current=usize::from(request.get().is_some())/> }
    };
    let card = move || request.get().map(|request| decide(request, looked_up, link, deny));
    view! {
        <Title text=move || wording::title(error.get(), TITLE)/>
        <div class="page page-narrow">
            <PageHead
                title=TITLE
                lead="The device shows a code of eight letters. Enter it here."
                back_href=paths::DEVICES
                back_label="Devices"
            />
            {move || refused().then(|| view! {
                <Notice title="The device was not linked" live=true>
                    <p>"It has been told so. Nothing of your office was shown to it."</p>
                </Notice>
            })}
            {move || (query.read().get("done").as_deref() == Some("mailed") && error.get().is_none()).then(|| view! {
                <Done title="The link is on its way" text="Open the mail on the device that you want to protect."/>
            })}
            <ErrorSummary items=items sentence=sentence/>
            {steps}
            <Form action=find class="fields user-code-form">
                <Field
                    name="user_code"
                    label="Code from the device"
                    hint="Like BCDF-GHJK. The code works for 15 minutes."
                    value=begun
                    autocomplete="off"
                    mono=true
                    error=code_error
                    on_input=on_input
                />
                <div class="form-actions">
                    <Button busy=found.busy()>"Check the device"</Button>
                </div>
            </Form>
            <div aria-live="polite">{card}</div>
            {install::ways()}
            <Suspense fallback=reading>
                {move || Suspend::new(async move {
                    match people.await {
                        Ok(people) => mail::card(people, mail_way),
                        Err(error) => unread(&error),
                    }
                })}
            </Suspense>
        </div>
    }
    .into_any()
}
