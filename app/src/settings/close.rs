//! Closing the account: what it means, and the question before it.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::api::CloseAccount;
use crate::agree::asks;
use crate::form::{Form, tried};
use crate::paths;
use crate::ui::*;

const QUESTION: &str = "close";

/// The way to the question.
pub(super) fn card() -> AnyView {
    view! {
        <Card heading="Close the account" id="close-card">
            <p>
                "Your name, your address and your password are forgotten, and your devices are disconnected. A paid license that runs
                is handed over first. Signing in within 14 days keeps the account."
            </p>
            <div><ButtonLink href=asks(paths::SETTINGS, QUESTION)>"Close my account"</ButtonLink></div>
        </Card>
    }
    .into_any()
}

/// The question on top of the page, with the password.
pub(super) fn ask(close: ServerAction<CloseAccount>) -> AnyView {
    let tried = tried(close);
    let query = use_query_map();
    (move || {
        let asked = query.read().get("ask").as_deref() == Some(QUESTION) || tried.error().is_some();
        asked.then(|| {
            view! {
                <Answer label="Question">
                    <Card heading="Close your account?">
                        <p>
                            "You are signed out everywhere now. In 14 days your account is gone for good, unless you sign in before. Take
                            your codes and your data along first."
                        </p>
                        <Form action=close class="fields">
                            <Field
                                name="close_password"
                                label="Your password"
                                kind="password"
                                autocomplete="current-password"
                                required=true
                                short=true
                                error=tried.field("close_password")
                            />
                            <div class="form-actions">
                                <Button variant=Variant::Danger busy=tried.busy()>"Close this account"</Button>
                                <ButtonLink href=paths::SETTINGS>"Keep my account"</ButtonLink>
                            </div>
                        </Form>
                    </Card>
                </Answer>
            }
        })
    })
    .into_any()
}
