//! Reading orders: no code is in them, only last blocks.

use sqlx::PgConnection;
use sqlx::types::Json;

use super::super::{Channel, OrderState, read_number};
use crate::actor::Permission;
use crate::code::{CodeHistory, CodeKind};
use crate::cx::Cx;
use crate::id::{OrderId, SellerId};
use crate::page::cursor;
use crate::seller_api::{OrderItem, OrderStatus, OrderSummary, Page, SoldCode};
use crate::{Error, Result};

/// The name of the list in its cursors.
pub const LIST: &str = "orders";

/// One of the seller's orders.
///
/// # Errors
/// `NotFound` for another seller's order.
pub async fn status(cx: Cx, number: String) -> Result<OrderStatus> {
    cx.require(Permission::SellCodes)?;
    let seller = cx.actor.seller()?;
    let number = read_number(&number).map_err(|_| Error::NotFound)?;
    one(&mut *cx.world.ro.acquire().await?, &cx, seller, &number).await
}

/// The order as the connection sees it, also in the middle of its cancellation.
pub(super) async fn one(db: &mut PgConnection, cx: &Cx, seller: SellerId, number: &str) -> Result<OrderStatus> {
    let row = sqlx::query!(
        r#"select id, state as "state: OrderState", channel as "channel: Channel", ordered_at, certificate_number, currency,
               price, items as "items: Json<Vec<OrderItem>>", cancelled_at, cancel_reason
           from purchase where seller_id = $1 and order_number = $2"#,
        seller.0,
        number,
    )
    .fetch_optional(&mut *db)
    .await?
    .ok_or(Error::NotFound)?;
    let codes = sqlx::query!(
        r#"select c.code_tail, p.sku, c.kind as "kind: CodeKind", c.first_activated_at, c.redeem_by, c.blocked_at,
               c.cancelled_at, c.replaced_at, l.expires_at as "expires_at?"
           from activation_code c
           join product p on p.id = c.product_id
           left join license l on l.code_id = c.id
           where c.purchase_id = $1
           order by c.id"#,
        row.id,
    )
    .fetch_all(&mut *db)
    .await?;
    let codes = codes.into_iter().map(|code| {
        let history = CodeHistory {
            first_activated_at: code.first_activated_at,
            expires_at: code.expires_at,
            redeem_by: code.redeem_by,
            blocked_at: code.blocked_at,
            cancelled_at: code.cancelled_at,
            replaced_at: code.replaced_at,
        };
        SoldCode { tail: code.code_tail, product: code.sku, kind: code.kind, state: history.state(cx.now) }
    });
    Ok(OrderStatus {
        order_number: number.to_owned(),
        state: row.state,
        channel: row.channel,
        ordered_at: row.ordered_at,
        certificate_number: row.certificate_number,
        currency: row.currency,
        price: row.price,
        items: row.items.0,
        codes: codes.collect(),
        cancelled_at: row.cancelled_at,
        cancel_reason: row.cancel_reason,
    })
}

/// The seller's orders, the newest first, from after the given one on.
///
/// # Errors
/// `Forbidden` for everybody but a seller's program.
pub async fn list(cx: Cx, after: Option<OrderId>, most: u32) -> Result<Page<OrderSummary>> {
    cx.require(Permission::SellCodes)?;
    let seller = cx.actor.seller()?;
    let most = most as usize;
    let mut rows = sqlx::query!(
        r#"select id, order_number as "order_number!", state as "state: OrderState", channel as "channel: Channel", ordered_at
           from purchase
           where seller_id = $1 and order_number is not null and ($2::uuid is null or id < $2)
           order by id desc
           limit $3"#,
        seller.0,
        after.map(|id| id.0),
        most as i64 + 1,
    )
    .fetch_all(&cx.world.ro)
    .await?;
    let more = rows.len() > most;
    rows.truncate(most);
    let next = rows.last().filter(|_| more).map(|row| cursor(&cx.world.seal, LIST, seller.0, row.id));
    let entries = rows.into_iter().map(|row| OrderSummary {
        order_number: row.order_number,
        state: row.state,
        channel: row.channel,
        ordered_at: row.ordered_at,
    });
    Ok(Page { entries: entries.collect(), next })
}
