//! Sending a license, or a code that is kept in the account, to a device (R51).

use domain::device::details::DeviceDetails;
use leptos::prelude::*;

use super::detail::{Answers, Deeds};
use super::facts::not_connected;
use crate::form::Form;
use crate::ui::*;
use crate::wording;

/// The form: what to send, the agreement, and the preview.
pub(super) fn send(device: DeviceDetails, deeds: Deeds, answers: Answers) -> Option<AnyView> {
    let licenses = device.licenses.iter().map(|license| {
        let label = format!("{}, license until {}", license.product, wording::day(license.expires_at));
        (format!("license:{}", license.id), label)
    });
    let codes = device.codes.iter().map(|code| {
        let label = format!("{}, kept code …{}", code.product, code.tail);
        (format!("code:{}", code.id), label)
    });
    let options: Vec<(String, String)> = licenses.chain(codes).collect();
    if options.is_empty() {
        return None;
    }
    let agreed = answers.send.value("agreement") == "true";
    let card = view! {
        <Card heading="Send a license">
            <p class="muted">"The device uses it from its next contact on; nobody types a code there."</p>
            <Form action=deeds.preview_send class="fields">
                <input type="hidden" name="device" value=device.id.to_string()/>
                <Select
                    name="what"
                    label="License or kept code"
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
