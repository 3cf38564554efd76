//! Signing in to an account.

use crate::form::Title;
use leptos::prelude::*;

use super::fields::{EmailField, PasswordField};
use super::passkey_button::PasskeyButton;
use super::{api, query};
use crate::form::{Form, Refused, refused, tried};
use crate::ui::*;
use crate::{paths, wording};

/// E-mail address and password, and the ways on for whoever has no account or forgot.
#[component]
pub fn SignIn() -> impl IntoView {
    let sign_in = ServerAction::<api::SignIn>::new();
    let by_passkey = ServerAction::<api::SignInByPasskey>::new();
    let begin_passkey = ServerAction::<api::BeginPasskeySignIn>::new();
    let Refused { error, items, sentence } =
        refused(vec![tried(sign_in).voice(), tried(by_passkey).voice(), tried(begin_passkey).voice()]);
    let tried = tried(sign_in);
    let notice = if query("confirmed").is_some() {
        Some(("Your address is confirmed", "Sign in to go on."))
    } else if query("changed").is_some() {
        Some(("Your password was changed", "Every browser was signed out. Sign in with the new password."))
    } else if query("joined").is_some() {
        Some(("You are in", "Sign in with the password you just chose."))
    } else if query("closing").is_some() {
        Some(("Your account ends in 14 days", "You are signed out everywhere. Signing in before then keeps it."))
    } else if query("over").is_some() {
        Some((
            "You were signed out",
            "The time without use was over. Sign in to go on: what you typed is kept, but no password and no code.",
        ))
    } else if query("late").is_some() {
        Some(("The second step took too long", "Sign in again, and enter the code within five minutes."))
    } else {
        query("email").and_then(|said| about_the_address(&said))
    };
    let next = match tried.value("next") {
        posted if posted.is_empty() => query("next").unwrap_or_default(),
        posted => posted,
    };
    let afterwards = next.clone();
    let with_passkey =
        move |passkey| drop(by_passkey.dispatch(api::SignInByPasskey { passkey, next: afterwards.clone() }));
    view! {
        <Title text=move || wording::title(error.get(), "Sign in")/>
        <div class="page">
            <PageHead title="Sign in" lead="The devices, licenses and requests of your office."/>
            {notice.map(|(title, text)| {
                view! {
                    <Notice tone=Tone::Ok title=title>
                        <p>{text}</p>
                    </Notice>
                }
            })}
            <ErrorSummary items=items sentence=sentence/>
            <Card>
                <Form action=sign_in class="fields">
                    <EmailField error=tried.field("email") value=tried.value("email")/>
                    <PasswordField error=tried.field("password")/>
                    <input type="hidden" name="next" value=next/>
                    <div class="form-actions">
                        <Button busy=tried.busy()>"Sign in"</Button>
                    </div>
                </Form>
                <PasskeyButton begin=begin_passkey sign_in=with_passkey signing_in=by_passkey.pending()/>
                <p>
                    <a href=paths::FORGOT>"Forgot your password?"</a>
                </p>
            </Card>
            <p>
                "New here? " <a href=paths::SIGN_UP>"Open an account"</a>
            </p>
            <p>
                "Can't get in, or looking for an answer? " <a href=paths::HELP>"Read the help"</a>
            </p>
            <p class="muted small">
                "You work in support? " <a href=paths::SUPPORT_SIGN_IN>"Sign in to support"</a>
            </p>
        </div>
    }
    .into_any()
}

fn about_the_address(said: &str) -> Option<(&'static str, &'static str)> {
    match said {
        "changed" => {
            Some(("Your address is changed", "Sign in with the new one from now on. Your password stays as it is."))
        }
        "kept" => Some(("The change is stopped", "You go on signing in as you did.")),
        "back" => Some((
            "The change is taken back",
            "Every browser was signed out. Set a new password if the change was not yours.",
        )),
        _ => None,
    }
}
