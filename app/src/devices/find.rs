//! Looking for devices: what stands in the address, and the form that puts it there.

use domain::device::listing::{Search, Show, Sort};
use leptos::prelude::*;
use leptos_router::params::ParamsMap;

use super::list::show;
use crate::paths;
use crate::ui::*;

/// What the address looks for; what can't be read there looks for everything.
pub(super) fn searched(query: &ParamsMap) -> Search {
    Search {
        q: query.get("q").unwrap_or_default().trim().to_owned(),
        show: query.get("show").and_then(|word| word.parse().ok()).unwrap_or(Show::All),
        sort: query.get("sort").and_then(|word| word.parse().ok()).unwrap_or(Sort::Name),
        after: query.get("after").and_then(|id| id.parse().ok()),
    }
}

/// The address of a search.
pub(super) fn with(search: &Search) -> String {
    let mut query = ParamsMap::new();
    if !search.q.is_empty() {
        query.insert("q", search.q.clone());
    }
    if search.show != Show::All {
        query.insert("show", search.show.to_string());
    }
    if search.sort != Sort::Name {
        query.insert("sort", search.sort.to_string());
    }
    if let Some(after) = search.after {
        query.insert("after", after.to_string());
    }
    format!("{}{}", paths::DEVICES, query.to_query_string())
}

/// The search field and the filters.
pub(super) fn find(search: &Search) -> AnyView {
    let tabs = Show::ALL
        .iter()
        .map(|filter| Tab {
            href: with(&Search { show: *filter, after: None, ..search.clone() }),
            label: show(*filter).to_owned(),
            count: None,
            current: search.show == *filter,
        })
        .collect();
    let kept =
        (search.show != Show::All).then(|| view! { <input type="hidden" name="show" value=search.show.as_str()/> });
    let sort =
        (search.sort != Sort::Name).then(|| view! { <input type="hidden" name="sort" value=search.sort.as_str()/> });
    let q = search.q.clone();
    view! {
        <form method="get" action=paths::DEVICES role="search" class="find">
            <Field name="q" id="search" label="Find a device or a person" kind="search" value=q/>
            {kept}
            {sort}
            <Button variant=Variant::Secondary>"Find"</Button>
        </form>
        <Tabs label="Which devices" items=tabs/>
    }
    .into_any()
}

/// Nothing fits what was looked for.
pub(super) fn found_none(search: &Search) -> AnyView {
    let (title, text) = match (search.q.is_empty(), search.show) {
        (true, Show::Silent) => ("Every device has called lately", "None was silent for 30 days."),
        (true, Show::Risk) => {
            ("No device is at risk", "Each has a license that runs for more than 14 days, or a reserve code behind it.")
        }
        (true, Show::Unlicensed) => ("Every device has a license", "None is without a place."),
        (true, Show::All) => ("Nothing further", "This page of the list is empty."),
        (false, _) => ("No device fits", "Look for another part of its name, or among all devices."),
    };
    view! {
        <Empty title=title text=text>
            <ButtonLink href=paths::DEVICES>"Show all devices"</ButtonLink>
        </Empty>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_reads_the_address_it_writes() {
        let search = Search { q: "front & back".to_owned(), show: Show::Risk, sort: Sort::Silence, after: None };
        let address = with(&search);
        assert_eq!(address, "/devices?q=front%20%26%20back&show=risk&sort=silence");
        let mut query = ParamsMap::new();
        for (name, value) in [("q", "front & back"), ("show", "risk"), ("sort", "silence"), ("after", "no")] {
            query.insert(name, value.to_owned());
        }
        assert_eq!(searched(&query), search);
        assert_eq!(with(&Search::default()), "/devices");
    }
}
