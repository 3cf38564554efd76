//! The end of a session: told before it comes, put off by one key, and nothing that was typed is lost by it. The server
//! tells how long the session lasts yet; before anybody is warned it is asked again, for another tab may have used it.
//! Without script the server keeps what was typed (`kept`).

use leptos::{html, prelude::*};
use leptos_router::hooks::use_location;
use leptos_router::location::Url;
use serde::{Deserialize, Serialize};

use super::api::stay_signed_in;
use crate::error::{Answer, AppError};
use crate::paths;

/// How long a session lasts yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    /// Seconds until it ends by itself.
    pub seconds: u32,
    /// Whether using it puts that off; its longest time does not wait.
    pub can_stay: bool,
}

/// Two minutes before the end it is told.
#[cfg(feature = "hydrate")]
const WARNING: u32 = 120;

/// Where a session stands, as far as its page knows.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser waits for the end"))]
enum Stands {
    #[default]
    Well,
    Ending,
    /// The reader was told that it ends whatever they do.
    Told,
    Over,
    Back,
}

/// What a page knows about the end of its session.
#[derive(Clone, Copy, Default)]
struct Watch {
    stands: RwSignal<Stands>,
    left: RwSignal<Left>,
}

impl Watch {
    /// Takes in what the server answered about it.
    fn hear(self, answer: Answer<Left>) {
        #[cfg(feature = "hydrate")]
        browser::hear(self, answer);
        #[cfg(not(feature = "hydrate"))]
        drop(answer);
    }

    fn stay(self) {
        if self.left.get_untracked().can_stay {
            leptos::task::spawn_local(async move { self.hear(stay_signed_in().await) });
        } else {
            self.stands.set(Stands::Told);
        }
    }
}

/// Warns before the session ends, and says when it has.
#[component]
pub(crate) fn SessionEnd(left: Left) -> impl IntoView {
    let watch = Watch { stands: RwSignal::default(), left: RwSignal::new(left) };
    #[cfg(feature = "hydrate")]
    browser::watch(watch);
    view! {
        <Warning watch/>
        <Ended stands=watch.stands/>
    }
    .into_any()
}

#[component]
fn Warning(watch: Watch) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        match watch.stands.get() {
            Stands::Ending if !dialog.open() => drop(dialog.show_modal()),
            Stands::Ending => {}
            Stands::Well | Stands::Told | Stands::Over | Stands::Back => dialog.close(),
        }
    });
    let why = move || {
        if watch.left.get().can_stay {
            "Nothing was done here for a while. Stay signed in to go on; nothing that you typed is lost."
        } else {
            "A session lasts 12 hours at most. Send what you have typed before it ends, then sign in again."
        }
    };
    let seconds = move || format!("It ends in {} seconds.", watch.left.get().seconds);
    let label = move || if watch.left.get().can_stay { "Stay signed in" } else { "Go on until then" };
    view! {
        <dialog
            class="dialog"
            role="alertdialog"
            aria-labelledby="session-end-title"
            aria-describedby="session-end-why"
            node_ref=dialog
            on:close=move |_| {
                // by Escape; when all is well it was closed here
                if watch.stands.get_untracked() == Stands::Ending {
                    watch.stay();
                }
            }
        >
            <h2 class="dialog-title" id="session-end-title">"You will be signed out soon"</h2>
            <div class="dialog-body">
                <p id="session-end-why">{why} " " {seconds}</p>
            </div>
            <div class="dialog-foot">
                <button class="button button-primary" type="button" autofocus=true on:click=move |_| watch.stay()>
                    {label}
                </button>
            </div>
        </dialog>
    }
    .into_any()
}

/// A live region, so it is there from the start.
#[component]
fn Ended(stands: RwSignal<Stands>) -> impl IntoView {
    let place = use_location();
    let again = move || {
        let (path, search) = (place.pathname.get(), place.search.get());
        let search = search.trim_start_matches('?');
        let (sign_in, page) = match (path.starts_with(paths::SUPPORT), search.is_empty()) {
            (true, _) => (paths::SUPPORT_SIGN_IN, path),
            (false, true) => (paths::SIGN_IN, path),
            (false, false) => (paths::SIGN_IN, format!("{path}?{search}")),
        };
        format!("{sign_in}?next={}", Url::escape(&page))
    };
    let line = move || match stands.get() {
        Stands::Over => Some("away"),
        Stands::Back => Some("back"),
        Stands::Well | Stands::Ending | Stands::Told => None,
    };
    let words = move || match stands.get() {
        Stands::Over => view! {
            "You are signed out. What you typed stays on this page. "
            <a href=again() target="_blank" rel="external">"Sign in again in a new tab"</a>
            ", then come back and send it."
        }
        .into_any(),
        Stands::Back => "You are signed in again. Send once more what did not go through.".into_any(),
        Stands::Well | Stands::Ending | Stands::Told => ().into_any(),
    };
    view! {
        <div class="status-line" role="status" data-line=line>
            {words}
        </div>
    }
    .into_any()
}

/// Asks whether the session has ended, when something was refused because nobody is signed in.
pub(crate) fn doubt(error: &AppError) {
    #[cfg(feature = "hydrate")]
    if *error == AppError::Deed(domain::Error::Unauthenticated) {
        browser::doubt();
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = error;
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::cell::Cell;
    use std::time::Duration;

    use domain::Error;
    use leptos::prelude::*;
    use leptos::web_sys::js_sys::Date;

    use super::{Left, Stands, WARNING, Watch};
    use crate::auth::api::get_session_end;
    use crate::error::{Answer, AppError};

    const TICK: Duration = Duration::from_secs(1);

    thread_local! {
        /// What this page knows.
        static WATCH: Cell<Option<Watch>> = const { Cell::new(None) };
        /// When the session ends by what was told last, in milliseconds of this machine's clock.
        static END: Cell<f64> = const { Cell::new(0.0) };
        /// An answer is on its way.
        static ASKING: Cell<bool> = const { Cell::new(false) };
    }

    /// Compares with the clock again and again: a machine that slept counts on when it wakes.
    pub(super) fn watch(watch: Watch) {
        WATCH.set(Some(watch));
        Effect::new(move |_| {
            tell(watch, watch.left.get_untracked());
            let ticking = set_interval_with_handle(move || tick(watch), TICK).ok();
            let seen = window_event_listener_untyped("focus", move |_| {
                if watch.stands.try_get_untracked() == Some(Stands::Over) {
                    ask(watch);
                }
            });
            on_cleanup(move || {
                if let Some(ticking) = ticking {
                    ticking.clear();
                }
                seen.remove();
            });
        });
    }

    pub(super) fn doubt() {
        if let Some(watch) = WATCH.get() {
            ask(watch);
        }
    }

    fn tick(watch: Watch) {
        let seconds = ((END.get() - Date::now()) / 1000.0).ceil().max(0.0) as u32;
        match watch.stands.try_get_untracked() {
            Some(Stands::Well | Stands::Back) if seconds <= WARNING => ask(watch),
            Some(Stands::Ending | Stands::Told) if seconds == 0 => ask(watch),
            Some(Stands::Ending) => watch.left.update(|left| left.seconds = seconds),
            Some(Stands::Well | Stands::Told | Stands::Over | Stands::Back) | None => {}
        }
    }

    fn ask(watch: Watch) {
        if !ASKING.replace(true) {
            leptos::task::spawn_local(async move {
                let answer = get_session_end().await;
                ASKING.set(false);
                hear(watch, answer);
            });
        }
    }

    pub(super) fn hear(watch: Watch, answer: Answer<Left>) {
        match answer {
            Ok(left) => tell(watch, left),
            Err(AppError::Deed(Error::Unauthenticated)) => {
                let _ = watch.stands.try_set(Stands::Over);
            }
            // asked again in a moment
            Err(_) => {}
        }
    }

    fn tell(watch: Watch, left: Left) {
        END.set(Date::now() + f64::from(left.seconds) * 1000.0);
        let _ = watch.left.try_set(left);
        let Some(stands) = watch.stands.try_get_untracked() else { return };
        let next = match stands {
            Stands::Told if left.seconds <= WARNING => Stands::Told,
            _ if left.seconds <= WARNING => Stands::Ending,
            Stands::Over | Stands::Back => Stands::Back,
            Stands::Well | Stands::Ending | Stands::Told => Stands::Well,
        };
        if next != stands {
            let _ = watch.stands.try_set(next);
        }
    }
}
