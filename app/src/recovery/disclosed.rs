//! The page behind the link in the mail: it shows a recovered code once, and only on the press of a button, because mail
//! programs open links on their own.

use crate::form::Title;
use domain::{Error, Fault};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::error::AppError;
use crate::form::{self, Form, Tried};
use crate::recovery::api::Disclose;
use crate::ui::*;
use crate::{paths, wording};

#[component]
pub fn Disclosed() -> impl IntoView {
    let query = use_query_map();
    let disclose = ServerAction::<Disclose>::new();
    let tried = form::tried(disclose);
    let dead = Memo::new(move |_| tried.error().is_some_and(|error| is_dead(&error)));
    // a form posted without script comes back without its query
    let token = move || query.with_untracked(|query| query.get("token")).unwrap_or_else(|| tried.value("token"));
    view! {
        <Title text=move || wording::title(tried.error(), "Your activation code")/>
        <div class="page page-narrow">
            <PageHead title="Your activation code" lead="Support granted your request to recover it."/>
            {move || {
                if dead.get() {
                    view! { <DeadLink/> }.into_any()
                } else {
                    view! {
                        <ErrorSummary sentence=tried.sentence()/>
                        {panel(disclose, tried, token())}
                    }
                    .into_any()
                }
            }}
        </div>
    }
    .into_any()
}

fn is_dead(error: &AppError) -> bool {
    let AppError::Deed(Error::Invalid(fields)) = error else { return false };
    fields.iter().any(|at| at.fault == Fault::DeadMailLink)
}

fn panel(disclose: ServerAction<Disclose>, tried: Tried<Disclose>, token: String) -> impl IntoView {
    let given = Memo::new(move |_| tried.output());
    // the link is used up, so what was given stays on the page and can be seen again until the reader leaves
    let hidden = RwSignal::new(false);
    let shown = Memo::new(move |_| given.get().filter(|_| !hidden.get()));
    let hide = Callback::new(move |()| hidden.set(true));
    let again = Callback::new(move |_| hidden.set(false));
    let told = move || {
        match given.get() {
        None => view! {
            <p>
                "The link in the mail shows the code once. Have pen and paper ready, or a password manager, before you press the button."
            </p>
        }
        .into_any(),
        Some(_) => view! {
            <Notice tone=Tone::Warn title="Write it down now">
                <p>"The link is used up: this page can't show the code again. Later you find it on the license's page, after entering your password."</p>
                <p><a href=paths::LICENSES>"Go to your licenses"</a></p>
            </Notice>
        }
        .into_any(),
    }
    };
    view! {
        <CodePanel
            label="Activation code"
            masked="•••••-•••••-•••••-•••••"
            code=Signal::derive(move || shown.get().map(|shown| shown.code))
            spelled=Signal::derive(move || shown.get().map(|shown| shown.spelled))
        >
            {move || match shown.get() {
                Some(shown) => view! { <CopyButton text=shown.code describe="activation code"/> }.into_any(),
                None if given.get().is_some() => view! {
                    <Button kind="button" variant=Variant::Secondary on_click=again>"Show the code again"</Button>
                }
                .into_any(),
                None => {
                    let token = token.clone();
                    view! {
                        <Form action=disclose>
                            <input type="hidden" name="token" value=token/>
                            <Button busy=tried.busy()>"Show my code"</Button>
                        </Form>
                    }
                    .into_any()
                }
            }}
        </CodePanel>
        <HidesItself shown=Signal::derive(move || shown.get().is_some()) hide/>
        {told}
    }
    .into_any()
}

#[component]
fn DeadLink() -> impl IntoView {
    view! {
        <Notice tone=Tone::Warn title="This link does not work any more" live=true>
            <p>
                "It shows the code once, within 7 days, and only to the license administrator. It was used before, it is too old, or it was sent to somebody else."
            </p>
            <p>
                "If you are the administrator, show the code on the page of the license. If the license is not there, send a new request."
            </p>
        </Notice>
        <div class="form-actions">
            <ButtonLink href=paths::LICENSES variant=Variant::Primary>"Go to your licenses"</ButtonLink>
            <ButtonLink href=paths::RECOVER>"Send a new request"</ButtonLink>
        </div>
    }
    .into_any()
}
