//! Where more places are bought, in the country of the office (R60), or a code for the country of a device (R66).

use domain::country::Country;
use leptos::prelude::*;

use super::api::get_stores;
use crate::load::load;

/// Both ways to a store, by name: for more places, or for a code of this country.
#[component]
pub(crate) fn Stores(#[prop(optional_no_strip)] country: Option<Country>) -> impl IntoView {
    let stores = load(move || country, get_stores);
    view! {
        <Suspense fallback=|| ()>
            {move || Suspend::new(async move {
                let stores = stores.await.unwrap_or_default();
                let words = country.map_or_else(|| in_words(&stores), |country| sold_in(country, &stores));
                view! { <p class="muted">{words}</p> }
            })}
        </Suspense>
    }
    .into_any()
}

/// The names of the vendor's own stores, and of the partners.
fn names(stores: &[(String, bool)]) -> (String, String) {
    let of = |own: bool| {
        let names: Vec<&str> = stores.iter().filter(|store| store.1 == own).map(|store| store.0.as_str()).collect();
        names.join(", ")
    };
    (of(true), of(false))
}

fn in_words(stores: &[(String, bool)]) -> String {
    match names(stores) {
        (own, partners) if own.is_empty() && partners.is_empty() => {
            "Buy more places where the license was bought: Licenses, Details names the store.".to_owned()
        }
        (own, partners) if partners.is_empty() => format!("Buy more places: {own}."),
        (own, partners) if own.is_empty() => format!("Find a partner who sells more places: {partners}."),
        (own, partners) => format!("Buy more places: {own}. Or find a partner: {partners}."),
    }
}

fn sold_in(country: Country, stores: &[(String, bool)]) -> String {
    let seen = country.in_sentence();
    match names(stores) {
        (own, partners) if own.is_empty() && partners.is_empty() => {
            format!("We know of no store in {seen}. Technical support can open the code for it.")
        }
        (own, partners) if partners.is_empty() => format!("Codes for {seen} are sold by {own}."),
        (own, partners) if own.is_empty() => format!("Partners who sell codes for {seen}: {partners}."),
        (own, partners) => format!("Codes for {seen} are sold by {own}. Or find a partner: {partners}."),
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

    #[test]
    fn the_stores_of_a_country_are_named_or_that_there_is_none() {
        let kingdom: Country = "GB".parse().unwrap();
        let own = ("Northwall Store United Kingdom".to_owned(), true);
        assert_eq!(
            sold_in(kingdom, &[own]),
            "Codes for the United Kingdom are sold by Northwall Store United Kingdom."
        );
        assert!(sold_in(kingdom, &[]).starts_with("We know of no store in the United Kingdom."));
    }
}
