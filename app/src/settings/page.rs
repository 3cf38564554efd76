//! The person's own page: name, password, and the browsers that are signed in.

use domain::person::{Own, Role};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::api::{
    AskEmailChange, ChangePassword, CloseAccount, EndSession, MailCodes, RenameOwn, SetPreferences, SignOutElsewhere,
    get_own, get_passkeys, get_sessions, get_two_step,
};
use super::passkeys::Keys;
use super::two_step::Steps;
use super::{close, data, passkeys, preferences, sessions, two_step};
use crate::auth::password_rule;
use crate::form::{Form, Refused, Title, Voice, refused, tried};
use crate::load::load;
use crate::ui::*;
use crate::waiting::{part, reading};
use crate::wording;

/// The forms of the page.
#[derive(Clone, Copy)]
struct Deeds {
    rename: ServerAction<RenameOwn>,
    preferences: ServerAction<SetPreferences>,
    password: ServerAction<ChangePassword>,
    elsewhere: ServerAction<SignOutElsewhere>,
    end: ServerAction<EndSession>,
    codes: ServerAction<MailCodes>,
    email: ServerAction<AskEmailChange>,
    close: ServerAction<CloseAccount>,
}

impl Deeds {
    fn voices(self) -> Vec<Voice> {
        vec![
            tried(self.rename).voice(),
            tried(self.preferences).voice(),
            tried(self.password).voice(),
            tried(self.elsewhere).voice(),
            tried(self.end).voice(),
            tried(self.codes).voice(),
            tried(self.email).voice(),
            tried(self.close).voice(),
        ]
    }
}

/// What a person changes about themselves.
#[component]
pub fn Settings() -> impl IntoView {
    let deeds = Deeds {
        rename: ServerAction::new(),
        preferences: ServerAction::new(),
        password: ServerAction::new(),
        elsewhere: ServerAction::new(),
        end: ServerAction::new(),
        codes: ServerAction::new(),
        email: ServerAction::new(),
        close: ServerAction::new(),
    };
    let ended = tried(deeds.end);
    let (steps, keys) = (Steps::new(), Keys::new());
    let mut voices = deeds.voices();
    voices.extend(steps.voices());
    voices.extend(keys.voices());
    let Refused { error, items, sentence } = refused(voices);
    let own = load(|| (), |()| get_own());
    let browsers = load(|| (), |()| get_sessions());
    let second = load(move || steps.done(), |_| get_two_step());
    let own_keys = load(move || keys.done(), |_| get_passkeys());
    let query = use_query_map();
    let done = move || query.read().get("done").filter(|_| error.get().is_none());
    view! {
        <Title text=move || wording::title(error.get(), "Settings")/>
        <div class="page">
            <PageHead title="Settings" lead="Your name, your password, and where you are signed in."/>
            <ErrorSummary items=items sentence=sentence/>
            {move || done().and_then(|done| outcome(&done))}
            {two_step::answer(steps)}
            {close::ask(deeds.close)}
            <Suspense fallback=reading>
                {move || Suspend::new(async move {
                    let (own, browsers) = (own.await, browsers.await);
                    let (second, own_keys) = (second.await, own_keys.await);
                    view! {
                        {browsers.as_ref().ok().map(|browsers| sessions::ask(browsers, deeds.end, ended))}
                        {own_keys.as_ref().ok().map(|own_keys| passkeys::ask(own_keys, keys))}
                        {part("You", own, |own| view! { {cards(own.clone(), deeds)} {preferences::card(own, deeds.preferences)} }.into_any())}
                        {part("Second step at sign-in", second, |second| two_step::card(second, steps))}
                        {part("Passkeys", own_keys, |own_keys| passkeys::card(own_keys, keys))}
                        {part("Where you are signed in", browsers, |browsers| sessions::card(&browsers, deeds.elsewhere))}
                        {data::card(deeds.codes)}
                        {close::card()}
                    }
                    .into_any()
                })}
            </Suspense>
        </div>
    }
    .into_any()
}

fn outcome(done: &str) -> Option<AnyView> {
    let (title, text) = match done {
        "name" => ("Your name is saved", "Colleagues and support see it from now on."),
        "preferences" => {
            ("Time zone and language are saved", "Pages go by the clocks of the zone you chose from now on.")
        }
        "password" => ("Your password is changed", "Every other browser was signed out. We sent you a mail about it."),
        "elsewhere" => ("You are signed out everywhere else", "Only this browser is still signed in."),
        "session" => ("The browser is signed out", "Whoever sits there has to sign in again."),
        "email" => (
            "Look into your mail",
            "A link was sent to the new address. You sign in with it when the link was followed; until then nothing changes.",
        ),
        "codes" => (
            "Your codes are on their way",
            "The mail has every code that you look after. Keep it where only you can read it.",
        ),
        "no_codes" => (
            "There is no code to mail",
            "You look after no activation code. Add one under Licenses, and it can be mailed to you.",
        ),
        "passkey" => ("The passkey is added", "You can sign in with it from now on. We sent you a mail about it."),
        "passkey_gone" => (
            "The passkey is removed",
            "It signs nobody in any more. Your device may still offer it: delete it there as well.",
        ),
        "two_step_off" => {
            ("The second step is switched off", "Your password alone signs you in. We sent you a mail about it.")
        }
        _ => return None,
    };
    Some(view! { <Done title=title text=text/> }.into_any())
}

fn cards(own: Own, deeds: Deeds) -> AnyView {
    let (renamed, changed) = (tried(deeds.rename), tried(deeds.password));
    let typed = renamed.value("name");
    let name = if typed.is_empty() { own.name.clone() } else { typed };
    let role = match own.role {
        Role::Owner => "You opened this account: you look after everything in it.",
        Role::Manager => "You look after people and devices.",
        Role::Member => "You protect your own devices.",
    };
    view! {
        <Card heading="You">
            <Facts>
                <Fact term="E-mail address"><bdi>{own.email}</bdi></Fact>
                <Fact term="Office">{own.office}</Fact>
                <Fact term="Role">{role}</Fact>
            </Facts>
            <Form action=deeds.rename class="fields">
                <Field
                    name="name"
                    label="Your name"
                    autocomplete="name"
                    required=true
                    error=renamed.field("name")
                    value=name
                />
                <div class="form-actions"><Button busy=renamed.busy()>"Save name"</Button></div>
            </Form>
        </Card>
        {email_card(deeds.email)}
        <Card heading="Password" id="password-card">
            <p>"Every other browser is signed out when you change it."</p>
            <Form action=deeds.password class="fields">
                <Field
                    name="current"
                    label="Password you have now"
                    kind="password"
                    autocomplete="current-password"
                    required=true
                    error=changed.field("current")
                />
                <Field
                    name="password"
                    label="New password"
                    hint=password_rule()
                    kind="password"
                    autocomplete="new-password"
                    required=true
                    error=changed.field("password")
                />
                <div class="form-actions"><Button busy=changed.busy()>"Change password"</Button></div>
            </Form>
        </Card>
    }
    .into_any()
}

fn email_card(ask: ServerAction<AskEmailChange>) -> AnyView {
    let asked = tried(ask);
    view! {
        <Card heading="E-mail address" id="email-card">
            <p>
                "We send a link to the new address and a notice to the one in use. The old address can take the change back for three
                days."
            </p>
            <Form action=ask class="fields">
                <Field
                    name="new_email"
                    label="New e-mail address"
                    kind="email"
                    autocomplete="email"
                    inputmode="email"
                    required=true
                    value=asked.value("new_email")
                    error=asked.field("new_email")
                />
                <Field
                    name="email_password"
                    label="Your password"
                    kind="password"
                    autocomplete="current-password"
                    required=true
                    short=true
                    error=asked.field("email_password")
                />
                <div class="form-actions"><Button busy=asked.busy()>"Change e-mail address"</Button></div>
            </Form>
        </Card>
    }
    .into_any()
}
