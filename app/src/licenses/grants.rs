//! Who may use a license on own devices without administering it.

use domain::license::details::{LicenseDetails, Pages};
use leptos::prelude::*;

use super::held::own_page;
use crate::form::{Form, tried};
use crate::paths;
use crate::people::api::{GrantLicense, RevokeGrant};
use crate::people::colleague;
use crate::ui::*;

/// The card of the license's administrator: who may use it, and letting somebody else.
pub(super) fn grants(
    license: &LicenseDetails,
    pages: Pages,
    grant: ServerAction<GrantLicense>,
    revoke: ServerAction<RevokeGrant>,
) -> Option<AnyView> {
    if !license.administered_by_reader {
        return None;
    }
    let id = license.id.to_string();
    let rows: Vec<_> = license
        .grants
        .iter()
        .map(|grant| {
            let (id, person, name) = (id.clone(), grant.person.to_string(), grant.name.clone());
            let busy = tried(revoke).busy();
            view! {
                <tr>
                    <th scope="row">{name.clone()}</th>
                    <td data-label="Devices">{format!("{} of {} in use", grant.used, grant.seats)}</td>
                    <td>
                        <Form action=revoke>
                            <input type="hidden" name="id" value=id/>
                            <input type="hidden" name="from" value=person/>
                            <Button variant=Variant::Secondary busy=busy describe=format!("from {name}")>"Take back"</Button>
                        </Form>
                    </td>
                </tr>
            }
        })
        .collect();
    let table = (!rows.is_empty()).then(|| {
        view! {
            <DataTable caption="Colleagues who may use it" hide_caption=true>
                <thead>
                    <tr>
                        <th scope="col">"Colleague"</th>
                        <th scope="col">"Devices"</th>
                        <th scope="col"><span class="visually-hidden">"What to do"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </DataTable>
        }
    });
    let first = pages.grants_after.map(|_| own_page(license.id, pages.held_after, None));
    let next = license.more_grants.map(|id| own_page(license.id, pages.held_after, Some(id)));
    let invite = format!("{}?license={id}#invite", paths::PEOPLE);
    let given = tried(grant);
    let form = (!license.people.is_empty()).then(|| {
        let chosen = given.value("to");
        let to = colleague(license.people.clone(), None, ("grant-to", "Colleague"), chosen, given.field("to"));
        view! {
            <Form action=grant class="fields">
                <input type="hidden" name="id" value=id/>
                {to}
                <Field
                    name="seats"
                    label="On how many of their devices"
                    inputmode="numeric"
                    short=true
                    value="1"
                    error=given.field("seats")
                />
                <div class="form-actions">
                    <Button variant=Variant::Secondary busy=given.busy()>"Let them use it"</Button>
                </div>
            </Form>
        }
    });
    let card = view! {
        <Card heading="Colleagues who may use it">
            <p>"They send it to their own devices from here. They never see its code."</p>
            {table}
            <Onward label="Pages of colleagues" first=first next=next/>
            {form}
            <p><a href=invite>"Invite somebody new"</a></p>
        </Card>
    };
    Some(card.into_any())
}
