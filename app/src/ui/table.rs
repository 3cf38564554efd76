//! Tables, the links that filter and page them, and the verdict marks of a comparison.

use super::icon::{Glyph, Icon};
use leptos::prelude::*;

/// The table scrolls inside a labelled region; on a phone its rows become cards, whose cells take their names from `data-label`.
#[component]
pub fn DataTable(
    #[prop(into)] caption: String,
    #[prop(optional)] hide_caption: bool,
    #[prop(default = true)] stack: bool,
    children: Children,
) -> impl IntoView {
    let label = caption.clone();
    view! {
        <div class="table-scroll" role="region" aria-label=label tabindex="0">
            <table class="table" data-stack=stack.then_some("")>
                <caption class:visually-hidden=hide_caption>{caption}</caption>
                {children()}
            </table>
        </div>
    }
    .into_any()
}

/// Keyset pages: there is a newer one, an older one, or neither.
#[component]
pub fn Pager(
    #[prop(optional_no_strip)] newer: Option<String>,
    #[prop(optional_no_strip)] older: Option<String>,
    #[prop(default = "Pages".to_owned(), into)] label: String,
) -> impl IntoView {
    let any = newer.is_some() || older.is_some();
    any.then(|| {
        view! {
            <nav class="pager" aria-label=label>
                {newer.map(|href| view! { <a class="button button-secondary" rel="prev" href=href>"Newer"</a> })}
                {older.map(|href| view! { <a class="button button-secondary pager-older" rel="next" href=href>"Older"</a> })}
            </nav>
        }
    })
    .into_any()
}

/// Keyset pages of a list in an order of its own: back to its beginning, and on.
#[component]
pub fn Onward(
    #[prop(into)] label: String,
    #[prop(optional_no_strip)] first: Option<String>,
    #[prop(optional_no_strip)] next: Option<String>,
) -> impl IntoView {
    let any = first.is_some() || next.is_some();
    any.then(|| {
        view! {
            <nav class="pager" aria-label=label>
                {first.map(|href| view! { <a class="button button-secondary" href=href>"First page"</a> })}
                {next.map(|href| view! { <a class="button button-secondary pager-older" rel="next" href=href>"Next page"</a> })}
            </nav>
        }
    })
    .into_any()
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tab {
    pub href: String,
    pub label: String,
    pub count: Option<u64>,
    pub current: bool,
}

/// Filters as links, so that a filtered page has an address.
#[component]
pub fn Tabs(#[prop(into)] label: String, items: Vec<Tab>) -> impl IntoView {
    let items = items
        .into_iter()
        .map(|tab| {
            view! {
                <li>
                    <a class="tab" href=tab.href aria-current=tab.current.then_some("true")>
                        {tab.label}
                        {tab.count.map(|count| view! { <span class="count">{count.to_string()}</span> })}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <nav class="tabs" aria-label=label>
            <ul>{items}</ul>
        </nav>
    }
    .into_any()
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    Match,
    Differs,
    Missing,
}

impl Verdict {
    /// As attribute value of a row: `data-verdict`.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Match => "match",
            Verdict::Differs => "differs",
            Verdict::Missing => "missing",
        }
    }

    fn glyph(self) -> Glyph {
        match self {
            Verdict::Match => Glyph::Check,
            Verdict::Differs => Glyph::Cross,
            Verdict::Missing => Glyph::Dash,
        }
    }
}

#[component]
pub fn VerdictMark(verdict: Verdict, #[prop(into)] label: String) -> impl IntoView {
    view! {
        <span class="verdict" data-verdict=verdict.name()>
            <Icon glyph=verdict.glyph()/>
            {label}
        </span>
    }
    .into_any()
}
