//! Which page stands at which address, and in which frame. Every page is rendered whole before its first byte is sent.

use leptos::prelude::*;
use leptos_router::components::{ParentRoute, Route};
use leptos_router::{MatchNestedRoutes, SsrMode, any_nested_route::IntoAnyNestedRoute, path};

use crate::layout::{Inside, Outside, Support};
use crate::{
    activity, auth, devices, help, licenses, link, notices, overview, people, recovery, renew, requests, settings,
    support,
};

/// What strangers may see.
#[component(transparent)]
pub fn SignInRoutes() -> impl MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("") view=Outside ssr=SsrMode::Async>
            <Route path=path!("sign-in") view=auth::SignIn ssr=SsrMode::Async/>
            <Route path=path!("sign-in/code") view=auth::SecondStep ssr=SsrMode::Async/>
            <Route path=path!("sign-up") view=auth::SignUpPage ssr=SsrMode::Async/>
            <Route path=path!("check-mail") view=auth::CheckMail ssr=SsrMode::Async/>
            <Route path=path!("confirm") view=auth::Confirm ssr=SsrMode::Async/>
            <Route path=path!("forgot") view=auth::Forgot ssr=SsrMode::Async/>
            <Route path=path!("reset") view=auth::Reset ssr=SsrMode::Async/>
            <Route path=path!("join") view=people::Join ssr=SsrMode::Async/>
            <Route path=path!("unsubscribe") view=notices::Unsubscribe ssr=SsrMode::Async/>
            <Route path=path!("email/confirm") view=auth::ConfirmEmailChange ssr=SsrMode::Async/>
            <Route path=path!("email/stop") view=auth::StopEmailChange ssr=SsrMode::Async/>
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
            <Route path=path!("devices/:id") view=devices::Device ssr=SsrMode::Async/>
            <Route path=path!("devices/:id/reinstall") view=devices::Reinstall ssr=SsrMode::Async/>
            <Route path=path!("link") view=link::Link ssr=SsrMode::Async/>
            <Route path=path!("licenses") view=licenses::Licenses ssr=SsrMode::Async/>
            <Route path=path!("licenses/add") view=licenses::AddCode ssr=SsrMode::Async/>
            <Route path=path!("licenses/:id/history") view=activity::LicenseHistory ssr=SsrMode::Async/>
            <Route path=path!("licenses/:id/certificate") view=licenses::Certificate ssr=SsrMode::Async/>
            <Route path=path!("licenses/:id/leaked") view=licenses::Leaked ssr=SsrMode::Async/>
            <Route path=path!("licenses/:id") view=licenses::Details ssr=SsrMode::Async/>
            <Route path=path!("renew") view=renew::Renew ssr=SsrMode::Async/>
            <Route path=path!("store") view=renew::Store ssr=SsrMode::Async/>
            <Route path=path!("recover") view=recovery::Recover ssr=SsrMode::Async/>
            <Route path=path!("requests") view=requests::Requests ssr=SsrMode::Async/>
            <Route path=path!("requests/new") view=requests::NewRequest ssr=SsrMode::Async/>
            <Route path=path!("requests/:number") view=requests::Request ssr=SsrMode::Async/>
            <Route path=path!("activity") view=activity::Activity ssr=SsrMode::Async/>
            <Route path=path!("people") view=people::People ssr=SsrMode::Async/>
            <Route path=path!("people/:id") view=people::Person ssr=SsrMode::Async/>
            <Route path=path!("notices") view=notices::Notices ssr=SsrMode::Async/>
            <Route path=path!("help") view=help::Help ssr=SsrMode::Async/>
            <Route path=path!("help/:slug") view=help::Article ssr=SsrMode::Async/>
            <Route path=path!("settings") view=settings::Settings ssr=SsrMode::Async/>
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
            <Route path=path!("cases/:number") view=support::DeskCase ssr=SsrMode::Async/>
            <Route path=path!("feedback") view=support::Feedback ssr=SsrMode::Async/>
            <Route path=path!("look-up") view=support::LookUp ssr=SsrMode::Async/>
            <Route path=path!("customers/:id") view=support::DeskCustomerPage ssr=SsrMode::Async/>
            <Route path=path!("codes/:id") view=support::DeskCodePage ssr=SsrMode::Async/>
            <Route path=path!("devices/:id") view=support::DeskDevicePage ssr=SsrMode::Async/>
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
            ("/email/stop?token=abc", "<h1>Stop the change of your address</h1>"),
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
            "/help",
            "/help/free-a-seat",
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
            "/support/customers/1",
            "/support/codes/1",
            "/support/devices/1",
        ] {
            assert!(rendered(path).contains("<h1>Sign in first</h1>"), "{path}: {}", rendered(path));
        }
    }

    #[test]
    fn elsewhere_is_nothing() {
        assert!(rendered("/nowhere").contains("<h1>Nothing at this address</h1>"));
    }
}
