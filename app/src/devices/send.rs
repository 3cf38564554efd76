//! Sending a license, or a code that is kept in the account, to a device (R51).

use domain::device::details::DeviceDetails;
use leptos::prelude::*;

use super::detail::{Answers, Deeds};
use super::facts::not_connected;
use crate::form::Form;
use crate::ui::*;
use crate::{paths, wording};

/// The form: what to send, the agreement, and the preview.
pub(super) fn send(device: DeviceDetails, deeds: Deeds, answers: Answers) -> Option<AnyView> {
    let licenses = device.licenses.iter().map(|license| {
        let end = wording::day(license.expires_at);
        let label = format!("{}, license until {end}, code ending in {}", license.product, license.tail);
        (format!("license:{}", license.id), label)
    });
    let codes = device.codes.iter().map(|code| {
        let label = format!("{}, kept code ending in {}", code.product, code.tail);
        (format!("code:{}", code.id), label)
    });
    let options: Vec<(String, String)> = licenses.chain(codes).collect();
    let class = wording::seat_class_in_sentence(device.os_family.seat_class());
    if options.is_empty() {
        return (device.unfit > 0).then(|| nothing_fits(&device, class));
    }
    let unfit = (device.unfit > 0).then(|| not_listed(device.unfit, class));
    let agreed = answers.send.value("agreement") == "true";
    let card = view! {
        <Card heading="Send a license">
            <p class="muted">"The device uses it from its next contact on; nobody types a code there."</p>
            <Form action=deeds.preview_send class="fields">
                <input type="hidden" name="device" value=device.id.to_string()/>
                <Select
                    name="what"
                    label="License or kept code"
                    hint=unfit.unwrap_or_default()
                    options=options
                    value=answers.send.value("what")
                    error=answers.send.field("what")
                />
                <Checkbox name="agreement" label="I accept the license agreement" checked=agreed/>
                <div class="form-actions">
                    <Button
                        variant=Variant::Secondary
                        id="send"
                        disabled_reason=Signal::stored(not_connected(&device))
                        busy=deeds.preview_send.pending()
                    >
                        "Preview"
                    </Button>
                </div>
            </Form>
        </Card>
    };
    Some(card.into_any())
}

/// What is said of licenses and codes that this kind of device can't use.
fn not_listed(unfit: u32, class: &str) -> String {
    match unfit {
        1 => format!("1 more has no places for {class}, so it is not listed."),
        many => format!("{many} more have no places for {class}, so they are not listed."),
    }
}

fn nothing_fits(device: &DeviceDetails, class: &str) -> AnyView {
    let href = format!("{}?device={}", paths::ADD_CODE, device.id);
    let none = format!("None of your licenses and kept codes has places for {class}. Add a code that has.");
    view! {
        <Card heading="Send a license">
            <p>{none}</p>
            <div class="row"><ButtonLink href=href>"Add activation code"</ButtonLink></div>
        </Card>
    }
    .into_any()
}
