//! One article: what to do, step by step, the pages where it is done, and the form below it.

use domain::feedback;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::articles::{Part, Text, text};
use super::feedback::Feedback;
use crate::form::Title;
use crate::paths;
use crate::ui::*;

/// The page of one article.
#[component]
pub fn Article() -> impl IntoView {
    let params = use_params_map();
    // the same article is not rendered again because its query changed
    let article = Memo::new(move |_| params.read().get("slug").and_then(|slug| slug.parse::<feedback::Article>().ok()));
    move || match article.get() {
        Some(article) => page(text(article)),
        None => nothing(),
    }
}

fn nothing() -> AnyView {
    #[cfg(feature = "ssr")]
    if let Some(options) = use_context::<leptos_axum::ResponseOptions>() {
        options.set_status(axum::http::StatusCode::NOT_FOUND);
    }
    view! {
        <Title text="No such article"/>
        <div class="page">
            <PageHead title="Help" back_href=paths::HELP back_label="Help"/>
            <Empty title="No such article" text="The address may be mistyped, or the article has another name now.">
                <ButtonLink href=paths::HELP>"See all articles"</ButtonLink>
            </Empty>
        </div>
    }
    .into_any()
}

fn page(text: &'static Text) -> AnyView {
    let parts = text.parts.iter().map(part).collect_view();
    let places = text.places.iter().map(|(label, href)| view! { <ButtonLink href=*href>{*label}</ButtonLink> });
    let related = text.related.iter().map(|other| {
        view! { <li><a href=paths::article(*other)>{super::articles::text(*other).title}</a></li> }
    });
    view! {
        <Title text=text.title/>
        <div class="page page-read">
            <PageHead title=text.title lead=text.lead back_href=paths::HELP back_label="Help"/>
            <article class="prose">{parts}</article>
            <div class="row">{places.collect_view()}</div>
            <section class="stack-tight">
                <h2>"Read on"</h2>
                <ul class="stack" role="list">{related.collect_view()}</ul>
            </section>
            <Feedback article=text.article/>
        </div>
    }
    .into_any()
}

fn part(part: &'static Part) -> AnyView {
    match *part {
        Part::Say(sentence) => view! { <p>{sentence}</p> }.into_any(),
        Part::Head(heading) => view! { <h2>{heading}</h2> }.into_any(),
        Part::Steps(steps) => {
            view! { <ol>{steps.iter().map(|step| view! { <li>{*step}</li> }).collect_view()}</ol> }.into_any()
        }
        Part::Points(points) => {
            view! { <ul>{points.iter().map(|point| view! { <li>{*point}</li> }).collect_view()}</ul> }.into_any()
        }
        Part::Type(command) => view! { <p><code class="mono" dir="ltr">{command}</code></p> }.into_any(),
    }
}
