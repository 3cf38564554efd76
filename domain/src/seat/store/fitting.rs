//! When a license has fewer places than devices use it: whoever administers it chooses who stays, else those bound first do
//! (edge cases 23 and 44).

use sqlx::PgConnection;
use time::Duration;

use super::unattended::free;
use crate::actor::Permission;
use crate::cx::Cx;
use crate::id::{AccountId, LicenseId, PersonId};
use crate::notice::store::{News, tell};
use crate::notice::{NoticeKind, Severity};
use crate::{Result, text};

/// How long there is to choose.
pub const CHOICE_LIFE: Duration = Duration::days(8);

/// Asks whoever administers the license to choose, if more devices use it than it has places.
///
/// # Errors
/// Those of the database.
pub(crate) async fn choose_who_stays(db: &mut PgConnection, cx: &Cx, license: LicenseId) -> Result<()> {
    let until = cx.now + CHOICE_LIFE;
    let row = sqlx::query!(
        r#"update license l set fit_by = $2, overused_at = coalesce(overused_at, $3)
           from product p
           where l.id = $1 and p.id = l.product_id and exists (
               select 1 from seat s where s.license_id = l.id and s.released_at is null
               group by s.class having count(*) > coalesce((l.seats ->> s.class)::bigint, 0)
           )
           returning l.account_id, l.administrator_id, p.name as product"#,
        license.0,
        until,
        cx.now,
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = row else { return Ok(()) };
    let day = text::day(until);
    let news = News {
        kind: NoticeKind::Seats,
        severity: Severity::Critical,
        title: format!("Choose which devices keep their seat by {day}"),
        said: vec![
            format!(
                "An order for more seats of {} was refunded, and more devices use it now than it has seats.",
                row.product
            ),
            format!("Release the devices that need it least. On {day} those that were added last lose their seat."),
        ],
        action: ("See the license", format!("/licenses/{license}")),
        because: "You get this mail because you administer this license.",
        key: Some(format!("fit:{license}:{day}")),
    };
    tell(db, cx, AccountId(row.account_id), &[PersonId(row.administrator_id)], &news).await?;
    Ok(())
}

/// Frees the places beyond the number of a license when the time to choose is over: those bound first stay. Each in a
/// transaction of its own. Gives how many were freed.
///
/// # Errors
/// Those of the database; `Forbidden` for everybody but Latchkey itself.
pub async fn release_surplus(cx: &Cx) -> Result<usize> {
    cx.require(Permission::Operate)?;
    let rows = sqlx::query!(
        r#"select account_id as "account!", device_id as "device!", license_id as "license!"
           from (
               select s.account_id, s.device_id, s.license_id, s.class, l.seats,
                   row_number() over (partition by s.license_id, s.class order by s.bound_at, s.id) as place
               from (select id, seats from license where fit_by <= $1 order by fit_by limit 500) as l
               join seat s on s.license_id = l.id and s.released_at is null
           ) as bound
           where place > coalesce((seats ->> class)::bigint, 0)
           limit 500"#,
        cx.now,
    )
    .fetch_all(&cx.world.rw)
    .await?;
    for row in &rows {
        free(cx, row.account, row.device, row.license, "refund").await?;
    }
    sqlx::query!(
        "update license l set fit_by = null
         where l.fit_by <= $1 and not exists (
             select 1 from seat s where s.license_id = l.id and s.released_at is null
             group by s.class having count(*) > coalesce((l.seats ->> s.class)::bigint, 0)
         )",
        cx.now,
    )
    .execute(&cx.world.rw)
    .await?;
    Ok(rows.len())
}
