//! A request's page that stays open looks again by itself, and says when something has changed. Without script it stands still.

use std::time::Duration;

use domain::request::{Asked, RequestRow};
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::get_standing;
use crate::ui::{LiveRegion, anything_typed};
use crate::wording;

/// How often it looks.
const AGAIN: Duration = Duration::from_secs(30);

/// Looks every half minute while the page is looked at, and whenever somebody comes back to it. `changed` shows the page as it
/// is now; while somebody writes there it is only told, so that nothing typed is lost.
#[component]
pub(super) fn Live(#[prop(into)] number: Signal<String>, #[prop(into)] changed: Callback<()>) -> impl IntoView {
    let (told, tell) = signal(String::new());
    Effect::new(move |_| {
        let number = number.get();
        let seen = StoredValue::new(None::<RequestRow>);
        let look = move || {
            if document().hidden() {
                return;
            }
            let number = number.clone();
            spawn_local(async move {
                // signed out, or away: the next page tells
                let Ok(now) = get_standing(number).await else { return };
                let before = seen.try_get_value().flatten();
                seen.try_set_value(Some(now.clone()));
                if before.is_none_or(|before| before == now) {
                    return;
                }
                let writing = anything_typed();
                tell.try_set(sentence(&now, writing));
                if !writing {
                    changed.try_run(());
                }
            });
        };
        look();
        let ticking = set_interval_with_handle(look.clone(), AGAIN).ok();
        let returning = window_event_listener(ev::focus, move |_| look());
        on_cleanup(move || {
            if let Some(ticking) = ticking {
                ticking.clear();
            }
            returning.remove();
        });
    });
    view! { <LiveRegion text=told visible=true/> }
}

fn sentence(now: &RequestRow, writing: bool) -> String {
    let (_, state) = match &now.asked {
        Asked::Case { state, .. } => wording::case_state(*state),
        Asked::Recovery { state, .. } => wording::recovery_state(*state),
    };
    let refund = now.refund.map(|refund| format!(", {}", wording::refund_state(refund.state).1)).unwrap_or_default();
    let next =
        if writing { "Send or copy what you wrote, then load the page again to see it." } else { "The page shows it." };
    format!("Something changed. Now: {state}{refund}. {next}")
}

#[cfg(test)]
mod tests {
    use domain::case::{CaseState, Topic};
    use domain::refund::RefundState;
    use domain::request::Refunding;
    use time::OffsetDateTime;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_change_is_told_with_the_state_and_what_was_typed_is_safe() {
        let at = OffsetDateTime::UNIX_EPOCH;
        let asked = Asked::Case { topic: Topic::Refund, subject: "Money back".to_owned(), state: CaseState::Solved };
        let refund = Some(Refunding { state: RefundState::Approved, since: at });
        let row = RequestRow {
            id: Uuid::nil(),
            number: "S26-0000-0000".to_owned(),
            asked,
            answered_at: at,
            answered_by_support: true,
            refund,
        };
        assert_eq!(sentence(&row, false), "Something changed. Now: Solved, Refund approved. The page shows it.");
        assert!(sentence(&row, true).ends_with("then load the page again to see it."));
    }
}
