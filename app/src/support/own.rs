//! The page that somebody in support keeps for themselves: the passkeys that they sign in with.

use domain::person::passkey::{MOST, Passkey, Passkeys};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use time::OffsetDateTime;

use crate::auth::passkey_form::{NewPasskey, passkey_row};
use crate::form::{Form, Refused, Title, refused, tried};
use crate::load::load;
use crate::support::own_api::{AddStaffPasskey, BeginStaffPasskey, RemoveStaffPasskey, get_staff_passkeys};
use crate::ui::*;
use crate::waiting::{reading, unread_at_desk};
use crate::wording;

/// The forms of the page.
#[derive(Clone, Copy)]
struct Deeds {
    begin: ServerAction<BeginStaffPasskey>,
    add: ServerAction<AddStaffPasskey>,
    remove: ServerAction<RemoveStaffPasskey>,
}

#[component]
pub fn OwnPage() -> impl IntoView {
    let deeds = Deeds { begin: ServerAction::new(), add: ServerAction::new(), remove: ServerAction::new() };
    let voices = vec![tried(deeds.begin).voice(), tried(deeds.add).voice(), tried(deeds.remove).voice()];
    let Refused { error, items, sentence } = refused(voices);
    let query = use_query_map();
    let done = Memo::new(move |_| query.read().get("done").filter(|_| error.read().is_none()).unwrap_or_default());
    let version = move || (deeds.add.version().get(), deeds.remove.version().get());
    let read = load(version, |_| get_staff_passkeys());
    view! {
        <Title text=move || wording::title(error.get(), "How you sign in")/>
        <div class="page">
            <PageHead title="How you sign in" lead="A passkey counts as both factors: your device makes sure who holds it."/>
            <ErrorSummary items=items sentence=sentence/>
            {move || outcome(&done.get())}
            <Transition fallback=reading>
                {move || Suspend::new(async move {
                    match read.await {
                        Ok(own) => card(&own, deeds),
                        Err(error) => unread_at_desk(&error),
                    }
                })}
            </Transition>
        </div>
    }
    .into_any()
}

fn outcome(done: &str) -> Option<AnyView> {
    let (title, text) = match done {
        "passkey" => ("The passkey is added", "Choose “Sign in with a passkey” the next time."),
        "passkey-removed" => ("The passkey is removed", "It signs nobody in any more."),
        _ => return None,
    };
    Some(view! { <Done title=title text=text/> }.into_any())
}

fn card(own: &Passkeys, deeds: Deeds) -> AnyView {
    let rows = own.keys.iter().map(|key| row(key, own.now, deeds)).collect_view();
    let list = if own.keys.is_empty() {
        view! { <p class="muted">"You have no passkey yet. Password and one-time code sign you in."</p> }.into_any()
    } else {
        view! { <ul class="ledger" role="list">{rows}</ul> }.into_any()
    };
    let add = if own.keys.len() >= MOST {
        view! { <p class="muted">{format!("You have {MOST} passkeys, which is the most. Remove one to add another.")}</p> }
            .into_any()
    } else {
        adding(deeds)
    };
    view! { <Card heading="Passkeys">{list} {add}</Card> }.into_any()
}

fn row(key: &Passkey, now: OffsetDateTime, deeds: Deeds) -> AnyView {
    let (id, describe) = (key.id.to_string(), key.name.clone());
    let remove = view! {
        <Form action=deeds.remove>
            <input type="hidden" name="id" value=id.clone()/>
            <Button
                id=format!("remove-{id}")
                variant=Variant::Quiet
                describe
                busy=tried(deeds.remove).busy()
            >"Remove passkey"</Button>
        </Form>
    };
    passkey_row(key, now, remove).into_any()
}

fn adding(deeds: Deeds) -> AnyView {
    let begin = tried(deeds.begin);
    let add = move |passkey| {
        deeds.add.dispatch(AddStaffPasskey { passkey });
    };
    view! {
        <NewPasskey begin=deeds.begin add=add adding=deeds.add.pending() example="Key on my desk" label="Add passkey">
            <Field
                name="one_time_code"
                label="One-time code"
                hint="The six digits that your generator shows now."
                autocomplete="one-time-code"
                inputmode="numeric"
                mono=true
                short=true
                required=true
                error=begin.field("one_time_code")
            />
        </NewPasskey>
    }
    .into_any()
}
