//! Browser sessions in Postgres, under hashed ids: who reads the table can't be anybody.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::session::store as session;
use domain::{PgPool, seal};
use http::HeaderValue;
use serde::Serialize;
use serde_json::Value;
use time::Duration;
use tower_sessions::cookie::SameSite;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};
use tower_sessions::{Expiry, SessionManagerLayer, SessionStore};

/// The one cookie; its name makes browsers insist on https (or this machine), the whole path and no domain.
pub const COOKIE: &str = "__Host-sid";

/// A session that is not used for this long is over.
const IDLE: Duration = Duration::minutes(30);

/// The store.
#[derive(Clone)]
pub struct PgSessions {
    db: PgPool,
}

impl std::fmt::Debug for PgSessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PgSessions")
    }
}

impl PgSessions {
    /// Sessions kept in this database.
    #[must_use]
    pub fn new(db: PgPool) -> Self {
        Self { db }
    }
}

/// Where a loaded session keeps what it was, so that only what a request changed is written (B07). It is never stored.
const WAS: &str = "\0was";

/// What a request changed in a session.
struct Changed {
    /// Entries that are new or other ones.
    set: HashMap<String, Value>,
    /// Entries that are no longer there.
    gone: Vec<String>,
}

impl Changed {
    fn of(data: &HashMap<String, Value>) -> Self {
        let was = data.get(WAS).and_then(Value::as_object).cloned().unwrap_or_default();
        let set = entries(data).filter(|(name, value)| was.get(*name) != Some(value));
        let gone = was.keys().filter(|name| !data.contains_key(*name)).cloned();
        Self { set: set.map(|(name, value)| (name.clone(), value.clone())).collect(), gone: gone.collect() }
    }
}

/// What is stored of a session.
fn entries(data: &HashMap<String, Value>) -> impl Iterator<Item = (&String, &Value)> {
    data.iter().filter(|(name, _)| *name != WAS)
}

#[async_trait]
impl SessionStore for PgSessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        let data = encode(entries(&record.data).collect::<HashMap<_, _>>())?;
        // 128 random bits don't meet twice by chance, so a second try is one too many already.
        for _ in 0..3 {
            if session::create(&self.db, &hash(record.id), &data, record.expiry_date).await.map_err(backend)? {
                return Ok(());
            }
            record.id = Id::default();
        }
        Err(Error::Backend("every fresh session id was taken".to_owned()))
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let Changed { set, gone } = Changed::of(&record.data);
        let set = encode(set)?;
        // Of a session that has ended meanwhile nothing is kept: a request in flight must not bring it back.
        session::update(&self.db, &hash(record.id), &set, &gone, record.expiry_date).await.map(|_| ()).map_err(backend)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let Some((data, expiry_date)) = session::load(&self.db, &hash(*id)).await.map_err(backend)? else {
            return Ok(None);
        };
        let was = data.clone();
        let mut data: HashMap<String, Value> =
            serde_json::from_value(data).map_err(|error| Error::Decode(error.to_string()))?;
        data.insert(WAS.to_owned(), was);
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        session::delete(&self.db, &hash(*id)).await.map_err(backend)
    }
}

pub(crate) fn hash(id: Id) -> [u8; 32] {
    seal::hashed(&id.0.to_le_bytes())
}

fn encode(data: impl Serialize) -> Result<Value> {
    serde_json::to_value(data).map_err(|error| Error::Encode(error.to_string()))
}

fn backend(error: sqlx::Error) -> Error {
    Error::Backend(error.to_string())
}

/// The layer that finds the session of a request and sends its cookie.
pub fn layer(db: PgPool) -> SessionManagerLayer<PgSessions> {
    SessionManagerLayer::new(PgSessions::new(db))
        .with_name(COOKIE)
        .with_secure(true)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(IDLE))
}

/// The header value that removes the cookie in the browser.
#[must_use]
pub fn removal() -> HeaderValue {
    HeaderValue::from_static("__Host-sid=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax")
}
