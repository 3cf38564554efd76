//! A code that became known to others: a new one takes its place, and the devices that are ticked notice nothing.

use domain::Error;
use domain::activation::Refusal;
use domain::id::LicenseId;
use domain::license::details::{HeldSeat, LicenseDetails};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use uuid::Uuid;

use super::api::{RotateCode, get_license};
use crate::devices::api::tick;
use crate::devices::last_seen;
use crate::error::AppError;
use crate::form::{Form, Title, tried};
use crate::ui::*;
use crate::waiting::{reading, unread};
use crate::{paths, wording};

/// The page on which a leaked code is replaced.
#[component]
pub fn Leaked() -> impl IntoView {
    let params = use_params_map();
    let id = move || params.read().get("id").and_then(|id| id.parse().ok()).unwrap_or(LicenseId(Uuid::nil()));
    let license = Resource::new(id, get_license);
    let rotate = ServerAction::<RotateCode>::new();
    let tried = tried(rotate);
    let sentence = Signal::derive(move || match tried.error() {
        Some(AppError::Deed(Error::Unauthenticated)) => Some("Enter your password to replace the code.".to_owned()),
        Some(error) => wording::whole(&error),
        None => None,
    });
    let back = id();
    view! {
        <Title text=move || wording::title(tried.error(), "Replace a leaked code")/>
        <div class="page">
            <PageHead
                title="Replace a leaked code"
                lead="Your devices keep working, and nobody has to type anything. The old code is refused at once."
                back_href=paths::license(back)
                back_label="License details"
            />
            <ErrorSummary items=tried.items() sentence=sentence/>
            <Suspense fallback=reading>
                {move || Suspend::new(async move {
                    match license.await {
                        Ok(license) => form(&license, rotate),
                        Err(error) => unread(&error),
                    }
                })}
            </Suspense>
        </div>
    }
    .into_any()
}

fn form(license: &LicenseDetails, rotate: ServerAction<RotateCode>) -> AnyView {
    let tried = tried(rotate);
    if !license.administered_by_reader {
        let reason = wording::refusal(&Refusal::NotAdministrator { administrator: license.administrator.clone() });
        return view! {
            <Notice tone=Tone::Warn title="Only its administrator can replace this code">
                <p>{reason}</p>
            </Notice>
        }
        .into_any();
    }
    let (id, now) = (license.id.to_string(), license.now);
    let devices = license.held.iter().map(|seat| device(seat, now)).collect_view();
    let none = license.held.is_empty();
    let tail = license.code_tail.clone();
    view! {
        <Card>
            <p>
                "The code ending in " <bdi class="mono" dir="ltr">{tail}</bdi>
                " is replaced by a new one. Tick the devices you know: they keep their seats. All others lose theirs."
            </p>
            <Form action=rotate class="fields">
                <input type="hidden" name="id" value=id/>
                <fieldset class="field fieldset">
                    <legend class="field-label">"Devices you know"</legend>
                    {none.then(|| view! { <p>"No device uses this license at the moment."</p> })}
                    <div class="choices">{devices}</div>
                </fieldset>
                <Field
                    name="password"
                    label="Your password"
                    kind="password"
                    autocomplete="current-password"
                    error=tried.field("password")
                    short=true
                />
                <div class="form-actions">
                    <Button variant=Variant::Danger busy=tried.busy()>"Replace the code"</Button>
                </div>
            </Form>
        </Card>
    }
    .into_any()
}

fn device(seat: &HeldSeat, now: time::OffsetDateTime) -> AnyView {
    let id = format!("device-{}", seat.device);
    view! {
        <div class="choice">
            <input class="choice-mark" type="checkbox" id=id.clone() name=tick(seat.device) value="true" checked=true/>
            <div class="choice-text">
                <label class="choice-label" for=id>{seat.name.clone()}</label>
                <p class="field-hint">{wording::os(seat.os_family)} ", last seen " {last_seen(seat.last_seen_at, now)}</p>
            </div>
        </div>
    }
    .into_any()
}
