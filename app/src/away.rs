//! A line that says when the server is away, and when it is back. Without script the browser says so itself.

use leptos::prelude::*;

/// What the line says.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "a server is never away from itself"))]
enum Line {
    #[default]
    Well,
    Away,
    Back,
}

/// The line; a live region, so it is there from the start. What was missed is told by `missed`.
#[component]
pub(crate) fn StatusLine() -> impl IntoView {
    let line = RwSignal::new(Line::Well);
    #[cfg(feature = "hydrate")]
    browser::watch(line);
    let words = move || match line.get() {
        Line::Well => "",
        Line::Away => "Latchkey can't be reached. What you typed stays here; we keep trying.",
        Line::Back => "Latchkey answers again. Send once more what did not go through.",
    };
    let name = move || match line.get() {
        Line::Well => None,
        Line::Away => Some("away"),
        Line::Back => Some("back"),
    };
    view! {
        <div class="status-line" role="status" data-line=name>
            {words}
        </div>
    }
}

/// Told when an answer did not come.
#[cfg(feature = "hydrate")]
pub(crate) fn missed() {
    browser::missed();
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::cell::Cell;
    use std::time::Duration;

    use leptos::prelude::*;

    use super::Line;
    use crate::devices::api::get_address;
    use crate::error::AppError;

    const AGAIN: Duration = Duration::from_secs(3);

    thread_local! {
        /// The line of this page.
        static LINE: Cell<Option<RwSignal<Line>>> = const { Cell::new(None) };
    }

    /// The browser tells when it loses its connection and when it has it again.
    pub(super) fn watch(line: RwSignal<Line>) {
        LINE.set(Some(line));
        Effect::new(move |_| {
            let lost = window_event_listener_untyped("offline", |_| missed());
            let found = window_event_listener_untyped("online", move |_| {
                if line.get_untracked() == Line::Away {
                    try_again(line);
                }
            });
            on_cleanup(move || {
                lost.remove();
                found.remove();
            });
        });
    }

    pub(super) fn missed() {
        let Some(line) = LINE.get() else { return };
        if line.get_untracked() != Line::Away {
            line.set(Line::Away);
            set_timeout(move || try_again(line), AGAIN);
        }
    }

    /// Asks something small until there is an answer of any kind.
    fn try_again(line: RwSignal<Line>) {
        leptos::task::spawn_local(async move {
            match get_address().await {
                Err(AppError::Away) => set_timeout(move || try_again(line), AGAIN),
                Ok(_) | Err(AppError::Deed(_) | AppError::Unsent) => line.set(Line::Back),
            }
        });
    }
}
