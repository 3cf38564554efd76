//! Who else in support has a request open: known when the page is made, and renewed by the page while it is looked at.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::desk_api::stay_here;
use crate::error::Answer;
use crate::ui::LiveRegion;
use crate::wording;

/// Well within the two minutes after which somebody is forgotten.
const AGAIN: Duration = Duration::from_secs(45);

/// Names who else looks, and says that the reader does.
#[component]
pub(super) fn Present(number: String, looking: Vec<String>) -> impl IntoView {
    let (others, set_others) = signal(looking);
    renewed(move || stay_here(number.clone()), move |names| drop(set_others.try_set(names)));
    let text = Signal::derive(move || others.with(|others| sentence(others)));
    view! {
        <div class="present" data-empty=move || others.with(Vec::is_empty).then_some("")>
            <LiveRegion text visible=true/>
        </div>
    }
    .into_any()
}

/// Asks again and again while the page is looked at, and tells each answer; the first error ends it.
pub(super) fn renewed<T, F>(ask: impl Fn() -> F + Clone + 'static, tell: impl Fn(T) + Copy + 'static)
where
    T: 'static,
    F: Future<Output = Answer<T>> + 'static,
{
    Effect::new(move |_| {
        let ask = ask.clone();
        let ticking = StoredValue::new(None::<IntervalHandle>);
        let stop = move || {
            if let Some(ticking) = ticking.try_get_value().flatten() {
                ticking.clear();
            }
        };
        let again = move || {
            if document().hidden() {
                return;
            }
            let asked = ask();
            spawn_local(async move {
                match asked.await {
                    Ok(answer) => tell(answer),
                    // signed out, or away: the next page tells
                    Err(_) => stop(),
                }
            });
        };
        ticking.set_value(set_interval_with_handle(again, AGAIN).ok());
        on_cleanup(stop);
    });
}

fn sentence(others: &[String]) -> String {
    match others {
        [] => String::new(),
        [one] => format!("{one} has this open as well."),
        many => format!("{} have this open as well.", wording::listed(many, "and")),
    }
}
