//! Who asks, when, and with what: the first argument of every deed.

use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use sqlx::{PgPool, PgTransaction};
use time::{Duration, OffsetDateTime};

use crate::actor::{Actor, Permission};
use crate::country::{Country, CountrySource};
use crate::id::{DeviceId, RequestId};
use crate::seal::Seal;
use crate::twins::{self, Protection};
use crate::{Error, Result, retry};

/// What all deeds of one process stand on: the database, the keys, the clock and our own address.
#[derive(Debug)]
pub struct World {
    /// For deeds that write, and reads that must see them.
    pub rw: PgPool,
    /// For reads that may lag behind; the same pool while there is one database.
    pub ro: PgPool,
    /// Seals and finds codes and keys.
    pub seal: Seal,
    /// Postgres's time.
    pub clock: Clock,
    /// The key that tickets are signed with.
    pub tickets: crate::ticket::store::KeyInUse,
    /// Scheme, host and port under which people reach us; links in mails begin with it, whatever the request said.
    pub origin: String,
}

impl World {
    /// The same world for those who may take longer: with connections of their own, and the same clock and keys.
    #[must_use]
    pub fn with_patience(&self, patient: PgPool) -> Self {
        Self {
            rw: patient.clone(),
            ro: patient,
            seal: self.seal.clone(),
            clock: self.clock.clone(),
            tickets: self.tickets.clone(),
            origin: self.origin.clone(),
        }
    }
}

/// The circumstances of one deed. Cheap to clone, so that a deed can own it and outlive a lost connection.
#[derive(Clone, Debug)]
pub struct Cx {
    /// Who asks.
    pub actor: Actor,
    /// The instant at which all rules of this deed look.
    pub now: OffsetDateTime,
    /// Names this request in the log and on error pages.
    pub request: RequestId,
    /// Where the request came from, if over the network.
    pub address: Option<IpAddr>,
    /// The country of that address, if known (edge case 28).
    pub country: Option<Country>,
    /// How that is known (R65).
    pub country_by: CountrySource,
    /// The process's own.
    pub world: Arc<World>,
}

impl Cx {
    /// A deed of Latchkey itself: jobs and the command line.
    #[must_use]
    pub fn system(world: &Arc<World>) -> Self {
        Self::of(Actor::System, RequestId::generate(), world)
    }

    /// A deed asked for by `actor` now.
    #[must_use]
    pub fn of(actor: Actor, request: RequestId, world: &Arc<World>) -> Self {
        Self {
            actor,
            now: world.clock.now(),
            request,
            address: None,
            country: None,
            country_by: CountrySource::Address,
            world: Arc::clone(world),
        }
    }

    /// Asks whether the actor may.
    ///
    /// # Errors
    /// `Unauthenticated` for strangers, `Forbidden` for all others without the right.
    pub fn require(&self, permission: Permission) -> Result<()> {
        if self.actor.may(permission) {
            Ok(())
        } else if self.actor == Actor::Stranger {
            Err(Error::Unauthenticated)
        } else {
            Err(Error::Forbidden)
        }
    }

    /// The device that asks for itself.
    ///
    /// # Errors
    /// `Unauthenticated` for strangers, `Forbidden` for everybody else who is no device.
    pub fn this_device(&self) -> Result<DeviceId> {
        self.require(Permission::ActAsDevice)?;
        match self.actor {
            Actor::Device { id, .. } => Ok(id),
            _ => Err(Error::Forbidden),
        }
    }

    /// The network the request came from, as limits count it: the address itself, or the /64 of an IPv6 address.
    #[must_use]
    pub fn network(&self) -> Option<Vec<u8>> {
        self.address.map(|address| match address.to_canonical() {
            IpAddr::V4(v4) => v4.octets().to_vec(),
            IpAddr::V6(v6) => v6.octets()[..8].to_vec(),
        })
    }

    /// Begins the one transaction of a write deed.
    ///
    /// # Errors
    /// `Busy` when no connection is free in time.
    pub async fn begin(&self) -> Result<PgTransaction<'static>> {
        Ok(begin(&self.world.rw).await?)
    }
}

/// Begins a transaction, in a task of its own: when a future is dropped while sqlx's `begin` waits for its answer, the
/// connection is lent again with the transaction open, and what the next borrower writes is lost.
///
/// # Errors
/// Those of the pool.
pub async fn begin(pool: &PgPool) -> sqlx::Result<PgTransaction<'static>> {
    if twins::is_out(Protection::Hygiene) {
        return pool.begin().await;
    }
    let pool = pool.clone();
    tokio::spawn(async move { pool.begin().await }).await.map_err(|_| sqlx::Error::WorkerCrashed)?
}

/// Postgres's time, read now and then and carried forward by the steady clock of this machine: nodes whose wall clocks
/// differ or jump give the same answers.
#[derive(Clone, Debug)]
pub struct Clock {
    read: Arc<RwLock<(OffsetDateTime, Instant)>>,
}

impl Clock {
    /// Reads Postgres's time for the first time.
    ///
    /// # Errors
    /// When the database can't be reached.
    pub async fn start(db: &PgPool) -> sqlx::Result<Self> {
        Ok(Self { read: Arc::new(RwLock::new(Self::ask(db).await?)) })
    }

    /// Reads Postgres's time again.
    ///
    /// # Errors
    /// When the database can't be reached; the clock then goes on from its last reading.
    pub async fn sync(&self, db: &PgPool) -> sqlx::Result<()> {
        let read = Self::ask(db).await?;
        *self.read.write().unwrap_or_else(PoisonError::into_inner) = read;
        Ok(())
    }

    /// The instant it is for Postgres, to the microsecond that it can store.
    #[must_use]
    pub fn now(&self) -> OffsetDateTime {
        let (at, read) = *self.read.read().unwrap_or_else(PoisonError::into_inner);
        let since = Duration::try_from(read.elapsed()).unwrap_or(Duration::ZERO);
        let now = at + since;
        now - Duration::nanoseconds(i64::from(now.nanosecond() % 1000))
    }

    /// Moves the clock, for demonstrations and tests of what time brings.
    pub fn shift(&self, by: Duration) {
        self.read.write().unwrap_or_else(PoisonError::into_inner).0 += by;
    }

    async fn ask(db: &PgPool) -> sqlx::Result<(OffsetDateTime, Instant)> {
        let at = sqlx::query_scalar!(r#"select clock_timestamp() as "at!""#).fetch_one(db).await?;
        Ok((at, Instant::now()))
    }
}

impl From<sqlx::Error> for Error {
    fn from(cause: sqlx::Error) -> Self {
        // a NUL in what was asked for: no text that is kept has one
        if cause.as_database_error().and_then(|e| e.code()).is_some_and(|code| code == "22021") {
            return Self::NotFound;
        }
        let busy = matches!(cause, sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed)
            || cause.as_database_error().and_then(|e| e.code()).is_some_and(|code| {
                // connection trouble, shutdown, lock or statement timeouts: nothing was done, the same request works later
                code.starts_with("08")
                    || code.starts_with("57")
                    || code.starts_with("53")
                    || code == "55P03"
                    || code == "40001"
                    || code == "40P01"
            });
        if cause.as_database_error().and_then(|e| e.code()).is_some_and(|code| code == "40001" || code == "40P01") {
            retry::note_crossing();
        }
        let request = RequestId::generate();
        tracing::error!(error = %Redacted(&cause), cause_id = %request, "the database refused");
        if busy { Self::Busy } else { Self::Internal(request) }
    }
}

/// An error of the database without the values it quotes: they may be secrets.
struct Redacted<'a>(&'a sqlx::Error);

impl std::fmt::Display for Redacted<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            sqlx::Error::Database(e) => {
                write!(f, "SQLSTATE {} at {}", e.code().unwrap_or_default(), e.constraint().unwrap_or("-"))
            }
            other => other.fmt(f),
        }
    }
}

/// Fresh random bytes.
///
/// # Panics
/// When the operating system has no randomness to give: nothing safe can be done then.
#[must_use]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives randomness");
    bytes
}

/// Random numbers below `bound`, each equally likely.
#[must_use]
pub fn random_below<const N: usize>(bound: u8) -> [u8; N] {
    let fair = u8::MAX - u8::MAX % bound;
    std::array::from_fn(|_| {
        loop {
            let [byte] = random::<1>();
            if byte < fair {
                return byte % bound;
            }
        }
    })
}
