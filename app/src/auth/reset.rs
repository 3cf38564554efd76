//! A forgotten password: asking for the link, and the page it leads to.

use crate::form::Title;
use leptos::prelude::*;

use super::fields::{EmailField, PasswordField};
use super::sign_up::password_rule;
use super::{api, token};
use crate::form::{Form, tried};
use crate::ui::*;
use crate::{paths, wording};

/// Asks for a link to set a new password.
#[component]
pub fn Forgot() -> impl IntoView {
    let ask = ServerAction::<api::AskPasswordReset>::new();
    let tried = tried(ask);
    view! {
        <Title text=move || wording::title(tried.error(), "Forgot your password")/>
        <div class="page">
            <PageHead
                title="Forgot your password?"
                lead="We send a link to your address. With it you set a new one."
                back_href=paths::SIGN_IN
                back_label="Sign in"
            />
            <ErrorSummary items=tried.items() sentence=tried.sentence()/>
            <Card>
                <Form action=ask class="fields">
                    <EmailField error=tried.field("email") value=tried.value("email") hint="The one you sign in with."/>
                    <div class="form-actions">
                        <Button busy=tried.busy()>"Send the link"</Button>
                    </div>
                </Form>
            </Card>
        </div>
    }
    .into_any()
}

/// Where the link in the mail leads: a new password.
#[component]
pub fn Reset() -> impl IntoView {
    let set = ServerAction::<api::SetPassword>::new();
    let tried = tried(set);
    let token = token(tried.value("token"));
    view! {
        <Title text=move || wording::title(tried.error(), "Set a new password")/>
        <div class="page">
            <PageHead title="Set a new password" lead="Every browser that is signed in will be signed out."/>
            <ErrorSummary items=tried.items() sentence=tried.sentence()/>
            <Card>
                <Form action=set class="fields">
                    <input type="hidden" name="token" value=token/>
                    <PasswordField error=tried.field("password") label="New password" rule=password_rule()/>
                    <div class="form-actions">
                        <Button busy=tried.busy()>"Set password"</Button>
                    </div>
                </Form>
            </Card>
            <p class="muted">
                "The link no longer works? " <a href=paths::FORGOT>"Ask for a new one"</a>
            </p>
        </div>
    }
    .into_any()
}
