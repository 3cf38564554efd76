//! The deeds around codes in numbers: a lead orders them, the worker makes them, and their file leaves once. Or a lead tries
//! a file of another issuer, reads what is wrong with it, and brings the good lines in or none.

mod bring;
mod hand_over;
mod work;

pub use bring::{bring_in, drop_import, forget, import, try_import};
pub use hand_over::{HandOver, hand_over};
pub use work::work;

use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::{BatchPage, BatchRow, BatchState, Batches, Source, Terms, Typed};
use crate::activation::Refusal;
use crate::actor::{Actor, Permission};
use crate::audit::{self, Event};
use crate::code::{CodeKind, StartRule};
use crate::country::Country;
use crate::cx::Cx;
use crate::id::{BatchId, OrderId, StaffId};
use crate::page::USUAL;
use crate::seat::Seats;
use crate::{Error, Fault, Result};

/// The lead who asks.
fn lead(cx: &Cx) -> Result<StaffId> {
    cx.require(Permission::ManageCatalog)?;
    match &cx.actor {
        Actor::Staff { id, .. } => Ok(*id),
        _ => Err(Error::Forbidden),
    }
}

/// Batches, the newest first, from `before` on.
///
/// # Errors
/// `Forbidden` for everybody outside support.
pub async fn batches(cx: Cx, before: Option<BatchId>) -> Result<Batches> {
    cx.require(Permission::SeeCatalog)?;
    let mut rows: Vec<BatchRow> =
        read(&cx, None, before, i64::from(USUAL) + 1).await?.into_iter().map(|page| page.row).collect();
    let usual = USUAL as usize;
    let older = rows.get(usual).and_then(|_| rows.get(usual - 1)).map(|row| row.id);
    rows.truncate(usual);
    Ok(Batches { rows, older, may_change: cx.actor.may(Permission::ManageCatalog) })
}

/// One batch, without its codes.
///
/// # Errors
/// `Forbidden` for everybody outside support, `NotFound`.
pub async fn batch(cx: Cx, id: BatchId) -> Result<BatchPage> {
    cx.require(Permission::SeeCatalog)?;
    read(&cx, Some(id), None, 1).await?.pop().ok_or(Error::NotFound)
}

async fn read(cx: &Cx, id: Option<BatchId>, before: Option<BatchId>, most: i64) -> Result<Vec<BatchPage>> {
    let rows = sqlx::query!(
        r#"select b.id, b.source as "source: Source", p.name as product, u.name as bundle, s.name as seller,
               b.kind as "kind: CodeKind", b.wanted, b.done, b.skipped, b.state as "state: BatchState", a.name as asked_by,
               b.asked_at, b.seats as "seats: Json<Seats>", b.term_days, b.countries as "countries: Vec<Country>",
               b.redeem_by, b.reason, b.recipient, b.finished_at, b.handed_at, h.name as "handed_to?"
           from code_batch b
           join product p on p.id = b.product_id
           join bundle u on u.id = b.bundle_id
           join seller s on s.id = b.seller_id
           join staff a on a.id = b.asked_by
           left join staff h on h.id = b.handed_to
           where ($1::uuid is null or b.id = $1) and ($2::uuid is null or b.id < $2)
           order by b.id desc
           limit $3"#,
        id.map(|id| id.0),
        before.map(|id| id.0),
        most,
    )
    .fetch_all(&cx.world.rw)
    .await?;
    let may_take = cx.actor.may(Permission::ManageCatalog);
    let pages = rows.into_iter().map(|row| BatchPage {
        row: BatchRow {
            id: BatchId(row.id),
            source: row.source,
            product: row.product,
            bundle: row.bundle,
            seller: row.seller,
            kind: row.kind,
            wanted: row.wanted.unsigned_abs(),
            done: row.done.unsigned_abs(),
            skipped: row.skipped.unsigned_abs(),
            state: row.state,
            asked_by: row.asked_by,
            asked_at: row.asked_at,
        },
        seats: row.seats.0,
        days: row.term_days.unsigned_abs(),
        countries: row.countries,
        redeem_by: row.redeem_by,
        reason: row.reason,
        recipient: row.recipient,
        finished_at: row.finished_at,
        handed: row.handed_to.zip(row.handed_at),
        may_take,
    });
    Ok(pages.collect())
}

/// Orders codes: the worker makes them, and their file can be taken once all are there.
///
/// # Errors
/// `Forbidden` for everybody but leads; `Invalid` with each field that can't be used, among them a seller without an age
/// key; `Refused(OwnRecipient)` for whoever entered that key.
pub async fn order_codes(cx: Cx, typed: Typed) -> Result<BatchId> {
    let staff = lead(&cx)?;
    let (terms, count) = typed.order(cx.now)?;
    let mut tx = cx.begin().await?;
    let sold = sold(&mut tx, &terms).await?;
    let Some(recipient) = &sold.recipient else { return Err(Error::field("seller", Fault::NoRecipient)) };
    if sold.recipient_set_by == Some(staff.0) {
        return Err(Refusal::OwnRecipient.into());
    }
    let id = BatchId::generate();
    let order = Order { id, source: Source::Made, wanted: count, recipient: Some(recipient), staged: None };
    open(&mut tx, &cx, staff, &terms, &sold, &order).await?;
    tx.commit().await?;
    Ok(id)
}

/// What the catalog says of the terms.
struct Sold {
    product: Uuid,
    sku: String,
    seats: Seats,
    days: i32,
    countries: Vec<String>,
    recipient: Option<String>,
    recipient_set_by: Option<Uuid>,
}

/// The bundle and the seller, as long as both are sold.
async fn sold(db: &mut PgConnection, terms: &Terms) -> Result<Sold> {
    let bundle = sqlx::query!(
        r#"select b.product_id, b.sku, b.seats as "seats: Json<Seats>", b.term_days
           from bundle b join product p on p.id = b.product_id
           where b.id = $1 and b.retired_at is null and p.retired_at is null"#,
        terms.bundle,
    )
    .fetch_optional(&mut *db)
    .await?
    .ok_or_else(|| Error::field("bundle", Fault::NotAChoice))?;
    let seller = sqlx::query!(
        "select countries, recipient, recipient_set_by from seller where id = $1 and retired_at is null for share",
        terms.seller.0,
    )
    .fetch_optional(&mut *db)
    .await?
    .ok_or_else(|| Error::field("seller", Fault::NotAChoice))?;
    let named: Vec<String> = terms.countries.iter().map(ToString::to_string).collect();
    Ok(Sold {
        product: bundle.product_id,
        sku: bundle.sku,
        seats: bundle.seats.0,
        days: bundle.term_days,
        countries: if named.is_empty() { seller.countries } else { named },
        recipient: seller.recipient,
        recipient_set_by: seller.recipient_set_by,
    })
}

struct Order<'a> {
    id: BatchId,
    source: Source,
    wanted: u32,
    recipient: Option<&'a String>,
    staged: Option<&'a [u8]>,
}

/// Keeps a batch that the worker goes on with, and the purchase that its codes come from (R5).
async fn open(
    db: &mut PgConnection,
    cx: &Cx,
    staff: StaffId,
    terms: &Terms,
    sold: &Sold,
    order: &Order<'_>,
) -> Result<()> {
    let purchase = OrderId::generate();
    sqlx::query!(
        "insert into purchase (id, seller_id, channel, ordered_at) values ($1, $2, $3, $4)",
        purchase.0,
        terms.seller.0,
        terms.channel.as_str(),
        cx.now,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "insert into code_batch (id, source, bundle_id, product_id, seats, term_days, kind, start_rule, redeem_by, countries,
             seller_id, purchase_id, wanted, state, recipient, staged, reason, asked_by, asked_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'working', $14, $15, $16, $17, $18)",
        order.id.0,
        order.source.as_str(),
        terms.bundle,
        sold.product,
        Json(&sold.seats) as _,
        sold.days,
        terms.kind.as_str(),
        StartRule::OnFirstActivation.as_str(),
        terms.redeem_by,
        &sold.countries,
        terms.seller.0,
        purchase.0,
        i32::try_from(order.wanted).unwrap_or(i32::MAX),
        order.recipient,
        order.staged,
        terms.reason,
        staff.0,
        cx.now,
    )
    .execute(&mut *db)
    .await?;
    let event = Event::BatchAsked { batch: order.id, codes: order.wanted, reason: terms.reason.clone() };
    audit::record(db, cx, None, event).await
}
