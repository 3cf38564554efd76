//! Looking for devices: what stands in the address, and the form that puts it there.

use domain::device::listing::{Search, Show, Sort};
use leptos::prelude::*;
use leptos_router::params::ParamsMap;

use super::list::show;
use crate::paths;
use crate::ui::*;

/// What stands in the address of the list: what is looked for, and whether it is shown as tiles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Looking {
    pub search: Search,
    pub tiles: bool,
}

impl Looking {
    /// What the address looks for; what can't be read there looks for everything.
    pub(super) fn of(query: &ParamsMap) -> Self {
        let search = Search {
            q: query.get("q").unwrap_or_default().trim().to_owned(),
            show: query.get("show").and_then(|word| word.parse().ok()).unwrap_or(Show::All),
            sort: query.get("sort").and_then(|word| word.parse().ok()).unwrap_or(Sort::Name),
            after: query.get("after").and_then(|id| id.parse().ok()),
        };
        Self { search, tiles: query.get("view").as_deref() == Some("tiles") }
    }

    /// The same list with another search.
    pub(super) fn with(&self, search: Search) -> Self {
        Self { search, ..*self }
    }

    /// The address of this list.
    pub(super) fn address(&self) -> String {
        let mut query = ParamsMap::new();
        let Search { q, after, .. } = &self.search;
        if !q.is_empty() {
            query.insert("q", q.clone());
        }
        for (name, word) in self.choices() {
            query.insert(name, word);
        }
        if let Some(after) = after {
            query.insert("after", after.to_string());
        }
        format!("{}{}", paths::DEVICES, query.to_query_string())
    }

    /// What is chosen besides the words looked for.
    fn choices(&self) -> Vec<(&'static str, String)> {
        let Search { show, sort, .. } = &self.search;
        let mut choices = Vec::new();
        if *show != Show::All {
            choices.push(("show", show.to_string()));
        }
        if *sort != Sort::Name {
            choices.push(("sort", sort.to_string()));
        }
        if self.tiles {
            choices.push(("view", "tiles".to_owned()));
        }
        choices
    }
}

/// The search field, the filters, and the choice of list or tiles.
pub(super) fn find(looking: &Looking) -> AnyView {
    let first = Search { after: None, ..looking.search.clone() };
    let tabs = Show::ALL
        .iter()
        .map(|filter| Tab {
            href: looking.with(Search { show: *filter, ..first.clone() }).address(),
            label: show(*filter).to_owned(),
            count: None,
            current: looking.search.show == *filter,
        })
        .collect();
    let shapes = [("List", false), ("Tiles", true)]
        .into_iter()
        .map(|(label, tiles)| Tab {
            href: Looking { search: first.clone(), tiles }.address(),
            label: label.to_owned(),
            count: None,
            current: looking.tiles == tiles,
        })
        .collect();
    view! {
        <Find action=paths::DEVICES label="Find a device or a person" value=first.q.clone() kept=looking.choices()/>
        <div class="row row-apart">
            <Tabs label="Which devices" items=tabs/>
            <Tabs label="Shown as" items=shapes/>
        </div>
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
        let looking = Looking { search, tiles: true };
        let address = looking.address();
        assert_eq!(address, "/devices?q=front%20%26%20back&show=risk&sort=silence&view=tiles");
        let mut query = ParamsMap::new();
        for (name, value) in
            [("q", "front & back"), ("show", "risk"), ("sort", "silence"), ("view", "tiles"), ("after", "no")]
        {
            query.insert(name, value.to_owned());
        }
        assert_eq!(Looking::of(&query), looking);
        assert_eq!(Looking::default().address(), "/devices");
    }
}
