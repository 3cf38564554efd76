//! The page for addresses at which nothing is.

use leptos::prelude::*;

use crate::form::Title;
use crate::layout::Signed;
use crate::paths;
use crate::ui::*;

/// Gives the page that is rendered the status 404.
pub(crate) fn tell_status() {
    #[cfg(feature = "ssr")]
    if let Some(options) = use_context::<leptos_axum::ResponseOptions>() {
        options.set_status(axum::http::StatusCode::NOT_FOUND);
    }
}

/// Says that nothing is here and where to go on; the status is 404.
#[component]
pub fn NotFound() -> impl IntoView {
    tell_status();
    let signed = use_context::<Option<Signed>>().flatten();
    let links: Vec<(&'static str, &'static str)> = match signed {
        Some(signed) if signed.staff => vec![(paths::SUPPORT, "Queue")],
        Some(_) => vec![
            (paths::OVERVIEW, "Overview"),
            (paths::LICENSES, "Licenses"),
            (paths::ADD_CODE, "Add an activation code"),
            (paths::RECOVER, "Recover a code"),
        ],
        None => vec![(paths::SIGN_IN, "Sign in"), (paths::SIGN_UP, "Open an account")],
    };
    let links = links.into_iter().map(|(href, label)| {
        view! {
            <li>
                <a href=href>{label}</a>
            </li>
        }
    });
    view! {
        <Title text="Nothing at this address"/>
        <FrameOut>
            <div class="page">
                <PageHead
                    title="Nothing at this address"
                    lead="The address may be mistyped, or what was here is gone. Nothing of yours was changed."
                />
                <Card heading="Go on from here">
                    <ul class="ledger">{links.collect_view()}</ul>
                </Card>
            </div>
        </FrameOut>
    }
    .into_any()
}
