//! Browser sessions in Postgres, under hashed ids: who reads the table can't be anybody.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::session::store as session;
use domain::{PgPool, seal};
use http::HeaderValue;
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

#[async_trait]
impl SessionStore for PgSessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        let data = encode(&record.data)?;
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
        let data = encode(&record.data)?;
        // Of a session that has ended meanwhile nothing is kept: a request in flight must not bring it back.
        session::update(&self.db, &hash(record.id), &data, record.expiry_date).await.map(|_| ()).map_err(backend)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let Some((data, expiry_date)) = session::load(&self.db, &hash(*id)).await.map_err(backend)? else {
            return Ok(None);
        };
        let data = serde_json::from_value(data).map_err(|error| Error::Decode(error.to_string()))?;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        session::delete(&self.db, &hash(*id)).await.map_err(backend)
    }
}

fn hash(id: Id) -> [u8; 32] {
    seal::hashed(&id.0.to_le_bytes())
}

fn encode(data: &HashMap<String, serde_json::Value>) -> Result<serde_json::Value> {
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
