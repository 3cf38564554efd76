//! Where the links of a changed e-mail address lead: the new address confirms it, the old one stops it. Opening them changes
//! nothing, because programs that check mails open them too.

use crate::form::Title;
use leptos::prelude::*;

use super::{api, token};
use crate::form::{Form, tried};
use crate::ui::*;
use crate::{paths, wording};

/// The new address confirms the change.
#[component]
pub fn ConfirmEmailChange() -> impl IntoView {
    let confirm = ServerAction::<api::ConfirmEmailChange>::new();
    let tried = tried(confirm);
    let token = token(tried.value("token"));
    view! {
        <Title text=move || wording::title(tried.error(), "Confirm the new address")/>
        <div class="page">
            <PageHead title="Confirm the new address" lead="One press, and you sign in with it."/>
            <ErrorSummary items=tried.items() sentence=tried.sentence()/>
            <Card>
                <Form action=confirm class="fields">
                    <p>"The link in our mail brought you here. From now on you sign in with the address it was sent to."</p>
                    <input type="hidden" name="token" value=token/>
                    <div class="form-actions"><Button busy=tried.busy()>"Use the new address"</Button></div>
                </Form>
            </Card>
            <p class="muted">
                "The link no longer works? Ask for a new one in your " <a href=paths::SETTINGS rel="external">"settings"</a> "."
            </p>
        </div>
    }
    .into_any()
}

/// The old address stops the change, or takes it back.
#[component]
pub fn StopEmailChange() -> impl IntoView {
    let stop = ServerAction::<api::StopEmailChange>::new();
    let tried = tried(stop);
    let token = token(tried.value("token"));
    view! {
        <Title text=move || wording::title(tried.error(), "Stop the change")/>
        <div class="page">
            <PageHead title="Stop the change" lead="You go on signing in as you did when this mail came to you."/>
            <ErrorSummary items=tried.items() sentence=tried.sentence()/>
            <Card>
                <Form action=stop class="fields">
                    <p>"If your address was changed already, this takes it back and signs every browser out."</p>
                    <input type="hidden" name="token" value=token/>
                    <div class="form-actions">
                        <Button variant=Variant::Danger busy=tried.busy()>"Stop the change"</Button>
                    </div>
                </Form>
            </Card>
            <p class="muted">
                "You did not ask for the change? Set a new password afterwards: "
                <a href=paths::FORGOT>"Forgot your password?"</a>
            </p>
        </div>
    }
    .into_any()
}
