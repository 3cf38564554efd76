//! The keys that tickets are signed with, and the signing itself: the key in use is kept at hand, so a ticket costs no
//! statement.

use std::sync::{Arc, PoisonError, RwLock};

use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::jws::{self, Signer};
use super::{GRACE, LIFE, Ticket};
use crate::actor::Permission;
use crate::audit::{self, Event};
use crate::cx::{Cx, random};
use crate::device::status::Told;
use crate::device_api::TicketKeys;
use crate::license::Level;
use crate::seal::{KEY_VERSION, Sealed, hashed};
use crate::{Error, Result};

/// How long the key in use is gone by before it is looked up again: another node may have changed it.
const FRESH: Duration = Duration::minutes(1);
/// How long a retired key stays published: as long as a ticket lives that a node signed with it just before it noticed.
const PUBLISHED_FOR: Duration = LIFE.saturating_add(GRACE).saturating_add(Duration::HOUR);

/// The key in use, at hand.
#[derive(Clone, Default)]
pub struct KeyInUse(Arc<RwLock<Option<Opened>>>);

/// A key to sign with.
#[derive(Clone)]
pub(crate) struct Opened {
    signer: Arc<Signer>,
    read_at: OffsetDateTime,
}

impl std::fmt::Debug for KeyInUse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyInUse(hidden)")
    }
}

/// Signs a ticket for a device as it stands, and tells until when it lets the device work. A device that may do nothing gets
/// none.
///
/// # Errors
/// Those of the database, and of keys that do not open.
pub async fn issue(cx: &Cx, told: &Told) -> Result<Option<(String, OffsetDateTime)>> {
    if told.status.license.is_none() { Ok(None) } else { Ok(in_use(cx).await?.issue(cx, told)) }
}

impl Opened {
    /// As `issue`, with this key.
    pub(crate) fn issue(&self, cx: &Cx, told: &Told) -> Option<(String, OffsetDateTime)> {
        let ticket = ticket(cx, told)?;
        Some((self.signer.sign(&ticket), ticket.works_until()))
    }
}

fn ticket(cx: &Cx, told: &Told) -> Option<Ticket> {
    let (license, facts) = (told.status.license.as_ref()?, told.facts.as_ref()?);
    if told.status.level == Level::Stopped {
        return None;
    }
    let full = told.status.level == Level::Full;
    let level_until = if full { facts.works_until() } else { cx.now + LIFE + GRACE };
    Some(Ticket {
        serial: Uuid::now_v7(),
        license_id: license.license_id,
        device_id: told.status.device_id,
        product: license.product.clone(),
        standing: license.standing,
        license_expires_at: license.expires_at,
        level: told.status.level,
        updates: told.status.updates,
        restricted: told.status.restricted.clone(),
        level_until,
        restricted_after: told.rule.restricted.clone(),
        level_after: if full { facts.level(level_until) } else { told.status.level },
        issued_at: cx.now,
        expires_at: cx.now + LIFE,
        grace_until: cx.now + LIFE + GRACE,
    })
}

/// The key in use: looked up before a transaction begins that is to issue tickets, so that it waits for no connection.
///
/// # Errors
/// Those of the database, and of keys that do not open.
pub(crate) async fn in_use(cx: &Cx) -> Result<Opened> {
    let at_hand = cx.world.tickets.0.read().unwrap_or_else(PoisonError::into_inner).clone();
    let now = cx.world.clock.now();
    if let Some(opened) = at_hand.filter(|opened| (now - opened.read_at).abs() < FRESH) {
        return Ok(opened);
    }
    let opened = match read_in_use(cx, now).await? {
        Some(opened) => opened,
        None => {
            make_first(cx).await?;
            read_in_use(cx, now).await?.ok_or(Error::Internal(cx.request))?
        }
    };
    *cx.world.tickets.0.write().unwrap_or_else(PoisonError::into_inner) = Some(opened.clone());
    Ok(opened)
}

async fn read_in_use(cx: &Cx, now: OffsetDateTime) -> Result<Option<Opened>> {
    let row = sqlx::query!(
        r#"select kid, secret_id, secret_ct as "secret_ct!" from ticket_key
           where signs_from is not null and retired_at is null
           order by number desc
           limit 1"#
    )
    .fetch_optional(&cx.world.rw)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let secret = cx.world.seal.open(Sealed::TicketKey, row.secret_id, &row.secret_ct)?;
    let secret: [u8; 32] = secret.try_into().map_err(|_| Error::Internal(cx.request))?;
    Ok(Some(Opened { signer: Arc::new(Signer::new(row.kid, &secret)), read_at: now }))
}

/// The first key signs at once; the one after it is published at the same time. Of two nodes that begin at once one makes
/// them.
async fn make_first(cx: &Cx) -> Result<()> {
    let mut tx = cx.begin().await?;
    make(&mut tx, cx, 1, Some(cx.now)).await?;
    make(&mut tx, cx, 2, None).await?;
    tx.commit().await?;
    Ok(())
}

async fn make(db: &mut sqlx::PgConnection, cx: &Cx, number: i32, signs_from: Option<OffsetDateTime>) -> Result<()> {
    let (secret, id) = (random::<32>(), Uuid::now_v7());
    let public = Signer::new(String::new(), &secret).public_bytes();
    let kid: String = hashed(&public)[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    sqlx::query!(
        "insert into ticket_key (number, kid, public_key, secret_id, secret_ct, key_version, made_at, signs_from)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (number) do nothing",
        number,
        kid,
        &public[..],
        id,
        cx.world.seal.seal(Sealed::TicketKey, id, &secret),
        KEY_VERSION,
        cx.now,
        signs_from,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The keys by which tickets are checked: those whose tickets may still be good, the one in use, and the next.
///
/// # Errors
/// Those of the database.
pub async fn keys(cx: &Cx) -> Result<TicketKeys> {
    in_use(cx).await?;
    let rows = sqlx::query!(
        "select kid, public_key from ticket_key where retired_at is null or retired_at > $1 order by number",
        cx.now - PUBLISHED_FOR,
    )
    .fetch_all(&cx.world.ro)
    .await?;
    let keys = rows.into_iter().map(|row| jws::published(row.kid, &row.public_key));
    Ok(TicketKeys { keys: keys.collect() })
}

/// Signs with the next key from now on, which devices know already, and publishes the one after it. The secret of the
/// retired key is destroyed. Other nodes follow within a minute.
///
/// # Errors
/// `Forbidden` for everybody but Latchkey itself; those of the database.
pub async fn rotate(cx: &Cx) -> Result<()> {
    cx.require(Permission::Operate)?;
    in_use(cx).await?;
    let mut tx = cx.begin().await?;
    // two changes at once would both take the same key for the next one
    sqlx::query!("lock table ticket_key in share row exclusive mode").execute(&mut *tx).await?;
    let next =
        sqlx::query_scalar!("select number from ticket_key where signs_from is null").fetch_one(&mut *tx).await?;
    sqlx::query!(
        "update ticket_key set retired_at = $2, secret_ct = null where number < $1 and retired_at is null",
        next,
        cx.now,
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!("update ticket_key set signs_from = $2 where number = $1", next, cx.now).execute(&mut *tx).await?;
    make(&mut tx, cx, next + 1, None).await?;
    audit::record(&mut tx, cx, None, Event::TicketKeyRotated).await?;
    tx.commit().await?;
    *cx.world.tickets.0.write().unwrap_or_else(PoisonError::into_inner) = None;
    Ok(())
}
