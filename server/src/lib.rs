//! The process: transport, sessions, configuration. It shows no page of its own and holds no SQL.

pub mod attachments;
pub mod authenticate;
mod batch_file;
pub mod config;
pub mod database;
pub mod device_api;
mod export;
mod framing;
pub mod geo;
pub mod headers;
mod html;
pub mod keys;
pub mod listen;
pub mod mail;
pub mod mailbox;
pub mod oauth;
pub mod ops;
pub mod origin;
pub mod pages;
pub mod plain_forms;
pub mod postgres;
pub mod request_log;
pub mod rescue;
pub mod seller_api;
pub mod sessions;
mod status;
mod styleguide;
pub mod telemetry;
mod unsubscribe;
pub mod uploads;
pub mod viewing;
pub mod webhook;
pub mod worker;

#[cfg(test)]
mod numbers;

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::any;
use domain::cx::World;
use ipnetwork::IpNetwork;
use tower_http::compression::CompressionLayer;

use crate::config::Config;
use crate::geo::Countries;

/// What every request is judged with.
#[derive(Clone, Debug)]
pub struct Gate {
    /// The process's own.
    pub world: Arc<World>,
    /// Knows the country of an address.
    pub countries: Arc<Countries>,
    /// Proxies whose word counts.
    pub trusted: Arc<[IpNetwork]>,
}

/// The whole application as one service.
///
/// # Errors
/// `FrontEndMissing` when the built front end is not where the settings say.
pub fn router(config: &Config, world: &Arc<World>, countries: Countries) -> Result<Router, pages::FrontEndMissing> {
    let gate =
        Gate { world: Arc::clone(world), countries: Arc::new(countries), trusted: config.trusted_proxy.clone().into() };
    let inner = pages::router(&config.site())?
        .merge(unsubscribe::router())
        .merge(attachments::router())
        .merge(batch_file::router())
        .merge(status::router())
        .merge(export::router())
        .merge(mailbox::router(config))
        .merge(styleguide::router(config))
        .merge(oauth::router())
        .merge(device_api::router())
        .merge(device_api::docs::router(&config.site()));
    let application = Router::new()
        .fallback_service(any(plain_forms::serve).with_state(inner))
        .layer(from_fn_with_state(gate, authenticate::authenticate))
        .layer(sessions::layer(world.rw.clone()))
        .layer(from_fn(origin::refuse_foreign));
    Ok(guarded(application, headers::Transport::of(&config.origin())))
}

/// What stands around everything, so that no answer goes out without it: its limits, its headers, its name.
fn guarded(application: Router, transport: headers::Transport) -> Router {
    rescue::around(application)
        .layer(from_fn(framing::refuse_chunks))
        .layer(from_fn_with_state(transport, headers::secure))
        .layer(CompressionLayer::new().quality(tower_http::CompressionLevel::Fastest))
        .layer(from_fn(request_log::name_and_log))
}

/// Whether a request comes from a page of ours or wants one, rather than from a program.
#[must_use]
pub fn is_for_programs(request: &Request) -> bool {
    let path = request.uri().path();
    let stops_mails = path == unsubscribe::PATH
        && request.method() == http::Method::POST
        && !request.uri().query().unwrap_or_default().contains("do=");
    path.starts_with("/api/v1/") || path.starts_with("/oauth/") || stops_mails
}
