//! What a browser session remembers: who signed in, and for which license the password was entered a moment ago.

use axum::http::request::Parts;
use domain::Error;
use domain::country::Country;
use domain::cx::Cx;
use domain::id::{LicenseId, PersonId, SessionId, StaffId};
use leptos::prelude::use_context;
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};
use tower_sessions::{Expiry, Session};
use uuid::Uuid;

use super::browser;
use crate::error::Answer;

const KEY: &str = "signed_in";
/// A person's session ends after this time without use.
pub const PERSON_IDLE: Duration = Duration::minutes(30);
/// A session in support ends sooner.
pub const STAFF_IDLE: Duration = Duration::minutes(15);
/// How long an entered password counts for one license.
pub const FRESH: Duration = Duration::minutes(5);
/// How often the time of last use is written down.
const TOUCH: Duration = Duration::minutes(1);

/// Who a session belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Who {
    /// A person of an account.
    Person(PersonId),
    /// Somebody in support.
    Staff(StaffId),
}

/// What a session remembers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignedIn {
    /// Who.
    pub who: Who,
    /// The credential's stamp at sign-in: after a new password it differs, and the session is over.
    pub stamp: Uuid,
    /// The license for which the password was entered, and until when that counts.
    pub fresh: Option<(LicenseId, OffsetDateTime)>,
    /// Forms that were carried out once and are not carried out again by loading the page again.
    pub once: Vec<String>,
    /// When the session was last used, to the minute.
    pub seen_at: OffsetDateTime,
    /// The same in seconds since 1970, for the list of sessions.
    #[serde(default)]
    pub seen_at_unix: i64,
    /// The name by which the person ends it; it opens nothing.
    #[serde(default)]
    pub id: Option<SessionId>,
    /// Browser and system at sign-in.
    #[serde(default)]
    pub browser: String,
    /// The country at sign-in, if known.
    #[serde(default)]
    pub country: Option<Country>,
}

/// Where the half that came in is kept.
const HALF: &str = "half_signed_in";
/// How long the second step may take.
const HALF_LIFE: Duration = Duration::minutes(5);

/// Somebody whose password was right and whose second step is still to come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Half {
    /// Who.
    pub person: PersonId,
    /// The credential's stamp.
    pub stamp: Uuid,
    /// Where to go afterwards.
    pub next: String,
    /// The instant from which it is too late.
    pub until: OffsetDateTime,
}

impl Half {
    /// Somebody whose password was right just now.
    #[must_use]
    pub fn new(person: PersonId, stamp: Uuid, next: &str, now: OffsetDateTime) -> Self {
        Self { person, stamp, next: next.to_owned(), until: now + HALF_LIFE }
    }
}

/// Remembers, under a new id, who has to show the second step; nobody is signed in by that.
///
/// # Errors
/// `Busy` when the store can't be asked.
pub async fn begin_half(session: &Session, half: &Half) -> domain::Result<()> {
    session.flush().await.map_err(|_| Error::Busy)?;
    session.cycle_id().await.map_err(|_| Error::Busy)?;
    session.set_expiry(Some(Expiry::OnInactivity(HALF_LIFE)));
    session.insert(HALF, half).await.map_err(|_| Error::Busy)
}

/// Who has to show the second step, if it is not too late.
///
/// # Errors
/// `Busy` when the store can't be asked.
pub async fn read_half(session: &Session, now: OffsetDateTime) -> domain::Result<Option<Half>> {
    let half: Option<Half> = session.get(HALF).await.map_err(|_| Error::Busy)?;
    Ok(half.filter(|half| now < half.until))
}

/// Where the challenge of a passkey is named.
const PASSKEY: &str = "passkey_asked";

/// Remembers which challenge this browser was given; only it can answer.
///
/// # Errors
/// `Busy` when the store can't be asked.
pub async fn ask_passkey(session: &Session, challenge: Uuid) -> domain::Result<()> {
    if read(session).await?.is_none() {
        session.set_expiry(Some(Expiry::OnInactivity(HALF_LIFE)));
    }
    session.insert(PASSKEY, challenge).await.map_err(|_| Error::Busy)
}

/// Which challenge this browser was given; it is forgotten by that.
///
/// # Errors
/// `Busy` when the store can't be asked.
pub async fn asked_passkey(session: &Session) -> domain::Result<Option<Uuid>> {
    session.remove(PASSKEY).await.map_err(|_| Error::Busy)
}

/// The session of the request that runs.
///
/// # Errors
/// `Internal` outside a request of ours.
pub fn current() -> Answer<Session> {
    let session = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Session>().cloned());
    session.ok_or_else(|| Error::Internal(domain::id::RequestId::generate()).into())
}

/// Reads what a session remembers.
///
/// # Errors
/// `Busy` when the store can't be asked.
pub async fn read(session: &Session) -> domain::Result<Option<SignedIn>> {
    session.get(KEY).await.map_err(|_| Error::Busy)
}

/// Writes down what a session remembers.
///
/// # Errors
/// `Busy` when the store can't be asked.
pub async fn write(session: &Session, signed_in: &SignedIn) -> domain::Result<()> {
    session.insert(KEY, signed_in).await.map_err(|_| Error::Busy)
}

/// Begins a session under a new id, whatever the browser came with (B01).
///
/// # Errors
/// `Busy` when the store can't be asked.
pub async fn begin(session: &Session, who: Who, stamp: Uuid, cx: &Cx) -> domain::Result<()> {
    session.flush().await.map_err(|_| Error::Busy)?;
    session.cycle_id().await.map_err(|_| Error::Busy)?;
    let idle = match who {
        Who::Person(_) => PERSON_IDLE,
        Who::Staff(_) => STAFF_IDLE,
    };
    session.set_expiry(Some(Expiry::OnInactivity(idle)));
    let signed_in = SignedIn {
        who,
        stamp,
        fresh: None,
        once: Vec::new(),
        seen_at: cx.now,
        seen_at_unix: cx.now.unix_timestamp(),
        id: Some(SessionId::generate()),
        browser: browser::of_request(),
        country: cx.country,
    };
    write(session, &signed_in).await
}

/// Keeps a session alive that is in use; false when it was out of use for too long.
///
/// # Errors
/// `Busy` when the store can't be asked.
pub async fn touch(session: &Session, signed_in: &mut SignedIn, now: OffsetDateTime) -> domain::Result<bool> {
    let idle = match signed_in.who {
        Who::Person(_) => PERSON_IDLE,
        Who::Staff(_) => STAFF_IDLE,
    };
    if now - signed_in.seen_at > idle {
        end(session).await?;
        return Ok(false);
    }
    if now - signed_in.seen_at > TOUCH {
        (signed_in.seen_at, signed_in.seen_at_unix) = (now, now.unix_timestamp());
        session.set_expiry(Some(Expiry::OnInactivity(idle)));
        write(session, signed_in).await?;
    }
    Ok(true)
}

/// Ends a session here and in the store.
///
/// # Errors
/// `Busy` when the store can't be asked.
pub async fn end(session: &Session) -> domain::Result<()> {
    session.flush().await.map_err(|_| Error::Busy)
}
