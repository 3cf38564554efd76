//! The tables that the rest of the program reads, written as an entry says.

use sqlx::PgConnection;
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use super::super::{Agreement, Bundle, Entry, Part, Price, Product, ProductVersion, Seller};
use super::{Before, newest};
use crate::cx::Cx;
use crate::id::{ProductId, SellerId};
use crate::seat::SeatClass;
use crate::{Error, Fault, Result};

pub(super) async fn entry(db: &mut PgConnection, cx: &Cx, id: Uuid, entry: &Entry) -> Result<()> {
    let written = match entry {
        Entry::Product(product) => write_product(db, id, product).await,
        Entry::Version(version) => write_version(db, id, version).await,
        Entry::Bundle(bundle) => write_bundle(db, id, bundle).await,
        Entry::Seller(seller) => write_seller(db, cx, id, seller).await,
        Entry::Price(price) => write_price(db, id, price).await,
        Entry::Agreement(agreement) => write_agreement(db, cx, id, agreement).await,
    };
    match written {
        Ok(()) => Ok(()),
        Err(Failed::Deed(error)) => Err(error),
        Err(Failed::Sql(error)) => Err(taken(&error).unwrap_or_else(|| error.into())),
    }
}

enum Failed {
    Deed(Error),
    Sql(sqlx::Error),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Deed(error)
    }
}

impl From<sqlx::Error> for Failed {
    fn from(error: sqlx::Error) -> Self {
        Self::Sql(error)
    }
}

/// The field to blame when something else has the number already.
fn taken(error: &sqlx::Error) -> Option<Error> {
    let field = match error.as_database_error()?.constraint()? {
        "product_sku_key" | "seller_code_key" | "bundle_sku_key" => "sku",
        "expiry_rule_pkey" => "family",
        "price_list_pkey" => "product",
        "agreement_pkey" => "agreement",
        _ => return None,
    };
    Some(Error::field(field, Fault::UsedOtherwise))
}

/// The product as it stands; one that is retired counts as long as it has been chosen before.
async fn product(db: &mut PgConnection, id: ProductId) -> Result<Product> {
    match newest(db, id.0).await {
        Ok(Before { entry: Entry::Product(product), .. }) => Ok(product),
        Ok(_) | Err(Error::NotFound) => Err(Error::field("product", Fault::NotAChoice)),
        Err(error) => Err(error),
    }
}

fn all_sold(product: &Product, classes: impl Iterator<Item = SeatClass>) -> Result<()> {
    match classes.into_iter().find(|class| !product.has(*class)) {
        Some(class) => Err(Error::field(class.as_str(), Fault::DoesNotBelong)),
        None => Ok(()),
    }
}

async fn write_product(db: &mut PgConnection, id: Uuid, product: &Product) -> Result<(), Failed> {
    sqlx::query!(
        "insert into product (id, sku, name, version_family, covers, components) values ($1, $2, $3, $4, $5, $6)
         on conflict (id) do update
         set name = excluded.name, version_family = excluded.version_family, covers = excluded.covers,
             components = excluded.components",
        id,
        product.sku,
        product.name,
        product.family,
        Json(&product.covers) as _,
        &product.components,
    )
    .execute(&mut *db)
    .await?;
    let (systems, addresses): (Vec<&str>, Vec<&str>) =
        product.installers.iter().map(|(os, address)| (os.as_str(), address.as_str())).unzip();
    sqlx::query!(
        "with gone as (delete from installer where product_id = $1 and os_family <> all($2::text[]))
         insert into installer (product_id, os_family, address) select $1, * from unnest($2::text[], $3::text[])
         on conflict (product_id, os_family) do update set address = excluded.address",
        id,
        &systems as _,
        &addresses as _,
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn write_version(db: &mut PgConnection, id: Uuid, version: &ProductVersion) -> Result<(), Failed> {
    let of = product(&mut *db, version.product).await?;
    let known = |name: &String| of.components.is_empty() || of.components.contains(name);
    if !version.restricted.iter().all(known) {
        return Err(Error::field("components", Fault::NotAChoice).into());
    }
    sqlx::query!(
        "insert into expiry_rule (id, product_id, version_family, updates, manual_databases_stop, restricted)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (id) do update
         set updates = excluded.updates, manual_databases_stop = excluded.manual_databases_stop,
             restricted = excluded.restricted",
        id,
        version.product.0,
        version.family,
        version.updates,
        version.manual_databases_stop,
        &version.restricted,
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn write_bundle(db: &mut PgConnection, id: Uuid, bundle: &Bundle) -> Result<(), Failed> {
    all_sold(&product(&mut *db, bundle.product).await?, bundle.seats.iter().map(|(class, _)| class))?;
    sqlx::query!(
        "insert into bundle (id, product_id, sku, name, seats, term_days) values ($1, $2, $3, $4, $5, $6)
         on conflict (id) do update set name = excluded.name, seats = excluded.seats, term_days = excluded.term_days",
        id,
        bundle.product.0,
        bundle.sku,
        bundle.name,
        Json(&bundle.seats) as _,
        i32::try_from(bundle.days).unwrap_or(i32::MAX),
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn write_seller(db: &mut PgConnection, cx: &Cx, id: Uuid, seller: &Seller) -> Result<(), Failed> {
    if seller.recipient.as_ref().is_some_and(|key| key.parse::<age::x25519::Recipient>().is_err()) {
        return Err(Error::field("recipient", Fault::NotAChoice).into());
    }
    let countries: Vec<String> = seller.countries.iter().map(ToString::to_string).collect();
    sqlx::query!(
        "insert into seller as s (id, code, name, kind, countries, contact, checkout_url, refund_window_days,
             refund_by_one_up_to, refund_limit_set_by, recipient, recipient_set_by,
             payment_partner, order_lookup)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, case when $9::bigint is not null then $11::uuid end, $10, $11, $12, $13)
         on conflict (id) do update
         set name = excluded.name, kind = excluded.kind, countries = excluded.countries, contact = excluded.contact,
             checkout_url = excluded.checkout_url, payment_partner = excluded.payment_partner,
             order_lookup = excluded.order_lookup, refund_window_days = excluded.refund_window_days,
             refund_by_one_up_to = excluded.refund_by_one_up_to,
             refund_limit_set_by = case when s.refund_by_one_up_to is distinct from excluded.refund_by_one_up_to
                 then $11::uuid else s.refund_limit_set_by end,
             recipient = excluded.recipient,
             recipient_set_by = case when s.recipient is distinct from excluded.recipient
                 then excluded.recipient_set_by else s.recipient_set_by end",
        id,
        seller.code,
        seller.name,
        seller.kind.as_str(),
        &countries,
        seller.contact,
        seller.checkout,
        i32::try_from(seller.refund_days).unwrap_or(30),
        seller.refund_by_one,
        seller.recipient,
        cx.actor.id(),
        seller.payment_partner,
        seller.order_lookup,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// From now on it is the one to accept.
async fn write_agreement(db: &mut PgConnection, cx: &Cx, id: Uuid, agreement: &Agreement) -> Result<(), Failed> {
    product(&mut *db, agreement.product).await?;
    sqlx::query!(
        "insert into agreement (id, product_id, version, text, published_at) values ($1, $2, $3, $4, $5)",
        id,
        agreement.product.0,
        agreement.version,
        agreement.text,
        cx.now,
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn write_price(db: &mut PgConnection, id: Uuid, price: &Price) -> Result<(), Failed> {
    all_sold(&product(&mut *db, price.product).await?, price.yearly.keys().copied())?;
    seller_there(&mut *db, price.seller).await?;
    sqlx::query!(
        "insert into price_list (id, seller_id, product_id, currency, yearly, renewal_discount)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (id) do update
         set currency = excluded.currency, yearly = excluded.yearly, renewal_discount = excluded.renewal_discount",
        id,
        price.seller.0,
        price.product.0,
        price.currency,
        Json(&price.yearly) as _,
        i16::from(price.renewal_discount),
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn seller_there(db: &mut PgConnection, seller: SellerId) -> Result<()> {
    let there = sqlx::query_scalar!(r#"select exists (select from seller where id = $1) as "there!""#, seller.0)
        .fetch_one(db)
        .await?;
    if there { Ok(()) } else { Err(Error::field("seller", Fault::NotAChoice)) }
}

pub(super) async fn retired(db: &mut PgConnection, id: Uuid, part: Part, since: Option<OffsetDateTime>) -> Result<()> {
    match part {
        Part::Product => {
            sqlx::query!("update product set retired_at = $2 where id = $1", id, since).execute(db).await?
        }
        Part::Bundle => sqlx::query!("update bundle set retired_at = $2 where id = $1", id, since).execute(db).await?,
        Part::Seller => sqlx::query!("update seller set retired_at = $2 where id = $1", id, since).execute(db).await?,
        Part::Price => {
            sqlx::query!("update price_list set retired_at = $2 where id = $1", id, since).execute(db).await?
        }
        Part::Version | Part::Agreement => return Err(Error::NotFound),
    };
    Ok(())
}
