//! What a person takes along: the codes they look after, by mail, and the way to everything else as files.

use leptos::prelude::*;

use super::api::MailCodes;
use crate::form::{Form, tried};
use crate::paths;
use crate::ui::*;

/// Mailing every code, and the way to the files.
pub(super) fn card(codes: ServerAction<MailCodes>) -> AnyView {
    let tried = tried(codes);
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
            <p>"Everything you may see of your office as files: a workbook, CSV, or JSON for programs. Codes are masked in them."</p>
            <div><ButtonLink href=paths::EXPORT>"Take my data along"</ButtonLink></div>
        </Card>
    }
    .into_any()
}
