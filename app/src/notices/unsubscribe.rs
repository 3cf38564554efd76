//! Stopping the mails of one kind by the link in each of them.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::api::{Unsubscribe as Stop, get_unsubscribe};
use crate::form::{Form, Title, tried};
use crate::load::load;
use crate::ui::*;
use crate::waiting::{reading, unread};
use crate::{paths, wording};

/// The page to which the link leads; nothing is stopped by looking at it.
#[component]
pub fn Unsubscribe() -> impl IntoView {
    let stop = ServerAction::<Stop>::new();
    let query = use_query_map();
    let tried = tried(stop);
    // a form posted without script comes back without its query
    let token = move || query.read().get("token").unwrap_or_else(|| tried.value("token"));
    let stopped = move || query.read().get("done").is_some();
    let kind = load(token, get_unsubscribe);
    view! {
        <Title text=move || wording::title(tried.error(), "Stop mails")/>
        <div class="page">
            <PageHead title="Stop mails of this kind"/>
            <ErrorSummary items=tried.items() sentence=tried.sentence()/>
            <Suspense fallback=reading>
                {move || {
                    let (token, stopped) = (token(), stopped());
                    Suspend::new(async move {
                        if stopped {
                            return done();
                        }
                        match kind.await {
                            Ok(Some(kind)) => ask(wording::notice_kind(kind).0, token, stop),
                            Ok(None) => dead(),
                            Err(error) => unread(&error),
                        }
                    })
                }}
            </Suspense>
        </div>
    }
    .into_any()
}

fn ask(kind: &'static str, token: String, stop: ServerAction<Stop>) -> AnyView {
    let busy = tried(stop).busy();
    view! {
        <p>
            "Mails about " <strong>{kind.to_lowercase()}</strong>
            " stop. The same notices still stand in the console, under Notices, where you can also turn the mails on again."
        </p>
        <Form action=stop>
            <input type="hidden" name="token" value=token/>
            <Button busy=busy>"Stop these mails"</Button>
        </Form>
    }
    .into_any()
}

fn done() -> AnyView {
    view! {
        <Notice tone=Tone::Ok title="These mails have stopped" live=true>
            <p>"You can turn them on again under Notices in the console."</p>
        </Notice>
        <div class="row"><ButtonLink href=paths::NOTICES>"Open Notices"</ButtonLink></div>
    }
    .into_any()
}

fn dead() -> AnyView {
    view! {
        <Notice tone=Tone::Warn title="This link is not complete">
            <p>"Open it from the mail once more, or sign in and choose under Notices what is mailed to you."</p>
        </Notice>
        <div class="row"><ButtonLink href=paths::NOTICES>"Open Notices"</ButtonLink></div>
    }
    .into_any()
}
