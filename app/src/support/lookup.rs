//! One box by which support finds what a customer tells: exactly, and no more than it takes to pick it.

use domain::lookup::Found;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::record::{name, with_case};
use crate::form::{Form, Title, tried};
use crate::support::lookup_api::LookUp as LookUpDeed;
use crate::ui::*;
use crate::{paths, wording};

#[component]
pub fn LookUp() -> impl IntoView {
    let query = use_query_map();
    let case = Memo::new(move |_| query.read().get("case").unwrap_or_default());
    let find = ServerAction::<LookUpDeed>::new();
    let found = tried(find);
    let (items, sentence) = (found.items(), found.sentence());
    view! {
        <Title text=move || wording::title(found.error(), "Look-up")/>
        <div class="page">
            <PageHead
                title="Look-up"
                lead="Finds what a customer tells you. Opening a record takes a case and a reason, and the customer reads both."
            />
            <ErrorSummary items=items sentence=sentence/>
            <Form action=find class="fields">
                <Field
                    name="sought"
                    label="What the customer tells"
                    hint="E-mail address, order number, license key, last block or whole code, device name, or request number. Exactly, 4 characters or more."
                    value=found.value("sought")
                    autocomplete="off"
                    mono=true
                    required=true
                    error=found.field("sought")
                />
                <div class="form-actions">
                    <Button busy=found.busy()>"Look up"</Button>
                </div>
            </Form>
            <div aria-live="polite">
                {move || found.output().map(|records| results(&records, &case.get()))}
            </div>
        </div>
    }
    .into_any()
}

fn results(records: &[Found], case: &str) -> AnyView {
    if records.is_empty() {
        return view! {
            <Empty
                title="Nothing is exactly that"
                text="Ask the customer to spell it. A part of a name or number finds nothing: records are looked up, not browsed."
            />
        }
        .into_any();
    }
    let rows = records.iter().map(|found| {
        let href = with_case(paths::record(found.record, found.id), case);
        view! {
            <tr>
                <th scope="row"><a href=href><Key text=found.label.clone() plain=true/></a></th>
                <td data-label="Kind">{name(found.record)}</td>
                <td data-label="Office">{found.office.clone().unwrap_or_else(|| "In no account".to_owned())}</td>
                <td data-label="Product">{found.product.clone().unwrap_or_else(|| "All".to_owned())}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <DataTable caption="Found">
            <thead>
                <tr>
                    <th scope="col">"Record"</th>
                    <th scope="col">"Kind"</th>
                    <th scope="col">"Office"</th>
                    <th scope="col">"Product"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </DataTable>
    }
    .into_any()
}
