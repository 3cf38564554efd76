//! The pool of database connections: few, impatient, and never one with somebody else's transaction open.

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, Connection, PgConnection, PgPool};

/// Requests that find all of these in use wait for [`ACQUIRE`], then get a 503.
const CONNECTIONS: u32 = 10;
const ACQUIRE: Duration = Duration::from_secs(2);
const CONNECT: Duration = Duration::from_secs(5);
/// A connection that nobody borrowed for longer is looked at before it is lent.
const RESTED: Duration = Duration::from_secs(1);

/// For requests: nothing a page asks takes seconds, and no lock is worth waiting long for.
/// Every statement finds its rows by a key, so one plan fits all its parameters; planned anew each time, the long ones take
/// Postgres longer to plan than to run.
const PATIENCE: [(&str, &str); 4] = [
    ("statement_timeout", "3s"),
    ("lock_timeout", "1s"),
    ("idle_in_transaction_session_timeout", "5s"),
    ("plan_cache_mode", "force_generic_plan"),
];
/// For migrations and jobs: a second instance waits here until the first one has migrated.
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
    #[error("The database could not be brought up to date ({0}): run the version of Latchkey that fits it.")]
    Migration(#[from] sqlx::migrate::MigrateError),
    #[error("The database stopped answering ({0}): start Latchkey again when it is back.")]
    Lost(#[from] sqlx::Error),
}

/// Makes sure the database answers and brings its schema up to date, then gives the pool for requests.
///
/// # Errors
/// One sentence that says what to do.
pub async fn open(url: &str) -> Result<PgPool, DatabaseError> {
    migrate(url).await?;
    Ok(pool(options(url)?))
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

/// The pool for requests.
pub fn pool(options: PgConnectOptions) -> PgPool {
    PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(ACQUIRE)
        // one that was lent a moment ago was looked at when it came back
        .test_before_acquire(false)
        .before_acquire(|connection, state| Box::pin(is_alive(connection, state.idle_for)))
        .connect_lazy_with(options.options(PATIENCE))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postgres::{Cluster, Life};

    #[tokio::test]
    async fn no_request_waits_long_for_an_answer_or_a_lock_or_a_plan() {
        let cluster = Cluster::start(&std::env::temp_dir(), Life::ThrowAway).await.unwrap();
        let pool = pool(options(&cluster.url()).unwrap());
        for (setting, limit) in PATIENCE {
            let set: String =
                sqlx::query_scalar("select current_setting($1)").bind(setting).fetch_one(&pool).await.unwrap();
            assert_eq!(set, limit, "{setting}");
        }
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
