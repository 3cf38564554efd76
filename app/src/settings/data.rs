//! What a person takes along: the codes they look after, by mail, and everything else as files.

use leptos::prelude::*;

use super::api::MailCodes;
use crate::form::{Form, tried};
use crate::paths;
use crate::ui::*;

/// The files, and what is in each.
const FILES: [(&str, &str); 6] = [
    ("latchkey.xlsx", "Workbook with everything"),
    ("latchkey.json", "Everything for programs (JSON)"),
    ("licenses.csv", "Licenses (CSV)"),
    ("codes.csv", "Codes that wait (CSV)"),
    ("devices.csv", "Devices (CSV)"),
    ("activity.csv", "Activity (CSV)"),
];

/// Mailing every code, and the files.
pub(super) fn card(codes: ServerAction<MailCodes>) -> AnyView {
    let tried = tried(codes);
    let files = FILES.iter().map(|(file, words)| {
        view! { <li><ButtonLink href=format!("{}/{file}", paths::EXPORT) download=true>{*words}</ButtonLink></li> }
    });
    view! {
        <Card heading="Your codes, by mail" id="mail-codes">
            <p>
                "We mail you every activation code that you look after, so that you have them in a place of your own. Three mails a
                day at most."
            </p>
            <Form action=codes class="fields">
                <Field
                    name="codes_password"
                    label="Your password"
                    kind="password"
                    autocomplete="current-password"
                    required=true
                    short=true
                    error=tried.field("codes_password")
                />
                <div class="form-actions">
                    <Button variant=Variant::Secondary busy=tried.busy()>"Mail me all my codes"</Button>
                </div>
            </Form>
        </Card>
        <Card heading="Take your data along" id="export">
            <p>"Licenses, devices and activity as files. Codes are masked in them."</p>
            <ul class="row" role="list">{files.collect_view()}</ul>
        </Card>
    }
    .into_any()
}
