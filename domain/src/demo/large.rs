//! Many offices at once, for benches and for lists that are long: the rows that the deeds would have left, written in
//! batches. Every invariant holds among them.

mod columns;
mod drawn;
mod rows;
mod write;

use self::columns::Rows;
use self::write::{Vendor, write};
use super::{SKU, STORE};
use crate::actor::Permission;
use crate::cx::Cx;
use crate::{Error, Result};

/// So many offices are written in one transaction.
const BATCH: u32 = 1000;

/// Adds so many offices, each with a person, orders and what came of them: years that run and that ended, renewals, trials
/// and subscriptions by the month, devices, codes that wait, notices, cases, refunds and lost codes, most of them long done.
/// Nobody can sign in to them. Tells how far it is after each batch.
///
/// # Errors
/// `Forbidden` for everybody but Latchkey itself; `NotFound` where there is no demo.
pub async fn add(cx: &Cx, accounts: u32, mut told: impl FnMut(u32)) -> Result<()> {
    cx.require(Permission::Operate)?;
    let vendor = vendor(cx).await?;
    let there = sqlx::query_scalar!(r#"select count(*) as "there!" from account"#).fetch_one(&cx.world.rw).await?;
    let mut done = 0;
    while done < accounts {
        let now = BATCH.min(accounts - done);
        let mut rows = Rows::default();
        for n in 0..now {
            rows.add(cx, u64::try_from(there).unwrap_or_default() + u64::from(done + n));
        }
        write(cx, &vendor, &rows).await?;
        done += now;
        told(done);
    }
    Ok(())
}

async fn vendor(cx: &Cx) -> Result<Vendor> {
    let row = sqlx::query!(
        r#"select array_agg(id order by sku <> $1, sku) as "products!",
               (select array_agg(id order by code <> $2, code <> 'NW-GB', code) from seller) as "sellers!",
               (select id from staff where role = 'agent' order by id limit 1) as "agent!"
           from product
           having exists (select 1 from staff)"#,
        SKU,
        STORE,
    )
    .fetch_optional(&cx.world.rw)
    .await?
    .ok_or(Error::NotFound)?;
    Ok(Vendor { products: row.products, sellers: row.sellers, agent: row.agent })
}
