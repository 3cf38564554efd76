//! The page of all components in all states, in a demo.

use axum::Router;
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};

use crate::config::Config;
use crate::html;

/// Where the page is.
pub const PATH: &str = "/styleguide";

const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; \
                      frame-ancestors 'none'; object-src 'none'";

/// The page in a demo; nothing otherwise.
pub fn router(config: &Config) -> Router {
    if !config.data.demo {
        return Router::new();
    }
    let page = html::document("Styleguide", &html::style_sheet(&config.site()), &app::styleguide::page());
    let headers =
        [(CONTENT_TYPE, "text/html; charset=utf-8"), (CONTENT_SECURITY_POLICY, POLICY), (CACHE_CONTROL, "no-cache")];
    Router::new().route(PATH, get(move || std::future::ready((headers, page.clone()))))
}
