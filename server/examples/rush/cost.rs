//! What requests cost the database: statements, commits and bytes of its log, counted by the database itself.

use domain::PgPool;

use crate::Failure;

/// What was counted.
pub struct Counted {
    wal: f64,
    statements: f64,
    commits: f64,
    around: f64,
}

/// Begins to count, and answers where the log stands.
pub async fn begin(db: &PgPool) -> Result<String, Failure> {
    sqlx::query("select pg_stat_statements_reset()").execute(db).await?;
    Ok(sqlx::query_scalar("select pg_current_wal_insert_lsn()::text").fetch_one(db).await?)
}

/// Ends to count.
pub async fn end(db: &PgPool, since: &str) -> Result<Counted, Failure> {
    let wal = sqlx::query_scalar("select (pg_current_wal_insert_lsn() - $1::text::pg_lsn)::float8")
        .bind(since)
        .fetch_one(db)
        .await?;
    let (statements, commits, around) = sqlx::query_as(
        "select coalesce(sum(calls) filter (where kind = 'statement'), 0)::float8,
             coalesce(sum(calls) filter (where kind = 'commit'), 0)::float8,
             coalesce(sum(calls) filter (where kind = 'around'), 0)::float8
         from (
             select calls, case
                 when query ilike 'commit%' then 'commit'
                 when query ilike 'begin%' or query ilike 'rollback%' or query like '%statement_timestamp()' then 'around'
                 else 'statement' end as kind
             from pg_stat_statements
             where query not like '%pg_stat_statements%' and query not like '%pg_current_wal%'
         ) as counted",
    )
    .fetch_one(db)
    .await?;
    Ok(Counted { wal, statements, commits, around })
}

impl Counted {
    /// The cost of one of so many.
    pub fn each(&self, count: usize) -> String {
        let each = |counted: f64| counted / count as f64;
        format!(
            "{:.2} statements, {:.2} commits, {:.2} begins and looks at a connection, {:.0} bytes of WAL",
            each(self.statements),
            each(self.commits),
            each(self.around),
            each(self.wal),
        )
    }
}
