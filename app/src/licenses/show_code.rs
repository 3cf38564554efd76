//! The code of a license: masked to its last block until its administrator has entered the password.

use domain::Error;
use domain::activation::Refusal;
use domain::code::{ShownCode, mask};
use domain::license::details::LicenseDetails;
use leptos::html;
use leptos::prelude::*;

use super::api::{MailCode, ShowCode};
use crate::agree::{Asked, asks};
use crate::error::AppError;
use crate::form::{Form, Tried, tried};
use crate::ui::*;
use crate::{paths, wording};

/// The sentence for the summary on top. Not being known means here that the password is asked for once more.
pub(super) fn sentence(tried: Tried<ShowCode>) -> Signal<Option<String>> {
    Signal::derive(move || match tried.error() {
        Some(AppError::Deed(Error::Unauthenticated)) => Some("Enter the password to see the code again.".to_owned()),
        Some(error) => wording::whole(&error),
        None => None,
    })
}

/// The panel with the code, and the form or the buttons that belong to what it shows.
pub(super) fn code_card(license: LicenseDetails, show: ServerAction<ShowCode>) -> AnyView {
    let tried = tried(show);
    let hidden = RwSignal::new(false);
    let live = RwSignal::new(false);
    Effect::new(move |_| live.set(true));
    Effect::new(move |_| {
        show.version().track();
        hidden.set(false);
    });
    let shown = Memo::new(move |_| tried.output().filter(|_| !hidden.get()));
    let part = move |pick: fn(ShownCode) -> String| Signal::derive(move || shown.get().map(pick));
    let (code, spelled) = (part(|shown| shown.code), part(|shown| shown.spelled));
    let hide = Callback::new(move |()| {
        hidden.set(true);
        show.clear();
    });
    let hide_now = Callback::new(move |_| hide.run(()));
    let copied = Signal::derive(move || code.get().unwrap_or_default());
    let id = license.id.to_string();
    let more = (asks(&paths::license(license.id), MAIL), paths::leaked(license.id));
    let below = if license.administered_by_reader {
        (move || shown.get().is_none().then(|| password_form(id.clone(), more.clone(), show, tried))).into_any()
    } else {
        let reason = wording::refusal(&Refusal::NotAdministrator { administrator: license.administrator.clone() });
        view! { <Button kind="button" id="show-code" disabled_reason=Some(reason)>"Show code"</Button> }.into_any()
    };
    view! {
        <Card heading="Activation code" id="code">
            <CodePanel label=license.product.clone() masked=mask(&license.code_tail) code=code spelled=spelled>
                {move || {
                    shown.get().map(|_| {
                        view! {
                            <CopyButton text=copied describe="activation code"/>
                            {live.get().then(|| view! {
                                <Button kind="button" variant=Variant::Quiet on_click=hide_now>"Hide code"</Button>
                            })}
                        }
                    })
                }}
            </CodePanel>
            <HidesItself shown=Signal::derive(move || shown.get().is_some()) hide/>
            {below}
        </Card>
    }
    .into_any()
}

fn password_form(id: String, more: (String, String), show: ServerAction<ShowCode>, tried: Tried<ShowCode>) -> AnyView {
    let once = NodeRef::<html::Input>::new();
    // with script the form is never posted again by loading the page, so each press may count
    Effect::new(move |_| {
        if let Some(input) = once.get() {
            input.set_value("");
        }
    });
    view! {
        <Form action=show class="fields">
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="once" value=form_name() node_ref=once/>
            <Field
                name="password"
                label="Your password"
                kind="password"
                autocomplete="current-password"
                hint="We ask for it before a code is shown. For five minutes after that you can leave it empty."
                error=tried.field("password")
                short=true
            />
            <div class="form-actions"><Button busy=tried.busy()>"Show code"</Button></div>
        </Form>
        <p class="muted">
            <a href=more.0>"Mail it to me instead"</a> " or, if others know it, " <a href=more.1>"replace it"</a> "."
        </p>
    }
    .into_any()
}

/// A name for this one rendering of the form.
#[cfg(feature = "ssr")]
fn form_name() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// Forms rendered in the browser need none.
#[cfg(not(feature = "ssr"))]
fn form_name() -> String {
    String::new()
}

const MAIL: &str = "mail";

/// The question whether to mail the code, on top of the page.
pub(super) fn ask_mail(license: &LicenseDetails, mail: ServerAction<MailCode>) -> AnyView {
    if !license.administered_by_reader {
        return ().into_any();
    }
    let id = StoredValue::new(license.id.to_string());
    view! {
        <Asked question=MAIL title="Mail the code to yourself?" page=paths::license(license.id) cancel="Don't mail it">
            {mail_form(id.get_value(), mail)}
        </Asked>
    }
    .into_any()
}

fn mail_form(id: String, mail: ServerAction<MailCode>) -> AnyView {
    let tried = tried(mail);
    view! {
        <p>"It goes to the address you sign in with. Whoever reads that mail can use your seats."</p>
        <Form action=mail class="fields">
            <input type="hidden" name="id" value=id/>
            <Field
                name="password"
                id="mail-password"
                label="Your password"
                kind="password"
                autocomplete="current-password"
                error=tried.field("password")
                short=true
            />
            <div class="form-actions"><Button busy=tried.busy()>"Mail the code to me"</Button></div>
        </Form>
    }
    .into_any()
}
