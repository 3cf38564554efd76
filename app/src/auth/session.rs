//! What a browser session remembers: who signed in, and for which license the password was entered a moment ago.

use axum::http::request::Parts;
use domain::Error;
use domain::country::Country;
use domain::cx::Cx;
use domain::id::{AccountId, LicenseId, PersonId, SessionId, StaffId};
use leptos::prelude::use_context;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};
use tower_sessions::{Expiry, Session};
use uuid::Uuid;

use super::ending::Left;
use super::{browser, kept};
use crate::error::Answer;

const KEY: &str = "signed_in";
/// What changes while a session runs stands in entries of its own: the store writes those that a request has changed, so that
/// of many at once none takes back what another one wrote (B07).
const SEEN: &str = "seen";
const FRESH_FOR: &str = "fresh";
const ONCE: &str = "once";
const VIEWING: &str = "viewing";
/// A person's session ends after this time without use.
pub const PERSON_IDLE: Duration = Duration::minutes(30);
/// A session in support ends sooner.
pub const STAFF_IDLE: Duration = Duration::minutes(15);
/// Used or not, a session lasts no longer than this.
pub const LASTS: Duration = Duration::hours(12);
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
    /// When it began, in seconds since 1970: it ends twelve hours later, whatever its id is by then (B05).
    #[serde(default)]
    pub began_at_unix: i64,
    /// The name by which the person ends it; it opens nothing.
    #[serde(default)]
    pub id: Option<SessionId>,
    /// Browser and system at sign-in.
    #[serde(default)]
    pub browser: String,
    /// The country at sign-in, if known.
    #[serde(default)]
    pub country: Option<Country>,
    /// The office whose pages somebody in support looks at.
    #[serde(default)]
    pub viewing: Option<AccountId>,
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
    let form = kept::of(session, Who::Person(half.person)).await?;
    renew(session, HALF_LIFE).await?;
    kept::put(session, form).await?;
    session.insert(HALF, half).await.map_err(|_| Error::Busy)
}

/// An empty session under an id that nobody has seen.
pub(super) async fn renew(session: &Session, lasts: Duration) -> domain::Result<()> {
    session.flush().await.map_err(|_| Error::Busy)?;
    session.cycle_id().await.map_err(|_| Error::Busy)?;
    session.set_expiry(Some(Expiry::OnInactivity(lasts)));
    Ok(())
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

/// How long the session of the request that runs lasts yet, as the one who asks was looked up.
///
/// # Errors
/// `Unauthenticated` when nobody is signed in.
pub fn left_of_request() -> domain::Result<Left> {
    use_context::<Parts>().and_then(|parts| parts.extensions.get::<Left>().copied()).ok_or(Error::Unauthenticated)
}

/// Reads what a session remembers.
///
/// # Errors
/// `Busy` when the store can't be asked.
pub async fn read(session: &Session) -> domain::Result<Option<SignedIn>> {
    let Some(mut signed_in) = get::<SignedIn>(session, KEY).await? else { return Ok(None) };
    if let Some(seen) = get(session, SEEN).await? {
        signed_in.seen_at = OffsetDateTime::from_unix_timestamp(seen).unwrap_or(signed_in.seen_at);
    }
    signed_in.fresh = get(session, FRESH_FOR).await?;
    signed_in.once = get(session, ONCE).await?.unwrap_or_default();
    signed_in.viewing = get::<Option<AccountId>>(session, VIEWING).await?.flatten();
    Ok(Some(signed_in))
}

async fn get<T: DeserializeOwned>(session: &Session, key: &str) -> domain::Result<Option<T>> {
    session.get(key).await.map_err(|_| Error::Busy)
}

async fn set(session: &Session, key: &str, value: impl Serialize) -> domain::Result<()> {
    session.insert(key, value).await.map_err(|_| Error::Busy)
}

/// Remembers for which license the password was entered; the session goes on under a new id (B01).
///
/// # Errors
/// `Busy` when the store can't be asked.
pub async fn set_fresh(session: &Session, license: LicenseId, until: OffsetDateTime) -> domain::Result<()> {
    set(session, FRESH_FOR, (license, until)).await?;
    session.cycle_id().await.map_err(|_| Error::Busy)
}

/// Remembers which forms were carried out once.
///
/// # Errors
/// `Busy` when the store can't be asked.
pub async fn set_once(session: &Session, once: &[String]) -> domain::Result<()> {
    set(session, ONCE, once).await
}

/// Begins a session under a new id, whatever the browser came with (B01). A session knows no role: that is read anew with each
/// request, so a changed one needs no new id.
///
/// # Errors
/// `Busy` when the store can't be asked.
pub async fn begin(session: &Session, who: Who, stamp: Uuid, cx: &Cx) -> domain::Result<()> {
    let form = kept::of(session, who).await?;
    renew(session, idle(who)).await?;
    kept::put(session, form).await?;
    let signed_in = SignedIn {
        who,
        stamp,
        fresh: None,
        once: Vec::new(),
        seen_at: cx.now,
        began_at_unix: cx.now.unix_timestamp(),
        id: Some(SessionId::generate()),
        browser: browser::of_request(),
        country: cx.country,
        viewing: None,
    };
    set(session, KEY, &signed_in).await
}

/// Begins to look at the pages of an office, or ends it.
///
/// # Errors
/// `Unauthenticated` when nobody is signed in, `Busy` when the store can't be asked.
pub async fn set_viewing(session: &Session, account: Option<AccountId>) -> domain::Result<Option<AccountId>> {
    let signed_in = read(session).await?.ok_or(Error::Unauthenticated)?;
    set(session, VIEWING, account).await?;
    Ok(signed_in.viewing)
}

/// Whether a session was out of use for too long, or lasted too long.
#[must_use]
pub fn is_over(signed_in: &SignedIn, now: OffsetDateTime) -> bool {
    now - signed_in.seen_at > idle(signed_in.who) || lasts_until(signed_in).is_some_and(|end| now > end)
}

fn lasts_until(signed_in: &SignedIn) -> Option<OffsetDateTime> {
    let began = OffsetDateTime::from_unix_timestamp(signed_in.began_at_unix).ok()?;
    (signed_in.began_at_unix > 0).then(|| began + LASTS)
}

/// How long a session lasts yet when it is not used, and whether using it puts that off.
#[must_use]
pub fn left(signed_in: &SignedIn, now: OffsetDateTime) -> Left {
    let by_disuse = signed_in.seen_at + idle(signed_in.who);
    let last = lasts_until(signed_in).filter(|end| *end <= by_disuse);
    let seconds = (last.unwrap_or(by_disuse) - now).whole_seconds();
    Left { seconds: u32::try_from(seconds).unwrap_or_default(), can_stay: last.is_none() }
}

const fn idle(who: Who) -> Duration {
    match who {
        Who::Person(_) => PERSON_IDLE,
        Who::Staff(_) => STAFF_IDLE,
    }
}

/// Keeps a session alive that is in use; false when it was out of use for too long.
///
/// # Errors
/// `Busy` when the store can't be asked.
pub async fn touch(session: &Session, signed_in: &mut SignedIn, now: OffsetDateTime) -> domain::Result<bool> {
    let idle = idle(signed_in.who);
    if is_over(signed_in, now) {
        end(session).await?;
        return Ok(false);
    }
    if now - signed_in.seen_at > TOUCH {
        signed_in.seen_at = now;
        session.set_expiry(Some(Expiry::OnInactivity(idle)));
        set(session, SEEN, now.unix_timestamp()).await?;
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

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const BEGAN: OffsetDateTime = datetime!(2027-03-14 08:00 UTC);

    fn used(who: Who, minutes_after: i64) -> SignedIn {
        let seen_at = BEGAN + Duration::minutes(minutes_after);
        SignedIn {
            who,
            stamp: Uuid::nil(),
            fresh: None,
            once: Vec::new(),
            seen_at,
            began_at_unix: BEGAN.unix_timestamp(),
            id: None,
            browser: String::new(),
            country: None,
            viewing: None,
        }
    }

    #[test]
    fn what_is_left_counts_from_the_last_use_and_staying_puts_the_end_off() {
        let person = used(Who::Person(PersonId(Uuid::nil())), 10);
        assert_eq!(left(&person, BEGAN + Duration::minutes(12)), Left { seconds: 28 * 60, can_stay: true });
        let staff = used(Who::Staff(StaffId(Uuid::nil())), 10);
        assert_eq!(left(&staff, BEGAN + Duration::minutes(12)), Left { seconds: 13 * 60, can_stay: true });
        let over = left(&person, BEGAN + Duration::minutes(41));
        assert_eq!(over.seconds, 0);
    }

    #[test]
    fn after_twelve_hours_a_session_is_over_however_much_it_is_used() {
        let person = used(Who::Person(PersonId(Uuid::nil())), 11 * 60 + 45);
        assert_eq!(left(&person, BEGAN + Duration::minutes(11 * 60 + 45)), Left { seconds: 15 * 60, can_stay: false });
        assert!(!is_over(&person, BEGAN + LASTS));
        assert!(is_over(&person, BEGAN + LASTS + Duration::seconds(1)));
    }
}
