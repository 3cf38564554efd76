//! The console's pages, its server functions and the files of its front end.

use std::path::Path;
use std::sync::Arc;

use app::{App, shell};
use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use http::header::{ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderValue};
use leptos::config::{Env, LeptosOptions};
use leptos::nonce::use_nonce;
use leptos::prelude::use_context;
use leptos_axum::{LeptosRoutes, ResponseOptions, generate_route_list, render_app_async_with_context};
use tower_http::services::{ServeDir, ServeFile};

use crate::request_log::plain_page;

/// The built front end is not where it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "The built front end is not in {0}: build it with `cargo xtask front`, or name its folder with --site (LATCHKEY_SITE)."
)]
pub struct FrontEndMissing(String);

/// What pages are rendered with; the front end's names carry hashes, which stand in its `hash.txt`.
fn options(site: &Path) -> Result<LeptosOptions, FrontEndMissing> {
    let missing = || FrontEndMissing(site.display().to_string());
    let hashes = std::path::absolute(site.join("hash.txt")).map_err(|_| missing())?;
    if !hashes.is_file() {
        return Err(missing());
    }
    Ok(LeptosOptions::builder()
        .output_name("latchkey")
        .site_root(site.display().to_string())
        .site_pkg_dir("pkg")
        .hash_files(true)
        .hash_file(Arc::<str>::from(hashes.display().to_string()))
        .env(Env::PROD)
        .build())
}

/// The addresses of all pages, with a colon before what stands for an identity.
#[must_use]
pub fn addresses() -> Vec<String> {
    generate_route_list(App).iter().map(|route| route.path().replace('{', ":").replace('}', "")).collect()
}

/// Pages, server functions and files.
///
/// # Errors
/// `FrontEndMissing`.
pub fn router(site: &Path) -> Result<Router, FrontEndMissing> {
    let options = options(site)?;
    let files = ServeDir::new(site.join("pkg")).precompressed_br().precompressed_gzip();
    let page = {
        let options = options.clone();
        move || shell(options.clone())
    };
    let mut router = Router::new()
        .leptos_routes_with_context(&options, generate_route_list(App), page_policy, page.clone())
        // around all of them: leptos adds a route of its own for each server function
        .layer(from_fn(only_for_script))
        .nest_service("/pkg", tower::ServiceBuilder::new().layer(from_fn(keep_forever)).service(files));
    for name in ["favicon.svg", "logo.svg", "robots.txt"] {
        router = router.route_service(&format!("/{name}"), ServeFile::new(site.join(name)));
    }
    // every other address is the application's page for nothing, which sets its status itself
    Ok(router.fallback(render_app_async_with_context(page_policy, page)).with_state(options))
}

/// What a rendered page may load and run: its own files, and scripts with this answer's nonce.
fn page_policy() {
    let (Some(options), Some(nonce)) = (use_context::<ResponseOptions>(), use_nonce()) else { return };
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'; object-src 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        options.insert_header(CONTENT_SECURITY_POLICY, policy);
    }
}

/// Server functions answer programs. A browser's own form post would be sent on to wherever its Referer says.
async fn only_for_script(request: Request, next: Next) -> Response {
    let is_function = request.uri().path().starts_with("/api/");
    let wants_page =
        request.headers().get(ACCEPT).and_then(|accept| accept.to_str().ok()).is_some_and(|a| a.contains("text/html"));
    if is_function && wants_page {
        return plain_page(
            http::StatusCode::NOT_ACCEPTABLE,
            "This address is not a page",
            "Go back and send the form again.",
            None,
        );
    }
    next.run(request).await
}

/// The names of these files change with their contents.
async fn keep_forever(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if response.status().is_success() {
        let forever = HeaderValue::from_static("public, max-age=31536000, immutable");
        response.headers_mut().insert(CACHE_CONTROL, forever);
    }
    response
}
