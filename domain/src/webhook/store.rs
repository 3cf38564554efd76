//! The outbox of messages: each is written in the transaction of what it tells, and leaves afterwards until it is taken.

mod outbox;

pub use outbox::{Delivery, delivered, for_delivery, refused};

use serde_json::{Value, json};
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::secret::Secret;
use super::{DeliveryTrouble, TRIES, WebhookEvent, WebhookState};
use crate::actor::Permission;
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::{CodeId, EndpointId, LicenseId, SellerId, WebhookId};
use crate::page::cursor;
use crate::seal::{KEY_VERSION, Sealed};
use crate::seller_api::{Page, WebhookStatus};
use crate::{Error, Result};

/// The name of the list in its cursors.
pub const LIST: &str = "webhooks";

/// Opens an endpoint of a seller or, without one, of the vendor, and gives its secret, this once.
pub(crate) async fn open_endpoint(
    db: &mut PgConnection,
    cx: &Cx,
    seller: Option<SellerId>,
    url: &str,
) -> Result<String> {
    let (id, secret) = (EndpointId::generate(), Secret::generate());
    sqlx::query!(
        "insert into webhook_endpoint (id, seller_id, url, secret_ct, key_version, created_at)
         values ($1, $2, $3, $4, $5, $6)",
        id.0,
        seller.map(|seller| seller.0),
        url,
        cx.world.seal.seal(Sealed::Endpoint, id.0, secret.as_bytes()),
        KEY_VERSION,
        cx.now,
    )
    .execute(&mut *db)
    .await?;
    audit::record(db, cx, None, Event::EndpointCreated(id)).await?;
    Ok(secret.reveal())
}

/// Has messages sent to a further address: those about one seller or, without one, about all of them. Gives the secret
/// that signs them, this once.
///
/// # Errors
/// `Forbidden` for everybody but Latchkey itself; `Invalid(seller)` when there is no such seller.
pub async fn create_endpoint(cx: Cx, seller: Option<&str>, url: &str) -> Result<String> {
    cx.require(Permission::Operate)?;
    let mut tx = cx.begin().await?;
    let seller = match seller {
        Some(code) => Some(crate::seller::by_code(&mut tx, code).await?),
        None => None,
    };
    let secret = open_endpoint(&mut tx, &cx, seller, url).await?;
    tx.commit().await?;
    Ok(secret)
}

/// Writes what happened at a seller for its own endpoints and the vendor's. The facts carry identities and last blocks,
/// never a code.
pub(crate) async fn write(
    db: &mut PgConnection,
    cx: &Cx,
    seller: SellerId,
    event: WebhookEvent,
    facts: Value,
) -> Result<()> {
    let endpoints: Vec<Uuid> = sqlx::query_scalar!(
        "select id from webhook_endpoint where (seller_id = $1 or seller_id is null) and disabled_at is null",
        seller.0,
    )
    .fetch_all(&mut *db)
    .await?;
    if endpoints.is_empty() {
        return Ok(());
    }
    let body = json!({ "type": event, "timestamp": rfc3339(cx, cx.now)?, "data": facts });
    for endpoint in endpoints {
        sqlx::query!(
            "insert into webhook (id, endpoint_id, event, body, created_at, next_at) values ($1, $2, $3, $4, $5, $5)",
            WebhookId::generate().0,
            endpoint,
            event.as_str(),
            body,
            cx.now,
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

/// An instant as it stands in a message.
pub(crate) fn rfc3339(cx: &Cx, at: OffsetDateTime) -> Result<String> {
    at.format(&time::format_description::well_known::Rfc3339).map_err(|_| Error::Internal(cx.request))
}

/// Tells the seller of a code that it was activated for the first time. Costs one look where nobody listens.
pub(crate) async fn tell_of_activation(db: &mut PgConnection, cx: &Cx, code: CodeId, license: LicenseId) -> Result<()> {
    let row = sqlx::query!(
        "select c.seller_id, c.code_tail, c.kind, p.sku, o.order_number, l.starts_at, l.expires_at
         from activation_code c
         join license l on l.code_id = c.id
         join product p on p.id = c.product_id
         join purchase o on o.id = c.purchase_id
         where c.id = $1 and exists (
             select 1 from webhook_endpoint e
             where (e.seller_id = c.seller_id or e.seller_id is null) and e.disabled_at is null
         )",
        code.0,
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = row else { return Ok(()) };
    let facts = json!({
        "order_number": row.order_number,
        "tail": row.code_tail,
        "product": row.sku,
        "kind": row.kind,
        "license_id": license,
        "starts_at": rfc3339(cx, row.starts_at)?,
        "expires_at": rfc3339(cx, row.expires_at)?,
    });
    write(db, cx, SellerId(row.seller_id), WebhookEvent::CodeActivated, facts).await
}

/// The messages to the seller's own endpoints, the newest first, from after the given one on.
///
/// # Errors
/// `Forbidden` for everybody but a seller's program.
pub async fn list(cx: Cx, after: Option<WebhookId>, most: u32) -> Result<Page<WebhookStatus>> {
    cx.require(Permission::SellCodes)?;
    let seller = cx.actor.seller()?;
    let mut entries = read(&cx, seller, after, None, i64::from(most) + 1).await?;
    let more = entries.len() > most as usize;
    entries.truncate(most as usize);
    let last = entries.last().filter(|_| more);
    let next = last.map(|last| cursor(&cx.world.seal, LIST, seller.0, last.id.0));
    Ok(Page { entries, next })
}

async fn read(
    cx: &Cx,
    seller: SellerId,
    after: Option<WebhookId>,
    only: Option<WebhookId>,
    most: i64,
) -> Result<Vec<WebhookStatus>> {
    let rows = sqlx::query!(
        r#"select w.id, w.event as "event: WebhookEvent", w.created_at, w.tries, w.next_at, w.delivered_at, w.last_status,
               w.last_error as "last_error: DeliveryTrouble"
           from webhook w
           join webhook_endpoint e on e.id = w.endpoint_id
           where e.seller_id = $1 and ($2::uuid is null or w.id < $2) and ($3::uuid is null or w.id = $3)
           order by w.id desc
           limit $4"#,
        seller.0,
        after.map(|id| id.0),
        only.map(|id| id.0),
        most,
    )
    .fetch_all(&cx.world.rw)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let tries = u32::try_from(row.tries).unwrap_or(TRIES);
            let state = WebhookState::of(row.delivered_at.is_some(), tries);
            WebhookStatus {
                id: WebhookId(row.id),
                event: row.event,
                state,
                created_at: row.created_at,
                tries,
                next_at: (state == WebhookState::Waiting).then_some(row.next_at),
                delivered_at: row.delivered_at,
                last_status: row.last_status.and_then(|status| u16::try_from(status).ok()),
                last_error: row.last_error,
            }
        })
        .collect())
}

/// Sends a message of the seller's own again, at once and with all its tries, whether it was taken or given up. It keeps
/// its identity, so that a receiver who took it knows it.
///
/// # Errors
/// `NotFound` for a message of somebody else.
pub async fn replay(cx: Cx, id: WebhookId) -> Result<WebhookStatus> {
    cx.require(Permission::SellCodes)?;
    let seller = cx.actor.seller()?;
    let mut tx = cx.begin().await?;
    let again = sqlx::query!(
        "update webhook set tries = 0, next_at = $3, delivered_at = null
         from webhook_endpoint e
         where webhook.id = $1 and e.id = webhook.endpoint_id and e.seller_id = $2",
        id.0,
        seller.0,
        cx.now,
    )
    .execute(&mut *tx)
    .await?;
    if again.rows_affected() == 0 {
        return Err(Error::NotFound);
    }
    audit::record(&mut tx, &cx, None, Event::WebhookReplayed(id)).await?;
    tx.commit().await?;
    read(&cx, seller, None, Some(id), 1).await?.pop().ok_or(Error::NotFound)
}

/// Sends one message of anybody again or, without one, all that were given up; says how many.
///
/// # Errors
/// `Forbidden` for everybody but Latchkey itself.
pub async fn replay_any(cx: Cx, only: Option<WebhookId>) -> Result<usize> {
    cx.require(Permission::Operate)?;
    let mut tx = cx.begin().await?;
    let again = sqlx::query_scalar!(
        "update webhook set tries = 0, next_at = $3, delivered_at = null
         where id = $1 or ($1 is null and delivered_at is null and tries >= $2)
         returning id",
        only.map(|id| id.0),
        i32::try_from(TRIES).unwrap_or(i32::MAX),
        cx.now,
    )
    .fetch_all(&mut *tx)
    .await?;
    for id in &again {
        audit::record(&mut tx, &cx, None, Event::WebhookReplayed(WebhookId(*id))).await?;
    }
    tx.commit().await?;
    Ok(again.len())
}
