//! Sending the mail about an order again (R82): to the address of the order and to no other, whoever asks. It is looked up
//! after the asker was answered, so that neither the answer nor the time it takes tells what was found (F01, F02).

use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::letter::{self, Line};
use crate::actor::Permission;
use crate::attempt::{self, ORDER_MAIL_ADDRESS, ORDER_MAIL_NETWORK};
use crate::audit::{self, Event};
use crate::code::store::open;
use crate::cx::Cx;
use crate::id::OrderId;
use crate::person::Email;
use crate::seat::Seats;
use crate::text;
use crate::{Error, Fault, Result};

/// The most orders of one address whose mails are sent at once.
const MOST: i64 = 5;

/// Asks for the mail about an order again, by the address it went to and, where it is known, the order number. The answer
/// is always the same; beyond the limits nothing is sent.
///
/// # Errors
/// `Invalid` for what is no address or no number.
pub async fn ask_order_mail(cx: Cx, email: String, number: String) -> Result<()> {
    cx.require(Permission::AskRecovery)?;
    let account = cx.actor.account()?;
    let mut faults = text::Faults::default();
    let email = faults.take("order_email", Email::parse(&email));
    let number = faults.take("resend_number", optional(&number));
    let (email, number) = faults.finish(email.zip(number))?;
    let mut tx = cx.begin().await?;
    let address = email.as_str().to_lowercase();
    let network = cx.network().unwrap_or_default();
    let limits = [(ORDER_MAIL_ADDRESS, address.as_bytes()), (ORDER_MAIL_NETWORK, &network[..])];
    if attempt::within(&mut tx, &cx, &limits).await? {
        sqlx::query!(
            "insert into order_mail_request (id, account_id, email, order_number, created_at) values ($1, $2, $3, $4, $5)",
            Uuid::now_v7(),
            account.0,
            address,
            number,
            cx.now,
        )
        .execute(&mut *tx)
        .await?;
    }
    audit::record(&mut tx, &cx, None, Event::OrderMailAsked).await?;
    tx.commit().await?;
    Ok(())
}

fn optional(typed: &str) -> Result<Option<String>, Fault> {
    match super::read_number(typed) {
        Ok(number) => Ok(Some(number)),
        Err(Fault::Missing) => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// Looks up what was asked for, and sends the mails of the orders that were found.
///
/// # Errors
/// `Forbidden` for everybody but Latchkey itself.
pub async fn send_order_mails(cx: &Cx) -> Result<usize> {
    cx.require(Permission::Operate)?;
    let mut tx = cx.begin().await?;
    let asked = sqlx::query!(
        "delete from order_mail_request where id in (
             select id from order_mail_request order by id limit 20 for update skip locked
         )
         returning email, order_number"
    )
    .fetch_all(&mut *tx)
    .await?;
    let mut sent = 0;
    for one in asked {
        let orders = sqlx::query_scalar!(
            "select o.id from purchase o join seller s on s.id = o.seller_id
             where lower(o.buyer_email) = $1 and ($2::text is null or o.order_number = $2) and s.kind = 'vendor_store'
                 and o.order_number is not null and o.state in ('paid', 'refund_requested')
             order by o.id desc
             limit $3",
            one.email,
            one.order_number,
            MOST,
        )
        .fetch_all(&mut *tx)
        .await?;
        for order in orders {
            send_again(&mut tx, cx, OrderId(order)).await?;
            sent += 1;
        }
    }
    tx.commit().await?;
    Ok(sent)
}

/// Writes the mail about an order again, to the address of the order. Codes that are worth nothing any more are left out,
/// and so is one that took the place of another: that is its owner's alone.
///
/// # Errors
/// `NotFound` for an order without a number or without an address (edge case 48).
pub(crate) async fn send_again(db: &mut PgConnection, cx: &Cx, order: OrderId) -> Result<()> {
    let row = sqlx::query!(
        r#"select o.order_number as "number!", o.buyer_name, o.buyer_email as "email!", s.name as store
           from purchase o join seller s on s.id = o.seller_id
           where o.id = $1 and o.order_number is not null and o.buyer_email is not null"#,
        order.0,
    )
    .fetch_optional(&mut *db)
    .await?
    .ok_or(Error::NotFound)?;
    let codes = sqlx::query!(
        r#"select c.id, c.code_ct, c.seats as "seats: Json<Seats>", c.term_days, p.name as product
           from activation_code c join product p on p.id = c.product_id
           where c.purchase_id = $1 and c.cancelled_at is null and c.blocked_at is null and c.replaced_at is null
               and not exists (
                   select 1 from activation_code earlier where earlier.purchase_id = $1 and earlier.replaced_by = c.id
               )
           order by c.id"#,
        order.0,
    )
    .fetch_all(&mut *db)
    .await?;
    // the event stands before a code leaves
    audit::record(db, cx, None, Event::OrderMailSent(order)).await?;
    let mut lines = Vec::with_capacity(codes.len());
    for code in codes {
        lines.push(Line {
            product: code.product,
            devices: code.seats.total(),
            term_days: code.term_days.unsigned_abs(),
            code: open(cx, code.id, &code.code_ct)?.code,
        });
    }
    let about = letter::About {
        store: &row.store,
        number: &row.number,
        name: row.buyer_name.as_deref().unwrap_or_default(),
        email: &row.email,
    };
    letter::send_again(db, cx, &about, &lines).await
}
