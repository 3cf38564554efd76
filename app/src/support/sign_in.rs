//! Signing in to support: always with a second factor, or with a passkey that counts as both.

use crate::form::Title;
use leptos::prelude::*;

use crate::auth::fields::{EmailField, PasswordField};
use crate::auth::passkey_button::PasskeyButton;
use crate::auth::{api, query};
use crate::form::{Form, Refused, refused, tried};
use crate::ui::*;
use crate::{paths, wording};

/// E-mail address, password and one-time code.
#[component]
pub fn SignIn() -> impl IntoView {
    let sign_in = ServerAction::<api::StaffSignIn>::new();
    let (begin, by_passkey) =
        (ServerAction::<api::BeginPasskeySignIn>::new(), ServerAction::<api::StaffSignInByPasskey>::new());
    let Refused { error, items, sentence } =
        refused(vec![tried(sign_in).voice(), tried(by_passkey).voice(), tried(begin).voice()]);
    let with_passkey = move |passkey| drop(by_passkey.dispatch(api::StaffSignInByPasskey { passkey }));
    let tried = tried(sign_in);
    let next = match tried.value("next") {
        posted if posted.is_empty() => query("next").unwrap_or_default(),
        posted => posted,
    };
    let over = query("over").map(|_| {
        let text =
            "The time without use was over. Sign in to go on: what you typed is kept, but no password and no code.";
        view! {
            <Notice tone=Tone::Ok title="You were signed out">
                <p>{text}</p>
            </Notice>
        }
    });
    view! {
        <Title text=move || wording::title(error.get(), "Sign in to support")/>
        <div class="page">
            <PageHead
                title="Sign in to support"
                lead="For people who help others. After 15 minutes without use you are signed out."
                back_href=paths::SIGN_IN
                back_label="Sign in to an account"
            />
            {over}
            <ErrorSummary items=items sentence=sentence/>
            <Card>
                <Form action=sign_in class="fields">
                    <EmailField error=tried.field("email") value=tried.value("email")/>
                    <PasswordField error=tried.field("password")/>
                    <Field
                        name="one_time_code"
                        label="One-time code"
                        hint="The six digits that your generator shows now. Each works once. Leave it empty if you have none yet."
                        autocomplete="one-time-code"
                        inputmode="numeric"
                        mono=true
                        short=true
                        error=tried.field("one_time_code")
                    />
                    <input type="hidden" name="next" value=next/>
                    <div class="form-actions">
                        <Button busy=tried.busy()>"Sign in"</Button>
                    </div>
                </Form>
                <PasskeyButton begin sign_in=with_passkey signing_in=by_passkey.pending()/>
            </Card>
        </div>
    }
    .into_any()
}
