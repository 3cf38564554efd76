//! Looking for licenses: what stands in the address, and the form that puts it there.

use domain::license::details::{Search, Show};
use leptos::prelude::*;
use leptos_router::params::ParamsMap;

use crate::paths;
use crate::ui::*;

/// What the address looks for; what can't be read there looks for everything.
pub(super) fn searched(query: &ParamsMap) -> Search {
    Search {
        q: query.get("q").unwrap_or_default().trim().to_owned(),
        show: query.get("show").and_then(|word| word.parse().ok()).unwrap_or(Show::All),
        after: query.get("after").and_then(|id| id.parse().ok()),
    }
}

/// The address of a search.
pub(super) fn address(search: &Search) -> String {
    let mut query = ParamsMap::new();
    if !search.q.is_empty() {
        query.insert("q", search.q.clone());
    }
    if search.show != Show::All {
        query.insert("show", search.show.to_string());
    }
    if let Some(after) = search.after {
        query.insert("after", after.to_string());
    }
    format!("{}{}", paths::LICENSES, query.to_query_string())
}

/// The search field and the filters.
pub(super) fn find(search: &Search) -> AnyView {
    let tabs = Show::ALL
        .iter()
        .map(|filter| Tab {
            href: address(&Search { show: *filter, after: None, ..search.clone() }),
            label: name(*filter).to_owned(),
            count: None,
            current: search.show == *filter,
        })
        .collect();
    let kept = if search.show == Show::All { Vec::new() } else { vec![("show", search.show.to_string())] };
    view! {
        <Find
            action=paths::LICENSES
            label="Find a product, an administrator, or the last block of a code"
            value=search.q.clone()
            kept=kept
        />
        <Tabs label="Which licenses" items=tabs/>
    }
    .into_any()
}

const fn name(show: Show) -> &'static str {
    match show {
        Show::All => "All",
        Show::Running => "Running",
        Show::Ending => "Ending soon",
        Show::Trial => "Trials",
        Show::Ended => "Ended",
    }
}

/// Nothing fits what was looked for.
pub(super) fn found_none(search: &Search) -> AnyView {
    let (title, text) = match (search.q.is_empty(), search.show) {
        (false, _) => {
            ("No license fits", "Look for a part of the product's name, or for the last five symbols of its code.")
        }
        (true, Show::Running) => ("No license runs", "Renew one, or add an activation code."),
        (true, Show::Ending) => {
            ("None ends within 30 days", "Or a reserve code waits behind it, so that nothing has to be done.")
        }
        (true, Show::Trial) => ("No trials", "A trial is started in the application, once for each device."),
        (true, Show::Ended) => ("No license has ended", "Those that end later are found here, with their history."),
        (true, Show::All) => ("Nothing further", "This page of the list is empty."),
    };
    view! {
        <Empty title=title text=text>
            <ButtonLink href=paths::LICENSES>"Show all licenses"</ButtonLink>
        </Empty>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_reads_the_address_it_writes() {
        let search = Search { q: "office & co".to_owned(), show: Show::Ending, after: None };
        assert_eq!(address(&search), "/licenses?q=office%20%26%20co&show=ending");
        let mut query = ParamsMap::new();
        for (name, value) in [("q", "office & co"), ("show", "ending"), ("after", "no")] {
            query.insert(name, value.to_owned());
        }
        assert_eq!(searched(&query), search);
        assert_eq!(address(&Search::default()), "/licenses");
    }
}
