//! The second step of signing in: the one-time code, after the password was right.

use crate::form::Title;
use leptos::prelude::*;

use super::api;
use crate::form::{Form, tried};
use crate::ui::*;
use crate::{paths, wording};

/// Asks for the one-time code, or for a recovery code in its place.
#[component]
pub fn SecondStep() -> impl IntoView {
    let enter = ServerAction::<api::SignInByCode>::new();
    let tried = tried(enter);
    view! {
        <Title text=move || wording::title(tried.error(), "One-time code")/>
        <div class="page">
            <PageHead
                title="Enter the one-time code"
                lead="Your password was right. The code proves that it is you."
                back_href=paths::SIGN_IN
                back_label="Sign in"
            />
            <ErrorSummary items=tried.items() sentence=tried.sentence()/>
            <Card>
                <Form action=enter class="fields">
                    <CodeOnce error=tried.field("one_time_code")/>
                    <div class="form-actions">
                        <Button busy=tried.busy()>"Sign in"</Button>
                    </div>
                </Form>
            </Card>
            <p class="muted">
                "Phone lost, and no recovery code left? Write to support from the mail address of your account."
            </p>
        </div>
    }
    .into_any()
}

/// The field for a one-time code or a recovery code.
#[component]
pub(crate) fn CodeOnce(error: Signal<Option<String>>) -> impl IntoView {
    view! {
        <Field
            name="one_time_code"
            label="One-time code"
            hint="The six digits that your generator shows now, or one of your recovery codes. Each works once."
            autocomplete="one-time-code"
            mono=true
            short=true
            required=true
            error=error
        />
    }
}
