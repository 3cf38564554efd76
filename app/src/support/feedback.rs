//! What readers said about help articles, for those who write them (R97). It names nobody.

use domain::feedback::{Article, Heard, Listing, OUTCOME, Opinions, Shown};
use domain::id::FeedbackId;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::form::{Form, Refused, Title, refused, tried};
use crate::load::load;
use crate::support::feedback_api::{HandleFeedback, get_feedback};
use crate::ui::*;
use crate::waiting::{reading, unread_at_desk};
use crate::{paths, wording};

/// What is asked for, from the address.
#[derive(Clone, Copy, PartialEq)]
struct Asked {
    article: Option<Article>,
    shown: Shown,
}

impl Asked {
    fn address(self) -> String {
        let article = self.article.map(|article| format!("article={article}"));
        let shown = (self.shown != Shown::Waiting).then(|| format!("show={}", self.shown));
        let asked: Vec<String> = [article, shown].into_iter().flatten().collect();
        if asked.is_empty() { paths::FEEDBACK.to_owned() } else { format!("{}?{}", paths::FEEDBACK, asked.join("&")) }
    }
}

#[component]
pub fn Feedback() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let query = query.read();
        Asked {
            article: query.get("article").and_then(|article| article.parse().ok()),
            shown: query.get("show").and_then(|shown| shown.parse().ok()).unwrap_or(Shown::Waiting),
        }
    });
    let before = move || query.read().get("before").and_then(|id| id.parse::<FeedbackId>().ok());
    let handle = ServerAction::<HandleFeedback>::new();
    let Refused { error, items, sentence } = refused(vec![tried(handle).voice()]);
    let read =
        load(move || (asked.get(), before()), |(asked, before)| get_feedback(asked.article, Some(asked.shown), before));
    let done = move || query.read().get("done").is_some_and(|done| done == "handled") && error.get().is_none();
    view! {
        <Title text=move || wording::title(error.get(), "Feedback")/>
        <div class="page">
            <PageHead title="Feedback" lead="What readers say about help articles. It is for the articles alone, so it names nobody."/>
            <ErrorSummary items=items sentence=sentence/>
            {move || done().then(|| view! { <Done title="Marked as handled" text="It stands under Handled, with what was done."/> })}
            {move || view! { <Tabs label="Which feedback" items=tabs(asked.get())/> }}
            <Transition fallback=reading>
                {move || {
                    let (asked, later) = (asked.get(), before().is_some());
                    Suspend::new(async move {
                        match read.await {
                            Ok(listing) => shown(listing, asked, later, handle),
                            Err(error) => unread_at_desk(&error),
                        }
                    })
                }}
            </Transition>
        </div>
    }
    .into_any()
}

fn tabs(now: Asked) -> Vec<Tab> {
    let name = |shown: Shown| match shown {
        Shown::Waiting => "To be handled",
        Shown::Handled => "Handled",
        Shown::All => "All",
    };
    let tab = |shown: &Shown| Tab {
        href: Asked { shown: *shown, ..now }.address(),
        label: name(*shown).to_owned(),
        count: None,
        current: *shown == now.shown,
    };
    Shown::ALL.iter().map(tab).collect()
}

/// An article by the words of its address.
fn title(article: Article) -> String {
    let words = article.as_str().replace('-', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn shown(listing: Listing, asked: Asked, later: bool, handle: ServerAction<HandleFeedback>) -> AnyView {
    let handle = listing.may_handle.then_some(handle);
    let here = asked.address();
    let joint = if here.contains('?') { '&' } else { '?' };
    let older = listing.older.map(|id| format!("{here}{joint}before={id}"));
    let newer = later.then(|| here.clone());
    let articles = articles(&listing.articles, asked);
    let about = asked.article.map(|article| {
        let all = Asked { article: None, ..asked }.address();
        view! {
            <p class="row">
                {format!("About: {}", title(article))}
                <a href=paths::article(article) rel="external">"Read the article"</a>
                <a href=all>"All articles"</a>
            </p>
        }
    });
    let heard = if listing.rows.is_empty() {
        none(asked, later)
    } else {
        let rows = listing.rows.into_iter().map(|heard| entry(heard, handle)).collect_view();
        view! {
            <ul class="heard" role="list" aria-label="What readers said, the newest first">{rows}</ul>
            <Pager newer=newer older=older label="Pages of feedback"/>
        }
        .into_any()
    };
    view! {
        <div class="columns">
            <div>
                {about}
                {heard}
            </div>
            <aside>{articles}</aside>
        </div>
    }
    .into_any()
}

fn articles(articles: &[Opinions], asked: Asked) -> AnyView {
    if articles.is_empty() {
        return ().into_any();
    }
    let row = |opinions: &Opinions| {
        let all = opinions.helped + opinions.did_not;
        let href = Asked { article: Some(opinions.article), ..asked }.address();
        let current = (asked.article == Some(opinions.article)).then_some("true");
        let told = format!("{} of {all} helped", opinions.helped);
        let waiting = (opinions.waiting > 0).then(|| format!("{} to be handled", opinions.waiting));
        let (helped, all) = (u64::from(opinions.helped), u64::from(all));
        view! {
            <li>
                <a href=href aria-current=current>
                    <span class="ledger-main">
                        <span>{title(opinions.article)}</span>
                        <Bar value=helped most=all/>
                        <span class="small">{told} {waiting.map(|waiting| format!(", {waiting}"))}</span>
                    </span>
                </a>
            </li>
        }
    };
    let rows = articles.iter().map(row).collect_view();
    view! {
        <section class="panel">
            <h2>"By article"</h2>
            <p class="muted small">"The one that helped least comes first."</p>
            <ul class="ledger" role="list">{rows}</ul>
        </section>
    }
    .into_any()
}

fn none(asked: Asked, later: bool) -> AnyView {
    let filtered = asked.article.is_some() || asked.shown == Shown::Handled || later;
    let (title, text) = match asked.shown {
        Shown::Waiting => {
            ("Nothing to be handled", "Feedback appears as soon as a reader answers the question under an article.")
        }
        Shown::Handled => ("Nothing was handled yet", "What you mark as handled stands here, with what was done."),
        Shown::All => {
            ("Nobody said anything here", "Feedback appears as soon as a reader answers the question under an article.")
        }
    };
    let all = Asked { article: None, shown: Shown::All }.address();
    let all = filtered.then(|| view! { <ButtonLink href=all>"See all feedback"</ButtonLink> });
    view! {
        <Empty title=title text=text>{all}</Empty>
    }
    .into_any()
}

fn entry(heard: Heard, handle: Option<ServerAction<HandleFeedback>>) -> AnyView {
    let name = title(heard.article);
    let (state, word) = if heard.helpful { (State::Active, "Helped") } else { (State::NeedsYou, "Did not help") };
    let silent = heard.comment.is_empty();
    let comment = if silent { "No comment".to_owned() } else { heard.comment.clone() };
    let masked = heard.masked.then(|| view! { <p class="muted small">"Something like a code was taken out."</p> });
    let about = Asked { article: Some(heard.article), shown: Shown::All }.address();
    let at = heard.at;
    let foot = match (heard.handled_at, handle) {
        (Some(handled_at), _) => {
            let by = heard.handled_by.unwrap_or_else(|| "Somebody".to_owned());
            let outcome = (!heard.outcome.is_empty()).then(|| view! { <p>{heard.outcome}</p> });
            view! {
                {outcome}
                <p class="muted small">{format!("Handled by {by} on {}", wording::day(handled_at))}</p>
            }
            .into_any()
        }
        (None, None) => view! { <p class="muted small">"Not handled yet"</p> }.into_any(),
        (None, Some(handle)) => handling(heard.id, &name, handle),
    };
    view! {
        <li class="card">
            <div class="row promise-head">
                <h2 class="small"><a href=about>{name}</a></h2>
                <Badge state label=word/>
            </div>
            <p class:muted=silent class="breakable">{comment}</p>
            {masked}
            <p class="muted small"><time datetime=wording::iso(at)>{wording::day(at)}</time></p>
            {foot}
        </li>
    }
    .into_any()
}

fn handling(id: FeedbackId, name: &str, handle: ServerAction<HandleFeedback>) -> AnyView {
    let told = format!("feedback about {name}");
    let most = u32::try_from(OUTCOME).unwrap_or(u32::MAX);
    let (id, field) = (id.to_string(), format!("outcome-{id}"));
    view! {
        <Form action=handle class="handling">
            <input type="hidden" name="id" value=id/>
            <Field
                name="outcome"
                id=field
                label="What was done about it"
                autocomplete="off"
                optional=true
                maxlength=most
            />
            <Button variant=Variant::Secondary describe=told>"Mark handled"</Button>
        </Form>
    }
    .into_any()
}
