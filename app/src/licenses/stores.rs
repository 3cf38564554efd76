//! Where more places are bought: the stores and partners of the office's country (R60).

use leptos::prelude::*;

use super::api::get_stores;

/// Both ways to more places, by name.
#[component]
pub(crate) fn Stores() -> impl IntoView {
    let stores = Resource::new(|| (), |()| get_stores());
    view! {
        <Suspense fallback=|| ()>
            {move || Suspend::new(async move {
                let words = in_words(&stores.await.unwrap_or_default());
                view! { <p class="muted">{words}</p> }
            })}
        </Suspense>
    }
    .into_any()
}

fn in_words(stores: &[(String, bool)]) -> String {
    let names = |own: bool| {
        let names: Vec<&str> = stores.iter().filter(|store| store.1 == own).map(|store| store.0.as_str()).collect();
        names.join(", ")
    };
    match (names(true), names(false)) {
        (own, partners) if own.is_empty() && partners.is_empty() => {
            "Buy more places where the license was bought: Licenses, Details names the store.".to_owned()
        }
        (own, partners) if partners.is_empty() => format!("Buy more places: {own}."),
        (own, partners) if own.is_empty() => format!("Find a partner who sells more places: {partners}."),
        (own, partners) => format!("Buy more places: {own}. Or find a partner: {partners}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_to_more_places_are_named() {
        let own = ("Northwall Store India".to_owned(), true);
        let partner = ("Bright Office Supplies".to_owned(), false);
        let both = in_words(&[own.clone(), partner.clone()]);
        assert_eq!(both, "Buy more places: Northwall Store India. Or find a partner: Bright Office Supplies.");
        assert_eq!(in_words(&[own]), "Buy more places: Northwall Store India.");
        assert_eq!(in_words(&[partner]), "Find a partner who sells more places: Bright Office Supplies.");
        assert!(in_words(&[]).contains("where the license was bought"));
    }
}
