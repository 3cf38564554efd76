//! The parts of the catalog, each a table; and where what is sold, by country.

use std::collections::BTreeMap;

use domain::catalog::{Entry, Listed, Part};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::words;
use crate::form::Title;
use crate::load::load;
use crate::support::catalog_api::get_catalog;
use crate::ui::*;
use crate::waiting::{reading, unread_at_desk};
use crate::{paths, wording};

/// Where the sellers are looked at by country.
const COUNTRIES: &str = "countries";

#[component]
pub fn CatalogPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| query.read().get("part").unwrap_or_default());
    let by_country = Memo::new(move |_| asked.read().as_str() == COUNTRIES);
    let part =
        Memo::new(move |_| if by_country.get() { Part::Seller } else { asked.read().parse().unwrap_or(Part::Product) });
    let read = load(move || part.get(), get_catalog);
    view! {
        <Title text=move || if by_country.get() { "Countries" } else { words::part(part.get()).0 }/>
        <div class="page">
            {move || head(part.get(), by_country.get())}
            {move || view! { <Tabs label="Parts of the catalog" items=tabs(part.get(), by_country.get())/> }}
            <Transition fallback=reading>
                {move || {
                    let (part, by_country) = (part.get(), by_country.get());
                    Suspend::new(async move {
                        match read.await {
                            Ok(listed) if listed.is_empty() => none(part),
                            Ok(listed) if by_country => countries(&listed),
                            Ok(listed) => table(part, listed),
                            Err(error) => unread_at_desk(&error),
                        }
                    })
                }}
            </Transition>
        </div>
    }
    .into_any()
}

fn head(part: Part, by_country: bool) -> AnyView {
    if by_country {
        return view! {
            <PageHead title="Catalog" lead="Where codes are sold. A code works in the countries of its seller."/>
        }
        .into_any();
    }
    let add = format!("Add {}", words::part(part).1);
    view! {
        <PageHead title="Catalog" lead=words::lead(part)>
            <ButtonLink href=paths::new_entry(part) variant=Variant::Primary>{add}</ButtonLink>
        </PageHead>
    }
    .into_any()
}

fn tabs(now: Part, by_country: bool) -> Vec<Tab> {
    let mut tabs: Vec<Tab> = Part::ALL
        .iter()
        .map(|part| Tab {
            href: paths::catalog(*part),
            label: words::part(*part).0.to_owned(),
            count: None,
            current: !by_country && *part == now,
        })
        .collect();
    tabs.push(Tab {
        href: format!("{}?part={COUNTRIES}", paths::CATALOG),
        label: "Countries".to_owned(),
        count: None,
        current: by_country,
    });
    tabs
}

fn none(part: Part) -> AnyView {
    let (_, thing) = words::part(part);
    let text = format!("Nobody has added a {thing} yet. It can be sold as soon as it stands here.");
    view! {
        <Empty title="Nothing here yet" text=text>
            <ButtonLink href=paths::new_entry(part)>{format!("Add {thing}")}</ButtonLink>
        </Empty>
    }
    .into_any()
}

/// The columns of a part beside the name and the state; each is a fact of its entries.
fn columns(part: Part) -> &'static [&'static str] {
    match part {
        Part::Product => &["Number", "Version", "Computers", "Components"],
        Part::Version => &["Product", "Updates go on", "Databases installed by hand stop it", "Restricted"],
        Part::Bundle => &["Number", "Product", "Seats", "Term"],
        Part::Seller => &["Number", "Kind", "Countries", "Contact"],
        Part::Price => &["Computers", "File servers", "Phones and tablets", "Off for a renewal"],
        Part::Agreement => &["Product", "Version"],
    }
}

fn cell(listed: &Listed, facts: &[(&'static str, String)], column: &str) -> AnyView {
    match column {
        "Number" => {
            let number = words::named(&listed.entry).1.unwrap_or_default().to_owned();
            view! { <Key text=number plain=true/> }.into_any()
        }
        "Product" => listed.product.clone().unwrap_or_default().into_any(),
        _ => {
            let text = facts.iter().find(|(term, _)| *term == column).map(|(_, text)| text.clone());
            text.unwrap_or_else(|| "Not sold".to_owned()).into_any()
        }
    }
}

fn table(part: Part, listed: Vec<Listed>) -> AnyView {
    let columns = columns(part);
    let heads = columns.iter().map(|column| view! { <th scope="col">{*column}</th> }).collect_view();
    let rows = listed.into_iter().map(|listed| row(&listed, columns)).collect_view();
    view! {
        <DataTable caption=words::part(part).0 hide_caption=true>
            <thead>
                <tr>
                    <th scope="col">"Name"</th>
                    {heads}
                    <th scope="col">"State"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </DataTable>
    }
    .into_any()
}

fn row(listed: &Listed, columns: &[&'static str]) -> AnyView {
    let facts = words::facts(&listed.entry);
    let cells = columns.iter().map(|column| view! { <td data-label=*column>{cell(listed, &facts, column)}</td> });
    let cells = cells.collect_view();
    let (state, word) = match listed.retired_at {
        Some(_) => (State::Ended, "Retired"),
        None => (State::Active, "In use"),
    };
    view! {
        <tr>
            <th scope="row"><a href=paths::entry(listed.id)>{listed.title.clone()}</a></th>
            {cells}
            <td data-label="State"><Badge state label=word/></td>
        </tr>
    }
    .into_any()
}

fn countries(sellers: &[Listed]) -> AnyView {
    let mut by_name: BTreeMap<&'static str, Vec<&Listed>> = BTreeMap::new();
    for listed in sellers.iter().filter(|listed| listed.retired_at.is_none()) {
        if let Entry::Seller(seller) = &listed.entry {
            for country in &seller.countries {
                by_name.entry(wording::country(*country)).or_default().push(listed);
            }
        }
    }
    let rows = by_name.into_iter().map(|(country, sellers)| {
        let own = |listed: &&Listed| matches!(&listed.entry, Entry::Seller(s) if s.kind == domain::catalog::SellerKind::VendorStore);
        let links = |chosen: Vec<&Listed>| {
            if chosen.is_empty() {
                return view! { <span class="muted">"None"</span> }.into_any();
            }
            let links = chosen.into_iter().map(|listed| view! { <a href=paths::entry(listed.id)>{listed.title.clone()}</a> });
            view! { <span class="row">{links.collect_view()}</span> }.into_any()
        };
        let (stores, others): (Vec<&Listed>, Vec<&Listed>) = sellers.into_iter().partition(own);
        view! {
            <tr>
                <th scope="row">{country}</th>
                <td data-label="Stores of our own">{links(stores)}</td>
                <td data-label="Partners and providers">{links(others)}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <DataTable caption="Who sells in which country" hide_caption=true>
            <thead>
                <tr>
                    <th scope="col">"Country"</th>
                    <th scope="col">"Stores of our own"</th>
                    <th scope="col">"Partners and providers"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </DataTable>
    }
    .into_any()
}
