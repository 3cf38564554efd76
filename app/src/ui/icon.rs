//! The mark, the word mark and the line icons, drawn on one 24-grid in the colour of the text around them.

use leptos::prelude::*;

#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum LogoSize {
    #[default]
    Small,
    Large,
}

/// A key whose bow is a device and whose bit has four teeth, the four blocks of a code. Every edge falls on a whole pixel at 16 px.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path
                fill="currentColor"
                fill-rule="evenodd"
                d="M3.75 6h4.5a2.25 2.25 0 0 1 2.25 2.25V9h12v7.5H21V12h-1.5v3H18v-3h-1.5v4.5H15V12h-1.5v3H12v-3h-1.5v.75A2.25 2.25 0 0 1 8.25 15h-4.5a2.25 2.25 0 0 1-2.25-2.25v-4.5A2.25 2.25 0 0 1 3.75 6zM4.5 9v3h3V9z"
            />
        </svg>
    }
    .into_any()
}

#[component]
pub fn Logo(#[prop(optional)] size: LogoSize) -> impl IntoView {
    let class = match size {
        LogoSize::Small => "logo",
        LogoSize::Large => "logo logo-large",
    };
    view! {
        <span class=class>
            <Mark/>
            <span class="logo-word">"Latchkey"</span>
        </span>
    }
    .into_any()
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Glyph {
    Overview,
    Devices,
    Licenses,
    Requests,
    People,
    Help,
    Account,
    Notices,
    Search,
    Queue,
    Audit,
    Catalog,
    Refund,
    Feedback,
    Check,
    Cross,
    Dash,
    Download,
    Plus,
    Mail,
    Code,
    Clock,
    Menu,
    Back,
    Next,
    Shop,
    Lock,
    Phone,
    Server,
}

impl Glyph {
    /// All of them.
    #[cfg(feature = "ssr")]
    pub const ALL: &'static [Self] = &[
        Glyph::Overview,
        Glyph::Devices,
        Glyph::Licenses,
        Glyph::Requests,
        Glyph::People,
        Glyph::Help,
        Glyph::Account,
        Glyph::Notices,
        Glyph::Search,
        Glyph::Queue,
        Glyph::Audit,
        Glyph::Catalog,
        Glyph::Refund,
        Glyph::Feedback,
        Glyph::Check,
        Glyph::Cross,
        Glyph::Dash,
        Glyph::Download,
        Glyph::Plus,
        Glyph::Mail,
        Glyph::Code,
        Glyph::Clock,
        Glyph::Menu,
        Glyph::Back,
        Glyph::Next,
        Glyph::Shop,
        Glyph::Lock,
        Glyph::Phone,
        Glyph::Server,
    ];

    fn path(self) -> &'static str {
        match self {
            Glyph::Overview => "M4 11.5 12 5l8 6.5M6 10v9h12v-9M10 19v-5h4v5",
            Glyph::Devices => "M4 5h16v10H4zM2.5 19h19M10 15v4M14 15v4",
            Glyph::Licenses => "M4 6h16v4a2 2 0 0 0 0 4v4H4v-4a2 2 0 0 0 0-4zM10 6v2M10 11v2M10 16v2",
            Glyph::Requests => "M4 5h16v11h-8l-4 4v-4H4zM8 9h8M8 12h5",
            Glyph::People => {
                "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c0-3.5 2.5-6 6.5-6s6.5 2.5 6.5 6M15.5 4.3a3.5 3.5 0 0 1 0 6.4M17.5 14.3c2.5.8 4 2.9 4 5.7"
            }
            Glyph::Help => {
                "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.5 9.5a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.9-1.1 1.8v.3M12 17v.01"
            }
            Glyph::Account => "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c0-3.6 3-6 7.5-6s7.5 2.4 7.5 6",
            Glyph::Notices => "M6 16V10.5a6 6 0 0 1 12 0V16l1.5 2h-15zM10 21h4M12 4.5V3",
            Glyph::Search => "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 20.5 20.5",
            Glyph::Queue => "M4 6h16M4 12h16M4 18h10",
            Glyph::Audit => "M6 3.5h9l4 4v13H6zM14.5 3.5v4.5H19M9 12h7M9 16h7",
            Glyph::Catalog => "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
            Glyph::Refund => "M4 9h11a5 5 0 0 1 0 10H8M4 9l4-4M4 9l4 4",
            Glyph::Feedback => "M7 20H4v-9h3zM7 11l4-7c1.5 0 2.5 1 2.5 2.5V10h5.5l-1.5 10H7",
            Glyph::Check => "M5 12.5 10 17.5 19.5 7",
            Glyph::Cross => "M6 6 18 18M18 6 6 18",
            Glyph::Dash => "M6 12h12",
            Glyph::Download => "M12 4v11M7 10.5 12 15.5 17 10.5M4.5 20h15",
            Glyph::Plus => "M12 5v14M5 12h14",
            Glyph::Mail => "M3.5 5.5h17v13h-17zM3.5 7l8.5 6.5L20.5 7",
            Glyph::Code => "M3.5 7h17v10h-17zM7 11v2M10.3 11v2M13.7 11v2M17 11v2",
            Glyph::Clock => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.5 2",
            Glyph::Menu => "M4 7h16M4 12h16M4 17h16",
            Glyph::Back => "M20 12H5M11 6l-6 6 6 6",
            Glyph::Next => "M9 5l7 7-7 7",
            Glyph::Phone => "M7.5 3h9v18h-9zM11 18h2",
            Glyph::Server => "M4.5 4h15v7h-15zM4.5 13h15v7h-15zM8 7.5h1M8 16.5h1M13 7.5h3M13 16.5h3",
            Glyph::Shop => "M5 8h14l1 12H4zM8.5 8V7a3.5 3.5 0 0 1 7 0v1",
            Glyph::Lock => "M5.5 11h13v9.5h-13zM8.5 11V7.5a3.5 3.5 0 0 1 7 0V11",
        }
    }
}

/// Decoration beside words, never instead of them.
#[component]
pub fn Icon(glyph: Glyph) -> impl IntoView {
    let mirrored = matches!(glyph, Glyph::Back | Glyph::Next | Glyph::Refund);
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false" data-mirror=mirrored.then_some("")>
            <path d=glyph.path()/>
        </svg>
    }
    .into_any()
}
