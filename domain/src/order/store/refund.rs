//! What a refund makes of an order: it is asked about, some of its codes are worth nothing any more, or nothing changes.

use serde_json::json;
use sqlx::PgConnection;

use crate::Result;
use crate::code::store::{Cancellation, cancel as cancel_code};
use crate::cx::Cx;
use crate::id::{CodeId, OrderId, SellerId};
use crate::webhook::WebhookEvent;
use crate::webhook::store::write as tell;

/// Notes that money of a paid order is wanted back. The order is locked before its codes and licenses are, as everywhere.
pub(crate) async fn ask_refund(db: &mut PgConnection, order: OrderId) -> Result<()> {
    sqlx::query!("select id from purchase where id = $1 for no key update", order.0).fetch_optional(&mut *db).await?;
    sqlx::query!("update purchase set state = 'refund_requested' where id = $1 and state = 'paid'", order.0)
        .execute(db)
        .await?;
    Ok(())
}

/// Notes that it is not, or not any more.
pub(crate) async fn keep_paid(db: &mut PgConnection, order: OrderId) -> Result<()> {
    sqlx::query!("update purchase set state = 'paid' where id = $1 and state = 'refund_requested'", order.0)
        .execute(db)
        .await?;
    Ok(())
}

/// Cancels a code for which the money is paid back, and everything that came of it (R87); other codes of the order stay.
/// When none is left, the order is refunded. The seller is told to pay, in the same transaction.
///
/// # Errors
/// Those of the database.
pub(crate) async fn grant_refund(db: &mut PgConnection, cx: &Cx, order: OrderId, code: CodeId) -> Result<()> {
    let row = sqlx::query!("select seller_id, order_number from purchase where id = $1 for no key update", order.0)
        .fetch_one(&mut *db)
        .await?;
    let codes = sqlx::query!(
        "select id, code_tail, cancelled_at, replaced_at from activation_code where purchase_id = $1 order by id for no key update",
        order.0,
    )
    .fetch_all(&mut *db)
    .await?;
    cancel_code(&mut *db, cx, code, Cancellation::Refunded).await?;
    let rest = codes.iter().filter(|one| one.id != code.0 && one.cancelled_at.is_none());
    let others_live = rest.clone().any(|one| one.replaced_at.is_none());
    if others_live {
        keep_paid(&mut *db, order).await?;
    } else {
        // what was replaced before is worth nothing already, and is cancelled with its order
        for one in rest {
            cancel_code(&mut *db, cx, CodeId(one.id), Cancellation::Refunded).await?;
        }
        sqlx::query!("update purchase set state = 'refunded' where id = $1 and state <> 'cancelled'", order.0)
            .execute(&mut *db)
            .await?;
    }
    let tail = codes.iter().find(|one| one.id == code.0).map(|one| one.code_tail.as_str());
    let facts = json!({ "order_number": row.order_number, "tails": [tail], "whole_order": !others_live });
    tell(db, cx, SellerId(row.seller_id), WebhookEvent::OrderRefunded, facts).await
}
