//! Asking for long work, looking how far it is, and taking what came of it. The worker does it (`work`).

mod export;
mod work;

pub use work::work;

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{JobKind, JobState, KEPT_FOR, Part, Progress, Rows};
use crate::actor::Permission;
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::device::listing::Search;
use crate::id::{AccountId, DeviceId, JobId, PersonId};
use crate::seal::Sealed;
use crate::{Error, Fault, Result};

/// What a job needs to begin.
struct New<'a> {
    kind: JobKind,
    wanted: usize,
    devices: Option<&'a [Uuid]>,
    batch: Option<Uuid>,
}

async fn begin(tx: &mut PgConnection, cx: &Cx, new: New<'_>) -> Result<JobId> {
    let (account, person) = (cx.actor.account()?, cx.actor.person()?);
    let id = JobId::generate();
    sqlx::query!(
        "insert into job (id, account_id, person_id, kind, state, wanted, devices, release_batch_id, asked_at)
         values ($1, $2, $3, $4, 'working', $5, $6, $7, $8)",
        id.0,
        account.0,
        person.0,
        new.kind.as_str(),
        i32::try_from(new.wanted).unwrap_or(i32::MAX),
        new.devices,
        new.batch,
        cx.now,
    )
    .execute(&mut *tx)
    .await?;
    Ok(id)
}

/// A job of the person that does the same and is not done: asking twice is asking once. Who asks at the same time waits.
async fn same(tx: &mut PgConnection, cx: &Cx, kind: JobKind, devices: Option<&[Uuid]>) -> Result<Option<JobId>> {
    let (account, person) = (cx.actor.account()?, cx.actor.person()?);
    sqlx::query!("select id from person where id = $1 for update", person.0).fetch_one(&mut *tx).await?;
    let id = sqlx::query_scalar!(
        "select id from job
         where account_id = $1 and person_id = $2 and kind = $3 and state = 'working'
             and devices is not distinct from $4::uuid[]
         limit 1",
        account.0,
        person.0,
        kind.as_str(),
        devices,
    )
    .fetch_optional(&mut *tx)
    .await?;
    Ok(id.map(JobId))
}

/// Begins to put together everything that the person may see of the office. What was prepared for them before is gone by
/// that; one that is being prepared is the one.
///
/// # Errors
/// `Unauthenticated` for strangers, `Forbidden` for everybody else who is not a person of an account.
pub async fn prepare_export(cx: Cx) -> Result<JobId> {
    cx.require(Permission::SeeAccount)?;
    let (account, person) = (cx.actor.account()?, cx.actor.person()?);
    let mut tx = cx.begin().await?;
    if let Some(id) = same(&mut tx, &cx, JobKind::Export, None).await? {
        return Ok(id);
    }
    sqlx::query!("delete from job where account_id = $1 and person_id = $2 and kind = 'export'", account.0, person.0)
        .execute(&mut *tx)
        .await?;
    let new = New { kind: JobKind::Export, wanted: Part::ALL.len(), devices: None, batch: None };
    let id = begin(&mut tx, &cx, new).await?;
    audit::record(&mut tx, &cx, None, Event::ExportPrepared(id)).await?;
    tx.commit().await?;
    Ok(id)
}

/// Begins to release the seats of all devices that fit what is looked for, as they are now. For a day they can be given
/// back together (`undo_releases`).
///
/// # Errors
/// `Invalid(devices)` when none fits.
pub async fn release_matching(cx: Cx, search: Search) -> Result<JobId> {
    cx.require(Permission::ManageDevices)?;
    let devices = crate::device::store::matching(&cx, &search).await?;
    if devices.is_empty() {
        return Err(Error::field("devices", Fault::Missing));
    }
    let mut tx = cx.begin().await?;
    if let Some(id) = same(&mut tx, &cx, JobKind::Release, Some(&devices)).await? {
        return Ok(id);
    }
    let batch = crate::seat::store::begin_batch(&mut tx, &cx).await?;
    let new = New { kind: JobKind::Release, wanted: devices.len(), devices: Some(&devices), batch: Some(batch) };
    let id = begin(&mut tx, &cx, new).await?;
    audit::record(&mut tx, &cx, None, Event::ReleaseBegun { job: id, devices: devices.len() }).await?;
    tx.commit().await?;
    Ok(id)
}

/// Begins to give back what was released together, within the deed that allows it.
pub(crate) async fn begin_undo(tx: &mut PgConnection, cx: &Cx, batch: Uuid, devices: &[Uuid]) -> Result<JobId> {
    let new = New { kind: JobKind::Undo, wanted: devices.len(), devices: Some(devices), batch: Some(batch) };
    let id = begin(tx, cx, new).await?;
    audit::record(tx, cx, None, Event::UndoBegun { job: id, devices: devices.len() }).await?;
    Ok(id)
}

/// Whether a job still works on what was released together.
pub(crate) async fn is_worked_on(tx: &mut PgConnection, account: AccountId, batch: Uuid) -> Result<bool> {
    let works = sqlx::query_scalar!(
        r#"select exists (
               select 1 from job where account_id = $1 and release_batch_id = $2 and state = 'working'
           ) as "works!""#,
        account.0,
        batch,
    );
    Ok(works.fetch_one(tx).await?)
}

async fn read(cx: &Cx, one: Option<JobId>, exports: bool) -> Result<Option<Progress>> {
    let row = sqlx::query!(
        r#"select id, kind as "kind: JobKind", state as "state: JobState", done, wanted, came, asked_at, finished_at
           from job
           where account_id = $1 and person_id = $2 and ($3::uuid is null or id = $3) and (kind = 'export' or not $4)
           order by id desc
           limit 1"#,
        cx.actor.account()?.0,
        cx.actor.person()?.0,
        one.map(|id| id.0),
        exports,
    )
    .fetch_optional(&cx.world.rw)
    .await?;
    Ok(row.map(|row| Progress {
        id: JobId(row.id),
        kind: row.kind,
        state: row.state,
        done: row.done.unsigned_abs(),
        wanted: row.wanted.unsigned_abs(),
        came: row.came.unsigned_abs(),
        asked_at: row.asked_at,
        finished_at: row.finished_at,
    }))
}

/// How far a job of the person is.
///
/// # Errors
/// `NotFound` for everybody else's (R100).
pub async fn progress(cx: Cx, id: JobId) -> Result<Progress> {
    cx.require(Permission::SeeAccount)?;
    read(&cx, Some(id), false).await?.ok_or(Error::NotFound)
}

/// The export that the person asked for last, as long as it is worked on or there.
///
/// # Errors
/// `Unauthenticated` for strangers, `Forbidden` for everybody else who is not a person of an account.
pub async fn export(cx: Cx) -> Result<Option<Progress>> {
    cx.require(Permission::SeeAccount)?;
    let last = read(&cx, None, true).await?;
    Ok(last.filter(|job| job.state != JobState::Done || job.has_file(cx.now)))
}

/// Everything that a prepared export holds, for the one who asked for it; taking it is recorded.
///
/// # Errors
/// `NotFound` for everybody else's, for what is not ready, and after a day.
pub async fn take_export(cx: Cx, id: JobId) -> Result<Taken> {
    cx.require(Permission::SeeAccount)?;
    let job = read(&cx, Some(id), true).await?.filter(|job| job.has_file(cx.now)).ok_or(Error::NotFound)?;
    let mut tx = cx.begin().await?;
    let pieces = sqlx::query!("select id, sealed from job_piece where job_id = $1 order by number", job.id.0)
        .fetch_all(&mut *tx)
        .await?;
    audit::record(&mut tx, &cx, None, Event::ExportTaken(id)).await?;
    tx.commit().await?;
    let rows = pieces.iter().map(|piece| {
        let opened = cx.world.seal.open(Sealed::ExportPiece, piece.id, &piece.sealed)?;
        serde_json::from_slice(&opened).map_err(|_| Error::Internal(cx.request))
    });
    Ok(Taken { at: job.finished_at.unwrap_or(cx.now), rows: rows.collect::<Result<_>>()? })
}

/// A prepared export.
#[derive(Clone, Debug)]
pub struct Taken {
    /// When it was prepared: how things stood then.
    pub at: OffsetDateTime,
    /// What it holds, in the order of its parts.
    pub rows: Vec<Rows>,
}

/// Forgets what was prepared more than a day ago, and what is known of other work after a month.
pub(crate) async fn forget(cx: &Cx) -> Result<()> {
    sqlx::query!(
        "delete from job
         where finished_at < $1 and (kind = 'export' or finished_at < $1 - interval '29 days')",
        cx.now - KEPT_FOR,
    )
    .execute(&cx.world.rw)
    .await?;
    Ok(())
}

/// A job as it is worked on, locked.
struct Job {
    id: JobId,
    account: AccountId,
    person: PersonId,
    kind: JobKind,
    done: i32,
    wanted: i32,
    after: Option<String>,
    batch: Option<Uuid>,
    /// The devices that come next, as many as one step takes.
    devices: Vec<DeviceId>,
}
