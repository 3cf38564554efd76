//! Where a person is signed in: every browser, and signing one of them out.

use domain::session::{Open, Sessions};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use time::OffsetDateTime;

use super::api::{EndSession, SignOutElsewhere};
use crate::form::{Form, Tried};
use crate::ui::*;
use crate::{paths, wording};

/// The parameter that names the browser to sign out.
const END: &str = "end";

/// The question on top of the page: the password, before another browser is signed out.
pub(super) fn ask(sessions: &Sessions, end: ServerAction<EndSession>, tried: Tried<EndSession>) -> AnyView {
    let (sessions, query) = (sessions.clone(), use_query_map());
    (move || {
        let named = query.read().get(END).unwrap_or_else(|| tried.value("id"));
        let other = sessions.open.iter().find(|session| session.id.to_string() == named && !session.here);
        other.map(|session| question(session, sessions.now, end, tried))
    })
    .into_any()
}

fn question(session: &Open, now: OffsetDateTime, end: ServerAction<EndSession>, tried: Tried<EndSession>) -> AnyView {
    let used = wording::ago(session.seen_at, now);
    let (browser, id) = (session.browser.clone(), session.id.to_string());
    view! {
        <Answer label="Question">
            <Card heading=format!("Sign out {browser}?")>
                <p>{format!("It was last used {used}. Whoever sits there has to sign in again.")}</p>
                <Form action=end class="fields">
                    <input type="hidden" name="id" value=id/>
                    <Field
                        name="session_password"
                        label="Your password"
                        kind="password"
                        autocomplete="current-password"
                        required=true
                        short=true
                        error=tried.field("session_password")
                    />
                    <div class="form-actions">
                        <Button variant=Variant::Danger busy=tried.busy()>"Sign out this browser"</Button>
                        <ButtonLink href=paths::SETTINGS>"Keep it signed in"</ButtonLink>
                    </div>
                </Form>
            </Card>
        </Answer>
    }
    .into_any()
}

/// The browsers, this one first.
pub(super) fn card(sessions: &Sessions, elsewhere: ServerAction<SignOutElsewhere>) -> AnyView {
    let now = sessions.now;
    let alone = sessions.open.iter().all(|session| session.here);
    let rows = sessions.open.iter().map(|session| row(session, now)).collect_view();
    let everywhere = (!alone).then(|| {
        view! {
            <p>
                "Signed in on a computer that is not yours, or lost a phone? Sign out in every browser but this one.
                Devices and their licenses notice nothing of it."
            </p>
            <Form action=elsewhere>
                <Button variant=Variant::Secondary busy=elsewhere.pending()>"Sign out everywhere else"</Button>
            </Form>
        }
    });
    let only = alone.then(|| view! { <p class="muted">"You are signed in nowhere else."</p> });
    view! {
        <Card heading="Where you are signed in" id="sessions">
            <ul class="ledger" role="list">{rows}</ul>
            {only}
            {everywhere}
        </Card>
    }
    .into_any()
}

fn row(session: &Open, now: OffsetDateTime) -> AnyView {
    let place = session.country.map_or("Country unknown", wording::country);
    let used =
        if session.here { "Used now".to_owned() } else { format!("Last used {}", wording::ago(session.seen_at, now)) };
    let side = if session.here {
        view! { <Badge state=State::Active label="This browser"/> }.into_any()
    } else {
        let href = format!("{}?{END}={}", paths::SETTINGS, session.id);
        view! { <ButtonLink href=href describe=session.browser.clone()>"Sign out"</ButtonLink> }.into_any()
    };
    view! {
        <li>
            <div>
                <span class="ledger-main">
                    <span>{session.browser.clone()}</span>
                    <span>{format!("{used} · {place}")}</span>
                </span>
                <span class="ledger-side">{side}</span>
            </div>
        </li>
    }
    .into_any()
}
