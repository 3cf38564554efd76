//! The page that somebody in support keeps for themselves: the passkeys that they sign in with.

use domain::person::passkey::{MOST, NAME_MAX, Passkey, Passkeys};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use time::OffsetDateTime;

use crate::form::{Form, Refused, Title, refused, tried};
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
    let read = Resource::new(version, |_| get_staff_passkeys());
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
    let added = wording::day(key.added_at);
    let used =
        key.used_at.map_or_else(|| "not used yet".to_owned(), |used| format!("last used {}", wording::ago(used, now)));
    let (id, describe) = (key.id.to_string(), key.name.clone());
    view! {
        <li>
            <div>
                <span class="ledger-main">
                    <span><bdi>{key.name.clone()}</bdi></span>
                    <span>{format!("Added {added} · {used}")}</span>
                </span>
                <span class="ledger-side">
                    <Form action=deeds.remove>
                        <input type="hidden" name="id" value=id.clone()/>
                        <Button
                            id=format!("remove-{id}")
                            variant=Variant::Quiet
                            describe
                            busy=tried(deeds.remove).busy()
                        >"Remove passkey"</Button>
                    </Form>
                </span>
            </div>
        </li>
    }
    .into_any()
}

fn adding(deeds: Deeds) -> AnyView {
    let (begin, live) = (tried(deeds.begin), hydrated());
    let said = RwSignal::new("");
    Effect::new(move |_| {
        let Some(Ok(asked)) = deeds.begin.value().get() else { return };
        said.set("Your device asks you now.");
        credential(Ceremony::Make, &asked, move |answer| match answer {
            Ok(passkey) => {
                said.set("");
                deeds.add.dispatch(AddStaffPasskey { passkey });
            }
            Err(halt) => said.set(halt.sentence()),
        });
    });
    let busy = Signal::derive(move || begin.busy().get() || deeds.add.pending().get());
    view! {
        {move || (!live.get()).then(|| view! { <p class="muted">"Adding a passkey needs script, which does not run here."</p> })}
        <div class="needs-script" data-live=move || live.get().then_some("")>
            <Form action=deeds.begin class="fields">
                <Field
                    name="passkey_name"
                    label="Name of the passkey"
                    hint=format!("Tells it from others, like “Key on my desk”; up to {NAME_MAX} characters.")
                    required=true
                    short=true
                    value=begin.value("passkey_name")
                    error=begin.field("passkey_name")
                />
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
                <div class="form-actions">
                    <Button variant=Variant::Secondary id="passkey" busy=busy>"Add passkey"</Button>
                </div>
            </Form>
            <p class="muted" role="status">{move || said.get()}</p>
        </div>
    }
    .into_any()
}
