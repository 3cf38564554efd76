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
                r#"select f.id as "id!"
                   from devices_found($1, $2, $3, $4, $5) as f
                   where $6::uuid is null or (f.name, f.id) > (
                       select a.name, a.id from device a where a.id = $6 and a.account_id = $1)
                   order by f.name, f.id
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
                r#"select f.id as "id!"
                   from devices_found($1, $2, $3, $4, $5) as f
                   where $6::uuid is null or (f.last_seen_at, f.id) > (
                       select coalesce(c.last_seen_at, '-infinity'), a.id
                       from device a left join device_contact c on c.device_id = a.id
                       where a.id = $6 and a.account_id = $1)
                   order by f.last_seen_at, f.id
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
