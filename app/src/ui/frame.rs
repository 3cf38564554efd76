//! The frame around every page: the places of the console at the side, on a phone at the bottom; and the bare one of signed-out pages.

use super::error::follow;
use super::icon::{Glyph, Icon, Logo, LogoSize};
use leptos::prelude::*;

/// One entry of the navigation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    href: String,
    label: String,
    glyph: Glyph,
    count: Option<u64>,
    on_bar: bool,
}

impl Place {
    pub fn new(href: impl Into<String>, label: impl Into<String>, glyph: Glyph) -> Self {
        Self { href: href.into(), label: label.into(), glyph, count: None, on_bar: false }
    }

    /// One of the four that a phone keeps under the thumb.
    pub fn on_bar(self) -> Self {
        Self { on_bar: true, ..self }
    }

    /// How many things wait there; nought is not shown.
    pub fn count(self, count: u64) -> Self {
        Self { count: (count > 0).then_some(count), ..self }
    }
}

#[component]
pub fn SkipLink() -> impl IntoView {
    view! { <a class="skip-link" href="#main" on:click=follow("main".to_owned())>"Skip to content"</a> }.into_any()
}

/// `current` is the `href` of the place the page belongs to; `foot` is the account's corner (name, notices, sign out), rendered at the
/// side and again in the phone's menu, so it may hold no ids.
#[component]
pub fn Frame(
    #[prop(into)] places: Vec<Place>,
    #[prop(into)] current: Signal<String>,
    #[prop(into)] foot: ViewFn,
    #[prop(optional)] support: bool,
    #[prop(default = "/".to_owned(), into)] home: String,
    children: Children,
) -> impl IntoView {
    let links = |places: &[Place]| places.iter().cloned().map(|place| entry(place, current)).collect_view();
    let side = links(&places);
    let menu = links(&places);
    let bar: Vec<_> = places.into_iter().filter(|place| place.on_bar).take(4).collect();
    let bar = (!bar.is_empty()).then(|| {
        view! {
            <nav class="frame-bar" aria-label="Main places">
                <ul>{links(&bar)}</ul>
            </nav>
        }
    });
    let foot_of_menu = foot.clone();
    view! {
        <div class="frame" class:frame-support=support>
            <SkipLink/>
            <header class="frame-side">
                <a class="brand" href=home.clone()>
                    <Logo/>
                    {support.then(|| view! { <span class="brand-realm">"Support"</span> })}
                </a>
                <nav class="frame-nav" aria-label="Places">
                    <ul>{side}</ul>
                </nav>
                <div class="frame-foot">{foot.run()}</div>
            </header>
            <header class="frame-top">
                <a class="brand" href=home>
                    <Logo/>
                    {support.then(|| view! { <span class="brand-realm">"Support"</span> })}
                </a>
                <details class="frame-menu">
                    <summary>
                        <Icon glyph=Glyph::Menu/>
                        "Menu"
                    </summary>
                    <div class="frame-menu-body">
                        <nav class="frame-nav" aria-label="All places">
                            <ul>{menu}</ul>
                        </nav>
                        <div class="frame-foot">{foot_of_menu.run()}</div>
                    </div>
                </details>
            </header>
            <main class="frame-main" id="main" tabindex="-1">{children()}</main>
            {bar}
        </div>
    }
    .into_any()
}

fn entry(place: Place, current: Signal<String>) -> impl IntoView {
    let href = place.href.clone();
    view! {
        <li>
            <a class="place" href=place.href aria-current=move || (current.get() == href).then_some("page")>
                <Icon glyph=place.glyph/>
                <span class="place-label">{place.label}</span>
                {place.count.map(|count| {
                    view! {
                        <span class="count">
                            {count.to_string()}
                            <span class="visually-hidden">" waiting"</span>
                        </span>
                    }
                })}
            </a>
        </li>
    }
}

/// Signed-out pages: one narrow column and the mark.
#[component]
pub fn FrameOut(#[prop(optional, into)] foot: Option<ViewFn>, children: Children) -> impl IntoView {
    view! {
        <div class="frame-out">
            <SkipLink/>
            <header class="frame-out-head">
                <a class="brand" href="/">
                    <Logo size=LogoSize::Large/>
                </a>
            </header>
            <main class="frame-out-main" id="main" tabindex="-1">{children()}</main>
            {foot.map(|foot| view! { <footer class="frame-out-foot">{foot.run()}</footer> })}
        </div>
    }
    .into_any()
}
