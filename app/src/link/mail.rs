//! Mailing the way to this page to whoever sits at the device.

use domain::person::people::People;
use leptos::prelude::*;

use super::api::MailWay;
use crate::form::{Form, tried};
use crate::ui::*;

/// The form: oneself first, then the colleagues.
pub(super) fn card(people: &People, mail: ServerAction<MailWay>) -> AnyView {
    let tried = tried(mail);
    let (own, others): (Vec<_>, Vec<_>) = people.people.iter().partition(|person| person.id == people.reader);
    let option = |person: &domain::person::people::PersonRow| {
        let mine = if person.id == people.reader { "Me" } else { person.name.as_str() };
        (person.id.to_string(), format!("{mine} ({})", person.email))
    };
    let options = own.into_iter().chain(others).map(option).collect();
    view! {
        <Card heading="At another device?" id="mail-way">
            <p>"Send a mail with the way to this page, and open it on the device. It contains no code."</p>
            <Form action=mail class="fields">
                <Select
                    name="to"
                    label="To whom"
                    options=options
                    value=tried.value("to")
                    error=tried.field("to")
                />
                <div class="form-actions">
                    <Button variant=Variant::Secondary busy=tried.busy()>"Send the link"</Button>
                </div>
            </Form>
        </Card>
    }
    .into_any()
}
