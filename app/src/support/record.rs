//! The records of a customer as support reads them: closed until they are opened for a case, with a reason.

mod code;
mod customer;
mod device;
mod work;

pub use code::DeskCodePage;
pub use customer::DeskCustomerPage;
pub use device::DeskDevicePage;

use domain::lookup::{Opened, Record};
use leptos::prelude::*;
use uuid::Uuid;

use crate::form::{Form, tried};
use crate::support::lookup_api::OpenRecord;
use crate::ui::*;
use crate::{paths, wording};

/// What a kind of record is called.
pub(super) const fn name(record: Record) -> &'static str {
    match record {
        Record::Customer => "Customer",
        Record::Code => "Code or license",
        Record::Device => "Device",
    }
}

/// The address with the case that it is about, if there is one.
pub(super) fn with_case(address: String, case: &str) -> String {
    let plain = !case.is_empty() && case.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if plain { format!("{address}?case={case}") } else { address }
}

/// The form that opens a record.
fn closed(record: Record, id: Uuid, case: String, open: ServerAction<OpenRecord>) -> AnyView {
    let tried = tried(open);
    let typed = Some(tried.value("request")).filter(|typed| !typed.is_empty());
    view! {
        <Card heading="This record is closed">
            <p>
                "It opens for 30 minutes, for a case or recovery that is not done. The customer reads the number and the reason under Activity."
            </p>
            <Form action=open class="fields">
                <input type="hidden" name="record" value=record.as_str()/>
                <input type="hidden" name="id" value=id.to_string()/>
                <Field
                    name="request"
                    label="Number of the case or recovery"
                    value=typed.unwrap_or(case)
                    autocomplete="off"
                    mono=true
                    required=true
                    error=tried.field("request")
                />
                <Field
                    name="reason"
                    label="Reason"
                    hint="What you need to find out, in a few words that the customer understands."
                    value=tried.value("reason")
                    autocomplete="off"
                    required=true
                    maxlength=500
                    error=tried.field("reason")
                />
                <div class="form-actions">
                    <Button busy=tried.busy()>"Open record"</Button>
                </div>
            </Form>
        </Card>
    }
    .into_any()
}

/// For what a record is open, and until when.
fn open_for(opened: &Opened) -> AnyView {
    let left = format!(
        "Open for {} until {}. The customer reads that you looked.",
        opened.request,
        wording::moment(opened.ends_at)
    );
    let reason = opened.reason.clone();
    view! {
        <Notice>
            <p>{left} " " <span class="muted">{reason}</span></p>
        </Notice>
    }
    .into_any()
}

fn head(title: String) -> AnyView {
    view! { <PageHead title=title back_href=paths::LOOK_UP back_label="Look-up"/> }.into_any()
}
