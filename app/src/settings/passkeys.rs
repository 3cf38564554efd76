//! The person's passkeys: adding one, which only script can ask of a device, and removing one.

use domain::person::passkey::{MOST, Passkey, Passkeys};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use time::OffsetDateTime;

use super::api::{AddPasskey, BeginPasskey, RemovePasskey};
use crate::auth::passkey_form::{NewPasskey, passkey_row};
use crate::form::{Form, Voice, done, tried};
use crate::paths;
use crate::ui::*;

/// The parameter that names the passkey to remove.
const REMOVE: &str = "passkey";

/// The forms of the passkeys.
#[derive(Clone, Copy)]
pub(super) struct Keys {
    begin: ServerAction<BeginPasskey>,
    add: ServerAction<AddPasskey>,
    remove: ServerAction<RemovePasskey>,
    changed: (Memo<usize>, Memo<usize>),
}

impl Keys {
    pub(super) fn new() -> Self {
        let (add, remove) = (ServerAction::new(), ServerAction::new());
        Self { begin: ServerAction::new(), add, remove, changed: (done(add), done(remove)) }
    }

    pub(super) fn voices(self) -> [Voice; 3] {
        [tried(self.begin).voice(), tried(self.add).voice(), tried(self.remove).voice()]
    }

    /// What the passkeys are read again after.
    pub(super) fn done(self) -> (usize, usize) {
        (self.changed.0.get(), self.changed.1.get())
    }
}

/// The question on top of the page: the password, before a passkey is removed.
pub(super) fn ask(own: &Passkeys, keys: Keys) -> AnyView {
    let (known, query, tried) = (own.keys.clone(), use_query_map(), tried(keys.remove));
    (move || {
        let named = query.read().get(REMOVE).unwrap_or_else(|| tried.value("id"));
        known.iter().find(|key| key.id.to_string() == named).map(|key| question(key, keys))
    })
    .into_any()
}

fn question(key: &Passkey, keys: Keys) -> AnyView {
    let tried = tried(keys.remove);
    let (heading, id) = (format!("Remove the passkey “{}”?", key.name), key.id.to_string());
    view! {
        <Answer label="Question">
            <Card heading=heading>
                <p>"It signs nobody in any more. Your password and your other passkeys stay as they are."</p>
                <Form action=keys.remove class="fields">
                    <input type="hidden" name="id" value=id/>
                    <Password name="removal_password" error=tried.field("removal_password")/>
                    <div class="form-actions">
                        <Button variant=Variant::Danger busy=tried.busy()>"Remove this passkey"</Button>
                        <ButtonLink href=paths::SETTINGS>"Keep it"</ButtonLink>
                    </div>
                </Form>
            </Card>
        </Answer>
    }
    .into_any()
}

/// The card of the passkeys.
pub(super) fn card(own: Passkeys, keys: Keys) -> AnyView {
    let (full, now) = (own.keys.len() >= MOST, own.now);
    let rows = own.keys.iter().map(|key| row(key, now)).collect_view();
    let list = if own.keys.is_empty() {
        view! { <p class="muted">"You have no passkey yet. Add one on each device from which you sign in."</p> }
            .into_any()
    } else {
        view! { <ul class="ledger" role="list">{rows}</ul> }.into_any()
    };
    view! {
        <Card heading="Passkeys" id="passkeys">
            <p>
                "With a passkey you sign in by fingerprint, face or the PIN of your device, without password and one-time code. It can't
                be guessed, and it does not work on a page that only looks like this one."
            </p>
            {list}
            {if full {
                view! { <p class="muted">{format!("You have {MOST} passkeys, which is the most. Remove one to add another.")}</p> }
                    .into_any()
            } else {
                adding(keys)
            }}
        </Card>
    }
    .into_any()
}

fn row(key: &Passkey, now: OffsetDateTime) -> AnyView {
    let href = format!("{}?{REMOVE}={}", paths::SETTINGS, key.id);
    let remove = view! { <ButtonLink href=href describe=key.name.clone()>"Remove"</ButtonLink> };
    passkey_row(key, now, remove).into_any()
}

fn adding(keys: Keys) -> AnyView {
    let begin = tried(keys.begin);
    let add = move |passkey| {
        keys.add.dispatch(AddPasskey { passkey });
    };
    view! {
        <NewPasskey begin=keys.begin add=add adding=keys.add.pending() example="Phone of Anna" label="Add a passkey">
            <Password name="passkey_password" error=begin.field("passkey_password")/>
        </NewPasskey>
    }
    .into_any()
}

#[component]
fn Password(name: &'static str, error: Signal<Option<String>>) -> impl IntoView {
    view! {
        <Field
            name=name
            label="Your password"
            kind="password"
            autocomplete="current-password"
            required=true
            short=true
            error=error
        />
    }
}
