//! Asking first, without script: the dialog's question stands on top of its page, at an address of its own.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::ui::*;

const ASK: &str = "ask";

/// The address of a page with this question on top.
pub(crate) fn asks(page: &str, question: &str) -> String {
    format!("{page}?{ASK}={question}")
}

/// The question on top of its page, if the address asks it.
#[component]
pub(crate) fn Asked(
    question: &'static str,
    #[prop(into)] title: String,
    #[prop(into)] page: String,
    #[prop(default = "Keep it".to_owned(), into)] cancel: String,
    children: ChildrenFn,
) -> impl IntoView {
    let query = use_query_map();
    let asked_here = StoredValue::new((title, page, cancel, children));
    move || {
        let asked = query.read().get(ASK).as_deref() == Some(question);
        asked.then(|| asked_here.with_value(|(title, page, cancel, children)| card(title, page, cancel, children)))
    }
}

fn card(title: &str, page: &str, cancel: &str, children: &ChildrenFn) -> AnyView {
    let (title, page, cancel, body) = (title.to_owned(), page.to_owned(), cancel.to_owned(), children());
    view! {
        <Answer label="Question">
            <Card heading=title>
                {body}
                <div class="row">
                    <ButtonLink href=page>{cancel}</ButtonLink>
                </div>
            </Card>
        </Answer>
    }
    .into_any()
}
