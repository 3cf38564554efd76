//! The frames around the pages: one for people of an account, one for support, a bare one for strangers.

use domain::staff::StaffRole;
use leptos::prelude::*;
use leptos_router::components::Outlet;
use leptos_router::hooks::use_location;
use serde::{Deserialize, Serialize};

use crate::auth::api::{SignOut, StaffSignOut};
use crate::auth::ending::{Left, SessionEnd};
use crate::form::Form;
use crate::load::JsonBytes;
use crate::paths;
use crate::support::lookup_api::LeaveView;
use crate::ui::*;

/// Who is signed in, as far as the frame shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signed {
    /// The person's name.
    pub name: String,
    /// The office of a person, the role of somebody in support.
    pub office_or_role: String,
    /// Whether it is somebody in support.
    pub staff: bool,
    /// What somebody in support may do.
    pub role: Option<StaffRole>,
    /// How many notices wait to be read, up to a hundred.
    pub unread: u64,
    /// Whether it is somebody in support who looks at the pages of an office.
    pub views: bool,
    /// How long the session lasts yet.
    pub left: Left,
}

/// How many notices the one who asks has not read, as the session was looked up.
#[derive(Clone, Copy, Debug)]
pub struct Unread(pub u64);

/// Puts the zone of the reader into context: from the request on the server, from what the server wrote in the browser.
pub fn provide_zone() {
    let zone = SharedValue::<_, JsonBytes>::new_with_encoding(|| {
        #[cfg(feature = "ssr")]
        {
            zone_of_request()
        }
        #[cfg(not(feature = "ssr"))]
        {
            None::<domain::zone::Zone>
        }
    });
    provide_context(zone.into_inner());
}

#[cfg(feature = "ssr")]
fn zone_of_request() -> Option<domain::zone::Zone> {
    use domain::actor::Actor;
    let parts = use_context::<axum::http::request::Parts>()?;
    let cx = parts.extensions.get::<domain::cx::Cx>()?;
    let Actor::Person { preferences, .. } = &cx.actor else { return None };
    domain::zone::Zone::named(preferences.zone.as_deref()?, cx.now)
}

/// Puts who is signed in into context, on the server from the request and in the browser from what the server wrote.
pub fn provide_signed() {
    let signed = SharedValue::<_, JsonBytes>::new_with_encoding(|| {
        #[cfg(feature = "ssr")]
        {
            of_request()
        }
        #[cfg(not(feature = "ssr"))]
        {
            None::<Signed>
        }
    });
    provide_context(signed.into_inner());
}

#[cfg(feature = "ssr")]
fn of_request() -> Option<Signed> {
    use domain::actor::Actor;
    let parts = use_context::<axum::http::request::Parts>()?;
    let unread = parts.extensions.get::<Unread>().map_or(0, |unread| unread.0);
    let left = parts.extensions.get::<Left>().copied().unwrap_or_default();
    match &parts.extensions.get::<domain::cx::Cx>()?.actor {
        Actor::Person { name, office, .. } => Some(Signed {
            name: name.clone(),
            office_or_role: office.clone(),
            staff: false,
            role: None,
            unread,
            views: false,
            left,
        }),
        Actor::Staff { name, role, .. } => {
            let words = crate::wording::staff_role(*role).to_owned();
            Some(Signed {
                name: name.clone(),
                office_or_role: words,
                staff: true,
                role: Some(*role),
                unread,
                views: false,
                left,
            })
        }
        Actor::Viewer { name, office, .. } => Some(Signed {
            name: name.clone(),
            office_or_role: office.clone(),
            staff: false,
            role: None,
            unread,
            views: true,
            left,
        }),
        Actor::Stranger | Actor::Device { .. } | Actor::Seller { .. } | Actor::System => None,
    }
}

/// A deed that leads elsewhere leads there by loading the page: who is signed in may have changed, and the frame shows it.
/// Has to be called before the router sets its own way.
pub fn load_after_redirect() {
    #[cfg(not(feature = "ssr"))]
    {
        // it is set once for the life of the page
        let _ = leptos::server_fn::redirect::set_redirect_hook(|to: &str| {
            let _ = window().location().set_href(to);
        });
    }
}

/// What only led here leaves the address as soon as the page is awake and has read it: the token of a mailed link, so that
/// the history of the browser does not keep it (F07), and the deed of a form that was posted, so that loading the page again
/// does not send the form again.
pub fn tidy_address() {
    Effect::new(|_| {
        let here = window().location();
        let (Ok(path), Ok(search)) = (here.pathname(), here.search()) else { return };
        let spent = search.contains("token=") || search.starts_with("?do=");
        if let (true, Ok(history)) = (spent, window().history()) {
            let state = history.state().unwrap_or(leptos::wasm_bindgen::JsValue::NULL);
            // where the browser does not let us, the address stays as it is
            let _ = history.replace_state_with_url(&state, "", Some(&path));
        }
    });
}

fn signed() -> Option<Signed> {
    use_context::<Option<Signed>>().flatten()
}

/// Moves the focus to the new page when the place changes without loading.
fn follow_with_focus() {
    let path = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let now = path.get();
        if before.is_some_and(|before| before != now) {
            focus_main();
        }
        now
    });
}

fn focus_main() {
    use leptos::wasm_bindgen::JsCast;
    let main = document().get_element_by_id("main");
    if let Some(main) = main.and_then(|main| main.dyn_into::<leptos::web_sys::HtmlElement>().ok()) {
        let _ = main.focus();
    }
}

/// The frame of pages that strangers see.
#[component]
pub fn Outside() -> impl IntoView {
    follow_with_focus();
    view! {
        <FrameOut>
            <Outlet/>
        </FrameOut>
    }
}

/// The frame of pages that everybody may read: the own one for people of an account, and the way in for all others.
#[component]
pub fn Open() -> impl IntoView {
    if signed().is_some_and(|signed| !signed.staff && !signed.views) {
        return view! { <Inside/> }.into_any();
    }
    follow_with_focus();
    let foot = || {
        view! {
            <p>
                "You are not signed in. " <a href=paths::SIGN_IN>"Sign in"</a> " to see your devices and licenses."
            </p>
        }
    };
    view! {
        <FrameOut foot>
            <Outlet/>
        </FrameOut>
    }
    .into_any()
}

/// The frame of people of an account.
#[component]
pub fn Inside() -> impl IntoView {
    follow_with_focus();
    let Some(person) = signed().filter(|signed| !signed.staff) else {
        return view! { <SignInFirst href=paths::SIGN_IN/> }.into_any();
    };
    if person.views {
        return view! { <Viewed signed=person/> }.into_any();
    }
    let places = vec![
        Place::new(paths::OVERVIEW, "Overview", Glyph::Overview).on_bar(),
        Place::new(paths::DEVICES, "Devices", Glyph::Devices).on_bar(),
        Place::new(paths::LICENSES, "Licenses", Glyph::Licenses).on_bar(),
        Place::new(paths::REQUESTS, "Requests", Glyph::Requests).on_bar(),
        Place::new(paths::PEOPLE, "People", Glyph::People),
        Place::new(paths::ACTIVITY, "Activity", Glyph::Audit),
        Place::new(paths::NOTICES, "Notices", Glyph::Notices).count(person.unread),
        Place::new(paths::HELP, "Help", Glyph::Help),
        Place::new(paths::SETTINGS, "Settings", Glyph::Account),
    ];
    let path = use_location().pathname;
    let current = Signal::derive(move || place_of(&path.get()).to_owned());
    let left = person.left;
    let foot = move || {
        let leave = ServerAction::<SignOut>::new();
        view! {
            <SignedAs signed=person.clone()/>
            <Form action=leave>
                <Button variant=Variant::Quiet>"Sign out"</Button>
            </Form>
        }
    };
    view! {
        <SessionEnd left/>
        <Frame places=places current=current foot=foot>
            <Outlet/>
        </Frame>
    }
    .into_any()
}

/// The frame of an office's pages when support looks at them: those that it may see, and the way out.
#[component]
fn Viewed(signed: Signed) -> impl IntoView {
    let places = vec![
        Place::new(paths::OVERVIEW, "Overview", Glyph::Overview).on_bar(),
        Place::new(paths::DEVICES, "Devices", Glyph::Devices).on_bar(),
        Place::new(paths::LICENSES, "Licenses", Glyph::Licenses).on_bar(),
    ];
    let path = use_location().pathname;
    let current = Signal::derive(move || place_of(&path.get()).to_owned());
    let leave = ServerAction::<LeaveView>::new();
    let title = format!("You see the pages of {} as its owner sees them", signed.office_or_role);
    let left = signed.left;
    let foot = move || view! { <SignedAs signed=signed.clone()/> };
    view! {
        <SessionEnd left/>
        <Frame places=places current=current foot=foot>
            <div class="viewed">
                <Notice tone=Tone::Warn title=title>
                    <p>"Nothing can be changed here, and no code is shown. They read under Activity that you looked."</p>
                    <Form action=leave class="leave">
                        <Button variant=Variant::Secondary>"Leave view"</Button>
                    </Form>
                </Notice>
            </div>
            <Outlet/>
        </Frame>
    }
    .into_any()
}

/// The frame of people in support.
#[component]
pub fn Support() -> impl IntoView {
    follow_with_focus();
    let Some(staff) = signed().filter(|signed| signed.staff) else {
        return view! { <SignInFirst href=paths::SUPPORT_SIGN_IN/> }.into_any();
    };
    let mut places = vec![
        Place::new(paths::SUPPORT, "Queue", Glyph::Queue).on_bar(),
        Place::new(paths::LOOK_UP, "Look-up", Glyph::Search).on_bar(),
        Place::new(paths::REPLIES, "Saved replies", Glyph::Requests),
        Place::new(paths::FEEDBACK, "Feedback", Glyph::Feedback).on_bar(),
        Place::new(paths::CATALOG, "Catalog", Glyph::Catalog),
        Place::new(paths::BATCHES, "Codes", Glyph::Code),
    ];
    if matches!(staff.role, Some(StaffRole::Lead | StaffRole::Auditor)) {
        places.push(Place::new(paths::AUDIT, "Audit", Glyph::Audit).on_bar());
    }
    if staff.role == Some(StaffRole::Lead) {
        places.push(Place::new(paths::PUBLISHED, "Published codes", Glyph::Lock));
        places.push(Place::new(paths::PICTURES, "Pictures", Glyph::Overview));
        places.push(Place::new(paths::TEAM, "Team", Glyph::People));
    }
    let path = use_location().pathname;
    let current = Signal::derive(move || place_in_support(&path.get()).to_owned());
    let left = staff.left;
    let foot = move || {
        let leave = ServerAction::<StaffSignOut>::new();
        view! {
            <SignedAs signed=staff.clone()/>
            <p><a href=paths::SUPPORT_OWN>"How you sign in"</a></p>
            <Form action=leave>
                <Button variant=Variant::Quiet>"Sign out"</Button>
            </Form>
        }
    };
    view! {
        <SessionEnd left/>
        <Frame places=places current=current foot=foot support=true home=paths::SUPPORT>
            <Outlet/>
        </Frame>
    }
    .into_any()
}

#[component]
fn SignedAs(signed: Signed) -> impl IntoView {
    view! {
        <p>
            <strong>{signed.name}</strong>
            {signed.office_or_role}
        </p>
    }
}

/// The place of the navigation that a page belongs to.
fn place_of(path: &str) -> &'static str {
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    match first {
        "devices" | "link" => paths::DEVICES,
        "licenses" | "renew" | "store" => paths::LICENSES,
        "requests" | "recover" | "disclosed" => paths::REQUESTS,
        "people" => paths::PEOPLE,
        "notices" => paths::NOTICES,
        "activity" => paths::ACTIVITY,
        "help" => paths::HELP,
        "settings" => paths::SETTINGS,
        _ => paths::OVERVIEW,
    }
}

/// The place of support's navigation that a page belongs to.
fn place_in_support(path: &str) -> &'static str {
    match path.split('/').nth(2).unwrap_or_default() {
        "look-up" | "customers" | "codes" | "devices" => paths::LOOK_UP,
        "feedback" => paths::FEEDBACK,
        "catalog" => paths::CATALOG,
        "pictures" => paths::PICTURES,
        "batches" | "imports" => paths::BATCHES,
        "published" => paths::PUBLISHED,
        "replies" => paths::REPLIES,
        "audit" => paths::AUDIT,
        "team" => paths::TEAM,
        _ => paths::SUPPORT,
    }
}

/// Shown for a moment where a link led from a signed-out page to one that is not: the server knows the way from there.
#[component]
fn SignInFirst(href: &'static str) -> impl IntoView {
    let hydrating = Owner::current_shared_context().is_some_and(|context| context.during_hydration());
    Effect::new(move |_| {
        // a page that came like this from the server would come like this again
        if !hydrating {
            let _ = window().location().reload();
        }
    });
    view! {
        <FrameOut>
            <div class="page">
                <PageHead title="Sign in first" lead="This page is for people who are signed in."/>
                <div class="row">
                    <a class="button button-primary" href=href rel="external">"Sign in"</a>
                </div>
            </div>
        </FrameOut>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_belongs_to_a_place() {
        assert_eq!(place_of("/"), paths::OVERVIEW);
        assert_eq!(place_of("/licenses/add"), paths::LICENSES);
        assert_eq!(place_of("/link"), paths::DEVICES);
        assert_eq!(place_of("/requests/R-1"), paths::REQUESTS);
        assert_eq!(place_of("/requests/new"), paths::REQUESTS);
        assert_eq!(place_of("/recover"), paths::REQUESTS);
        assert_eq!(place_in_support("/support/cases/S-1"), paths::SUPPORT);
        assert_eq!(place_in_support("/support/codes/1"), paths::LOOK_UP);
        assert_eq!(place_in_support("/support/imports/new"), paths::BATCHES);
    }
}
