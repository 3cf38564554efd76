//! Who sells codes, and what for: data that the vendor sets up.

mod key;

pub use key::{NewKey, PREFIX, create_key, for_key, revoke_key};
pub(crate) use key::{end_key, keep_key};

use sqlx::PgConnection;

use crate::actor::Permission;
use crate::country::Country;
use crate::cx::Cx;
use crate::device::OsFamily;
use crate::id::{ProductId, SellerId};
use crate::{Error, Fault, Result};

/// A store, partner or provider.
#[derive(Clone, Debug)]
pub struct NewSeller<'a> {
    /// Its short code.
    pub code: &'a str,
    /// Its name.
    pub name: &'a str,
    /// `vendor_store`, `partner` or `provider`.
    pub kind: &'a str,
    /// The countries it sells to (edge case 29).
    pub countries: &'a [Country],
    /// Where people reach it: an address, a page or a number (R88).
    pub contact: Option<&'a str>,
}

/// Sets up a seller; one that is there stays as it is.
///
/// # Errors
/// `Forbidden` for everybody but Latchkey itself.
pub async fn set_up(cx: &Cx, seller: NewSeller<'_>) -> Result<()> {
    cx.require(Permission::Operate)?;
    let countries: Vec<String> = seller.countries.iter().map(ToString::to_string).collect();
    sqlx::query!(
        "insert into seller (id, code, name, kind, countries, contact) values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
        SellerId::generate().0,
        seller.code,
        seller.name,
        seller.kind,
        &countries,
        seller.contact,
    )
    .execute(&cx.world.rw)
    .await?;
    Ok(())
}

/// Sets through whom a seller is paid and where its customers look an order up (R82, R88).
///
/// # Errors
/// `Forbidden` for everybody but Latchkey itself; `NotFound` for an unknown seller.
pub async fn set_payment(cx: &Cx, seller: &str, partner: &str, order_lookup: &str) -> Result<()> {
    cx.require(Permission::Operate)?;
    let set = sqlx::query!(
        "update seller set payment_partner = $2, order_lookup = $3 where code = $1",
        seller,
        partner,
        order_lookup,
    )
    .execute(&cx.world.rw)
    .await?;
    if set.rows_affected() == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// Sets up to what amount one lead alone grants a refund of a seller's order, in the smallest unit of its currency. Without
/// one, one lead decides every refund.
///
/// # Errors
/// `Forbidden` for everybody but Latchkey itself; `NotFound` for an unknown seller.
pub async fn set_refund_limit(cx: &Cx, seller: &str, by_one_up_to: Option<i64>) -> Result<()> {
    cx.require(Permission::Operate)?;
    let set = sqlx::query!("update seller set refund_by_one_up_to = $2 where code = $1", seller, by_one_up_to)
        .execute(&cx.world.rw)
        .await?;
    if set.rows_affected() == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// Sets up a product; one that is there stays as it is.
///
/// # Errors
/// `Forbidden` for everybody but Latchkey itself.
pub async fn set_up_product(cx: &Cx, sku: &str, name: &str, version_family: &str) -> Result<()> {
    cx.require(Permission::Operate)?;
    sqlx::query!(
        "insert into product (id, sku, name, version_family) values ($1, $2, $3, $4) on conflict do nothing",
        ProductId::generate().0,
        sku,
        name,
        version_family,
    )
    .execute(&cx.world.rw)
    .await?;
    Ok(())
}

/// Sets up what still works after the end of a license, for one version family of a product (R67–R69).
///
/// # Errors
/// `Forbidden` for everybody but Latchkey itself.
pub async fn set_up_expiry(cx: &Cx, sku: &str, version_family: &str, restricted: &[&str]) -> Result<()> {
    cx.require(Permission::Operate)?;
    let restricted: Vec<String> = restricted.iter().map(ToString::to_string).collect();
    sqlx::query!(
        "insert into expiry_rule (product_id, version_family, restricted)
         select id, $2, $3 from product where sku = $1
         on conflict do nothing",
        sku,
        version_family,
        &restricted,
    )
    .execute(&cx.world.rw)
    .await?;
    Ok(())
}

/// Publishes a version of a product's license agreement. From then on it is the one to accept; earlier versions are kept
/// (R19, R21).
///
/// # Errors
/// `Forbidden` for everybody but Latchkey itself.
pub async fn publish_agreement(cx: &Cx, sku: &str, version: &str, text: &str) -> Result<()> {
    cx.require(Permission::Operate)?;
    sqlx::query!(
        "insert into agreement (product_id, version, text, published_at)
         select id, $2, $3, $4 from product where sku = $1
         on conflict do nothing",
        sku,
        version,
        text,
        cx.now,
    )
    .execute(&cx.world.rw)
    .await?;
    Ok(())
}

/// Sets where the application of a product is downloaded for a kind of system (R50).
///
/// # Errors
/// `Forbidden` for everybody but Latchkey itself.
pub async fn set_installer(cx: &Cx, sku: &str, os: OsFamily, address: &str) -> Result<()> {
    cx.require(Permission::Operate)?;
    sqlx::query!(
        "insert into installer (product_id, os_family, address) select id, $2, $3 from product where sku = $1
         on conflict (product_id, os_family) do update set address = excluded.address",
        sku,
        os.as_str(),
        address,
    )
    .execute(&cx.world.rw)
    .await?;
    Ok(())
}

/// The seller of this code.
pub(crate) async fn by_code(db: &mut PgConnection, code: &str) -> Result<SellerId> {
    let found = sqlx::query_scalar!("select id from seller where code = $1", code).fetch_optional(db).await?;
    found.map(SellerId).ok_or_else(|| Error::field("seller", Fault::NotAChoice))
}

/// Who sells in a country, the vendor's own stores first: where a code for it is bought (R66), and without a country where
/// more places are bought, in that of the asker's account (R60). Each with whether it is a store of the vendor.
///
/// # Errors
/// `Forbidden` for whoever belongs to no account.
pub async fn near(cx: Cx, country: Option<Country>) -> Result<Vec<(String, bool)>> {
    cx.require(Permission::SeeAccount)?;
    let account = cx.actor.account()?;
    let rows = sqlx::query!(
        r#"select s.name, s.kind = 'vendor_store' as "own!"
           from seller s join account a on coalesce($2, a.country) = any(s.countries)
           where a.id = $1 and s.retired_at is null
           order by s.kind <> 'vendor_store', s.name
           limit 6"#,
        account.0,
        country.map(|country| country.to_string()),
    )
    .fetch_all(&cx.world.ro)
    .await?;
    Ok(rows.into_iter().map(|row| (row.name, row.own)).collect())
}
