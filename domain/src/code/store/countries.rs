//! The countries in which a code works.

use crate::actor::Permission;
use crate::audit::{self, Event};
use crate::country::Country;
use crate::cx::Cx;
use crate::id::{AccountId, CodeId};
use crate::{Error, Result};

/// Lets a code work in these countries from now on (edge case 26). A license that runs goes on wherever it is (R64).
///
/// # Errors
/// `Forbidden` for everybody but a lead in support; `NotFound`.
pub async fn set_countries(cx: Cx, code: CodeId, countries: Vec<Country>, reason: String) -> Result<()> {
    cx.require(Permission::BlockCode)?;
    let mut tx = cx.begin().await?;
    let row = sqlx::query!("select account_id, countries from activation_code where id = $1 for no key update", code.0)
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(Error::NotFound)?;
    let mut to: Vec<String> = countries.iter().map(ToString::to_string).collect();
    to.sort_unstable();
    to.dedup();
    sqlx::query!("update activation_code set countries = $2 where id = $1", code.0, &to).execute(&mut *tx).await?;
    let event = Event::CountriesSet { code, from: row.countries, to, reason };
    audit::record(&mut tx, &cx, row.account_id.map(AccountId), event).await?;
    tx.commit().await?;
    Ok(())
}
