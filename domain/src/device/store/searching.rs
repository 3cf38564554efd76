//! Which devices stand on a page: by part of a name, by what is wrong with them, in one order or the other.

use uuid::Uuid;

use super::silent::SILENT_AFTER;
use crate::Result;
use crate::cx::Cx;
use crate::device::listing::{Search, Sort};
use crate::license::WARNING;
use crate::seat::release::Undoable;

/// The identities of a page's devices, in their order.
pub(super) async fn pick(cx: &Cx, search: &Search, most: usize) -> Result<Vec<Uuid>> {
    let account = cx.actor.account()?.0;
    let q = search.q.trim().to_lowercase();
    let q: String = q.chars().take(80).collect();
    let (show, after) = (search.show.as_str(), search.after.map(|id| id.0));
    let (silent, risk, most) = (cx.now - SILENT_AFTER, cx.now + WARNING, most as i64);
    let ids = match search.sort {
        Sort::Name => {
            sqlx::query_scalar!(
                r#"select d.id
                   from device d
                   join person o on o.id = d.owner_id
                   left join device_contact c on c.device_id = d.id
                   left join lateral (
                       select l.expires_at, greatest(l.expires_at, l.grace_until) as ends_at, l.auto_renew,
                           coalesce(l.blocked_at, l.cancelled_at, l.suspended_at) is not null as is_off
                       from seat s join license l on l.id = s.license_id
                       where s.device_id = d.id and s.released_at is null
                       order by s.bound_at desc
                       limit 1
                   ) as l on true
                   where d.account_id = $1 and d.disconnected_at is null
                       and ($2 = '' or position($2 in lower(d.name)) > 0 or position($2 in lower(o.name)) > 0)
                       and case $3::text
                           when 'silent' then c.last_seen_at is null or c.last_seen_at <= $4
                           when 'unlicensed' then l.expires_at is null
                           when 'risk' then l.expires_at is null or l.is_off or l.ends_at <= $5 and not l.auto_renew
                               and not exists (select 1 from reserve r where r.device_id = d.id and r.state = 'waiting')
                           else true
                       end
                       and ($6::uuid is null or (d.name, d.id) > (
                           select a.name, a.id from device a where a.id = $6 and a.account_id = $1))
                   order by d.name, d.id
                   limit $7"#,
                account,
                q,
                show,
                silent,
                risk,
                after,
                most,
            )
            .fetch_all(&cx.world.ro)
            .await?
        }
        Sort::Silence => {
            sqlx::query_scalar!(
                r#"select d.id
                   from device d
                   join person o on o.id = d.owner_id
                   left join device_contact c on c.device_id = d.id
                   left join lateral (
                       select l.expires_at, greatest(l.expires_at, l.grace_until) as ends_at, l.auto_renew,
                           coalesce(l.blocked_at, l.cancelled_at, l.suspended_at) is not null as is_off
                       from seat s join license l on l.id = s.license_id
                       where s.device_id = d.id and s.released_at is null
                       order by s.bound_at desc
                       limit 1
                   ) as l on true
                   where d.account_id = $1 and d.disconnected_at is null
                       and ($2 = '' or position($2 in lower(d.name)) > 0 or position($2 in lower(o.name)) > 0)
                       and case $3::text
                           when 'silent' then c.last_seen_at is null or c.last_seen_at <= $4
                           when 'unlicensed' then l.expires_at is null
                           when 'risk' then l.expires_at is null or l.is_off or l.ends_at <= $5 and not l.auto_renew
                               and not exists (select 1 from reserve r where r.device_id = d.id and r.state = 'waiting')
                           else true
                       end
                       and ($6::uuid is null or (coalesce(c.last_seen_at, '-infinity'), d.id) > (
                           select coalesce(ac.last_seen_at, '-infinity'), a.id
                           from device a left join device_contact ac on ac.device_id = a.id
                           where a.id = $6 and a.account_id = $1))
                   order by coalesce(c.last_seen_at, '-infinity'), d.id
                   limit $7"#,
                account,
                q,
                show,
                silent,
                risk,
                after,
                most,
            )
            .fetch_all(&cx.world.ro)
            .await?
        }
    };
    Ok(ids)
}

/// What stands beside the list: what the reader can still give back, and when the office frees unused places by itself.
pub(super) async fn aside(cx: &Cx) -> Result<(Option<Undoable>, Option<u16>)> {
    let row = sqlx::query!(
        r#"select a.release_after_days, b.id as "batch?", b.released_at as "released_at?",
               (select count(*) from seat s where s.release_batch_id = b.id) as "places!"
           from account a
           left join lateral (
               select id, released_at from release_batch
               where account_id = a.id and person_id = $2 and undone_at is null and released_at > $3
               order by released_at desc
               limit 1
           ) as b on true
           where a.id = $1"#,
        cx.actor.account()?.0,
        cx.actor.person()?.0,
        cx.now - crate::seat::store::UNDO_FOR,
    )
    .fetch_one(&cx.world.ro)
    .await?;
    let undo = row.batch.zip(row.released_at).map(|(batch, released_at)| Undoable {
        batch,
        places: u32::try_from(row.places).unwrap_or(u32::MAX),
        until: released_at + crate::seat::store::UNDO_FOR,
    });
    Ok((undo, row.release_after_days.and_then(|days| u16::try_from(days).ok())))
}
