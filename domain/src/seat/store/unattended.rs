//! Places that nobody uses any more are freed by themselves: of people who left (edge case 38), and of devices that were not
//! seen for as long as the office chose, after a warning.

use time::Duration;
use uuid::Uuid;

use super::{command, give_up, lock};
use crate::activation::store::{Occasion, take_over_in};
use crate::actor::Permission;
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::device::CommandKind;
use crate::id::{AccountId, DeviceId, LicenseId, PersonId};
use crate::notice::store::{News, tell};
use crate::notice::{NoticeKind, Severity};
use crate::person::people::DEVICES_KEEP_FOR;
use crate::seat::release::release;
use crate::{Error, Fault, Result, text};

/// How long before its place is freed an unseen device is warned of.
pub const WARNED_FOR: Duration = Duration::days(7);

/// Sets after how many days unseen the places of devices are freed by themselves; without a number they never are.
///
/// # Errors
/// `Forbidden` for members, `Invalid(days)` outside 30 to 365.
pub async fn set_release_after(cx: Cx, days: Option<u16>) -> Result<()> {
    cx.require(Permission::LookAfterOffice)?;
    if days.is_some_and(|days| !(30..=365).contains(&days)) {
        return Err(Error::field("days", Fault::OutOfRange { min: 30, max: 365 }));
    }
    let mut tx = cx.begin().await?;
    sqlx::query!(
        "update account set release_after_days = $2 where id = $1",
        cx.actor.account()?.0,
        days.map(i32::from),
    )
    .execute(&mut *tx)
    .await?;
    audit::record(&mut tx, &cx, None, Event::ReleaseAfterSet { days }).await?;
    tx.commit().await?;
    Ok(())
}

/// Warns of places that will be freed in a week because their devices were not seen: whoever administers the license, once a
/// silence.
///
/// # Errors
/// Those of the database; `Forbidden` for everybody but Latchkey itself.
pub async fn warn_of_release(cx: &Cx) -> Result<usize> {
    cx.require(Permission::Operate)?;
    let mut tx = cx.begin().await?;
    let rows = sqlx::query!(
        r#"select d.id, d.account_id, d.name, ct.last_seen_at, l.administrator_id, p.name as product,
               a.release_after_days as "days!"
           from account a
           join seat s on s.account_id = a.id and s.released_at is null
           join device d on d.id = s.device_id
           join device_contact ct on ct.device_id = d.id
           join license l on l.id = s.license_id
           join product p on p.id = l.product_id
           where a.release_after_days is not null
               and ct.last_seen_at <= $1::timestamptz - make_interval(days => a.release_after_days - $2)
               and not exists (
                   select 1 from notice n
                   where n.person_id = l.administrator_id and n.key = 'unused:' || d.id || ':' || to_char(ct.seen_on, 'YYYY-MM-DD')
               )
           limit 500"#,
        cx.now,
        i32::try_from(WARNED_FOR.whole_days()).unwrap_or(7),
    )
    .fetch_all(&mut *tx)
    .await?;
    for row in &rows {
        let seen = row.last_seen_at.to_offset(time::UtcOffset::UTC).date();
        let by_silence = row.last_seen_at + Duration::days(i64::from(row.days));
        let day = text::day(by_silence.max(cx.now + WARNED_FOR));
        let news = News {
            kind: NoticeKind::Device,
            severity: Severity::Warning,
            title: format!("{} gives up its seat on {day}", row.name),
            said: vec![
                format!(
                    "It last called on {}, and your office frees seats of {} after {} days without a sign.",
                    text::day(row.last_seen_at), row.product, row.days
                ),
                "If it is still used, connect it to the internet once. You can change the number of days under Devices."
                    .to_owned(),
            ],
            action: ("See the device", format!("/devices/{}", row.id)),
            because: "You get this mail because you administer the license of this device.",
            key: Some(format!("unused:{}:{seen}", row.id)),
        };
        tell(&mut tx, cx, AccountId(row.account_id), &[PersonId(row.administrator_id)], &news).await?;
    }
    tx.commit().await?;
    Ok(rows.len())
}

/// Frees the places of devices whose owners left a week ago, and of those that were warned of a week ago and are still
/// unseen. Each in a transaction of its own. Gives how many were freed.
///
/// # Errors
/// Those of the database; `Forbidden` for everybody but Latchkey itself.
pub async fn release_unattended(cx: &Cx) -> Result<usize> {
    cx.require(Permission::Operate)?;
    let rows = sqlx::query!(
        r#"select s.account_id as "account!", s.device_id as "device!", s.license_id as "license!", 'admin' as "reason!"
           from person p
           join device d on d.account_id = p.account_id and d.owner_id = p.id
           join seat s on s.device_id = d.id and s.released_at is null
           where p.removed_at is not null and p.removed_at <= $1
           union all
           select s.account_id, s.device_id, s.license_id, 'inactivity'
           from account a
           join seat s on s.account_id = a.id and s.released_at is null
           join device_contact ct on ct.device_id = s.device_id
           join license l on l.id = s.license_id
           where a.release_after_days is not null
               and ct.last_seen_at <= $2::timestamptz - make_interval(days => a.release_after_days)
               and exists (
                   select 1 from notice n
                   where n.person_id = l.administrator_id and n.created_at <= $3
                       and n.key = 'unused:' || s.device_id || ':' || to_char(ct.seen_on, 'YYYY-MM-DD')
               )
           limit 500"#,
        cx.now - DEVICES_KEEP_FOR,
        cx.now,
        cx.now - WARNED_FOR,
    )
    .fetch_all(&cx.world.rw)
    .await?;
    for row in &rows {
        let reason = if row.reason == "admin" { "admin" } else { "inactivity" };
        free(cx, row.account, row.device, row.license, reason).await?;
    }
    Ok(rows.len())
}

pub(super) async fn free(cx: &Cx, account: Uuid, device: Uuid, license: Uuid, reason: &'static str) -> Result<()> {
    let (account, device, license) = (AccountId(account), DeviceId(device), LicenseId(license));
    let mut tx = cx.begin().await?;
    let held = match lock(&mut tx, cx, account, device, license).await {
        // released in the meantime
        Err(Error::NotFound) => return Ok(()),
        held => held?,
    };
    release(&held.facts, cx.now)?;
    give_up(&mut tx, cx, &held, reason).await?;
    command(&mut tx, cx, account, device, CommandKind::Release, None, held.preview.ends_by).await?;
    take_over_in(&mut tx, cx, device, Occasion::Removal).await?;
    tx.commit().await?;
    Ok(())
}
