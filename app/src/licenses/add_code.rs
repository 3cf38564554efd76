//! Adding an activation code: enter it, see what it would do, and only then agree to it.

use crate::form::Title;
use domain::activation::Refusal;
use domain::{Error, Fault};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::api::{AddCode as AddCodeDeed, PreviewCode};
use super::offer::offer;
use crate::devices::api::get_link_devices;
use crate::error::AppError;
use crate::form::{Form, tried};
use crate::ui::*;
use crate::waiting::{reading, unread};
use crate::{paths, wording};

const TITLE: &str = "Add activation code";

/// The one large field, and under it what would happen.
#[component]
pub fn AddCode() -> impl IntoView {
    let preview = ServerAction::<PreviewCode>::new();
    let add = ServerAction::<AddCodeDeed>::new();
    let (previewed, added) = (tried(preview), tried(add));
    let error = Signal::derive(move || {
        // what was posted before the script came is over once something newer was answered
        if add.value().with(Option::is_none) && preview.value().with(Option::is_some) {
            return previewed.error();
        }
        added.error().or_else(|| previewed.error())
    });
    let devices = Resource::new(|| (), |()| get_link_devices());
    let query = use_query_map();
    let kept = move |name: &str| {
        Some(previewed.value(name)).filter(|value| !value.is_empty()).unwrap_or_else(|| added.value(name))
    };
    let asked = kept("device");
    let device = if asked.is_empty() { query.read_untracked().get("device").unwrap_or_default() } else { asked };
    let typed = RwSignal::new(kept("code"));
    let looked_at = RwSignal::new(kept("code"));
    let agreed = kept("agreement") == "true";
    // an offer is for what stood in the form when it was asked for
    let stale = RwSignal::new(false);
    Effect::new(move |_| {
        if let Some(asked) = preview.input().get() {
            // what was typed before script ran told nobody; the form knows it
            typed.set(asked.code.clone());
            looked_at.set(asked.code);
        }
    });
    Effect::new(move |_| {
        preview.version().track();
        stale.set(false);
        add.clear();
    });
    let changed = Callback::new(move |_: String| stale.set(true));
    let on_input = Callback::new(move |text: String| {
        typed.set(text);
    });
    let items = Signal::derive(move || error.get().map(|error| items_of(&error)).unwrap_or_default());
    let sentence =
        Signal::derive(move || error.get().filter(|error| !is_agreement(error)).and_then(|e| wording::whole(&e)));
    let code_error = Signal::derive(move || error.get().and_then(|error| wording::at_field(&error, "code")));
    let agreement_error =
        Signal::derive(move || error.get().filter(is_agreement).map(|_| wording::refusal(&Refusal::Agreement)));
    let foreign = Memo::new(move |_| error.get().is_some_and(|error| is_foreign(&error)));
    let current = move || !stale.get() && typed.get() == looked_at.get();
    let offered = Memo::new(move |_| previewed.output().filter(|_| current()));
    let offered = move || offered.get().map(|found| offer(found, add, looked_at, added.busy()));
    let form = move |devices: Vec<(String, String)>| {
        view! {
            <Form action=preview class="fields">
                <CodeField
                    name="code"
                    label="Activation code"
                    hint="20 letters and digits in four blocks. Spaces, dashes and small letters do not matter."
                    value=typed.get_untracked()
                    error=code_error
                    on_input=on_input
                />
                <Select
                    name="device"
                    label="For this device"
                    options=devices
                    value=device.clone()
                    on_change=changed
                />
                <Checkbox
                    name="agreement"
                    label="I accept the license agreement"
                    checked=agreed
                    error=agreement_error
                    on_change=Callback::new(move |_: bool| stale.set(true))
                />
                <div class="form-actions">
                    <Button busy=previewed.busy()>"Preview"</Button>
                    {move || foreign.get().then(|| view! {
                        <Button variant=Variant::Secondary name="latin" value="true">"Use Latin letters"</Button>
                    })}
                </div>
            </Form>
        }
        .into_any()
    };
    view! {
        <Title text=move || wording::title(error.get(), TITLE)/>
        <div class="page page-narrow">
            <PageHead
                title=TITLE
                lead="You see what the code would do before anything changes."
                back_href=paths::LICENSES
                back_label="Licenses"
            />
            <ErrorSummary items=items sentence=sentence/>
            <Suspense fallback=reading>
                {move || {
                    let form = form.clone();
                    Suspend::new(async move {
                        match devices.await {
                            Ok(devices) if devices.is_empty() => no_device(),
                            Ok(devices) => form(devices),
                            Err(error) => unread(&error),
                        }
                    })
                }}
            </Suspense>
            <div aria-live="polite">{offered}</div>
        </div>
    }
    .into_any()
}

fn no_device() -> AnyView {
    view! {
        <Empty
            title="Link a device first"
            text="A code is activated on a device, and none is linked to your office yet. It takes a minute."
        >
            <ButtonLink href=paths::LINK variant=Variant::Primary>"Link a device"</ButtonLink>
        </Empty>
    }
    .into_any()
}

fn is_agreement(error: &AppError) -> bool {
    *error == AppError::Deed(Error::Refused(Refusal::Agreement))
}

/// Whether the code has letters that only look Latin, which one button puts right (edge case 7).
fn is_foreign(error: &AppError) -> bool {
    let AppError::Deed(Error::Invalid(fields)) = error else { return false };
    fields.iter().any(|field| matches!(field.fault, Fault::Code(Refusal::NonLatin { .. })))
}

fn items_of(error: &AppError) -> Vec<(String, String)> {
    if is_agreement(error) {
        return vec![("agreement".to_owned(), wording::refusal(&Refusal::Agreement))];
    }
    wording::items(error)
}
