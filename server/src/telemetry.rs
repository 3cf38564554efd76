//! What the process says about itself: log lines in JSON on standard error, and counters for `/metrics`. Neither ever
//! holds a query string, a header or a body.

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing::Subscriber;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt;

/// The variable of the environment that says how much is logged, and of what.
const VARIABLE: &str = "LATCHKEY_LOG";
const USUAL: &str = "info,sqlx=warn,tower_sessions=error,tower_sessions_core=error";

/// Seconds an answer takes, from a cached file to the request deadline.
const SECONDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// Starts the log. What can't be read in the variable is said, and the usual amount is logged.
pub fn start_log() {
    let wanted = std::env::var(VARIABLE).ok().filter(|text| !text.trim().is_empty());
    let (filter, wrong) = match wanted.as_deref().map(EnvFilter::try_new) {
        Some(Ok(filter)) => (filter, None),
        Some(Err(error)) => (EnvFilter::new(USUAL), Some(error)),
        None => (usual(), None),
    };
    if subscriber(filter, std::io::stderr).try_init().is_err() {
        return;
    }
    if let Some(error) = wrong {
        tracing::warn!(%error, "{VARIABLE} can't be read, so the usual amount is logged");
    }
    // Only the place: what a panic says can quote what somebody typed.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, "a panic");
    }));
}

/// What is logged unless the environment says something else.
#[must_use]
pub fn usual() -> EnvFilter {
    EnvFilter::new(USUAL)
}

/// The log: one line of JSON for each event, to `writer`.
pub fn subscriber<W>(filter: EnvFilter, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_writer(writer)
        .with_env_filter(filter)
        .finish()
}

/// Starts counting, once a process; further calls (tests start several routers) count into nothing.
#[must_use]
pub fn start_metrics() -> PrometheusHandle {
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
        .unwrap_or_default()
        .build_recorder();
    let handle = recorder.handle();
    if metrics::set_global_recorder(recorder).is_ok() {
        metrics::gauge!("latchkey_start_time_seconds").set(
            std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64()),
        );
    }
    handle
}
