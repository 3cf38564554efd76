//! Which page stands at which address, and in which frame. Every page is rendered whole before its first byte is sent.

use leptos::prelude::*;
use leptos_router::components::{ParentRoute, Route};
use leptos_router::{MatchNestedRoutes, SsrMode, any_nested_route::IntoAnyNestedRoute, path};

use crate::layout::{Inside, Outside, Support};
use crate::{auth, devices, licenses, link, overview, recovery, requests, support};

/// What strangers may see.
#[component(transparent)]
pub fn SignInRoutes() -> impl MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("") view=Outside ssr=SsrMode::Async>
            <Route path=path!("sign-in") view=auth::SignIn ssr=SsrMode::Async/>
            <Route path=path!("sign-up") view=auth::SignUpPage ssr=SsrMode::Async/>
            <Route path=path!("check-mail") view=auth::CheckMail ssr=SsrMode::Async/>
            <Route path=path!("confirm") view=auth::Confirm ssr=SsrMode::Async/>
            <Route path=path!("forgot") view=auth::Forgot ssr=SsrMode::Async/>
            <Route path=path!("reset") view=auth::Reset ssr=SsrMode::Async/>
            <Route path=path!("support/sign-in") view=support::SignIn ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}

/// What people of an account see.
#[component(transparent)]
pub fn PersonRoutes() -> impl MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("") view=Inside ssr=SsrMode::Async>
            <Route path=path!("") view=overview::Overview ssr=SsrMode::Async/>
            <Route path=path!("devices") view=devices::Devices ssr=SsrMode::Async/>
            <Route path=path!("link") view=link::Link ssr=SsrMode::Async/>
            <Route path=path!("licenses") view=licenses::Licenses ssr=SsrMode::Async/>
            <Route path=path!("licenses/add") view=licenses::AddCode ssr=SsrMode::Async/>
            <Route path=path!("licenses/:id") view=licenses::Details ssr=SsrMode::Async/>
            <Route path=path!("recover") view=recovery::Recover ssr=SsrMode::Async/>
            <Route path=path!("requests") view=requests::Requests ssr=SsrMode::Async/>
            <Route path=path!("requests/:number") view=requests::Request ssr=SsrMode::Async/>
            <Route path=path!("disclosed") view=recovery::Disclosed ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}

/// What people in support see.
#[component(transparent)]
pub fn StaffRoutes() -> impl MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("support") view=Support ssr=SsrMode::Async>
            <Route path=path!("") view=support::Queue ssr=SsrMode::Async/>
            <Route path=path!("requests/:number") view=support::Review ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}
