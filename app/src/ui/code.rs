//! Codes and keys: always left to right, in their blocks, a block never broken across lines.

use super::error::{described_by, error_line, hint_line};
use super::notice::LiveRegion;
use leptos::prelude::*;

const BLOCKS: usize = 4;
const BLOCK: usize = 5;

/// What can be told of a code while it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// The part of what is in the field that is taken for the code.
    pub code: String,
    /// Which block can't be right, from 1.
    pub wrong: Option<usize>,
    /// Whether the code is whole and nothing in it is mistyped.
    pub right: bool,
    /// What is said of it.
    pub says: String,
}

/// The field for an activation code. It takes any separators and lets the server put the letters upright; below it the four blocks
/// fill as one types. `look` tells what can be told of what is typed; a full block is no right one until it says so.
#[component]
pub fn CodeField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] id: Option<String>,
    #[prop(optional, into)] on_input: Option<Callback<String>>,
    #[prop(optional, into)] look: Option<Callback<String, Look>>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.clone());
    let described = described_by(&id, hint.is_some(), error);
    let typed = RwSignal::new(value.clone());
    let seen = Memo::new(move |_| match look {
        Some(look) => look.run(typed.get()),
        None => Look { code: typed.get(), ..Look::default() },
    });
    let says = Signal::derive(move || seen.get().says);
    let blocks = move || {
        let seen = seen.get();
        let symbols = symbols(&seen.code);
        (0..BLOCKS).map(|block| echo(&symbols, block, seen.wrong == Some(block + 1))).collect_view()
    };
    view! {
        <div class="field code-field">
            <label class="field-label" for=id.clone()>{label}</label>
            {hint_line(&id, hint)}
            {error_line(&id, error)}
            <input
                class="input mono code-input"
                id=id.clone()
                name=name
                type="text"
                dir="ltr"
                value=(!value.is_empty()).then_some(value)
                autocomplete="off"
                autocapitalize="characters"
                spellcheck="false"
                inputmode="text"
                aria-invalid=move || error.get().map(|_| "true")
                aria-describedby=described
                on:input=move |event| {
                    let text = event_target_value(&event);
                    typed.set(text.clone());
                    if let Some(on_input) = on_input {
                        on_input.run(text);
                    }
                }
            />
            <div class="code-echo" dir="ltr" aria-hidden="true" data-right=move || seen.get().right.then_some("")>
                {blocks}
            </div>
            <LiveRegion text=says visible=true/>
        </div>
    }
    .into_any()
}

fn symbols(typed: &str) -> Vec<char> {
    typed.chars().filter(|c| c.is_alphanumeric()).map(|c| c.to_ascii_uppercase()).take(BLOCKS * BLOCK).collect()
}

fn echo(symbols: &[char], block: usize, wrong: bool) -> impl IntoView + use<> {
    let from = (block * BLOCK).min(symbols.len());
    let to = (from + BLOCK).min(symbols.len());
    let text: String = symbols[from..to].iter().collect();
    let full = (to - from == BLOCK).then_some("");
    let rest = "·".repeat(BLOCK - (to - from));
    view! {
        <span class="echo-block" data-full=full data-wrong=wrong.then_some("")>
            {text}
            <span class="echo-rest">{rest}</span>
        </span>
    }
}

/// A code in a panel of its own: masked, or shown once `code` is there. `spelled` is what a screen reader says, symbol by symbol;
/// it is announced once when the code appears. `children` are the buttons beside it.
#[component]
pub fn CodePanel(
    #[prop(into)] label: String,
    #[prop(into)] masked: String,
    #[prop(optional, into)] code: Signal<Option<String>>,
    #[prop(optional, into)] spelled: Signal<Option<String>>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let hidden = "Hidden.";
    view! {
        <div class="code-panel" data-shown=move || code.get().map(|_| "")>
            <div class="code-text">
                <p class="kicker">{label}</p>
                <p class="code">
                    <bdi dir="ltr" aria-hidden="true">
                        {move || blocks(code.get().as_deref().unwrap_or(&masked))}
                    </bdi>
                    <span class="visually-hidden" role="status">
                        {move || spelled.get().unwrap_or_else(|| code.get().unwrap_or_else(|| hidden.to_owned()))}
                    </span>
                </p>
            </div>
            {children.map(|children| view! { <div class="row code-actions">{children()}</div> })}
        </div>
    }
    .into_any()
}

fn blocks(code: &str) -> impl IntoView + use<> {
    code.split('-')
        .enumerate()
        .map(|(n, block)| {
            view! {
                {(n > 0).then(|| view! { <span class="code-gap">"-"</span> })}
                <span class="code-block">{block.to_owned()}</span>
            }
        })
        .collect_view()
}

/// A license key, an order number, an address: kept left to right inside any sentence. `plain` keeps the text face.
#[component]
pub fn Key(#[prop(into)] text: String, #[prop(optional)] plain: bool) -> impl IntoView {
    if plain {
        view! { <bdi dir="ltr">{text}</bdi> }.into_any()
    } else {
        view! { <bdi class="key" dir="ltr">{blocks(&text)}</bdi> }.into_any()
    }
}

/// The user code of a device that wants to be linked: eight tiles, four and four.
#[component]
pub fn Tiles(#[prop(into)] code: String, #[prop(into)] label: String) -> impl IntoView {
    let symbols = code.chars().filter(|c| c.is_alphanumeric()).collect::<Vec<_>>();
    let spelled = symbols.iter().map(char::to_string).collect::<Vec<_>>().join(" ");
    let halves = symbols
        .chunks(4)
        .map(|half| {
            let tiles = half.iter().map(|c| view! { <span class="tile">{c.to_string()}</span> }).collect_view();
            view! { <span class="tiles-half">{tiles}</span> }
        })
        .collect_view();
    view! {
        <p class="tiles">
            <span class="visually-hidden">{format!("{label}: {spelled}")}</span>
            <bdi class="tiles-row" dir="ltr" aria-hidden="true">{halves}</bdi>
        </p>
    }
    .into_any()
}
