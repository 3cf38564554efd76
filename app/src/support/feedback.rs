//! What readers said about help articles, for those who write them (R97). It names nobody.

use domain::feedback::{Article, Heard};
use domain::id::FeedbackId;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::form::{Form, Refused, Title, refused, tried};
use crate::support::feedback_api::{HandleFeedback, get_feedback};
use crate::ui::*;
use crate::waiting::{reading, unread};
use crate::{paths, wording};

#[component]
pub fn Feedback() -> impl IntoView {
    let query = use_query_map();
    let article = Memo::new(move |_| query.read().get("article").and_then(|article| article.parse::<Article>().ok()));
    let before = move || query.read().get("before").and_then(|id| id.parse::<FeedbackId>().ok());
    let handle = ServerAction::<HandleFeedback>::new();
    let Refused { error, items, sentence } = refused(vec![tried(handle).voice()]);
    let read = Resource::new(move || (article.get(), before()), |(article, before)| get_feedback(article, before));
    let done = move || query.read().get("done").is_some_and(|done| done == "handled") && error.get().is_none();
    view! {
        <Title text=move || wording::title(error.get(), "Feedback")/>
        <div class="page">
            <PageHead title="Feedback" lead="What readers say about help articles. It is for the articles alone, so it names nobody."/>
            <ErrorSummary items=items sentence=sentence/>
            {move || done().then(|| view! { <Done title="Marked as handled" text="It stays in the list with the day on which it was handled."/> })}
            {move || filter(article.get())}
            <Transition fallback=reading>
                {move || {
                    let (article, later) = (article.get(), before().is_some());
                    Suspend::new(async move {
                        match read.await {
                            Ok(listing) if listing.rows.is_empty() => none(article.is_some() || later),
                            Ok(listing) => {
                                let here = address(article);
                                let joint = if article.is_some() { '&' } else { '?' };
                                let older = listing.older.map(|id| format!("{here}{joint}before={id}"));
                                let newer = later.then_some(here);
                                let rows = listing.rows.into_iter().map(|heard| row(heard, handle)).collect_view();
                                view! {
                                    {table(rows.into_any())}
                                    <Pager newer=newer older=older label="Pages of feedback"/>
                                }
                                .into_any()
                            }
                            Err(error) => unread(&error),
                        }
                    })
                }}
            </Transition>
        </div>
    }
    .into_any()
}

fn address(article: Option<Article>) -> String {
    article.map_or_else(|| paths::FEEDBACK.to_owned(), |article| format!("{}?article={article}", paths::FEEDBACK))
}

/// An article by the words of its address.
fn title(article: Article) -> String {
    let words = article.as_str().replace('-', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn filter(article: Option<Article>) -> AnyView {
    let options = Article::ALL.iter().map(|article| (article.to_string(), title(*article))).collect::<Vec<_>>();
    let value = article.map(|article| article.to_string()).unwrap_or_default();
    view! {
        <form class="filters" method="get" action=paths::FEEDBACK>
            <Select name="article" label="Article" options=options value=value blank="All articles"/>
            <Button variant=Variant::Secondary>"Show feedback"</Button>
        </form>
    }
    .into_any()
}

fn none(filtered: bool) -> AnyView {
    let all = filtered.then(|| view! { <ButtonLink href=paths::FEEDBACK>"See all feedback"</ButtonLink> });
    view! {
        <Empty title="Nobody said anything here" text="Feedback appears as soon as a reader answers the question under an article.">
            {all}
        </Empty>
    }
    .into_any()
}

fn table(rows: AnyView) -> AnyView {
    view! {
        <DataTable caption="What readers said, the newest first">
            <thead>
                <tr>
                    <th scope="col">"Article"</th>
                    <th scope="col">"Helpful"</th>
                    <th scope="col">"Comment"</th>
                    <th scope="col">"When"</th>
                    <th scope="col">"Handled"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </DataTable>
    }
    .into_any()
}

fn row(heard: Heard, handle: ServerAction<HandleFeedback>) -> AnyView {
    let name = title(heard.article);
    let helpful = if heard.helpful { "Yes" } else { "No" };
    let comment = if heard.comment.is_empty() { "No comment".to_owned() } else { heard.comment };
    let masked =
        heard.masked.then(|| view! { <span class="muted small">"Something like a code was taken out."</span> });
    let id = heard.id.to_string();
    let told = format!("feedback about {name}");
    let handled = match heard.handled_at {
        Some(at) => wording::day(at).into_any(),
        None => view! {
            <Form action=handle>
                <input type="hidden" name="id" value=id/>
                <Button variant=Variant::Quiet describe=told>"Mark handled"</Button>
            </Form>
        }
        .into_any(),
    };
    view! {
        <tr>
            <th scope="row"><a href=address(Some(heard.article))>{name}</a></th>
            <td data-label="Helpful">{helpful}</td>
            <td data-label="Comment"><span class="stack-tight">{comment} {masked}</span></td>
            <td data-label="When"><time datetime=wording::iso(heard.at)>{wording::day(heard.at)}</time></td>
            <td data-label="Handled">{handled}</td>
        </tr>
    }
    .into_any()
}
