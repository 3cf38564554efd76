//! Adding an activation code: enter it, see what it would do, and only then agree to it.

use domain::Error;
use domain::activation::Refusal;
use domain::code::{ActivationCode, WrongBlock, code_part, wrong_block};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::api::{ALL_DEVICES, AddCode as AddCodeDeed, PreviewCode, Told};
use super::everywhere::{done_each, offer_each};
use crate::agree::{offer, receipt_card};
use crate::devices::api::{DeviceChoices, get_link_devices};
use crate::error::AppError;
use crate::form::{Form, Title, last_refused, tried};
use crate::load::load;
use crate::ui::*;
use crate::waiting::{reading, unread};
use crate::{paths, wording};

const TITLE: &str = "Add activation code";
const MISTYPED: &str = "Something is mistyped: one character is wrong, or two stand in the wrong order. Compare the code with the original.";

/// The one large field, and under it what would happen.
#[component]
pub fn AddCode() -> impl IntoView {
    let preview = ServerAction::<PreviewCode>::new();
    let add = ServerAction::<AddCodeDeed>::new();
    let (previewed, added) = (tried(preview), tried(add));
    let refused = last_refused(vec![added.voice(), previewed.voice()]);
    let error = Signal::derive(move || refused.get().map(|(error, _)| error));
    let query = use_query_map();
    let kept = move |name: &str| {
        Some(previewed.value(name)).filter(|value| !value.is_empty()).unwrap_or_else(|| added.value(name))
    };
    let asked = kept("device");
    let device = if asked.is_empty() { query.read_untracked().get("device").unwrap_or_default() } else { asked };
    let named = device.parse().ok();
    let devices = load(move || named, get_link_devices);
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
    let form = move |devices: DeviceChoices| {
        let hint = devices.more.then(|| only_listed(devices.options.len()));
        view! {
            <Form action=preview class="fields">
                <CodeField
                    name="code"
                    label="Activation code"
                    hint="20 letters and digits in four blocks. Spaces, dashes and small letters do not matter, nor does text around the code."
                    value=typed.clone()
                    error=code_error
                    on_input=changed
                    look=Callback::new(|typed: String| look_at(&typed))
                />
                <Select
                    name="device"
                    label="For this device"
                    hint=hint.unwrap_or_default()
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
                            Ok(devices) if devices.options.is_empty() => no_device(),
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

/// What can be told of a code before it is sent: the block that can't be right, or that something is mistyped somewhere.
fn look_at(typed: &str) -> Look {
    let code = code_part(typed);
    let look = Look { code: code.to_owned(), ..Look::default() };
    if let Some(WrongBlock { number, text }) = wrong_block(code, false) {
        let says = format!("Look at the {} block: {text}", wording::ordinal(number));
        return Look { wrong: Some(number), says, ..look };
    }
    match ActivationCode::parse(code) {
        Ok(code) if code.check_symbol_holds() => Look { right: true, ..look },
        Ok(_) => Look { says: MISTYPED.to_owned(), ..look },
        Err(_) => look,
    }
}

/// Where there are several devices, the code goes to all of them unless one is chosen.
fn with_all(devices: DeviceChoices) -> Vec<(String, String)> {
    let DeviceChoices { options, more } = devices;
    let count = options.len();
    let words = if more { format!("All my devices (more than {count})") } else { format!("All my devices ({count})") };
    let all = (count > 1).then(|| (ALL_DEVICES.to_owned(), words));
    all.into_iter().chain(options).collect()
}

/// What is said of a list that is not complete.
fn only_listed(count: usize) -> String {
    format!("Only {count} devices are listed. For another one, open it under Devices and choose Add activation code.")
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

#[cfg(test)]
mod tests {
    use super::*;

    fn code() -> ActivationCode {
        ActivationCode::from_symbols(std::array::from_fn(|at| u8::try_from(at + 5).unwrap()))
    }

    #[test]
    fn a_code_is_right_only_when_its_check_symbol_says_so() {
        let whole = code().reveal();
        assert_eq!(look_at(&whole), Look { code: whole.clone(), right: true, ..Look::default() });
        let label = format!("Activation code: {whole}");
        assert_eq!(look_at(&label), Look { code: whole.clone(), right: true, ..Look::default() });
        let mut swapped = whole.into_bytes();
        swapped.swap(0, 1);
        let swapped = String::from_utf8(swapped).unwrap();
        assert_eq!(look_at(&swapped), Look { code: swapped.clone(), says: MISTYPED.to_owned(), ..Look::default() });
    }

    #[test]
    fn a_code_that_is_not_whole_yet_is_only_told_of_a_block_that_cannot_be_right() {
        assert_eq!(look_at("ABCDE-FGH"), Look { code: "ABCDE-FGH".to_owned(), ..Look::default() });
        let wrong = look_at("ABCDE-5JKLM-N");
        assert_eq!((wrong.wrong, wrong.right), (Some(2), false));
        assert_eq!(wrong.says, "Look at the second block: 5JKLM");
    }
}
