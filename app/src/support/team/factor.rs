//! Setting up the second factor: the first thing that somebody in support does, and the only one until it is done.

use leptos::prelude::*;

use crate::auth::api::StaffSignOut;
use crate::form::{Form, Refused, Title, refused, tried};
use crate::settings::api::TwoStepSheet;
use crate::support::team_api::{BeginStaffFactor, EnrollStaff};
use crate::ui::*;
use crate::wording;

/// The key for the generator, then its first code.
#[component]
pub fn SupportFactor() -> impl IntoView {
    let (begin, enroll) = (ServerAction::<BeginStaffFactor>::new(), ServerAction::<EnrollStaff>::new());
    let leave = ServerAction::<StaffSignOut>::new();
    let Refused { error, items, sentence } = refused(vec![tried(begin).voice(), tried(enroll).voice()]);
    let (begun, first) = (tried(begin), tried(enroll));
    let sheet = move || begun.output().filter(|_| !begun.busy().get());
    // without script a wrong code brings the page back without the key, which was shown once
    let again = move || sheet().is_none() && first.error().is_some();
    view! {
        <Title text=move || wording::title(error.get(), "Set up one-time codes")/>
        <div class="page">
            <PageHead
                title="Set up one-time codes"
                lead="Support opens once an app on your phone makes one-time codes for you. You enter one at each sign-in."
            />
            <ErrorSummary items=items sentence=sentence/>
            <Card>
                {move || match sheet() {
                    Some(sheet) => view! { {key(sheet)} {confirm(enroll)} }.into_any(),
                    None if again() => view! {
                        <p>"Enter the code that your app shows now, or make a new key."</p>
                        {confirm(enroll)}
                        {make(begin)}
                    }
                    .into_any(),
                    None => view! {
                        <p>"You need an app that makes one-time codes; most password managers do. The key for it is shown once."</p>
                        {make(begin)}
                    }
                    .into_any(),
                }}
            </Card>
            <Form action=leave>
                <Button variant=Variant::Quiet>"Sign out"</Button>
            </Form>
        </div>
    }
    .into_any()
}

fn make(begin: ServerAction<BeginStaffFactor>) -> AnyView {
    view! {
        <Form action=begin>
            <div class="form-actions"><Button busy=tried(begin).busy()>"Show key"</Button></div>
        </Form>
    }
    .into_any()
}

fn key(sheet: TwoStepSheet) -> AnyView {
    let (size, path) = sheet.drawing;
    view! {
        <p>"Scan this with your app, or type the key into it. It is shown only once."</p>
        {(size > 0).then(|| view! { <Qr label="The key for your one-time-code app" size=size path=path/> })}
        <p><bdi class="mono" dir="ltr">{sheet.key}</bdi></p>
    }
    .into_any()
}

fn confirm(enroll: ServerAction<EnrollStaff>) -> AnyView {
    let tried = tried(enroll);
    view! {
        <Form action=enroll class="fields">
            <Field
                name="one_time_code"
                label="The code your app shows"
                hint="Six digits. With them you show that the app is set up."
                autocomplete="one-time-code"
                inputmode="numeric"
                mono=true
                short=true
                required=true
                error=tried.field("one_time_code")
            />
            <div class="form-actions"><Button busy=tried.busy()>"Open support"</Button></div>
        </Form>
    }
    .into_any()
}
