//! How far long work is. While it goes on the page looks again, with script and without; looking is no use of the session.

use std::time::Duration;

use domain::job::{JobKind, Progress};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::settings::api::get_progress;
use crate::ui::LiveRegion;

/// How often the page looks again.
const AGAIN: Duration = Duration::from_secs(2);
/// The same without script.
const AGAIN_PLAIN: &str = r#"<noscript><meta http-equiv="refresh" content="3"></noscript>"#;

/// A job that goes on; `over` runs when it is not worked on any more.
#[component]
pub(crate) fn Working(job: Progress, over: Callback<()>) -> impl IntoView {
    let now = RwSignal::new(job);
    Effect::new(move |_| {
        let goes_on = now.with(Progress::goes_on);
        if !goes_on {
            return over.run(());
        }
        let handle = set_timeout_with_handle(move || look(now), AGAIN).ok();
        on_cleanup(move || {
            if let Some(handle) = handle {
                handle.clear();
            }
        });
    });
    let (done, wanted) = (move || now.with(|job| job.done.to_string()), move || now.with(|job| job.wanted.to_string()));
    let text = Signal::derive(move || now.with(sentence));
    view! {
        <div class="far">
            <progress class="progress" max=wanted value=done aria-label="How far it is"></progress>
            <LiveRegion text visible=true/>
        </div>
        <p class="muted">"You can leave this page: it goes on without you."</p>
        <div hidden=true inner_html=AGAIN_PLAIN></div>
    }
    .into_any()
}

fn look(now: RwSignal<Progress>) {
    let Some(id) = now.try_with_untracked(|job| job.id) else { return };
    spawn_local(async move {
        let answer = get_progress(id).await;
        // away for a moment, or signed out: the same is looked at again
        let _ = now.try_update(|job| {
            if let Ok(further) = answer {
                *job = further;
            }
        });
    });
}

fn sentence(job: &Progress) -> String {
    match job.kind {
        JobKind::Export => format!("{} of {} parts are done: {} rows so far.", job.done, job.wanted, job.came),
        JobKind::Release => format!("{} of {} devices are done: {} seats are free.", job.done, job.wanted, job.came),
        JobKind::Undo => {
            format!("{} of {} devices are done: {} have their seat again.", job.done, job.wanted, job.came)
        }
    }
}
