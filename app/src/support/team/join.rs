//! Where the link of an invitation to support leads.

use domain::staff::StaffAsked;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::does;
use crate::auth::password_rule;
use crate::form::{Form, Title, tried};
use crate::load::load;
use crate::support::team_api::{JoinSupport as JoinSupportDeed, get_staff_invitation};
use crate::ui::*;
use crate::waiting::reading;
use crate::{paths, wording};

/// A name and a password; the second factor comes right after.
#[component]
pub fn JoinSupport() -> impl IntoView {
    let join = ServerAction::<JoinSupportDeed>::new();
    let tried = tried(join);
    let query = use_query_map();
    let posted = tried.value("token");
    let token = move || if posted.is_empty() { query.read().get("token").unwrap_or_default() } else { posted.clone() };
    let token = Memo::new(move |_| token());
    let asked = load(move || token.get(), get_staff_invitation);
    view! {
        <Title text=move || wording::title(tried.error(), "Join support")/>
        <div class="page">
            <ErrorSummary items=tried.items() sentence=tried.sentence()/>
            <Suspense fallback=reading>
                {move || Suspend::new(async move {
                    match asked.await {
                        Ok(Some(asked)) => form(asked, token.get_untracked(), join),
                        Ok(None) | Err(_) => dead(),
                    }
                })}
            </Suspense>
        </div>
    }
    .into_any()
}

fn form(asked: StaffAsked, token: String, join: ServerAction<JoinSupportDeed>) -> AnyView {
    let tried = tried(join);
    let lead = format!(
        "{} asks you to join as {}. {}",
        asked.inviter,
        wording::staff_role(asked.role).to_lowercase(),
        does(asked.role)
    );
    view! {
        <PageHead title="Join support" lead=lead/>
        <Card>
            <Form action=join class="fields">
                <input type="hidden" name="token" value=token/>
                <Field
                    name="email"
                    id="email"
                    label="E-mail address"
                    hint="You sign in with this address."
                    kind="email"
                    autocomplete="username"
                    readonly=true
                    value=asked.email
                />
                <Field
                    name="name"
                    label="Your name"
                    hint="Customers read it under your answers."
                    autocomplete="name"
                    required=true
                    maxlength=120
                    error=tried.field("name")
                    value=tried.value("name")
                />
                <Field
                    name="password"
                    label="Password"
                    hint=password_rule()
                    kind="password"
                    autocomplete="new-password"
                    required=true
                    error=tried.field("password")
                />
                <div class="form-actions"><Button busy=tried.busy()>"Join support"</Button></div>
            </Form>
        </Card>
    }
    .into_any()
}

fn dead() -> AnyView {
    view! {
        <PageHead title="This invitation is over"/>
        <p>"The link was used before, was taken back, or is older than three days. Ask the lead who invited you to send a new one."</p>
        <div class="row"><ButtonLink href=paths::SUPPORT_SIGN_IN>"Sign in to support"</ButtonLink></div>
    }
    .into_any()
}
