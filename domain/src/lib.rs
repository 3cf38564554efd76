//! What licensing means: the facts, the rules and, with the feature `postgres`, the deeds and their SQL.
//!
//! The rules are functions of values with the clock as an argument, so the same function decides on the server
//! and tells the page in the browser whether a button is live.

pub mod activation;
pub mod activity;
pub mod actor;
#[cfg(feature = "postgres")]
pub mod attempt;
#[cfg(feature = "postgres")]
pub mod audit;
pub mod batch;
pub mod case;
pub mod catalog;
#[cfg(feature = "ticket")]
pub mod chain;
#[cfg(feature = "postgres")]
pub mod check;
pub mod code;
pub mod country;
#[cfg(feature = "postgres")]
pub mod cx;
#[cfg(feature = "postgres")]
pub mod demo;
pub mod device;
pub mod device_api;
pub mod error;
pub mod feedback;
pub mod figure;
pub mod flag;
#[cfg(feature = "postgres")]
pub mod housekeeping;
pub mod id;
#[cfg(feature = "postgres")]
pub mod idempotency;
pub mod job;
pub mod license;
pub mod link;
pub mod lookup;
#[cfg(feature = "postgres")]
pub mod mail;
pub mod notice;
pub mod offer;
pub mod order;
pub mod overview;
#[cfg(feature = "postgres")]
pub mod page;
pub mod person;
pub mod promise;
pub mod recovery;
pub mod refund;
pub mod reply;
pub mod request;
pub mod reserve;
#[cfg(feature = "postgres")]
pub mod retry;
#[cfg(feature = "postgres")]
pub mod seal;
pub mod seat;
#[cfg(feature = "postgres")]
pub mod seller;
pub mod seller_api;
#[cfg(feature = "postgres")]
pub mod server_log;
pub mod session;
pub mod staff;
pub mod subscription;
pub mod text;
pub mod thread;
pub mod ticket;
pub mod trail;
#[cfg(feature = "postgres")]
pub mod twins;
pub mod webhook;
pub mod zone;

pub use error::{Error, Fault, FieldError, Result};

/// The handle to the database that callers outside hold; they write no SQL with it.
#[cfg(feature = "postgres")]
pub use sqlx::PgPool;

/// Brings the schema up to date, one instance at a time.
///
/// # Errors
/// When the database can't be reached or a migration was changed after it ran.
#[cfg(feature = "postgres")]
pub async fn migrate(db: &PgPool) -> std::result::Result<(), sqlx::migrate::MigrateError> {
    // whoever may not make tables can still find that there is nothing to make
    if is_migrated(db).await? { Ok(()) } else { MIGRATIONS.run(db).await }
}

/// Whether the database has exactly the schema of this version.
#[cfg(feature = "postgres")]
async fn is_migrated(db: &PgPool) -> sqlx::Result<bool> {
    let begun = sqlx::query_scalar::<_, bool>("select to_regclass('_sqlx_migrations') is not null");
    if !begun.fetch_one(db).await? {
        return Ok(false);
    }
    let applied = sqlx::query_as("select version, checksum from _sqlx_migrations where success order by version");
    let applied: Vec<(i64, Vec<u8>)> = applied.fetch_all(db).await?;
    let ours = MIGRATIONS.iter().map(|migration| (migration.version, &migration.checksum[..]));
    Ok(ours.eq(applied.iter().map(|(version, checksum)| (*version, &checksum[..]))))
}

/// The schema, step by step.
#[cfg(feature = "postgres")]
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../migrations");
