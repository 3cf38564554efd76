//! Mailing the way to this page to whoever sits at the device.

use domain::person::people::Addressees;
use leptos::prelude::*;

use super::api::MailWay;
use crate::form::{Form, tried};
use crate::people::colleague;
use crate::ui::*;

/// The form: oneself first, then the colleagues.
pub(super) fn card(people: Addressees, mail: ServerAction<MailWay>) -> AnyView {
    let tried = tried(mail);
    let Addressees { own, own_email, others } = people;
    let own = (own.to_string(), format!("Me ({own_email})"), own_email);
    let to = colleague(others, Some(own), ("to", "To whom"), tried.value("to"), tried.field("to"));
    view! {
        <Card heading="At another device?" id="mail-way">
            <p>"Send a mail with the way to this page, and open it on the device. It contains no code."</p>
            <Form action=mail class="fields">
                {to}
                <div class="form-actions">
                    <Button variant=Variant::Secondary busy=tried.busy()>"Send the link"</Button>
                </div>
            </Form>
        </Card>
    }
    .into_any()
}
