//! The pool of database connections: few, impatient, and never one with somebody else's transaction open.

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, Connection, PgConnection, PgPool};

/// Requests that find all of these in use wait for [`ACQUIRE`], then get a 503.
pub(crate) const CONNECTIONS: u32 = 10;
pub(crate) const ACQUIRE: Duration = Duration::from_secs(2);
const CONNECT: Duration = Duration::from_secs(5);
/// A connection that nobody borrowed for longer is looked at before it is lent.
const RESTED: Duration = Duration::from_secs(1);

/// For requests: nothing a page asks takes seconds, and no lock is worth waiting long for.
/// Every statement finds its rows by a key, so one plan fits all its parameters; planned anew each time, the long ones take
/// Postgres longer to plan than to run.
pub(crate) const PATIENCE: [(&str, &str); 4] = [
    ("statement_timeout", "3s"),
    ("lock_timeout", "1s"),
    ("idle_in_transaction_session_timeout", "5s"),
    ("plan_cache_mode", "force_generic_plan"),
];
/// For jobs: they look at more at once than a page does, and wait for a lock no longer, because others wait behind them.
pub(crate) const JOB_PATIENCE: [(&str, &str); 4] = [
    ("statement_timeout", "60s"),
    ("lock_timeout", "1s"),
    ("idle_in_transaction_session_timeout", "5s"),
    ("plan_cache_mode", "force_generic_plan"),
];
/// All jobs together hold at most so many connections, beside those of requests.
const JOB_CONNECTIONS: u32 = 4;
/// Requests and jobs act as this role, whoever they sign in as: it owns nothing, and adds to the audit log without a right to
/// change it. A migration makes it.
pub const ROLE: &str = "latchkey_app";
/// For migrations: a second instance waits here until the first one has migrated.
const LONG_PATIENCE: [(&str, &str); 3] =
    [("statement_timeout", "60s"), ("lock_timeout", "60s"), ("idle_in_transaction_session_timeout", "60s")];

/// Why the database can't be used; each sentence says what to do and none has the password.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    #[error("DATABASE_URL can't be read: write it as postgres://user:password@host:5432/database.")]
    Address,
    #[error("The database at {place} can't be reached ({cause}): start it, or correct DATABASE_URL.")]
    Unreachable { place: String, cause: String },
    #[error("The database at {place} does not let us in ({cause}): correct user and password in DATABASE_URL.")]
    Denied { place: String, cause: String },
    #[error("The server at {place} has no such database ({cause}): make it with createdb, or correct DATABASE_URL.")]
    NoDatabase { place: String, cause: String },
    #[error(
        "The login of the database at {place} may not act as {ROLE} ({cause}): as the owner run \"grant {ROLE} to\" with its name."
    )]
    NoRole { place: String, cause: String },
    #[error("The database could not be brought up to date ({0}): run the version of Latchkey that fits it.")]
    Migration(#[from] sqlx::migrate::MigrateError),
    #[error("The database stopped answering ({0}): start Latchkey again when it is back.")]
    Lost(#[from] sqlx::Error),
}

/// Where the database is, for both who sign in to it: the server, and the owner of the tables, who brings them up to date.
/// They may be the same.
#[derive(Clone, Debug)]
pub struct Addresses {
    pub server: String,
    pub owner: String,
}

/// Makes sure the database answers and brings its schema up to date, then gives the pool for requests and the one for jobs.
///
/// # Errors
/// One sentence that says what to do.
pub async fn open(addresses: &Addresses) -> Result<(PgPool, PgPool), DatabaseError> {
    migrate(&addresses.owner).await?;
    let limited = options(&addresses.server)?.options([("role", ROLE)]);
    reach(&limited).await?;
    Ok((pool(limited.clone()), jobs(limited)))
}

/// Brings the schema up to date, one instance at a time.
///
/// # Errors
/// One sentence that says what to do.
pub async fn migrate(url: &str) -> Result<(), DatabaseError> {
    let options = options(url)?;
    reach(&options).await?;
    let patient = PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(CONNECT)
        .connect_lazy_with(options.options(LONG_PATIENCE));
    domain::migrate(&patient).await?;
    patient.close().await;
    Ok(())
}

fn options(url: &str) -> Result<PgConnectOptions, DatabaseError> {
    let options: PgConnectOptions = url.parse().map_err(|_| DatabaseError::Address)?;
    Ok(options.application_name("latchkey"))
}

/// Tries once, so that the cause is known; the pool would only say that it waited too long.
async fn reach(options: &PgConnectOptions) -> Result<(), DatabaseError> {
    let place = match options.get_socket() {
        Some(socket) => socket.display().to_string(),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    };
    let answered = match tokio::time::timeout(CONNECT, options.connect()).await {
        Ok(answered) => answered,
        Err(_) => return Err(DatabaseError::Unreachable { place, cause: "no answer in 5 seconds".to_owned() }),
    };
    match answered {
        Ok(connection) => Ok(connection.close().await?),
        Err(sqlx::Error::Database(error)) => {
            let cause = error.message().to_owned();
            Err(match error.code().as_deref() {
                // the role is not there, or not for this login
                Some("22023" | "42501") if cause.contains(ROLE) => DatabaseError::NoRole { place, cause },
                Some("3D000") => DatabaseError::NoDatabase { place, cause },
                Some(code) if code.starts_with("28") => DatabaseError::Denied { place, cause },
                _ => DatabaseError::Unreachable { place, cause },
            })
        }
        Err(error) => Err(DatabaseError::Unreachable { place, cause: error.to_string() }),
    }
}

async fn is_alive(connection: &mut PgConnection, idle_for: Duration) -> sqlx::Result<bool> {
    if idle_for > RESTED {
        connection.ping().await?;
    }
    Ok(true)
}

/// Lets Postgres count what stands in the tables, as their owner: what is planned well has to be counted first.
///
/// # Errors
/// One sentence that says what to do.
pub async fn count_anew(addresses: &Addresses) -> Result<(), DatabaseError> {
    let mut owner = options(&addresses.owner)?.connect().await?;
    sqlx::raw_sql("vacuum analyze").execute(&mut owner).await?;
    Ok(owner.close().await?)
}

/// The pool for requests.
pub fn pool(options: PgConnectOptions) -> PgPool {
    lending(CONNECTIONS, options.options(PATIENCE))
}

/// The pool for jobs and commands.
pub fn jobs(options: PgConnectOptions) -> PgPool {
    lending(JOB_CONNECTIONS, options.options(JOB_PATIENCE))
}

fn lending(most: u32, options: PgConnectOptions) -> PgPool {
    PgPoolOptions::new()
        .max_connections(most)
        .acquire_timeout(ACQUIRE)
        // one that was lent a moment ago was looked at when it came back
        .test_before_acquire(false)
        .before_acquire(|connection, state| Box::pin(is_alive(connection, state.idle_for)))
        .connect_lazy_with(options)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postgres::{Cluster, Life};

    #[tokio::test]
    async fn no_request_waits_long_for_an_answer_or_a_lock_or_a_plan() {
        let cluster = Cluster::start(&std::env::temp_dir(), Life::ThrowAway).await.unwrap();
        let options = options(&cluster.url()).unwrap();
        for (pool, patience) in [(pool(options.clone()), PATIENCE), (jobs(options), JOB_PATIENCE)] {
            for (setting, limit) in patience {
                let set: String =
                    sqlx::query_scalar("select current_setting($1)").bind(setting).fetch_one(&pool).await.unwrap();
                let set = if set == "1min" { "60s" } else { &set };
                assert_eq!(set, limit, "{setting}");
            }
            pool.close().await;
        }
        cluster.stop().await;
    }

    #[tokio::test]
    async fn the_server_adds_to_the_audit_log_and_can_neither_change_nor_own_it() {
        let cluster = Cluster::start(&std::env::temp_dir(), Life::ThrowAway).await.unwrap();
        let (pool, _) = open(&cluster.addresses()).await.unwrap();
        let name: String = sqlx::query_scalar("select session_user::text").fetch_one(&pool).await.unwrap();
        assert_ne!(name, "latchkey", "the owner's login");
        let event = "insert into audit_event (at, actor_kind, event, facts, request_id)
                     values (now(), 'system', 'signed_in', '{}', gen_random_uuid())";
        sqlx::query(event).execute(&pool).await.unwrap();
        for (table, column) in [("audit_event", "event"), ("audit_link", "number"), ("audit_head", "number")] {
            for attack in [
                format!("update {table} set {column} = {column}"),
                format!("delete from {table}"),
                format!("truncate {table}"),
                format!("alter table {table} disable trigger all"),
                format!("alter table {table} owner to latchkey_app"),
                format!("drop table {table}"),
                format!("grant update on {table} to latchkey_app"),
                format!("reset role; delete from {table}"),
                format!("set role latchkey; delete from {table}"),
                format!("set session_replication_role = replica; delete from {table}"),
            ] {
                let done = sqlx::raw_sql(sqlx::AssertSqlSafe(attack.clone())).execute(&pool).await;
                let kept: bool = sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
                    "select not has_table_privilege('latchkey_app', '{table}', 'update, delete, truncate')"
                )))
                .fetch_one(&pool)
                .await
                .unwrap();
                assert!(done.is_err() || attack.starts_with("grant"), "{attack}");
                assert!(kept, "{attack}");
            }
        }
        let events: i64 = sqlx::query_scalar("select count(*) from audit_event").fetch_one(&pool).await.unwrap();
        assert_eq!(events, 1);
        pool.close().await;
        cluster.stop().await;
    }

    #[tokio::test]
    async fn what_is_wrong_with_the_address_is_said() {
        assert!(matches!(migrate("not an address").await, Err(DatabaseError::Address)));
        let unreachable = migrate("postgres://a:secret@127.0.0.1:1/x").await.unwrap_err();
        assert!(matches!(unreachable, DatabaseError::Unreachable { .. }));
        assert!(!unreachable.to_string().contains("secret"));
    }

    #[tokio::test]
    async fn a_wrong_password_and_a_missing_database_are_told_apart() {
        let cluster = Cluster::start(&std::env::temp_dir(), Life::ThrowAway).await.unwrap();
        let url = cluster.url();
        let missing = migrate(&url.replace("/latchkey?", "/elsewhere?")).await;
        assert!(matches!(missing, Err(DatabaseError::NoDatabase { .. })), "{missing:?}");
        let denied = migrate(&url.replace("latchkey:", "latchkey:x")).await;
        assert!(matches!(denied, Err(DatabaseError::Denied { .. })), "{denied:?}");
        cluster.stop().await;
    }
}
