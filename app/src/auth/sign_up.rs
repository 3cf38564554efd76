//! Opening an account for an office.

use crate::form::Title;
use domain::country::Country;
use domain::person::PASSWORD_MIN;
use leptos::prelude::*;

use super::api;
use super::fields::{EmailField, PasswordField};
use crate::form::{Form, tried};
use crate::ui::*;
use crate::{paths, wording};

/// What a password must be, told before it is typed.
pub(crate) fn password_rule() -> String {
    format!(
        "{PASSWORD_MIN} characters or more, without your name, address or office. A few words that do not belong together are best."
    )
}

/// Who you are, your office, and a password.
#[component]
pub fn SignUpPage() -> impl IntoView {
    let sign_up = ServerAction::<api::SignUp>::new();
    let tried = tried(sign_up);
    let countries: Vec<_> =
        Country::all().map(|country| (country.code().to_owned(), wording::country(country).to_owned())).collect();
    view! {
        <Title text=move || wording::title(tried.error(), "Open an account")/>
        <div class="page">
            <PageHead title="Open an account" lead="One account for your office: its devices, licenses and requests."/>
            <ErrorSummary items=tried.items() sentence=tried.sentence()/>
            <Card>
                <Form action=sign_up class="fields">
                    <EmailField error=tried.field("email") value=tried.value("email") hint="We send a link there to confirm that it is yours."/>
                    <Field
                        name="name"
                        label="Your name"
                        autocomplete="name"
                        required=true
                        maxlength=120
                        error=tried.field("name")
                        value=tried.value("name")
                    />
                    <Field
                        name="office"
                        label="Office"
                        hint="The name of your organization."
                        autocomplete="organization"
                        required=true
                        maxlength=120
                        error=tried.field("office")
                        value=tried.value("office")
                    />
                    <CountrySelect options=countries error=tried.field("country") value=tried.value("country")/>
                    <PasswordField error=tried.field("password") rule=password_rule()/>
                    <div class="form-actions">
                        <Button busy=tried.busy()>"Open account"</Button>
                    </div>
                </Form>
            </Card>
            <p>
                "You have an account? " <a href=paths::SIGN_IN>"Sign in"</a>
            </p>
        </div>
    }
    .into_any()
}

#[component]
fn CountrySelect(options: Vec<(String, String)>, error: Signal<Option<String>>, value: String) -> impl IntoView {
    view! {
        <Select
            name="country"
            label="Country"
            hint="Where your office is. It decides the currency of prices, not where codes work."
            options=options
            blank="Choose a country"
            required=true
            error=error
            value=value
        />
    }
}
