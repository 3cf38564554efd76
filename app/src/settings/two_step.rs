//! The second step at sign-in: setting it up, switching it on by a first code, and off again.

use domain::person::two_step::{SPARE_CODES, TwoStep};
use leptos::prelude::*;

use super::api::{BeginTwoStep, SpareSheet, SwitchOffTwoStep, SwitchOnTwoStep, TwoStepSheet};
use crate::auth::CodeOnce;
use crate::form::{Form, Voice, done, tried};
use crate::ui::*;
use crate::wording;

/// The forms of the second step.
#[derive(Clone, Copy)]
pub(super) struct Steps {
    begin: ServerAction<BeginTwoStep>,
    on: ServerAction<SwitchOnTwoStep>,
    off: ServerAction<SwitchOffTwoStep>,
    switched_on: Memo<usize>,
}

impl Steps {
    pub(super) fn new() -> Self {
        let on = ServerAction::new();
        Self { begin: ServerAction::new(), on, off: ServerAction::new(), switched_on: done(on) }
    }

    pub(super) fn voices(self) -> [Voice; 3] {
        [tried(self.begin).voice(), tried(self.on).voice(), tried(self.off).voice()]
    }

    /// What the state of the second step is read again after.
    pub(super) fn done(self) -> usize {
        self.switched_on.get()
    }
}

/// The recovery codes, once.
pub(super) fn answer(steps: Steps) -> AnyView {
    let on = tried(steps.on);
    (move || on.output().map(|sheet| view! { <Answer label="Recovery codes">{spare_codes(sheet)}</Answer> })).into_any()
}

fn spare_codes(sheet: SpareSheet) -> AnyView {
    let codes = sheet.codes.into_iter().map(|code| view! { <li><Key text=code/></li> }).collect_view();
    view! {
        <Card heading="Your recovery codes" id="spare-codes">
            <Notice tone=Tone::Ok title="The second step is on" live=true>
                <p>"Print or write down these codes now: they are shown only once. Each stands in for one one-time code, once."</p>
            </Notice>
            <ul class="fields-2" role="list">{codes}</ul>
        </Card>
    }
    .into_any()
}

/// The card of the second step.
pub(super) fn card(state: TwoStep, steps: Steps) -> AnyView {
    match state.on_since {
        Some(since) => {
            let since = format!("On since {}. ", wording::day(since));
            let left = format!("{} of {SPARE_CODES} recovery codes are left.", state.spare_left);
            view! {
                <Card heading="Second step at sign-in" id="two-step">
                    <p>"Besides your password, a one-time code is asked for when you sign in."</p>
                    <p class="muted">{since} {left}</p>
                    {switch_off(steps)}
                </Card>
            }
            .into_any()
        }
        None => view! {
            <Card heading="Second step at sign-in" id="two-step">
                <p>
                    "With a one-time code from your phone, a stolen password alone opens nothing. You need an app that makes one-time
                    codes; most password managers do."
                </p>
                {set_up(steps)}
            </Card>
        }
        .into_any(),
    }
}

fn set_up(steps: Steps) -> AnyView {
    let (begin, on) = (tried(steps.begin), tried(steps.on));
    let begun = move || begin.output().filter(|_| !begin.busy().get());
    // without script a wrong code brings the page back without the secret, which was shown once
    let again = move || begun().is_none() && on.error().is_some();
    view! {
        {move || match begun() {
            Some(sheet) => view! { {secret(sheet)} {confirm(steps)} }.into_any(),
            None if again() => view! {
                <p>"Enter the code that your app shows now, or set it up anew."</p>
                {confirm(steps)}
                {begin_form(steps)}
            }
            .into_any(),
            None => begin_form(steps),
        }}
    }
    .into_any()
}

fn begin_form(steps: Steps) -> AnyView {
    let begin = tried(steps.begin);
    view! {
        <Form action=steps.begin class="fields">
            <Password error=begin.field("two_step_password")/>
            <div class="form-actions">
                <Button variant=Variant::Secondary busy=begin.busy()>"Set up the second step"</Button>
            </div>
        </Form>
    }
    .into_any()
}

fn secret(sheet: TwoStepSheet) -> AnyView {
    let (size, path) = sheet.drawing;
    view! {
        <p>"Scan this with your app, or type the key into it. It is shown only once."</p>
        {(size > 0).then(|| view! { <Qr label="The key for your one-time-code app" size=size path=path/> })}
        <p><bdi class="mono" dir="ltr">{sheet.key}</bdi></p>
    }
    .into_any()
}

fn confirm(steps: Steps) -> AnyView {
    let on = tried(steps.on);
    view! {
        <Form action=steps.on class="fields">
            <Field
                name="one_time_code"
                label="The code your app shows"
                hint="Six digits. With them you show that the app is set up."
                autocomplete="one-time-code"
                inputmode="numeric"
                mono=true
                short=true
                required=true
                error=on.field("one_time_code")
            />
            <div class="form-actions"><Button busy=on.busy()>"Switch on the second step"</Button></div>
        </Form>
    }
    .into_any()
}

fn switch_off(steps: Steps) -> AnyView {
    let off = tried(steps.off);
    view! {
        <Form action=steps.off class="fields">
            <Password error=off.field("two_step_password")/>
            <CodeOnce error=off.field("one_time_code")/>
            <div class="form-actions">
                <Button variant=Variant::Danger busy=off.busy()>"Switch off the second step"</Button>
            </div>
        </Form>
    }
    .into_any()
}

#[component]
fn Password(error: Signal<Option<String>>) -> impl IntoView {
    view! {
        <Field
            name="two_step_password"
            label="Your password"
            kind="password"
            autocomplete="current-password"
            required=true
            short=true
            error=error
        />
    }
}
