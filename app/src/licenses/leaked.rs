//! A code that became known to others: a new one takes its place, and the devices that are ticked notice nothing.

use domain::Error;
use domain::activation::Refusal;
use domain::code::leaked::Holders;
use domain::id::LicenseId;
use domain::license::details::HeldSeat;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use super::api::{RotateCode, get_holders};
use crate::devices::api::tick;
use crate::devices::last_seen;
use crate::error::AppError;
use crate::form::{Form, Title, tried};
use crate::load::load;
use crate::ui::*;
use crate::waiting::{reading, unread};
use crate::{paths, wording};

/// The page on which a leaked code is replaced.
#[component]
pub fn Leaked() -> impl IntoView {
    let params = use_params_map();
    let id = move || params.read().get("id").and_then(|id| id.parse().ok()).unwrap_or(LicenseId(Uuid::nil()));
    let holders = load(id, get_holders);
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
                    match holders.await {
                        Ok(holders) => form(&holders, rotate),
                        Err(error) => unread(&error),
                    }
                })}
            </Suspense>
        </div>
    }
    .into_any()
}

fn form(holders: &Holders, rotate: ServerAction<RotateCode>) -> AnyView {
    let tried = tried(rotate);
    if !holders.administered_by_reader {
        let reason = wording::refusal(&Refusal::NotAdministrator { administrator: holders.administrator.clone() });
        return view! {
            <Notice tone=Tone::Warn title="Only its administrator can replace this code">
                <p>{reason}</p>
            </Notice>
        }
        .into_any();
    }
    let (id, now) = (holders.license.to_string(), holders.now);
    // nothing is ticked at first: an intruder's device keeps no seat because somebody was in a hurry
    let ticked = move |name: &str| tried.value(name) == "true";
    let devices = holders.listed.iter().map(|seat| device(seat, ticked(&tick(seat.device)), now)).collect_view();
    let rest = (holders.others > 0).then(|| rest(holders, ticked("rest")));
    let none = holders.listed.is_empty();
    let tail = holders.code_tail.clone();
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
                    <div class="choices">{devices} {rest}</div>
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

fn device(seat: &HeldSeat, ticked: bool, now: OffsetDateTime) -> AnyView {
    let id = format!("device-{}", seat.device);
    view! {
        <div class="choice">
            <input class="choice-mark" type="checkbox" id=id.clone() name=tick(seat.device) value="true" checked=ticked/>
            <div class="choice-text">
                <label class="choice-label" for=id>{seat.name.clone()}</label>
                <p class="field-hint">{wording::os(seat.os_family)} ", last seen " {last_seen(seat.last_seen_at, now)}</p>
            </div>
        </div>
    }
    .into_any()
}

/// One tick for all devices that are not listed, and what the deed has to know to tell them from those that are.
fn rest(holders: &Holders, ticked: bool) -> AnyView {
    let listed: Vec<String> = holders.listed.iter().map(|seat| seat.device.to_string()).collect();
    let read_at = holders.now.format(&Rfc3339).unwrap_or_default();
    let label = match holders.others {
        1 => "The 1 other device".to_owned(),
        others => format!("All {others} other devices"),
    };
    let shown = holders.listed.len();
    view! {
        <input type="hidden" name="listed" value=listed.join(",")/>
        <input type="hidden" name="read_at" value=read_at/>
        <div class="choice">
            <input class="choice-mark" type="checkbox" id="rest" name="rest" value="true" checked=ticked/>
            <div class="choice-text">
                <label class="choice-label" for="rest">{label}</label>
                <p class="field-hint">
                    {format!("The {shown} that were seen last are listed above. See the others under ")}
                    <a href=paths::license(holders.license)>"License details"</a> "."
                </p>
            </div>
        </div>
    }
    .into_any()
}
