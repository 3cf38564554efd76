//! Confirming an address: the mail is on its way, and the page its link leads to.

use crate::form::Title;
use leptos::prelude::*;

use super::{api, query, token};
use crate::form::{Form, tried};
use crate::ui::*;
use crate::{paths, wording};

/// A mail is on its way; the same page whether or not we know the address.
#[component]
pub fn CheckMail() -> impl IntoView {
    let reset = query("for").as_deref() == Some("reset");
    let (lead, life, again) = if reset {
        (
            "If there is an account with this address, a link to set a new password is on its way.",
            "The link works once, within 30 minutes.",
            (paths::FORGOT, "Ask for another link"),
        )
    } else {
        (
            "A link to confirm your address is on its way. Open it, then you can sign in.",
            "The link works once, within 7 days.",
            (paths::SIGN_IN, "Sign in to get another link"),
        )
    };
    view! {
        <Title text="Look into your mail"/>
        <div class="page">
            <PageHead title="Look into your mail" lead=lead/>
            <Card>
                <div class="stack">
                    <p>{life}</p>
                    <p class="muted">
                        "Nothing after a few minutes? Look into the folder for unwanted mail, and check that the address was typed right."
                    </p>
                    <p>
                        <a href=again.0>{again.1}</a>
                    </p>
                </div>
            </Card>
            <p>
                <a href=paths::SIGN_IN>"Back to sign in"</a>
            </p>
        </div>
    }
    .into_any()
}

/// Where the link in the mail leads. Opening it changes nothing, because programs that check mails open it too.
#[component]
pub fn Confirm() -> impl IntoView {
    let confirm = ServerAction::<api::ConfirmEmail>::new();
    let tried = tried(confirm);
    let token = token(tried.value("token"));
    view! {
        <Title text=move || wording::title(tried.error(), "Confirm your address")/>
        <div class="page">
            <PageHead title="Confirm your address" lead="One press, and you can sign in."/>
            <ErrorSummary items=tried.items() sentence=tried.sentence()/>
            <Card>
                <Form action=confirm class="fields">
                    <p>"The link in our mail brought you here. Confirm that the address it was sent to is yours."</p>
                    <input type="hidden" name="token" value=token/>
                    <div class="form-actions">
                        <Button busy=tried.busy()>"Confirm my address"</Button>
                    </div>
                </Form>
            </Card>
            <p class="muted">
                "The link no longer works? " <a href=paths::SIGN_IN>"Sign in"</a>
                " with your password, and a new one is sent."
            </p>
        </div>
    }
    .into_any()
}
