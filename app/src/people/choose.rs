//! Choosing a colleague in a form: from a list, or in a large office by the address they sign in with.

use domain::person::people::{COLLEAGUES_LISTED, Colleagues};
use leptos::prelude::*;

use crate::ui::*;

/// The field `to`. What is chosen stands in it as an identity, what is typed as an address; `own` is who asks, if that is a
/// choice: the identity, the words for it, and the address.
pub(crate) fn colleague(
    people: Colleagues,
    own: Option<(String, String, String)>,
    words: (&'static str, &'static str),
    value: String,
    error: Signal<Option<String>>,
) -> AnyView {
    let (id, label) = words;
    if people.many {
        let typed = if value.is_empty() { own.map(|(_, _, address)| address).unwrap_or_default() } else { value };
        let hint = format!(
            "Your office has more than {COLLEAGUES_LISTED} people. Enter the address with which the person signs in."
        );
        return view! {
            <Field
                name="to"
                id=id
                label=format!("{label} (e-mail address)")
                hint=hint
                kind="email"
                autocomplete="off"
                required=true
                value=typed
                error=error
            />
        }
        .into_any();
    }
    let own = own.map(|(id, words, _)| (id, words));
    let options = own.into_iter().chain(people.few.into_iter().map(|(id, name)| (id.to_string(), name))).collect();
    view! { <Select name="to" id=id label=label options=options value=value error=error/> }.into_any()
}
