//! Offers: read, made, and carried out when they are paid.

mod back;

pub(crate) use back::take_back;

use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::{Held, OFFER_LIFE, Offer, OfferKind, PriceList, Quote, Renewable, STAND_IN, Wanted, quote};
use crate::actor::{Actor, Permission};
use crate::audit::{self, Event};
use crate::code::{ActivationCode, CodeKind, StartRule, code_part};
use crate::cx::Cx;
use crate::id::{AccountId, LicenseId, OrderId, SellerId};
use crate::license::{LicenseFacts, LicenseKey};
use crate::order::{BuyerKind, Channel};
use crate::seal::Sealed;
use crate::seat::{SeatClass, Seats};
use crate::seller_api::{Buyer, OfferTerms, OrderItem, OrderRequest};
use crate::{Error, Fault, Result};

/// The licenses of the account that can be renewed or grow, those that end first on top.
const MOST: i64 = 50;

/// What can be renewed: the account's licenses, each with who would sell it.
///
/// # Errors
/// `Unauthenticated` for strangers, `Forbidden` for everybody else who is not a person of an account.
pub async fn renewables(cx: Cx) -> Result<Vec<Renewable>> {
    cx.require(Permission::SeeAccount)?;
    Ok(read(&cx, None).await?.into_iter().map(|(found, _)| found).collect())
}

/// Each license with the seller whose prices it is shown with.
async fn read(cx: &Cx, one: Option<LicenseId>) -> Result<Vec<(Renewable, Option<SellerId>)>> {
    let rows = sqlx::query!(
        r#"select l.id, p.name as product, c.code_tail, license_facts(l) as "facts!: Json<LicenseFacts>",
               l.seats as "seats: Json<Seats>",
               (
                   select jsonb_object_agg(class, used) from (
                       select class, count(*) as used from seat
                       where license_id = l.id and released_at is null group by class
                   ) as by_class
               ) as "used: Json<Seats>",
               s.id as "seller_id?", s.name as "seller?", pl.currency as "currency?", pl.yearly as "yearly?: Json<std::collections::BTreeMap<SeatClass, i64>>",
               pl.renewal_discount as "renewal_discount?"
           from license l
           join product p on p.id = l.product_id
           join activation_code c on c.id = l.code_id
           join account a on a.id = l.account_id
           left join lateral (
               -- where it was bought, else a store of the office's country (edge cases 26 and 50)
               select pl.*
               from price_list pl join seller ps on ps.id = pl.seller_id
               where pl.product_id = l.product_id and ps.checkout_url is not null
                   and pl.retired_at is null and ps.retired_at is null and p.retired_at is null
                   and (ps.id = c.seller_id or a.country = any(ps.countries))
               order by ps.id = c.seller_id and a.country = any(ps.countries) desc, a.country = any(ps.countries) desc, ps.code
               limit 1
           ) as pl on true
           left join seller s on s.id = pl.seller_id
           where l.account_id = $1 and ($2::uuid is null or l.id = $2)
               and l.kind <> 'subscription' and l.cancelled_at is null and l.blocked_at is null
           order by l.expires_at, l.id
           limit $3"#,
        cx.actor.account()?.0,
        one.map(|id| id.0),
        MOST,
    )
    .fetch_all(&cx.world.ro)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let seller = row.seller_id.map(SellerId);
            let found = Renewable {
                license: LicenseId(row.id),
                product: row.product,
                tail: row.code_tail,
                held: Held {
                    facts: row.facts.0,
                    seats: row.seats.0,
                    used: row.used.map(|Json(used)| used).unwrap_or_default(),
                },
                seller: match (row.seller, row.currency, row.yearly, row.renewal_discount) {
                    (Some(seller), Some(currency), Some(Json(yearly)), Some(off)) => {
                        Some((seller, PriceList { currency, yearly, renewal_discount: u8::try_from(off).unwrap_or(0) }))
                    }
                    _ => None,
                },
                now: cx.now,
            };
            (found, seller)
        })
        .collect())
}

/// Finds the license of the account that a typed license key or activation code belongs to.
///
/// # Errors
/// `Invalid(by)` when nothing of the account fits, whatever there is elsewhere (F01).
pub async fn find_renewable(cx: Cx, typed: String) -> Result<LicenseId> {
    cx.require(Permission::SeeAccount)?;
    let unknown = || Error::field("by", Fault::NotAChoice);
    let typed = code_part(&typed);
    let key = LicenseKey::parse(typed).ok();
    let code = ActivationCode::parse(typed).ok().filter(ActivationCode::check_symbol_holds);
    let key = key.map(|key| cx.world.seal.index(Sealed::LicenseKey, key.0.as_bytes()).to_vec());
    let code = code.map(|code| cx.world.seal.index(Sealed::Code, code.as_bytes()).to_vec());
    let id = sqlx::query_scalar!(
        r#"select l.id as "id!" from license l join activation_code c on c.id = l.code_id
           where l.account_id = $1 and (l.license_key_bi = $2 or c.code_bi = $3)"#,
        cx.actor.account()?.0,
        key,
        code,
    )
    .fetch_optional(&cx.world.ro)
    .await?
    .ok_or_else(unknown)?;
    Ok(LicenseId(id))
}

/// Makes an offer and tells where it is paid: the seller's checkout, which is given the offer's name and nothing else.
///
/// # Errors
/// `NotFound` for another account's license; those of the reckoning; `Invalid(license)` where no seller told us prices.
pub async fn make_offer(cx: Cx, license: LicenseId, wanted: Wanted) -> Result<(Quote, String)> {
    cx.require(Permission::SeeAccount)?;
    let (found, seller) = read(&cx, Some(license)).await?.pop().ok_or(Error::NotFound)?;
    let (Some(seller), Some((_, prices))) = (seller, &found.seller) else {
        return Err(Error::field("license", Fault::DoesNotBelong));
    };
    let quote = quote(&found.held, prices, &wanted, cx.now)?;
    let id = Uuid::new_v4();
    let mut tx = cx.begin().await?;
    let checkout = sqlx::query_scalar!(
        r#"with offered as (
               insert into offer (id, account_id, person_id, license_id, seller_id, product_id, kind, seats, term_days, currency,
                   total, created_at, expires_at)
               select $1, l.account_id, $2, l.id, $11, l.product_id, $3, $4, $5, $12, $6, $7, $8
               from license l
               where l.id = $9 and l.account_id = $10
               returning seller_id
           )
           select s.checkout_url as "checkout!" from offered join seller s on s.id = offered.seller_id"#,
        id,
        cx.actor.person()?.0,
        quote.kind.as_str(),
        Json(&quote.seats) as _,
        i32::try_from(quote.days).unwrap_or(i32::MAX),
        quote.total,
        cx.now,
        cx.now + OFFER_LIFE,
        license.0,
        cx.actor.account()?.0,
        seller.0,
        quote.currency,
    )
    .fetch_one(&mut *tx)
    .await?;
    audit::record(&mut tx, &cx, None, Event::OfferMade(license)).await?;
    tx.commit().await?;
    let joint = if checkout.contains('?') { '&' } else { '?' };
    Ok((quote, format!("{checkout}{joint}offer={id}")))
}

struct Row {
    account: AccountId,
    seller: SellerId,
    sku: String,
    buyer: (String, String),
    checkout: Option<String>,
    offer: Offer,
}

async fn offer(
    db: impl sqlx::PgExecutor<'_>,
    id: Uuid,
    account: Option<AccountId>,
    seller: Option<SellerId>,
) -> Result<Row> {
    let row = sqlx::query!(
        r#"select o.account_id, o.license_id, o.seller_id, o.kind as "kind: OfferKind", o.seats as "seats: Json<Seats>", o.term_days,
               o.currency, o.total, o.expires_at, o.purchase_id, s.name as seller, s.checkout_url, p.name as product, p.sku,
               b.name as buyer, b.email
           from offer o
           join seller s on s.id = o.seller_id
           join product p on p.id = o.product_id
           join person b on b.id = o.person_id
           where o.id = $1 and ($2::uuid is null or o.account_id = $2) and ($3::uuid is null or o.seller_id = $3)"#,
        id,
        account.map(|id| id.0),
        seller.map(|id| id.0),
    )
    .fetch_optional(db)
    .await?
    .ok_or(Error::NotFound)?;
    Ok(Row {
        account: AccountId(row.account_id),
        seller: SellerId(row.seller_id),
        sku: row.sku,
        buyer: (row.buyer, row.email),
        checkout: row.checkout_url,
        offer: Offer {
            id,
            kind: row.kind,
            product: row.product,
            seats: row.seats.0,
            days: u32::try_from(row.term_days).unwrap_or(0),
            total: row.total,
            currency: row.currency,
            seller: row.seller,
            license: LicenseId(row.license_id),
            paid: row.purchase_id.is_some(),
            expires_at: row.expires_at,
        },
    })
}

/// What is about to be paid at the stand-in store of a demo.
///
/// # Errors
/// `NotFound` for another account's offer, and for one of a seller who takes the money elsewhere.
pub async fn checkout(cx: Cx, id: Uuid) -> Result<Offer> {
    cx.require(Permission::SeeAccount)?;
    let row = offer(&cx.world.ro, id, Some(cx.actor.account()?), None).await?;
    if row.checkout.as_deref() == Some(STAND_IN) { Ok(row.offer) } else { Err(Error::NotFound) }
}

/// Pays an offer at the stand-in store of a demo, which then orders like any seller's program: a code is mailed, or the
/// license has more places. Paid twice it is one order.
///
/// # Errors
/// As for looking at it; those of the order.
pub async fn pay_at_stand_in(cx: Cx, id: Uuid) -> Result<Offer> {
    cx.require(Permission::SeeAccount)?;
    let row = offer(&cx.world.ro, id, Some(cx.actor.account()?), None).await?;
    if row.checkout.as_deref() != Some(STAND_IN) {
        return Err(Error::NotFound);
    }
    let store = Cx { actor: Actor::Seller { id: row.seller }, ..cx };
    crate::order::store::place(store, order_of(&row)).await?;
    Ok(Offer { paid: true, ..row.offer })
}

/// What the seller's program sends when such an offer was paid.
fn order_of(row: &Row) -> OrderRequest {
    let renewal = row.offer.kind == OfferKind::Renewal;
    let item = OrderItem {
        product: row.sku.clone(),
        kind: if renewal { CodeKind::Renewal } else { CodeKind::Commercial },
        seats: row.offer.seats.clone(),
        term_days: row.offer.days,
        reduced_term_days: renewal.then_some(row.offer.days / 2),
        grace_days: None,
        protection_ends: false,
        start_rule: StartRule::OnFirstActivation,
        redeem_by: None,
        count: 1,
        price: Some(row.offer.total),
    };
    OrderRequest {
        order_number: format!("SI-{}", &row.offer.id.simple().to_string()[..12]),
        channel: Channel::OnlineStore,
        buyer: Some(Buyer {
            name: row.buyer.0.clone(),
            email: Some(row.buyer.1.clone()),
            kind: BuyerKind::Organization,
        }),
        // the same however often it is sent
        ordered_at: row.offer.expires_at - OFFER_LIFE,
        country: None,
        currency: Some(row.offer.currency.clone()),
        price: Some(row.offer.total),
        language: None,
        items: vec![item],
        offer: Some(row.offer.id),
    }
}

/// The terms of an offer, for the seller's own program, which was given its name at the checkout.
///
/// # Errors
/// `Forbidden` for everybody but a seller's program, `NotFound` for another seller's offer.
pub async fn terms(cx: Cx, id: Uuid) -> Result<OfferTerms> {
    cx.require(Permission::SellCodes)?;
    let row = offer(&cx.world.ro, id, None, Some(cx.actor.seller()?)).await?;
    Ok(OfferTerms {
        offer: id,
        kind: row.offer.kind,
        product: row.sku,
        seats: row.offer.seats,
        term_days: row.offer.days,
        currency: row.offer.currency,
        price: row.offer.total,
        buyer: Buyer { name: row.buyer.0, email: Some(row.buyer.1), kind: BuyerKind::Organization },
        expires_at: row.offer.expires_at,
        ordered: row.offer.paid,
    })
}

/// Whether an order that names an offer brings codes, or more places of a license that runs.
pub(crate) enum Carried {
    /// The codes of its items.
    Codes,
    /// No code: the license has its places now.
    Places,
}

/// Carries out the offer that an order names: it is paid once, and more places work at once (edge case 22).
///
/// # Errors
/// `Invalid(offer)` for another seller's, one that is over, or one that was ordered before under another number.
pub(crate) async fn carry_out(
    db: &mut PgConnection,
    cx: &Cx,
    seller: SellerId,
    order: OrderId,
    id: Uuid,
) -> Result<Carried> {
    let wrong = |fault| Error::field("offer", fault);
    let row = match offer(&mut *db, id, None, Some(seller)).await {
        Err(Error::NotFound) => return Err(wrong(Fault::NotAChoice)),
        row => row?,
    };
    if cx.now >= row.offer.expires_at + OFFER_LIFE {
        return Err(wrong(Fault::InThePast));
    }
    let ordered = sqlx::query!(
        "update offer set purchase_id = $2, ordered_at = $3 where id = $1 and purchase_id is null",
        id,
        order.0,
        cx.now,
    )
    .execute(&mut *db)
    .await?;
    if ordered.rows_affected() == 0 {
        return Err(wrong(Fault::UsedOtherwise));
    }
    if row.offer.kind != OfferKind::More {
        return Ok(Carried::Codes);
    }
    // whatever takes or gives seats of a license locks its code
    let grown = sqlx::query!(
        r#"with locked as (
               select c.id from activation_code c join license l on l.code_id = c.id where l.id = $1 for update of c
           ),
           license_grown as (
               update license set seats = $2 where id = $1 and cancelled_at is null and expires_at > $3
               returning code_id
           ),
           remembered as (
               -- as it was before this statement
               update offer set seats_before = l.seats from license l where offer.id = $4 and l.id = $1
           )
           update activation_code set seats = $2 from license_grown, locked where activation_code.id = license_grown.code_id"#,
        row.offer.license.0,
        Json(&row.offer.seats) as _,
        cx.now,
        id,
    )
    .execute(&mut *db)
    .await?;
    if grown.rows_affected() == 0 {
        return Err(wrong(Fault::InThePast));
    }
    audit::record(db, cx, Some(row.account), Event::LicenseGrown(row.offer.license)).await?;
    Ok(Carried::Places)
}

/// Sets what a seller asks for a product, and where it takes the money.
///
/// # Errors
/// `Forbidden` for everybody but Latchkey itself; `Invalid` for a seller or product that there is not.
pub async fn set_prices(cx: Cx, seller: &str, sku: &str, prices: &PriceList, checkout: &str) -> Result<()> {
    cx.require(Permission::Operate)?;
    let mut tx = cx.begin().await?;
    let id = sqlx::query_scalar!("update seller set checkout_url = $2 where code = $1 returning id", seller, checkout)
        .fetch_optional(&mut *tx)
        .await?
        .ok_or_else(|| Error::field("seller", Fault::NotAChoice))?;
    let kept = sqlx::query!(
        "insert into price_list (seller_id, product_id, currency, yearly, renewal_discount)
         select $1, p.id, $3, $4, $5 from product p where p.sku = $2
         on conflict (seller_id, product_id) do update
         set currency = excluded.currency, yearly = excluded.yearly, renewal_discount = excluded.renewal_discount",
        id,
        sku,
        prices.currency,
        Json(&prices.yearly) as _,
        i16::from(prices.renewal_discount),
    )
    .execute(&mut *tx)
    .await?;
    if kept.rows_affected() == 0 {
        return Err(Error::field("product", Fault::NotAChoice));
    }
    tx.commit().await?;
    Ok(())
}
