//! The deeds of the look-up: find, open, read, match, change. Every look leaves an event that its customer reads (H11).

mod change;
mod open;
mod read;
mod view;

pub use change::{change_code, match_code, transfer};
pub use open::open_record;
pub(crate) use read::opened_account;
pub use read::{code, customer, device};
pub use view::{for_viewing, note_viewed, view_customer};

use super::{Found, MOST, Sought, masked_email};
use crate::actor::{Actor, Permission};
use crate::attempt::{self, LOOK_UP};
use crate::audit::{self, Event};
use crate::code::mask;
use crate::cx::Cx;
use crate::seal::Sealed;
use crate::{Error, Result};

/// Finds records by something exact that a customer told: an e-mail address, an order or request number, a license key, a
/// code or its last block, a device's identity or name. At most twenty, as far as it takes to pick one; a whole code that is
/// typed is matched and never shown (R101, H06).
///
/// # Errors
/// `Forbidden` for everybody but agents and leads; `Invalid(sought)` for less than four characters; `Refused(Attempts)` for
/// too many in an hour.
pub async fn look_up(cx: Cx, sought: String) -> Result<Vec<Found>> {
    cx.require(Permission::ReadRecords)?;
    let sought = Sought::read(&sought)?;
    let Actor::Staff { id: staff, .. } = cx.actor else { return Err(Error::Forbidden) };
    let mut tx = cx.begin().await?;
    attempt::count(&mut tx, &cx, LOOK_UP, staff.0.as_bytes()).await?;
    let (mut email, mut key, mut device, mut code, mut words) = (None, None, None, None, None);
    match &sought {
        Sought::Email(typed) => email = Some(typed.as_str()),
        Sought::Key(typed) => {
            key = Some(cx.world.seal.index(Sealed::LicenseKey, typed.0.as_bytes()).to_vec());
            device = Some(typed.0);
        }
        Sought::Code(typed) => code = Some(cx.world.seal.index(Sealed::Code, typed.as_bytes()).to_vec()),
        Sought::Words(typed) => words = Some(typed.as_str()),
    }
    let rows = sqlx::query!(
        r#"select f.record as "record!: super::Record", f.id as "id!", f.email, f.tail, f.name, a.name as "office?", p.name as "product?"
           from (
               (
                   select 'customer' as record, account_id as id, email, null as tail, null as name, account_id, null::uuid as product_id
                   from person where lower(email) = $1
                   limit $6
               )
               union all
               (
                   select 'code', c.id, null, c.code_tail, null, c.account_id, c.product_id
                   from purchase o join activation_code c on c.purchase_id = o.id
                   where lower(o.buyer_email) = $1 or o.order_number = $5
                   limit $6
               )
               union all
               (
                   select 'code', c.id, null, c.code_tail, null, c.account_id, c.product_id
                   from license l join activation_code c on c.id = l.code_id
                   where l.license_key_bi = $2
                   limit $6
               )
               union all
               (
                   select 'code', id, null, code_tail, null, account_id, product_id
                   from activation_code where code_bi = $4 or code_tail = upper($5)
                   limit $6
               )
               union all
               (
                   select 'device', id, null, null, name, account_id, product_id
                   from device where id = $3 or lower(name) = lower($5)
                   limit $6
               )
               union all
               (
                   select 'customer', c.account_id, p.email, null, null, c.account_id, c.product_id
                   from support_case c join person p on p.id = c.person_id where c.number = upper($5)
                   limit $6
               )
               union all
               (
                   select 'customer', r.account_id, p.email, null, null, r.account_id, null
                   from recovery r join person p on p.id = r.person_id where r.number = upper($5)
                   limit $6
               )
           ) as f
           left join account a on a.id = f.account_id
           left join product p on p.id = f.product_id
           limit $6"#,
        email,
        key,
        device,
        code,
        words,
        MOST as i64,
    )
    .fetch_all(&mut *tx)
    .await?;
    audit::record(&mut tx, &cx, None, Event::RecordsLookedUp { found: rows.len() }).await?;
    tx.commit().await?;
    let found = rows.into_iter().map(|row| Found {
        record: row.record,
        id: row.id,
        label: match (row.email, row.tail, row.name) {
            (Some(email), ..) => masked_email(&email),
            (_, Some(tail), _) => mask(&tail),
            (.., name) => name.unwrap_or_default(),
        },
        office: row.office,
        product: row.product,
    });
    Ok(found.collect())
}
