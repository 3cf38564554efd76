//! The records of a customer as support reads them: closed until they are opened for a case, with a reason.

mod account_change;
mod change;
mod code;
mod customer;
mod device;
mod work;

pub use code::DeskCodePage;
pub use customer::DeskCustomerPage;
pub use device::DeskDevicePage;

use domain::lookup::{Opened, Record};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::error::Answer;
use crate::form::{Form, Refused, Title, Voice, refused, tried};
use crate::load::load;
use crate::support::lookup_api::OpenRecord;
use crate::ui::*;
use crate::waiting::{reading, unread_page};
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

/// The page of a record that is read whole by its identity: the form while it is closed, `shown` once it is open.
fn page<T, F>(
    record: Record,
    mut voices: Vec<Voice>,
    get: fn(Uuid) -> F,
    shown: impl Fn(T) -> AnyView + Copy + Send + Sync + 'static,
) -> AnyView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    F: Future<Output = Answer<Option<T>>> + Send + 'static,
{
    let (params, query) = (use_params_map(), use_query_map());
    let id = Memo::new(move |_| params.read().get("id").and_then(|id| id.parse::<Uuid>().ok()).unwrap_or_default());
    // remembered: another question in the address builds nothing anew
    let case = Memo::new(move |_| query.read().get("case").unwrap_or_default());
    let open = ServerAction::<OpenRecord>::new();
    voices.push(tried(open).voice());
    let Refused { error, items, sentence } = refused(voices);
    let read = load(move || id.get(), get);
    view! {
        <Title text=move || wording::title(error.get(), name(record))/>
        <div class="page">
            <ErrorSummary items=items sentence=sentence/>
            <Transition fallback=reading>
                {move || {
                    let (id, case) = (id.get(), case.get());
                    Suspend::new(async move {
                        match read.await {
                            Ok(Some(found)) => shown(found),
                            Ok(None) => {
                                view! {
                                    {head(name(record).to_owned())}
                                    {closed(record, id, case, open)}
                                }
                                .into_any()
                            }
                            Err(error) => unread_page(name(record), &error),
                        }
                    })
                }}
            </Transition>
        </div>
    }
    .into_any()
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
