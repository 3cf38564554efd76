//! The form under an article: did it help, and why. It is for the article alone and says so (R96).

use domain::feedback::Article;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::api::SendFeedback;
use crate::form::{Form, Tried, tried};
use crate::paths;
use crate::ui::*;

/// Asks whether the article helped; afterwards it gives thanks.
#[component]
pub(super) fn Feedback(article: Article) -> impl IntoView {
    let send = ServerAction::<SendFeedback>::new();
    let tried = tried(send);
    let query = use_query_map();
    let done = move || query.read().get("done").filter(|_| tried.error().is_none());
    view! {
        <ErrorSummary items=tried.items() sentence=tried.sentence()/>
        {move || match done().as_deref() {
            Some("thanks") => thanks(false),
            Some("masked") => thanks(true),
            _ => form(article, send, tried),
        }}
    }
    .into_any()
}

fn thanks(masked: bool) -> AnyView {
    let hint = masked.then(|| {
        view! {
            <Notice tone=Tone::Warn title="This form does not reach support">
                <p>
                    "Your comment held something like an activation code or a license key. We took it out before we kept the
                    comment. If you need help with a code, " <a href=paths::REQUESTS>"write to support"</a> "."
                </p>
            </Notice>
        }
    });
    view! {
        <Notice tone=Tone::Ok title="Thank you" live=true>
            <p>"Those who write this article will read what you said and make it better."</p>
        </Notice>
        {hint}
    }
    .into_any()
}

fn form(article: Article, send: ServerAction<SendFeedback>, tried: Tried<SendFeedback>) -> AnyView {
    let answers = vec![Choice::new("yes", "Yes, it helped"), Choice::new("no", "No, something is missing or wrong")];
    view! {
        <Card heading="Did this page help you?">
            <Form action=send class="fields">
                <input type="hidden" name="article" value=article.as_str()/>
                <Radios
                    name="helpful"
                    legend="Your answer"
                    options=answers
                    value=tried.value("helpful")
                    error=tried.field("helpful")
                />
                <TextArea
                    name="comment"
                    label="What should be better?"
                    hint="Only those who write this article read it. Do not write an activation code here."
                    rows=3
                    optional=true
                    maxlength=2000
                    value=tried.value("comment")
                    error=tried.field("comment")
                />
                <div class="form-actions"><Button variant=Variant::Secondary busy=tried.busy()>"Send feedback"</Button></div>
                <p class="muted">
                    "This form does not reach support. Need an answer? " <a href=paths::REQUESTS>"Write to support"</a> "."
                </p>
            </Form>
        </Card>
    }
    .into_any()
}
