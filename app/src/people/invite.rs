//! Asking people to join.

use domain::person::people::People;
use leptos::prelude::*;

use super::api::InvitePeople;
use crate::form::{Form, tried};
use crate::ui::*;

/// The form: addresses, a role, and the license they may use.
pub(super) fn invite(read: &People, chosen: &str, ask: ServerAction<InvitePeople>) -> AnyView {
    let licenses = &read.licenses;
    let tried = tried(ask);
    let typed = move |name: &str, otherwise: &str| match tried.value(name) {
        typed if typed.is_empty() => otherwise.to_owned(),
        typed => typed,
    };
    let options: Vec<(String, String)> = licenses.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let (license_typed, seats_typed, role_typed) =
        (typed("license", chosen), typed("seats", "1"), typed("role", "member"));
    let more = read.more_licenses.then(|| {
        format!(" Only {} licenses are listed. For another one, open it and choose Invite somebody new.", options.len())
    });
    let hint = format!("They send it to their devices from here and never see its code.{}", more.unwrap_or_default());
    let license = (!options.is_empty()).then(|| {
        view! {
            <Select
                name="license"
                label="License they may use on their own devices"
                hint=hint
                options=options
                blank="None for now"
                optional=true
                value=license_typed
            />
            <Field
                name="seats"
                label="On how many devices each"
                inputmode="numeric"
                short=true
                value=seats_typed
                error=tried.field("seats")
            />
        }
    });
    view! {
        <Card heading="Invite people" id="invite">
            <Form action=ask class="fields">
                <TextArea
                    name="emails"
                    label="E-mail addresses"
                    hint="One a line, or as your mail program writes them. Up to 20 at once."
                    rows=3
                    required=true
                    error=tried.field("emails")
                    value=tried.value("emails")
                />
                <Radios
                    name="role"
                    legend="Role"
                    options=vec![
                        Choice::new("member", "Member").hint("Protects own devices."),
                        Choice::new("manager", "Manager").hint("Also invites and removes people. Only an owner makes managers."),
                    ]
                    value=role_typed
                    error=tried.field("role")
                />
                {license}
                <div class="form-actions"><Button busy=tried.busy()>"Send invitations"</Button></div>
            </Form>
        </Card>
    }
    .into_any()
}
