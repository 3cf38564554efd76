//! Keys for people who work in lists all day: they step through rows, press buttons and lead to fields. All of it can be done
//! without them, and they can be switched off.

use leptos::{ev, html, prelude::*};

use super::browser::hydrated;

/// What a key does. Selectors are of the page's own elements; the first that is there is meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Does {
    /// The focus goes to the link of the next row.
    Next,
    /// The focus goes to the link of the row before.
    Previous,
    /// The link that has the focus is followed: browsers do this by themselves.
    Open,
    /// This is pressed.
    Press(&'static str),
    /// This is pressed in the row that has the focus.
    PressInRow(&'static str),
    /// The focus goes there.
    Focus(&'static str),
}

/// A key, and what it does in words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shortcut {
    key: &'static str,
    says: &'static str,
    does: Does,
}

impl Shortcut {
    pub const fn new(key: &'static str, says: &'static str, does: Does) -> Self {
        Self { key, says, does }
    }
}

/// The keys of a page: `?` shows them. None is heard while a field has the focus.
#[component]
pub fn Shortcuts(keys: Vec<Shortcut>) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let live = hydrated();
    let (off, set_off) = signal(false);
    let listed = keys.iter().map(|key| line(key.key, key.says)).collect_view();
    let show = move || {
        if let Some(dialog) = dialog.get_untracked() {
            let _ = dialog.show_modal();
        }
    };
    let close = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    Effect::new(move |_| {
        set_off.set(in_page::are_off());
        in_page::come_back();
        let keys = keys.clone();
        let listening = window_event_listener(ev::keydown, move |event| {
            let modified = event.ctrl_key() || event.meta_key() || event.alt_key();
            if modified || event.default_prevented() || in_page::is_typed_into(&event) {
                return;
            }
            let key = event.key();
            if key == "?" {
                event.prevent_default();
                show();
            } else if let Some(pressed) = keys.iter().find(|known| known.key == key).filter(|_| !off.get_untracked())
                && in_page::does(pressed.does)
            {
                event.prevent_default();
            }
        });
        on_cleanup(move || listening.remove());
    });
    let switch = move |_| {
        let now_off = !off.get_untracked();
        in_page::set_off(now_off);
        set_off.set(now_off);
    };
    view! {
        <span class="shortcuts needs-script" data-live=move || live.get().then_some("")>
            <button class="button button-quiet" type="button" aria-haspopup="dialog" on:click=move |_| show()>
                "Keys "
                <kbd aria-hidden="true">"?"</kbd>
            </button>
            <dialog class="dialog" aria-labelledby="keys-title" node_ref=dialog>
                <h2 class="dialog-title" id="keys-title">"Keys of this page"</h2>
                <div class="dialog-body">
                    <dl class="keys" data-off=move || off.get().then_some("")>
                        {listed}
                        {line("?", "Show these keys")}
                    </dl>
                    <p class="muted small">"No key is heard while you type into a field."</p>
                </div>
                <div class="dialog-foot">
                    <button class="button button-quiet" type="button" on:click=switch>
                        {move || if off.get() { "Switch keys on" } else { "Switch keys off" }}
                    </button>
                    <button class="button button-secondary" type="button" autofocus=true on:click=close>"Close"</button>
                </div>
            </dialog>
        </span>
    }
    .into_any()
}

fn line(key: &'static str, says: &'static str) -> AnyView {
    view! {
        <div class="keys-line">
            <dt><kbd>{key}</kbd></dt>
            <dd>{says}</dd>
        </div>
    }
    .into_any()
}

/// What is done in a browser; on the server nobody presses a key.
#[cfg(not(feature = "hydrate"))]
mod in_page {
    use super::Does;
    use leptos::ev::KeyboardEvent;

    pub fn are_off() -> bool {
        false
    }

    pub fn set_off(_off: bool) {}

    pub fn come_back() {}

    pub fn is_typed_into(_event: &KeyboardEvent) -> bool {
        true
    }

    pub fn does(_does: Does) -> bool {
        false
    }
}

#[cfg(feature = "hydrate")]
mod in_page {
    use super::Does;
    use leptos::ev::KeyboardEvent;
    use leptos::prelude::{document, window};
    use leptos::wasm_bindgen::JsCast;
    use web_sys::{Element, HtmlElement};

    const ROWS: &str = "[data-row]";
    const SWITCH: &str = "latchkey-keys";

    pub fn are_off() -> bool {
        let kept = window().local_storage().ok().flatten();
        kept.and_then(|kept| kept.get_item(SWITCH).ok().flatten()).is_some_and(|value| value == "off")
    }

    pub fn set_off(off: bool) {
        if let Some(kept) = window().local_storage().ok().flatten() {
            let _ = if off { kept.set_item(SWITCH, "off") } else { kept.remove_item(SWITCH) };
        }
    }

    /// The row that the address names has the focus again.
    pub fn come_back() {
        if let Some(row) = document().query_selector("[data-row][data-came-back]").ok().flatten() {
            focus_in(&row);
        }
    }

    pub fn is_typed_into(event: &KeyboardEvent) -> bool {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        target
            .and_then(|target| target.closest("input, textarea, select, dialog, [contenteditable]").ok().flatten())
            .is_some()
    }

    pub fn does(does: Does) -> bool {
        match does {
            Does::Next => step(1),
            Does::Previous => step(-1),
            Does::Open => false,
            Does::Press(selector) => press(document().query_selector(selector).ok().flatten()),
            Does::PressInRow(selector) => press(row().and_then(|row| row.query_selector(selector).ok().flatten())),
            Does::Focus(selector) => focus(document().query_selector(selector).ok().flatten()),
        }
    }

    fn row() -> Option<Element> {
        document().active_element()?.closest(ROWS).ok().flatten()
    }

    fn step(by: i32) -> bool {
        let Ok(rows) = document().query_selector_all(ROWS) else { return false };
        let rows: Vec<Element> =
            (0..rows.length()).filter_map(|n| rows.get(n)).filter_map(|node| node.dyn_into().ok()).collect();
        let current = row().and_then(|row| rows.iter().position(|other| *other == row));
        let next = match (current, by) {
            (None, 1) => Some(0),
            (None, _) => rows.len().checked_sub(1),
            (Some(at), 1) => Some(at + 1),
            (Some(at), _) => at.checked_sub(1),
        };
        next.and_then(|next| rows.get(next)).is_some_and(focus_in)
    }

    fn focus_in(row: &Element) -> bool {
        focus(row.query_selector("a").ok().flatten())
    }

    fn focus(element: Option<Element>) -> bool {
        let found = element.and_then(|element| element.dyn_into::<HtmlElement>().ok());
        found.is_some_and(|element| element.focus().is_ok())
    }

    fn press(element: Option<Element>) -> bool {
        let found = element.and_then(|element| element.dyn_into::<HtmlElement>().ok());
        found.map(|element| element.click()).is_some()
    }
}
