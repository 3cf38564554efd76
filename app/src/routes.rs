//! Which page stands at which address, and in which frame. Every page is rendered whole before its first byte is sent.

use leptos::prelude::*;
use leptos_router::components::{ParentRoute, Route};
use leptos_router::{Lazy, MatchNestedRoutes, SsrMode, any_nested_route::IntoAnyNestedRoute, path};

use crate::layout::{Inside, Open, Outside, Support};
use crate::pages;

/// What strangers may see.
#[component(transparent)]
pub fn SignInRoutes() -> impl MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("") view=Outside ssr=SsrMode::Async>
            <Route path=path!("sign-in") view={Lazy::<pages::SignIn>::new()} ssr=SsrMode::Async/>
            <Route path=path!("sign-in/code") view={Lazy::<pages::SecondStep>::new()} ssr=SsrMode::Async/>
            <Route path=path!("sign-up") view={Lazy::<pages::SignUpPage>::new()} ssr=SsrMode::Async/>
            <Route path=path!("check-mail") view={Lazy::<pages::CheckMail>::new()} ssr=SsrMode::Async/>
            <Route path=path!("confirm") view={Lazy::<pages::Confirm>::new()} ssr=SsrMode::Async/>
            <Route path=path!("forgot") view={Lazy::<pages::Forgot>::new()} ssr=SsrMode::Async/>
            <Route path=path!("reset") view={Lazy::<pages::Reset>::new()} ssr=SsrMode::Async/>
            <Route path=path!("join") view={Lazy::<pages::Join>::new()} ssr=SsrMode::Async/>
            <Route path=path!("unsubscribe") view={Lazy::<pages::Unsubscribe>::new()} ssr=SsrMode::Async/>
            <Route path=path!("email/confirm") view={Lazy::<pages::ConfirmEmailChange>::new()} ssr=SsrMode::Async/>
            <Route path=path!("email/stop") view={Lazy::<pages::StopEmailChange>::new()} ssr=SsrMode::Async/>
            <Route path=path!("support/sign-in") view={Lazy::<pages::SupportSignIn>::new()} ssr=SsrMode::Async/>
            <Route path=path!("status") view={Lazy::<pages::Status>::new()} ssr=SsrMode::Async/>
            <Route path=path!("support/join") view={Lazy::<pages::JoinSupport>::new()} ssr=SsrMode::Async/>
            <Route path=path!("support/second-factor") view={Lazy::<pages::SupportFactor>::new()} ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}

/// What everybody may read.
#[component(transparent)]
pub fn OpenRoutes() -> impl MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("help") view=Open ssr=SsrMode::Async>
            <Route path=path!("") view={Lazy::<pages::Help>::new()} ssr=SsrMode::Async/>
            <Route path=path!(":slug") view={Lazy::<pages::Article>::new()} ssr=SsrMode::Async/>
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
            <Route path=path!("") view={Lazy::<pages::Overview>::new()} ssr=SsrMode::Async/>
            <Route path=path!("devices") view={Lazy::<pages::Devices>::new()} ssr=SsrMode::Async/>
            <Route path=path!("devices/:id") view={Lazy::<pages::Device>::new()} ssr=SsrMode::Async/>
            <Route path=path!("devices/:id/reinstall") view={Lazy::<pages::Reinstall>::new()} ssr=SsrMode::Async/>
            <Route path=path!("devices/:id/history") view={Lazy::<pages::DeviceHistory>::new()} ssr=SsrMode::Async/>
            <Route path=path!("link") view={Lazy::<pages::Link>::new()} ssr=SsrMode::Async/>
            <Route path=path!("licenses") view={Lazy::<pages::Licenses>::new()} ssr=SsrMode::Async/>
            <Route path=path!("licenses/add") view={Lazy::<pages::AddCode>::new()} ssr=SsrMode::Async/>
            <Route path=path!("licenses/:id/history") view={Lazy::<pages::LicenseHistory>::new()} ssr=SsrMode::Async/>
            <Route path=path!("licenses/:id/certificate") view={Lazy::<pages::Certificate>::new()} ssr=SsrMode::Async/>
            <Route path=path!("licenses/:id/leaked") view={Lazy::<pages::Leaked>::new()} ssr=SsrMode::Async/>
            <Route path=path!("licenses/:id") view={Lazy::<pages::Details>::new()} ssr=SsrMode::Async/>
            <Route path=path!("renew") view={Lazy::<pages::Renew>::new()} ssr=SsrMode::Async/>
            <Route path=path!("store") view={Lazy::<pages::Store>::new()} ssr=SsrMode::Async/>
            <Route path=path!("recover") view={Lazy::<pages::Recover>::new()} ssr=SsrMode::Async/>
            <Route path=path!("requests") view={Lazy::<pages::Requests>::new()} ssr=SsrMode::Async/>
            <Route path=path!("requests/new") view={Lazy::<pages::NewRequest>::new()} ssr=SsrMode::Async/>
            <Route path=path!("requests/:number") view={Lazy::<pages::Request>::new()} ssr=SsrMode::Async/>
            <Route path=path!("activity") view={Lazy::<pages::Activity>::new()} ssr=SsrMode::Async/>
            <Route path=path!("people") view={Lazy::<pages::People>::new()} ssr=SsrMode::Async/>
            <Route path=path!("people/:id") view={Lazy::<pages::Person>::new()} ssr=SsrMode::Async/>
            <Route path=path!("notices") view={Lazy::<pages::Notices>::new()} ssr=SsrMode::Async/>
            <Route path=path!("settings") view={Lazy::<pages::Settings>::new()} ssr=SsrMode::Async/>
            <Route path=path!("settings/export") view={Lazy::<pages::Export>::new()} ssr=SsrMode::Async/>
            <Route path=path!("disclosed") view={Lazy::<pages::Disclosed>::new()} ssr=SsrMode::Async/>
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
            <Route path=path!("") view={Lazy::<pages::Queue>::new()} ssr=SsrMode::Async/>
            <Route path=path!("requests/:number") view={Lazy::<pages::Review>::new()} ssr=SsrMode::Async/>
            <Route path=path!("cases/:number") view={Lazy::<pages::DeskCase>::new()} ssr=SsrMode::Async/>
            <Route path=path!("feedback") view={Lazy::<pages::Feedback>::new()} ssr=SsrMode::Async/>
            <Route path=path!("look-up") view={Lazy::<pages::LookUp>::new()} ssr=SsrMode::Async/>
            <Route path=path!("published") view={Lazy::<pages::Published>::new()} ssr=SsrMode::Async/>
            <Route path=path!("replies") view={Lazy::<pages::Replies>::new()} ssr=SsrMode::Async/>
            <Route path=path!("audit") view={Lazy::<pages::Audit>::new()} ssr=SsrMode::Async/>
            <Route path=path!("me") view={Lazy::<pages::OwnPage>::new()} ssr=SsrMode::Async/>
            <Route path=path!("team") view={Lazy::<pages::TeamPage>::new()} ssr=SsrMode::Async/>
            <Route path=path!("team/:id") view={Lazy::<pages::MemberPage>::new()} ssr=SsrMode::Async/>
            <Route path=path!("customers/:id") view={Lazy::<pages::DeskCustomerPage>::new()} ssr=SsrMode::Async/>
            <Route path=path!("codes/:id") view={Lazy::<pages::DeskCodePage>::new()} ssr=SsrMode::Async/>
            <Route path=path!("devices/:id") view={Lazy::<pages::DeskDevicePage>::new()} ssr=SsrMode::Async/>
            <Route path=path!("catalog") view={Lazy::<pages::CatalogPage>::new()} ssr=SsrMode::Async/>
            <Route path=path!("catalog/new") view={Lazy::<pages::NewEntry>::new()} ssr=SsrMode::Async/>
            <Route path=path!("catalog/:id") view={Lazy::<pages::EntryPage>::new()} ssr=SsrMode::Async/>
            <Route path=path!("batches") view={Lazy::<pages::BatchesPage>::new()} ssr=SsrMode::Async/>
            <Route path=path!("batches/new") view={Lazy::<pages::NewBatch>::new()} ssr=SsrMode::Async/>
            <Route path=path!("batches/:id") view={Lazy::<pages::BatchPage>::new()} ssr=SsrMode::Async/>
            <Route path=path!("imports/new") view={Lazy::<pages::NewImport>::new()} ssr=SsrMode::Async/>
            <Route path=path!("imports/:id") view={Lazy::<pages::ImportPage>::new()} ssr=SsrMode::Async/>
            <Route path=path!("pictures") view={Lazy::<pages::Pictures>::new()} ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use leptos::prelude::*;
    use leptos_router::location::RequestUrl;

    use crate::App;

    fn rendered(path: &str) -> String {
        let owner = Owner::new_root(None);
        owner.with(|| {
            provide_context(RequestUrl::new(path));
            view! { <App/> }.to_html()
        })
    }

    #[test]
    fn strangers_find_the_pages_that_lead_in() {
        for (path, heading) in [
            ("/sign-in", "<h1>Sign in</h1>"),
            ("/sign-in/code", "<h1>Enter the one-time code</h1>"),
            ("/sign-up", "<h1>Open an account</h1>"),
            ("/check-mail?for=reset", "<h1>Look into your mail</h1>"),
            ("/confirm?token=abc", "<h1>Confirm your address</h1>"),
            ("/forgot", "<h1>Forgot your password?</h1>"),
            ("/reset?token=abc", "<h1>Set a new password</h1>"),
            ("/email/confirm?token=abc", "<h1>Confirm the new address</h1>"),
            ("/email/stop?token=abc", "<h1>Stop the change</h1>"),
            ("/support/sign-in", "<h1>Sign in to support</h1>"),
        ] {
            assert!(rendered(path).contains(heading), "{path}: {}", rendered(path));
        }
    }

    #[test]
    fn a_link_from_a_mail_fills_its_form() {
        for path in ["/confirm?token=abc", "/reset?token=abc", "/email/confirm?token=abc", "/email/stop?token=abc"] {
            assert!(rendered(path).contains(r#"name="token" value="abc""#), "{}", rendered(path));
        }
    }

    #[test]
    fn pages_behind_the_sign_in_show_nothing_to_strangers() {
        for path in [
            "/",
            "/activity",
            "/settings",
            "/notices",
            "/people",
            "/people/1",
            "/devices",
            "/devices/1",
            "/devices/1/reinstall",
            "/licenses/add",
            "/renew",
            "/store",
            "/licenses/1/history",
            "/licenses/1/certificate",
            "/licenses/1/leaked",
            "/requests/R-1",
            "/requests/S-1",
            "/requests/new",
            "/support",
            "/support/requests/R-1",
            "/support/cases/S-1",
            "/support/feedback",
            "/support/look-up",
            "/support/published",
            "/support/replies",
            "/support/audit",
            "/support/me",
            "/support/team",
            "/support/team/1",
            "/support/customers/1",
            "/support/codes/1",
            "/support/devices/1",
            "/support/catalog",
            "/support/catalog/new",
            "/support/catalog/1",
            "/support/batches",
            "/support/batches/new",
            "/support/batches/1",
            "/support/imports/new",
            "/support/imports/1",
            "/support/pictures",
        ] {
            assert!(rendered(path).contains("<h1>Sign in first</h1>"), "{path}: {}", rendered(path));
        }
    }

    #[test]
    fn elsewhere_is_nothing() {
        assert!(rendered("/nowhere").contains("<h1>Nothing at this address</h1>"));
    }
}
