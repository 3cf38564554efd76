//! The deeds of sellers around their orders: placing one, which brings its codes, looking at it, taking it back.

mod letter;
mod read;
mod refund;
mod resend;

pub use read::{LIST, list, status};
pub(crate) use refund::{ask_refund, grant_refund, keep_paid};
pub(crate) use resend::send_again;
pub use resend::{ask_order_mail, send_order_mails};

use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::{Channel, Order, OrderState, read_number};
use crate::actor::Permission;
use crate::audit::{self, Event};
use crate::code::store::{Cancellation, Make, cancel as cancel_code, make, open};
use crate::code::{ActivationCode, CodeKind};
use crate::cx::{Cx, random_below};
use crate::id::{CodeId, OrderId, ProductId, SellerId};
use crate::license::Term;
use crate::offer::store::Carried;
use crate::seal::hashed;
use crate::seller_api::{CancelOrder, IssuedCode, OrderItem, OrderRequest, OrderStatus, PlacedOrder};
use crate::webhook::WebhookEvent;
use crate::webhook::store::write as tell;
use crate::{Error, Fault, Result, offer, text};

/// Whether an order brought its codes now, or had brought them before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placed {
    /// The codes are new.
    Now(PlacedOrder),
    /// The same order was placed before; these are its codes.
    Before(PlacedOrder),
}

/// Places a paid order and gives its codes (R5). From an online store they are mailed to the buyer as well. The same order
/// under the same number changes nothing and gives the same codes (R104), also when it is sent many times at once.
///
/// # Errors
/// `Forbidden` for everybody but a seller's program; `Invalid` with each field that can't be used, among them
/// `order_number` when another order has the number.
pub async fn place(cx: Cx, request: OrderRequest) -> Result<Placed> {
    cx.require(Permission::SellCodes)?;
    let seller = cx.actor.seller()?;
    let order = Order::read(request, cx.now)?;
    let body = serde_json::to_vec(&order.request).map_err(|_| Error::Internal(cx.request))?;
    let hash = hashed(&body);
    let id = OrderId::generate();
    let certificate = certificate_number(&cx);
    let mut tx = cx.begin().await?;
    let buyer = order.request.buyer.as_ref();
    let kept = sqlx::query!(
        "insert into purchase (id, seller_id, order_number, channel, buyer_name, buyer_email, buyer_kind, ordered_at, country,
             language, currency, price, items, body_hash, certificate_number)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
         on conflict on constraint purchase_order_number_key do nothing",
        id.0,
        seller.0,
        order.number,
        order.request.channel.as_str(),
        buyer.map(|buyer| buyer.name.as_str()),
        order.email.as_ref().map(|email| email.as_str()),
        buyer.map(|buyer| buyer.kind.as_str()),
        order.request.ordered_at,
        order.request.country.map(|country| country.to_string()),
        order.request.language,
        order.request.currency,
        order.request.price,
        Json(&order.request.items) as _,
        &hash[..],
        certificate,
    )
    .execute(&mut *tx)
    .await?;
    if kept.rows_affected() == 0 {
        let before = repeat(&mut tx, &cx, seller, &order.number, &hash).await?;
        tx.commit().await?;
        return Ok(Placed::Before(before));
    }
    let codes = match order.request.offer {
        None => bring(&mut tx, &cx, seller, id, &order.request.items).await?,
        Some(offer) => match offer::store::carry_out(&mut tx, &cx, seller, id, offer).await? {
            Carried::Codes => bring(&mut tx, &cx, seller, id, &order.request.items).await?,
            Carried::Places => Vec::new(),
        },
    };
    let count = codes.len();
    audit::record(&mut tx, &cx, None, Event::OrderPlaced { order: id, codes: count }).await?;
    let mailed_to = match (&order.email, order.request.channel) {
        (Some(email), Channel::OnlineStore) if !codes.is_empty() => {
            let store = letter::store_name(&mut tx, seller).await?;
            let name = buyer.map_or("", |buyer| &buyer.name);
            let about = letter::About { store: &store, number: &order.number, name, email: email.as_str() };
            let lines: Vec<letter::Line> = codes.iter().map(Brought::line).collect();
            letter::send(&mut tx, &cx, &about, &lines).await?;
            Some(email.as_str().to_owned())
        }
        _ => None,
    };
    let codes: Vec<IssuedCode> = codes.into_iter().map(|brought| brought.issued).collect();
    let sold: Vec<_> = codes
        .iter()
        .map(|code| serde_json::json!({ "tail": code.tail, "product": code.product, "kind": code.kind }))
        .collect();
    let facts = serde_json::json!({ "order_number": order.number, "certificate_number": certificate, "codes": sold });
    tell(&mut tx, &cx, seller, WebhookEvent::OrderPaid, facts).await?;
    tx.commit().await?;
    let placed = PlacedOrder {
        order_number: order.number,
        state: OrderState::Paid,
        certificate_number: certificate,
        codes,
        mailed_to,
    };
    Ok(Placed::Now(placed))
}

/// The number of a license certificate: the year, and twelve digits that nobody can count from.
fn certificate_number(cx: &Cx) -> String {
    let digits: String = random_below::<12>(10).iter().map(|digit| char::from(b'0' + digit)).collect();
    format!("C{}-{}-{}-{}", cx.now.year() % 100, &digits[..4], &digits[4..8], &digits[8..])
}

/// A code that an order brought, and the item it is of.
struct Brought<'a> {
    issued: IssuedCode,
    item: &'a OrderItem,
    product: String,
}

impl<'a> Brought<'a> {
    fn of(code: &ActivationCode, item: &'a OrderItem, product: &str) -> Self {
        let issued = IssuedCode {
            code: code.reveal(),
            product: item.product.clone(),
            kind: item.kind,
            tail: code.tail().to_owned(),
        };
        Self { issued, item, product: product.to_owned() }
    }

    fn line(&self) -> letter::Line {
        letter::Line {
            product: self.product.clone(),
            devices: self.item.seats.total(),
            term_days: self.item.term_days,
            code: self.issued.code.clone(),
        }
    }
}

/// Makes the codes of an order. They work in the countries of the seller (edge case 29).
async fn bring<'a>(
    db: &mut PgConnection,
    cx: &Cx,
    seller: SellerId,
    order: OrderId,
    items: &'a [OrderItem],
) -> Result<Vec<Brought<'a>>> {
    // who is retired sells nothing more, and looks after what was sold
    let countries = sqlx::query_scalar!("select countries from seller where id = $1 and retired_at is null", seller.0)
        .fetch_optional(&mut *db)
        .await?
        .ok_or(Error::Forbidden)?;
    let mut codes = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let product = sqlx::query!("select id, name from product where sku = $1 and retired_at is null", item.product)
            .fetch_optional(&mut *db)
            .await?
            .ok_or_else(|| Error::field(&format!("items[{index}].product"), Fault::NotAChoice))?;
        let subscription = item.kind == CodeKind::Subscription;
        let one = Make {
            product: ProductId(product.id),
            kind: item.kind,
            seats: &item.seats,
            term: Term::of_days(item.term_days),
            reduced_term: item.reduced_term_days.map(Term::of_days),
            grace: subscription.then(|| item.grace_days.map_or(Term::GRACE, Term::of_days)),
            protection_ends: item.protection_ends,
            start_rule: item.start_rule,
            redeem_by: item.redeem_by,
            seller,
            purchase: order,
            countries: &countries,
        };
        for _ in 0..item.count {
            codes.push(Brought::of(&make(&mut *db, cx, &one).await?, item, &product.name));
        }
    }
    Ok(codes)
}

/// The order that has this number already, with the same contents and the codes it brought then: one that took the place of
/// such a code since is its owner's alone. The codes are opened after the event is written.
async fn repeat(
    db: &mut PgConnection,
    cx: &Cx,
    seller: SellerId,
    number: &str,
    hash: &[u8; 32],
) -> Result<PlacedOrder> {
    let row = sqlx::query!(
        r#"select id, state as "state: OrderState", channel as "channel: Channel", buyer_email, body_hash, certificate_number
           from purchase where seller_id = $1 and order_number = $2"#,
        seller.0,
        number,
    )
    .fetch_one(&mut *db)
    .await?;
    let (Some(certificate_number), true) = (row.certificate_number, row.body_hash.as_deref() == Some(&hash[..])) else {
        return Err(Error::field("order_number", Fault::UsedOtherwise));
    };
    audit::record(&mut *db, cx, None, Event::OrderRepeated(OrderId(row.id))).await?;
    let rows = sqlx::query!(
        r#"select c.id, c.code_ct, c.code_tail, c.kind as "kind: CodeKind", p.sku
           from activation_code c
           join product p on p.id = c.product_id
           where c.purchase_id = $1 and not exists (
               select 1 from activation_code earlier where earlier.purchase_id = $1 and earlier.replaced_by = c.id
           )
           order by c.id"#,
        row.id,
    )
    .fetch_all(&mut *db)
    .await?;
    let mut codes = Vec::with_capacity(rows.len());
    for code in rows {
        codes.push(IssuedCode {
            code: open(cx, code.id, &code.code_ct)?.code,
            product: code.sku,
            kind: code.kind,
            tail: code.code_tail,
        });
    }
    let mailed_to = row.buyer_email.filter(|_| row.channel == Channel::OnlineStore);
    Ok(PlacedOrder { order_number: number.to_owned(), state: row.state, certificate_number, codes, mailed_to })
}

/// Takes an order back: its codes activate nothing any more, and the devices that used them stop (R87). An order that is
/// over already stays as it is. Money is the seller's.
///
/// # Errors
/// `NotFound` for another seller's order; `Invalid(reason)`.
pub async fn cancel(cx: Cx, number: String, asked: CancelOrder) -> Result<OrderStatus> {
    cx.require(Permission::SellCodes)?;
    let seller = cx.actor.seller()?;
    let reason = text::paragraphs(&asked.reason, 500)
        .and_then(|reason| if reason.is_empty() { Err(Fault::Missing) } else { Ok(reason) });
    let reason = reason.map_err(|fault| Error::field("reason", fault))?;
    let number = read_number(&number).map_err(|_| Error::NotFound)?;
    let mut tx = cx.begin().await?;
    let row = sqlx::query!(
        r#"select id, state as "state: OrderState" from purchase where seller_id = $1 and order_number = $2 for no key update"#,
        seller.0,
        number,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    if row.state.can_be_cancelled() {
        sqlx::query!(
            "update purchase set state = 'cancelled', cancelled_at = $2, cancel_reason = $3 where id = $1",
            row.id,
            cx.now,
            reason,
        )
        .execute(&mut *tx)
        .await?;
        audit::record(&mut tx, &cx, None, Event::OrderCancelled(OrderId(row.id))).await?;
        let tails = cancel_codes(&mut tx, &cx, row.id).await?;
        offer::store::take_back(&mut tx, &cx, OrderId(row.id)).await?;
        let facts = serde_json::json!({ "order_number": number, "tails": tails });
        tell(&mut tx, &cx, seller, WebhookEvent::OrderCancelled, facts).await?;
    }
    let status = read::one(&mut tx, &cx, seller, &number).await?;
    tx.commit().await?;
    Ok(status)
}

/// Cancels all codes of an order, each locked before the first is changed, and gives their last blocks.
async fn cancel_codes(db: &mut PgConnection, cx: &Cx, order: Uuid) -> Result<Vec<String>> {
    let codes = sqlx::query!(
        "select id, code_tail from activation_code where purchase_id = $1 order by id for no key update",
        order,
    )
    .fetch_all(&mut *db)
    .await?;
    let mut tails = Vec::with_capacity(codes.len());
    for code in codes {
        cancel_code(&mut *db, cx, CodeId(code.id), Cancellation::OrderCancelled).await?;
        tails.push(code.code_tail);
    }
    Ok(tails)
}
