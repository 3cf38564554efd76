//! Finding licenses that more devices use than they have seats (R61).

use uuid::Uuid;

use crate::Result;
use crate::actor::Permission;
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::{AccountId, LicenseId, PersonId};
use crate::license::store::stretch;
use crate::notice::store::{News, tell};
use crate::notice::{NoticeKind, Severity};
use crate::seat::overuse_is_grave;

/// Looks for licenses that more devices use than they have seats, and tells their administrators once. Nothing is taken
/// away (R61). A stretch of licenses after the other, each in a transaction of its own: none is long, however many there are.
///
/// # Errors
/// Those of the database; `Forbidden` for everybody but Latchkey itself.
pub async fn find_overuse(cx: &Cx) -> Result<u64> {
    cx.require(Permission::Operate)?;
    sqlx::query!(
        "update license l set overused_at = null
         where l.overused_at is not null and not exists (
             select 1 from seat s where s.license_id = l.id and s.released_at is null
             group by s.class having count(*) > coalesce((l.seats ->> s.class)::bigint, 0))"
    )
    .execute(&cx.world.rw)
    .await?;
    let (mut found, mut after) = (0, Uuid::nil());
    while let Some(until) = stretch(cx, after).await? {
        found += find(cx, after, until).await?;
        after = until;
    }
    Ok(found)
}

async fn find(cx: &Cx, after: Uuid, until: Uuid) -> Result<u64> {
    let mut tx = cx.begin().await?;
    let found = sqlx::query!(
        r#"with held as (
               select license_id, class, count(*) as used from seat
               where released_at is null and license_id > $2 and license_id <= $3
               group by license_id, class
           )
           update license l set overused_at = $1
           from held, product pr
           where l.id = held.license_id and l.id > $2 and l.id <= $3 and l.overused_at is null and pr.id = l.product_id
               and held.used > coalesce((l.seats ->> held.class)::bigint, 0)
           returning l.id, l.account_id, l.administrator_id, pr.name as product, held.used as "used!",
               coalesce((l.seats ->> held.class)::bigint, 0) as "total!""#,
        cx.now,
        after,
        until,
    )
    .fetch_all(&mut *tx)
    .await?;
    for row in &found {
        let account = AccountId(row.account_id);
        audit::record(&mut tx, cx, Some(account), Event::OveruseFound(LicenseId(row.id))).await?;
        let news = News {
            kind: NoticeKind::Seats,
            severity: if overuse_is_grave(row.used, row.total) { Severity::Critical } else { Severity::Warning },
            title: "More devices than places use a license".to_owned(),
            said: vec![
                format!("{} devices use your license of {}, which has {} places.", row.used, row.product, row.total),
                "Nothing was switched off. Release the devices that are not needed, or buy more places; use beyond the \
                 number bought breaks the license agreement."
                    .to_owned(),
            ],
            action: ("See the license", format!("/licenses/{}", row.id)),
            because: "You get this mail because you administer this license.",
            key: None,
        };
        tell(&mut tx, cx, account, &[PersonId(row.administrator_id)], &news).await?;
    }
    tx.commit().await?;
    Ok(found.len() as u64)
}
