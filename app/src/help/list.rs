//! The list of articles, whole or those that a search finds.

use domain::feedback::Article;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::articles::{GROUPS, Text, find, text};
use crate::form::Title;
use crate::paths;
use crate::ui::*;

/// Every help article, by what people come for.
#[component]
pub fn Help() -> impl IntoView {
    let query = use_query_map();
    let asked = move || query.read().get("q").map(|asked| asked.trim().to_owned()).unwrap_or_default();
    view! {
        <Title text="Help"/>
        <div class="page">
            <PageHead title="Help" lead="Short answers, each with the place where the thing is done."/>
            {move || {
                let asked = asked();
                view! {
                    {search(&asked)}
                    {if asked.is_empty() { everything() } else { found(&asked) }}
                }
            }}
            <p class="muted">"Not what you were looking for? " <a href=paths::REQUESTS>"Write to support"</a> "."</p>
        </div>
    }
    .into_any()
}

fn search(asked: &str) -> AnyView {
    view! { <Find action=paths::HELP label="Search the articles" verb="Search articles" value=asked/> }.into_any()
}

fn everything() -> AnyView {
    let groups = GROUPS.iter().map(|(heading, articles)| {
        view! { <Card heading=*heading>{links(articles.iter().map(|article| text(*article)))}</Card> }
    });
    view! { <div class="grid-2">{groups.collect_view()}</div> }.into_any()
}

fn found(asked: &str) -> AnyView {
    let articles = find(asked);
    if articles.is_empty() {
        return view! {
            <Empty
                title=format!("No article about \u{201c}{asked}\u{201d}")
                text="Try one word, such as seat, reserve or region, or look through the list."
            >
                <ButtonLink href=paths::HELP>"See all articles"</ButtonLink>
            </Empty>
        }
        .into_any();
    }
    let heading = if articles.len() == 1 { "1 article".to_owned() } else { format!("{} articles", articles.len()) };
    view! {
        <Card heading=heading>{links(articles.into_iter())}</Card>
        <p><a href=paths::HELP>"See all articles"</a></p>
    }
    .into_any()
}

fn links(articles: impl Iterator<Item = &'static Text>) -> AnyView {
    let links = articles.map(|article| link(article.article, article)).collect_view();
    view! { <ul class="ledger" role="list">{links}</ul> }.into_any()
}

fn link(article: Article, text: &'static Text) -> AnyView {
    view! {
        <li>
            <a href=paths::article(article)>
                <span class="ledger-main">
                    <span>{text.title}</span>
                    <span>{text.lead}</span>
                </span>
            </a>
        </li>
    }
    .into_any()
}
