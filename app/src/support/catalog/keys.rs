//! The keys of a seller's programs: made, shown once, taken back.

use domain::catalog::{EntryPage as Page, KeyEntry};
use leptos::prelude::*;

use super::entry::Deeds;
use crate::form::{Form, tried};
use crate::support::catalog_api::RevokeSellerKey;
use crate::ui::*;
use crate::wording;

pub(super) fn card(page: &Page, deeds: Deeds) -> AnyView {
    let seller = page.listed.id.to_string();
    let form = page.may_change.then(|| make_form(seller.clone(), deeds));
    let table = table(page, &seller, deeds.revoke);
    view! {
        <Card heading="Keys of its programs">
            <p>"A program of the seller orders codes with a key. A key is shown when it is made and never again."</p>
            {shown(deeds)}
            {table}
            {form}
        </Card>
    }
    .into_any()
}

fn shown(deeds: Deeds) -> impl IntoView {
    let made = tried(deeds.make);
    let key = Signal::derive(move || made.output().map(|shown| shown.key).unwrap_or_default());
    move || {
        (!key.read().is_empty()).then(|| {
            view! {
                <Notice tone=Tone::Ok title="Here is the key" live=true>
                    <p>"Give it to the seller now: it is not shown again."</p>
                    <p><bdi class="mono breakable" dir="ltr">{key.get()}</bdi></p>
                    <CopyButton text=key describe="key"/>
                </Notice>
            }
        })
    }
}

fn make_form(seller: String, deeds: Deeds) -> AnyView {
    let made = tried(deeds.make);
    view! {
        <Form action=deeds.make class="fields">
            <input type="hidden" name="seller" value=seller/>
            <Field
                name="key_name"
                label="What the key is for"
                hint="So that it can be told from others, like Checkout of the web shop."
                value=made.value("key_name")
                autocomplete="off"
                maxlength=60
                required=true
                error=made.field("key_name")
            />
            <div class="form-actions">
                <Button variant=Variant::Secondary busy=made.busy()>"Make key"</Button>
            </div>
        </Form>
    }
    .into_any()
}

fn table(page: &Page, seller: &str, revoke: ServerAction<RevokeSellerKey>) -> AnyView {
    if page.keys.is_empty() {
        return view! { <p class="muted">"It has no key yet, so no program of it can order."</p> }.into_any();
    }
    let rows = page.keys.iter().map(|key| row(key, seller, revoke, page.may_change)).collect_view();
    view! {
        <DataTable caption="Keys, the newest first" hide_caption=true>
            <thead>
                <tr>
                    <th scope="col">"For"</th>
                    <th scope="col">"Made"</th>
                    <th scope="col">"State"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </DataTable>
    }
    .into_any()
}

fn row(key: &KeyEntry, seller: &str, revoke: ServerAction<RevokeSellerKey>, may_change: bool) -> AnyView {
    let name = if key.name.is_empty() { "Made on the command line".to_owned() } else { key.name.clone() };
    let state = match key.revoked_at {
        Some(at) => {
            let word = format!("Taken back on {}", wording::day(at));
            view! { <Badge state=State::Ended label=word/> }.into_any()
        }
        None if may_change => {
            let (seller, id, told) = (seller.to_owned(), key.id.to_string(), format!("for {name}"));
            view! {
                <Form action=revoke>
                    <input type="hidden" name="seller" value=seller/>
                    <input type="hidden" name="key" value=id/>
                    <Button variant=Variant::Danger describe=told>"Take key back"</Button>
                </Form>
            }
            .into_any()
        }
        None => view! { <Badge state=State::Active label="Works"/> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td data-label="Made">{wording::day(key.created_at)}</td>
            <td data-label="State">{state}</td>
        </tr>
    }
    .into_any()
}
