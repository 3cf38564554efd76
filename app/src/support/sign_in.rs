//! Signing in to support: always with a second factor.

use crate::form::Title;
use leptos::prelude::*;

use crate::auth::api;
use crate::auth::fields::{EmailField, PasswordField};
use crate::form::{Form, tried};
use crate::ui::*;
use crate::{paths, wording};

/// E-mail address, password and one-time code.
#[component]
pub fn SignIn() -> impl IntoView {
    let sign_in = ServerAction::<api::StaffSignIn>::new();
    let tried = tried(sign_in);
    view! {
        <Title text=move || wording::title(tried.error(), "Sign in to support")/>
        <div class="page">
            <PageHead
                title="Sign in to support"
                lead="For people who help others. After 15 minutes without use you are signed out."
                back_href=paths::SIGN_IN
                back_label="Sign in to an account"
            />
            <ErrorSummary items=tried.items() sentence=tried.sentence()/>
            <Card>
                <Form action=sign_in class="fields">
                    <EmailField error=tried.field("email") value=tried.value("email")/>
                    <PasswordField error=tried.field("password")/>
                    <Field
                        name="one_time_code"
                        label="One-time code"
                        hint="The six digits that your generator shows now. Each works once."
                        autocomplete="one-time-code"
                        inputmode="numeric"
                        mono=true
                        short=true
                        required=true
                        error=tried.field("one_time_code")
                    />
                    <div class="form-actions">
                        <Button busy=tried.busy()>"Sign in"</Button>
                    </div>
                </Form>
            </Card>
        </div>
    }
    .into_any()
}
