//! What leaves: messages are taken for a minute, so that a second sender leaves them alone, and given back with what
//! became of them.

use time::{Duration, OffsetDateTime};

use super::super::secret::Secret;
use super::super::{DeliveryTrouble, TRIES, wait_after};
use crate::Result;
use crate::cx::{World, random};
use crate::id::WebhookId;
use crate::seal::Sealed;

/// How long a sender holds a message: longer than it can take to send it.
const LEASE: Duration = Duration::minutes(1);

/// The most messages of one endpoint that are on their way at a time: a slow one takes no place from the others.
const AT_ONCE: i64 = 4;

/// A message to be sent.
pub struct Delivery {
    /// The message; stays the same when sending is tried again.
    pub id: WebhookId,
    /// Where it goes.
    pub url: String,
    /// What signs it.
    pub secret: Secret,
    /// Its bytes, as they are signed.
    pub body: Vec<u8>,
    /// Which try this is, from 1.
    pub tries: u32,
}

/// Takes up to `most` messages that are due at `now`, a few of each endpoint.
///
/// # Errors
/// Those of the database.
pub async fn for_delivery(world: &World, now: OffsetDateTime, most: i64) -> Result<Vec<Delivery>> {
    let rows = sqlx::query!(
        "update webhook set leased_until = $1, tries = webhook.tries + 1
         from webhook_endpoint e
         where e.id = webhook.endpoint_id and webhook.id = any (array(
             select due.id
             from webhook_endpoint place
             cross join lateral (
                 select w.id from webhook w
                 where w.endpoint_id = place.id and w.delivered_at is null and w.next_at <= $2 and w.tries < $3
                   and (w.leased_until is null or w.leased_until <= $2)
                 order by w.next_at, w.id
                 limit greatest(0, $4 - (
                     select count(*) from webhook held
                     where held.endpoint_id = place.id and held.delivered_at is null and held.leased_until > $2
                 ))
                 for update skip locked
             ) as due
             where place.disabled_at is null
             limit $5
         ))
         returning webhook.id, webhook.body, webhook.tries, e.id as endpoint_id, e.url, e.secret_ct",
        now + LEASE,
        now,
        i32::try_from(TRIES).unwrap_or(i32::MAX),
        AT_ONCE,
        most,
    )
    .fetch_all(&world.rw)
    .await?;
    let mut deliveries = Vec::with_capacity(rows.len());
    for row in rows {
        // what does not open is in the log; the others leave
        let Ok(bytes) = world.seal.open(Sealed::Endpoint, row.endpoint_id, &row.secret_ct) else { continue };
        let Some(secret) = Secret::from_bytes(&bytes) else { continue };
        deliveries.push(Delivery {
            id: WebhookId(row.id),
            url: row.url,
            secret,
            body: row.body.to_string().into_bytes(),
            tries: u32::try_from(row.tries).unwrap_or(TRIES),
        });
    }
    Ok(deliveries)
}

/// Notes that a message was taken, with the status it was answered with.
///
/// # Errors
/// Those of the database.
pub async fn delivered(world: &World, id: WebhookId, now: OffsetDateTime, status: u16) -> Result<()> {
    sqlx::query!(
        "update webhook set delivered_at = $2, leased_until = null, last_status = $3, last_error = null where id = $1",
        id.0,
        now,
        i32::from(status),
    )
    .execute(&world.rw)
    .await?;
    Ok(())
}

/// Notes why a message was not taken; it is sent again, later each time, until it is given up.
///
/// # Errors
/// Those of the database.
pub async fn refused(
    world: &World,
    id: WebhookId,
    tries: u32,
    now: OffsetDateTime,
    trouble: DeliveryTrouble,
    status: Option<u16>,
) -> Result<()> {
    let [chance] = random();
    sqlx::query!(
        "update webhook set next_at = $2, leased_until = null, last_status = $3, last_error = $4 where id = $1",
        id.0,
        now + wait_after(tries, chance),
        status.map(i32::from),
        trouble.as_str(),
    )
    .execute(&world.rw)
    .await?;
    Ok(())
}
