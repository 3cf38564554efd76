//! A leaked code, replaced by whoever administers its license: known devices stay active and nobody types anything.

use uuid::Uuid;

use super::replace::replace_in;
use crate::actor::Permission;
use crate::attempt::{self, ROTATE_CODE};
use crate::cx::Cx;
use crate::id::{CodeId, DeviceId, LicenseId};
use crate::{Error, Result, license, seat};

/// Puts a new code in the place of a license's own. Devices that are named keep their seats, dates and reserve; all others
/// that hold a seat lose it, and the old code is refused from this moment on (E06). The caller has made sure that the
/// password was entered within the last five minutes.
///
/// # Errors
/// `NotFound` for another account's license, `Refused(NotAdministrator)` (E27); `Refused` when the code is blocked, cancelled
/// or was replaced before; `Refused(Attempts)` after five in a day.
pub async fn rotate_code(cx: Cx, license: LicenseId, known: Vec<DeviceId>) -> Result<u32> {
    cx.require(Permission::SeeAccount)?;
    let (account, person) = (cx.actor.account()?, cx.actor.person()?);
    let mut tx = cx.begin().await?;
    // devices before codes, as everywhere
    let holders = sqlx::query!(
        "select d.id from seat s join device d on d.id = s.device_id
         where s.account_id = $1 and s.license_id = $2 and s.released_at is null
         order by d.id
         for update of d",
        account.0,
        license.0,
    )
    .fetch_all(&mut *tx)
    .await?;
    license::store::administered(&mut tx, account, person, license).await?;
    attempt::count(&mut tx, &cx, ROTATE_CODE, account.0.as_bytes()).await?;
    let code = sqlx::query_scalar!("select code_id from license where id = $1", license.0).fetch_one(&mut *tx).await?;
    replace_in(&mut tx, &cx, CodeId(code), "It became known to others".to_owned()).await?;
    let known: Vec<Uuid> = known.into_iter().map(|id| id.0).collect();
    let strangers: Vec<DeviceId> =
        holders.into_iter().filter(|holder| !known.contains(&holder.id)).map(|holder| DeviceId(holder.id)).collect();
    for device in &strangers {
        seat::store::release_in(&mut tx, &cx, account, *device, license).await?;
    }
    tx.commit().await?;
    u32::try_from(strangers.len()).map_err(|_| Error::Internal(cx.request))
}
