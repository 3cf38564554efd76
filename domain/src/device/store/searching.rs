//! Which devices stand on a page: by part of a name, by what is wrong with them, in one order or the other.

use uuid::Uuid;

use crate::Result;
use crate::cx::Cx;
use crate::device::SILENT_AFTER;
use crate::device::listing::{Search, Sort};
use crate::id::{DeviceId, JobId};
use crate::job::{JobKind, JobState, Progress};
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

/// The identities of the devices that are likely to be chosen: the one that is named, those that hold no place of a license,
/// and those that called last.
pub(super) async fn likely(cx: &Cx, named: Option<DeviceId>, most: usize) -> Result<Vec<Uuid>> {
    let ids = sqlx::query_scalar!(
        "select d.id
         from device d
         left join device_contact c on c.device_id = d.id
         where d.account_id = $1 and d.disconnected_at is null
         order by d.id is not distinct from $2 desc,
             exists (select 1 from seat s where s.device_id = d.id and s.released_at is null),
             c.last_seen_at desc nulls last, d.id
         limit $3",
        cx.actor.account()?.0,
        named.map(|id| id.0),
        most as i64,
    )
    .fetch_all(&cx.world.ro)
    .await?;
    Ok(ids)
}

/// What stands beside the list.
pub(super) struct Aside {
    /// What the reader can still give back.
    pub undo: Option<Undoable>,
    /// When the office frees unused places by itself.
    pub release_after: Option<u16>,
    /// What is being released, or given back, for the reader.
    pub releasing: Option<Progress>,
}

/// What stands beside the list. What is still worked on can't be given back yet.
pub(super) async fn aside(cx: &Cx) -> Result<Aside> {
    let row = sqlx::query!(
        r#"select a.release_after_days, b.id as "batch?", b.released_at as "released_at?",
               (select count(*) from seat s where s.release_batch_id = b.id) as "places!",
               j.id as "job?", j.kind as "kind?: JobKind", j.done as "done?", j.wanted as "wanted?", j.came as "came?",
               j.asked_at as "asked_at?"
           from account a
           left join lateral (
               select id, kind, done, wanted, came, asked_at from job
               where account_id = a.id and person_id = $2 and kind <> 'export' and state = 'working'
               order by id
               limit 1
           ) as j on true
           left join lateral (
               select id, released_at from release_batch
               where account_id = a.id and person_id = $2 and undone_at is null and released_at > $3 and j.id is null
               order by released_at desc
               limit 1
           ) as b on true
           where a.id = $1"#,
        cx.actor.account()?.0,
        cx.actor.reader()?.0,
        cx.now - crate::seat::store::UNDO_FOR,
    )
    .fetch_one(&cx.world.ro)
    .await?;
    let undo = row.batch.zip(row.released_at).map(|(batch, released_at)| Undoable {
        batch,
        places: u32::try_from(row.places).unwrap_or(u32::MAX),
        until: released_at + crate::seat::store::UNDO_FOR,
    });
    let releasing = match (row.job, row.kind, row.done, row.wanted, row.came, row.asked_at) {
        (Some(id), Some(kind), Some(done), Some(wanted), Some(came), Some(asked_at)) => Some(Progress {
            id: JobId(id),
            kind,
            state: JobState::Working,
            done: done.unsigned_abs(),
            wanted: wanted.unsigned_abs(),
            came: came.unsigned_abs(),
            asked_at,
            finished_at: None,
        }),
        _ => None,
    };
    let release_after = row.release_after_days.and_then(|days| u16::try_from(days).ok());
    Ok(Aside { undo, release_after, releasing })
}
