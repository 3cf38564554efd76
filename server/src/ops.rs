//! Health and metrics, on a port of their own that the public does not reach.

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderName, StatusCode, header};
use metrics_exporter_prometheus::PrometheusHandle;
use sqlx::PgPool;

/// Longer than this, and the load balancer should look elsewhere.
const PATIENCE: Duration = Duration::from_secs(1);

#[derive(Clone)]
struct Ops {
    db: PgPool,
    metrics: PrometheusHandle,
}

/// `/health/live` (the process answers), `/health/ready` (it can work: the database answers and its schema is whole),
/// `/metrics` (in Prometheus' text format).
pub fn router(db: PgPool, metrics: PrometheusHandle) -> Router {
    Router::new()
        .route("/health/live", get(|| async { plain(StatusCode::OK, "live\n") }))
        .route("/health/ready", get(ready))
        .route("/metrics", get(render))
        .with_state(Ops { db, metrics })
}

async fn ready(State(Ops { db, .. }): State<Ops>) -> Response {
    let question = sqlx::query_scalar("select not exists (select from _sqlx_migrations where not success)");
    match tokio::time::timeout(PATIENCE, question.fetch_one(&db)).await {
        Ok(Ok(true)) => plain(StatusCode::OK, "ready\n"),
        Ok(Ok(false)) => plain(StatusCode::SERVICE_UNAVAILABLE, "a migration did not finish\n"),
        Ok(Err(_)) => plain(StatusCode::SERVICE_UNAVAILABLE, "the database refuses\n"),
        Err(_) => plain(StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n"),
    }
}

async fn render(State(Ops { db, metrics }): State<Ops>) -> Response {
    let count = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    metrics::gauge!("latchkey_db_connections").set(f64::from(db.size()));
    metrics::gauge!("latchkey_db_connections_idle").set(count(db.num_idle()));
    metrics.run_upkeep();
    plain(StatusCode::OK, metrics.render())
}

fn plain(status: StatusCode, text: impl Into<String>) -> Response {
    const HEADERS: [(HeaderName, &str); 3] = [
        (header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (status, HEADERS, text.into()).into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use http::Request;
    use tower::ServiceExt;

    use super::*;
    use crate::{database, telemetry};

    async fn asked(router: &Router, path: &str) -> (StatusCode, String) {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (status, String::from_utf8(bytes.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn without_its_database_the_process_lives_and_is_not_ready() {
        let nowhere = database::pool("postgres://nobody@127.0.0.1:1/none".parse().unwrap());
        let router = router(nowhere, telemetry::start_metrics());
        assert_eq!(asked(&router, "/health/live").await, (StatusCode::OK, "live\n".to_owned()));
        assert_eq!(asked(&router, "/health/ready").await.0, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(asked(&router, "/metrics").await.0, StatusCode::OK);
        assert_eq!(asked(&router, "/").await.0, StatusCode::NOT_FOUND);
    }
}
