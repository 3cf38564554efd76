//! Telling that a device has not called for long (N9).

use time::Duration;

use crate::actor::Permission;
use crate::cx::Cx;
use crate::device::SILENT_AFTER;
use crate::id::{AccountId, PersonId};
use crate::notice::store::{News, tell};
use crate::notice::{NoticeKind, Severity};
use crate::{Result, text};

/// A silence of more than this was told of when it was shorter.
const NEWS_FOR: Duration = Duration::days(30);

/// Tells of the devices that have fallen silent, each silence once: whoever administers the license they hold a place of, or
/// their owner.
///
/// # Errors
/// Those of the database; `Forbidden` for everybody but Latchkey itself.
pub async fn tell_of_silence(cx: &Cx) -> Result<usize> {
    cx.require(Permission::Operate)?;
    let silent_since = (cx.now - SILENT_AFTER).to_offset(time::UtcOffset::UTC);
    let mut tx = cx.begin().await?;
    let rows = sqlx::query!(
        r#"select d.id, d.account_id, d.name, ct.last_seen_at, h.product as "product?",
               coalesce(h.administrator_id, d.owner_id) as "to!"
           from device_contact ct
           join device d on d.id = ct.device_id
           left join lateral (
               select l.administrator_id, p.name as product
               from seat s join license l on l.id = s.license_id join product p on p.id = l.product_id
               where s.device_id = d.id and s.released_at is null
               limit 1
           ) as h on true
           where ct.seen_on between $2 and $3 and ct.last_seen_at <= $1 and d.disconnected_at is null
               and not exists (
                   select 1 from notice n
                   where n.person_id = coalesce(h.administrator_id, d.owner_id)
                       and n.key = 'silent:' || d.id || ':' || to_char(ct.seen_on, 'YYYY-MM-DD')
               )
           limit 500"#,
        silent_since,
        (silent_since - NEWS_FOR).date(),
        silent_since.date(),
    )
    .fetch_all(&mut *tx)
    .await?;
    for row in &rows {
        let seen = row.last_seen_at.to_offset(time::UtcOffset::UTC).date();
        let mut said = vec![format!("{} last called on {}.", row.name, text::day(row.last_seen_at))];
        said.push(match &row.product {
            Some(product) => format!(
                "It still holds a place of {product}. If it is no longer used, release the place and it is free for another \
                 device; if it is, connect it to the internet once."
            ),
            None => "It holds no place of a license. If it is no longer used, disconnect it.".to_owned(),
        });
        let news = News {
            kind: NoticeKind::Device,
            severity: Severity::Warning,
            title: format!("{} has not called for 30 days", row.name),
            said,
            action: ("See the device", format!("/devices/{}", row.id)),
            because: "You get this mail because you look after this device or its license.",
            key: Some(format!("silent:{}:{seen}", row.id)),
        };
        tell(&mut tx, cx, AccountId(row.account_id), &[PersonId(row.to)], &news).await?;
    }
    tx.commit().await?;
    Ok(rows.len())
}
