//! Where the link of an invitation leads.

use domain::person::people::Asked;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::api::{JoinOffice, get_invitation};
use crate::auth::password_rule;
use crate::form::{Form, Title, tried};
use crate::load::load;
use crate::ui::*;
use crate::waiting::reading;
use crate::{paths, wording};

/// A name and a password, and somebody is in the office.
#[component]
pub fn Join() -> impl IntoView {
    let join = ServerAction::<JoinOffice>::new();
    let tried = tried(join);
    let query = use_query_map();
    let posted = tried.value("token");
    let token = move || if posted.is_empty() { query.read().get("token").unwrap_or_default() } else { posted.clone() };
    let token = Memo::new(move |_| token());
    let asked = load(move || token.get(), get_invitation);
    view! {
        <Title text=move || wording::title(tried.error(), "Join an office")/>
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

fn form(asked: Asked, token: String, join: ServerAction<JoinOffice>) -> AnyView {
    let tried = tried(join);
    let lead = format!("{} asks you to join. {}", asked.inviter, super::role(asked.role).1);
    view! {
        <PageHead title=format!("Join {}", asked.office) lead=lead/>
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
                <div class="form-actions"><Button busy=tried.busy()>"Join the office"</Button></div>
            </Form>
        </Card>
    }
    .into_any()
}

fn dead() -> AnyView {
    view! {
        <PageHead title="This invitation is over"/>
        <p>
            "The link was used before, was taken back, or is older than 14 days. Ask the person who invited you to send a new
            one."
        </p>
        <div class="row"><ButtonLink href=paths::SIGN_IN>"Sign in"</ButtonLink></div>
    }
    .into_any()
}
