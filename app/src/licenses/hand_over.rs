//! Handing a license to somebody else of the office, who administers it from then on (edge case 37).

use domain::id::LicenseId;
use domain::license::details::LicenseDetails;
use domain::person::people::Colleagues;
use leptos::prelude::*;

use super::api::HandOverLicense;
use crate::agree::{Asked, asks};
use crate::form::{Form, tried};
use crate::paths;
use crate::people::colleague;
use crate::ui::*;

const QUESTION: &str = "hand-over";
const TITLE: &str = "Hand this license over?";

/// The card with the button that asks.
pub(super) fn hand_over(license: &LicenseDetails, deed: ServerAction<HandOverLicense>) -> Option<AnyView> {
    if !license.may_hand_over {
        return None;
    }
    let (id, people) = (license.id, StoredValue::new(license.people.clone()));
    let tried = tried(deed);
    let done = Signal::derive(move || tried.answered());
    let nobody = license.people.is_empty();
    let reason = nobody.then(|| "Nobody else of your office has confirmed an address yet.".to_owned());
    let you = if license.administered_by_reader { " (you)" } else { "" };
    let duties = format!("{}{you} sees the code of this license and releases its seats.", license.administrator);
    let card = view! {
        <Card heading="Administrator">
            <p>{duties} " Before somebody leaves the office, hand their licenses over."</p>
            <div>
                <ConfirmDialog
                    id=QUESTION
                    label="Hand over"
                    title=TITLE
                    fallback_href=asks(&paths::license(id), QUESTION)
                    done=done
                    disabled_reason=Signal::stored(reason)
                >
                    {form(id, people.get_value(), deed, "dialog-to")}
                </ConfirmDialog>
            </div>
        </Card>
    };
    Some(card.into_any())
}

/// The question on top of the page, without script.
pub(super) fn asked(license: &LicenseDetails, deed: ServerAction<HandOverLicense>) -> AnyView {
    let (id, people) = (license.id, StoredValue::new(license.people.clone()));
    if !license.may_hand_over || license.people.is_empty() {
        return ().into_any();
    }
    view! {
        <Asked question=QUESTION title=TITLE page=paths::license(id)>
            {form(id, people.get_value(), deed, "to")}
        </Asked>
    }
    .into_any()
}

fn form(id: LicenseId, people: Colleagues, deed: ServerAction<HandOverLicense>, field: &'static str) -> AnyView {
    let tried = tried(deed);
    let to = colleague(people, None, (field, "New administrator"), tried.value("to"), tried.field("to"));
    view! {
        <p>"The new administrator alone can show the code from then on, release seats and hand the license on."</p>
        <Form action=deed class="fields">
            <input type="hidden" name="id" value=id.to_string()/>
            {to}
            <div class="form-actions"><Button busy=tried.busy()>"Hand over license"</Button></div>
        </Form>
    }
    .into_any()
}
