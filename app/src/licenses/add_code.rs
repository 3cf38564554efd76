//! Adding an activation code: enter it, see what it would do, and only then agree to it.

use domain::Error;
use domain::activation::Refusal;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::api::{ALL_DEVICES, AddCode as AddCodeDeed, PreviewCode, Told};
use super::everywhere::{done_each, offer_each};
use crate::agree::{offer, receipt_card};
use crate::devices::api::get_link_devices;
use crate::error::AppError;
use crate::form::{Form, Title, last_refused, tried};
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
    let refused = last_refused(vec![added.voice(), previewed.voice()]);
    let error = Signal::derive(move || refused.get().map(|(error, _)| error));
    let devices = Resource::new(|| (), |()| get_link_devices());
    let query = use_query_map();
    let kept = move |name: &str| {
        Some(previewed.value(name)).filter(|value| !value.is_empty()).unwrap_or_else(|| added.value(name))
    };
    let asked = kept("device");
    let device = if asked.is_empty() { query.read_untracked().get("device").unwrap_or_default() } else { asked };
    let typed = kept("code");
    let agreed = kept("agreement") == "true";
    // an offer is for what stood in the form when it was asked for
    let stale = RwSignal::new(false);
    let busy = Signal::derive(move || previewed.busy().get() || added.busy().get());
    Effect::new(move |_| {
        preview.version().track();
        add.version().track();
        stale.set(false);
    });
    let changed = Callback::new(move |_: String| stale.set(true));
    let items = Signal::derive(move || error.get().map(|error| items_of(&error)).unwrap_or_default());
    let sentence =
        Signal::derive(move || error.get().filter(|error| !is_agreement(error)).and_then(|e| wording::whole(&e)));
    let code_error = Signal::derive(move || error.get().and_then(|error| wording::at_field(&error, "code")));
    let agreement_error =
        Signal::derive(move || error.get().filter(is_agreement).map(|_| wording::refusal(&Refusal::Agreement)));
    let fresh = move || !stale.get() && !busy.get();
    let refusal = Signal::derive(move || refused.get().filter(|_| fresh()));
    let offered = move || {
        let found = previewed.output().filter(|_| fresh())?;
        Some(match found {
            Told::One(found) => offer(found, &previewed.sent(), add, busy),
            Told::Each(each) => offer_each(each, &previewed.sent(), (preview, add), busy),
        })
    };
    let done = move || match added.output().filter(|_| fresh())? {
        Told::One(_) => None,
        Told::Each(each) => Some(done_each(each)),
    };
    let form = move |devices: Vec<(String, String)>| {
        view! {
            <Form action=preview class="fields">
                <CodeField
                    name="code"
                    label="Activation code"
                    hint="20 letters and digits in four blocks. Spaces, dashes and small letters do not matter."
                    value=typed.clone()
                    error=code_error
                    on_input=changed
                />
                <Select
                    name="device"
                    label="For this device"
                    options=with_all(devices)
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
            {receipt_card(refusal, preview, busy)}
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
            <div aria-live="polite">{offered} {done}</div>
        </div>
    }
    .into_any()
}

/// Where there are several devices, the code goes to all of them unless one is chosen.
fn with_all(devices: Vec<(String, String)>) -> Vec<(String, String)> {
    let count = devices.len();
    let all = (count > 1).then(|| (ALL_DEVICES.to_owned(), format!("All my devices ({count})")));
    all.into_iter().chain(devices).collect()
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

fn items_of(error: &AppError) -> Vec<(String, String)> {
    if is_agreement(error) {
        return vec![("agreement".to_owned(), wording::refusal(&Refusal::Agreement))];
    }
    wording::items(error)
}
