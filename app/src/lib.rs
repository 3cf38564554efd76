//! The console: its pages, and the server functions they call. No rule of licensing and no SQL is here.

#![recursion_limit = "256"]

mod activity;
mod agree;
pub mod auth;
mod away;
#[cfg(feature = "ssr")]
pub mod cx;
pub mod devices;
pub mod error;
pub mod form;
pub mod help;
pub mod layout;
pub mod licenses;
pub mod link;
mod load;
pub mod not_found;
mod notices;
pub mod overview;
mod pages;
pub mod paths;
mod people;
mod progress;
#[cfg(feature = "ssr")]
mod qr;
pub mod recovery;
mod renew;
pub mod requests;
mod routes;
pub mod settings;
pub mod status;
#[cfg(feature = "ssr")]
pub mod styleguide;
pub mod support;
mod thread;
pub mod ui;
mod waiting;
pub mod wording;

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{Router, Routes};

use not_found::NotFound;
use routes::{OpenRoutes, PersonRoutes, SignInRoutes, StaffRoutes};

/// The HTML document around the console.
#[cfg(feature = "ssr")]
pub fn shell(options: LeptosOptions) -> impl IntoView {
    use leptos_meta::{HashedStylesheet, MetaTags};
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="theme-color" content="#faf9f6" media="(prefers-color-scheme: light)"/>
                <meta name="theme-color" content="#11151b" media="(prefers-color-scheme: dark)"/>
                <link rel="icon" type="image/svg+xml" href="/favicon.svg"/>
                <HashedStylesheet options=options.clone() id="css"/>
                <HydrationScripts options/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// The console, the same on the server and in the browser.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    form::provide_posted();
    layout::provide_signed();
    layout::provide_zone();
    layout::load_after_redirect();
    layout::tidy_address();
    view! {
        <away::StatusLine/>
        <Router>
            <Routes fallback=|| view! { <NotFound/> }.into_any()>
                <SignInRoutes/>
                <OpenRoutes/>
                <PersonRoutes/>
                <StaffRoutes/>
            </Routes>
        </Router>
    }
}
