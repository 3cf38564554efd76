//! What the database server writes into a log of its own.

use sqlx::PgPool;

/// Whether the server logs what statements are sent with: what people type would stand there, and sealed values with their
/// hashes (K01).
///
/// # Errors
/// Those of the database.
pub async fn tells_parameters(db: &PgPool) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (
               select 1 from pg_settings p, pg_settings s
               where p.name = 'log_parameter_max_length' and p.setting <> '0'
                   and (s.name = 'log_statement' and s.setting in ('mod', 'all')
                       or s.name in ('log_min_duration_statement', 'log_min_duration_sample') and s.setting <> '-1'
                       or s.name = 'log_transaction_sample_rate' and s.setting <> '0')
           ) or exists (
               select 1 from pg_settings where name = 'log_parameter_max_length_on_error' and setting <> '0'
           ) as "tells!""#
    )
    .fetch_one(db)
    .await
}
