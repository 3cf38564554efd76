//! The deeds around tickets: the keys that sign them, and issuing one.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration as Span, Instant};

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::jws::published;
use super::{GRACE, Grant, LIFE, Signer, Ticket};
use crate::actor::Actor;
use crate::audit::{self, Event};
use crate::cx::{Cx, random};
use crate::device_api::{TicketKey, TicketKeys};
use crate::seal::{KEY_VERSION, Sealed};
use crate::{Error, Result};

/// How long a node signs with a key before it looks whether another one does by now.
const OPENED_FOR: Span = Span::from_secs(60);

/// How long a retired key stays published: as long as a ticket lives that a node signed with it just before it noticed.
const PUBLISHED_FOR: Duration = LIFE.saturating_add(GRACE).saturating_add(Duration::HOUR);

/// The key that signs, opened and kept in memory, so that a ticket costs neither a statement nor an unsealing.
#[derive(Default)]
pub struct OpenedKey(RwLock<Option<(Arc<Signer>, Instant)>>);

impl std::fmt::Debug for OpenedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OpenedKey(hidden)")
    }
}

impl OpenedKey {
    fn fresh(&self) -> Option<Arc<Signer>> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().filter(|(_, opened)| opened.elapsed() < OPENED_FOR).map(|(signer, _)| Arc::clone(signer))
    }

    fn keep(&self, signer: Option<Arc<Signer>>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = signer.map(|signer| (signer, Instant::now()));
    }
}

/// A ticket as it goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// The signed ticket, a compact JWS.
    pub ticket: String,
    /// The first instant at which the device has stopped if it never calls again.
    pub until: OffsetDateTime,
}

/// Signs a ticket for what a device is granted; nothing when nothing works on it.
///
/// Once a minute it reads the key on a connection of its own: a deed calls it before it begins its transaction or after
/// that has committed, or takes [`signer`] before and [`sign`] within.
///
/// # Errors
/// Those of the database.
pub async fn issue(cx: &Cx, grant: &Grant) -> Result<Option<Issued>> {
    Ok(sign(cx, &*signer(cx).await?, grant))
}

/// Signs a ticket with a key that was fetched before. It touches no database.
#[must_use]
pub fn sign(cx: &Cx, signer: &Signer, grant: &Grant) -> Option<Issued> {
    let ticket = Ticket::of(grant, Uuid::now_v7(), cx.now)?;
    Some(Issued { ticket: signer.sign(&ticket), until: ticket.works_until() })
}

/// The key that signs now; the first ones are made when there are none yet.
///
/// # Errors
/// Those of the database; `Internal` when the key does not open.
pub async fn signer(cx: &Cx) -> Result<Arc<Signer>> {
    if let Some(signer) = cx.world.ticket_key.fresh() {
        return Ok(signer);
    }
    let signer = Arc::new(match open(cx).await? {
        Some(signer) => signer,
        None => {
            make_first(cx).await?;
            open(cx).await?.ok_or(Error::Internal(cx.request))?
        }
    });
    cx.world.ticket_key.keep(Some(Arc::clone(&signer)));
    Ok(signer)
}

/// The keys that tickets are checked with: those whose tickets may be about, the one that signs, and the one that will
/// sign next, so that a device which fetched them before a rotation reads the tickets after it. Open to everybody.
///
/// # Errors
/// Those of the database.
pub async fn keys(cx: &Cx) -> Result<TicketKeys> {
    let keys = read_published(cx).await?;
    if !keys.is_empty() {
        return Ok(TicketKeys { keys });
    }
    make_first(cx).await?;
    Ok(TicketKeys { keys: read_published(cx).await? })
}

/// Lets the next key sign, retires the one that did, and makes a new next one. The secret of a retired key is
/// destroyed. Other nodes follow within a minute. Gives the name of the key that signs now.
///
/// # Errors
/// `Forbidden` for everybody but Latchkey itself; those of the database.
pub async fn rotate(cx: Cx) -> Result<String> {
    if cx.actor != Actor::System {
        return Err(Error::Forbidden);
    }
    let mut tx = cx.begin().await?;
    // two rotations at once would take the same key for the next one
    sqlx::query!("lock table ticket_key in share row exclusive mode").execute(&mut *tx).await?;
    make(&mut tx, &cx, Some(cx.now)).await?;
    make(&mut tx, &cx, None).await?;
    sqlx::query!(
        "update ticket_key set retired_at = $1, secret_ct = null where signs_from is not null and retired_at is null",
        cx.now,
    )
    .execute(&mut *tx)
    .await?;
    let signing =
        sqlx::query_scalar!("update ticket_key set signs_from = $1 where signs_from is null returning id", cx.now)
            .fetch_one(&mut *tx)
            .await?;
    make(&mut tx, &cx, None).await?;
    audit::record(&mut tx, &cx, None, Event::TicketKeyRotated(signing)).await?;
    tx.commit().await?;
    cx.world.ticket_key.keep(None);
    Ok(signing.to_string())
}

async fn open(cx: &Cx) -> Result<Option<Signer>> {
    let row = sqlx::query!(
        r#"select id, secret_ct as "secret_ct!" from ticket_key where signs_from is not null and retired_at is null"#
    )
    .fetch_optional(&cx.world.rw)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let secret = cx.world.seal.open(Sealed::TicketKey, row.id, &row.secret_ct)?;
    let secret: [u8; 32] = secret.try_into().map_err(|_| Error::Internal(cx.request))?;
    Ok(Some(Signer::new(row.id.to_string(), &secret)))
}

async fn read_published(cx: &Cx) -> Result<Vec<TicketKey>> {
    let rows = sqlx::query!(
        "select id, public_key from ticket_key
         where retired_at is null or retired_at > $1
         order by id",
        cx.now - PUBLISHED_FOR,
    )
    .fetch_all(&cx.world.rw)
    .await?;
    rows.into_iter()
        .map(|row| {
            let public: [u8; 32] = row.public_key.try_into().map_err(|_| Error::Internal(cx.request))?;
            Ok(published(row.id.to_string(), &public))
        })
        .collect()
}

/// Both at once, so that the next key is published before it ever signs.
async fn make_first(cx: &Cx) -> Result<()> {
    let mut tx = cx.begin().await?;
    make(&mut tx, cx, Some(cx.now)).await?;
    make(&mut tx, cx, None).await?;
    tx.commit().await?;
    Ok(())
}

/// Makes a key; where another one signs already, or is already the next one, nothing.
async fn make(db: &mut PgConnection, cx: &Cx, signs_from: Option<OffsetDateTime>) -> Result<()> {
    let id = Uuid::now_v7();
    let secret = random::<32>();
    sqlx::query!(
        "insert into ticket_key (id, public_key, secret_ct, key_version, made_at, signs_from)
         values ($1, $2, $3, $4, $5, $6)
         on conflict do nothing",
        id,
        &Signer::new(String::new(), &secret).public_bytes()[..],
        cx.world.seal.seal(Sealed::TicketKey, id, &secret),
        KEY_VERSION,
        cx.now,
        signs_from,
    )
    .execute(db)
    .await?;
    Ok(())
}
