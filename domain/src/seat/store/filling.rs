//! Telling the administrator of a license that its places fill up (N3).

use sqlx::types::Json;
use uuid::Uuid;

use crate::Result;
use crate::actor::Permission;
use crate::cx::Cx;
use crate::id::{AccountId, PersonId};
use crate::license::store::stretch;
use crate::notice::store::{News, tell};
use crate::notice::{NoticeKind, Severity};
use crate::seat::{SeatClass, Seats};

/// Tells of licenses whose places of a class are all in use, or nine of ten; each at most once a month. A single place is
/// there to be used, so it is no news. A stretch of licenses after the other, each in a transaction of its own.
///
/// # Errors
/// Those of the database; `Forbidden` for everybody but Latchkey itself.
pub async fn tell_of_filling(cx: &Cx) -> Result<usize> {
    cx.require(Permission::Operate)?;
    let (mut told, mut after) = (0, Uuid::nil());
    while let Some(until) = stretch(cx, after).await? {
        told += tell_some(cx, after, until).await?;
        after = until;
    }
    Ok(told)
}

async fn tell_some(cx: &Cx, after: Uuid, until: Uuid) -> Result<usize> {
    let mut tx = cx.begin().await?;
    let rows = sqlx::query!(
        r#"select l.id, l.account_id, l.administrator_id, p.name as product, f.class as "class!: SeatClass", f.used as "used!",
               l.seats as "seats!: Json<Seats>"
           from (
               select license_id, class, count(*) as used from seat
               where released_at is null and license_id > $3 and license_id <= $4
               group by license_id, class
           ) as f
           join license l on l.id = f.license_id
           join product p on p.id = l.product_id
           where l.id > $3 and l.id <= $4 and (l.seats ->> f.class)::bigint > 1 and f.used * 10 >= (l.seats ->> f.class)::bigint * 9
               and f.used <= (l.seats ->> f.class)::bigint
               and l.expires_at > $1 and l.cancelled_at is null
               and not exists (
                   select 1 from notice n
                   where n.person_id = l.administrator_id
                       and n.key = 'seats:' || l.id || ':' || f.class || ':' || f.used || ':' || $2::text
               )"#,
        cx.now,
        month(cx),
        after,
        until,
    )
    .fetch_all(&mut *tx)
    .await?;
    for row in &rows {
        let total = u64::from(row.seats.0.of(row.class));
        let used = u64::try_from(row.used).unwrap_or(0);
        let what = row.class.in_sentence();
        let title = if used >= total && total == 1 {
            format!("The only place for {what} is in use")
        } else if used >= total {
            format!("All {total} places for {what} are in use")
        } else {
            format!("{used} of {total} places for {what} are in use")
        };
        let news = News {
            kind: NoticeKind::Seats,
            severity: Severity::Info,
            title,
            said: vec![format!(
                "That is your license of {}. For one more device, release the place of one that is not used any more, or buy \
                 more places.",
                row.product
            )],
            action: ("See the license", format!("/licenses/{}", row.id)),
            because: "You get this mail because you administer this license.",
            key: Some(format!("seats:{}:{}:{used}:{}", row.id, row.class, month(cx))),
        };
        tell(&mut tx, cx, AccountId(row.account_id), &[PersonId(row.administrator_id)], &news).await?;
    }
    tx.commit().await?;
    Ok(rows.len())
}

fn month(cx: &Cx) -> String {
    format!("{}-{:02}", cx.now.year(), u8::from(cx.now.month()))
}
