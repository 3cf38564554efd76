//! The worker's part: a job is done step by step. What is done is counted in the transaction that does it, so that a job
//! goes on where it stood, whatever happened in between, and does nothing twice.

use sqlx::PgTransaction;

use super::super::{JobKind, Part};
use super::{Job, export};
use crate::actor::Permission;
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::{AccountId, DeviceId, JobId, PersonId};
use crate::{Result, person, seat};

/// Devices of one step.
const AT_ONCE: i32 = 50;
/// After so many tries in a row that did not come to their end a job has failed.
const TRIES: i32 = 5;

/// What one step did.
pub(super) struct Step {
    /// How much of what is wanted is done by it.
    pub done: i32,
    /// What came of it.
    pub came: i32,
    /// Where an export stands in its part.
    pub after: Option<String>,
}

/// Goes on with the jobs that are not done, until none is left; two workers share them. Says how many steps were done.
///
/// # Errors
/// `Forbidden` for everybody but Latchkey itself; those of the database, and the next round goes on from there.
pub async fn work(cx: &Cx) -> Result<u64> {
    cx.require(Permission::Operate)?;
    let mut steps = 0;
    while step(cx).await? {
        steps += 1;
    }
    Ok(steps)
}

/// One transaction of work; false when there is nothing to do.
async fn step(cx: &Cx) -> Result<bool> {
    let mut tx = cx.begin().await?;
    let Some(job) = next(&mut tx).await? else { return Ok(false) };
    let id = job.id;
    match one(&mut tx, cx, &job).await {
        Ok(()) => tx.commit().await?,
        Err(error) => {
            tx.rollback().await?;
            tracing::warn!(%error, job = %id.0, "a step of a job did not come to its end");
            note_failure(cx, id).await?;
        }
    }
    Ok(true)
}

/// The job that is next: those that failed come after the others.
async fn next(tx: &mut PgTransaction<'static>) -> Result<Option<Job>> {
    let row = sqlx::query!(
        r#"select id, account_id, person_id, kind as "kind: JobKind", done, wanted, after, release_batch_id,
               devices[done + 1 : done + $1] as devices
           from job
           where state = 'working'
           order by tries, id
           limit 1
           for update skip locked"#,
        AT_ONCE,
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|row| Job {
        id: JobId(row.id),
        account: AccountId(row.account_id),
        person: PersonId(row.person_id),
        kind: row.kind,
        done: row.done,
        wanted: row.wanted,
        after: row.after,
        batch: row.release_batch_id,
        devices: row.devices.unwrap_or_default().into_iter().map(DeviceId).collect(),
    }))
}

/// Does one step as the person who asked, with what they may do now: who has left or lost a right gets nothing more done.
async fn one(tx: &mut PgTransaction<'static>, cx: &Cx, job: &Job) -> Result<()> {
    let actor = person::store::for_job(&cx.world.ro, job.person).await?;
    let own = Cx { actor: actor.ok_or(crate::Error::Forbidden)?, ..cx.clone() };
    let step = match (job.kind, job.batch) {
        (JobKind::Export, _) => export::step(tx, &own, job).await?,
        (JobKind::Release, Some(batch)) => {
            devices(job, seat::store::release_some(tx, &own, batch, &job.devices).await?)
        }
        (JobKind::Undo, Some(batch)) => devices(job, seat::store::give_back_some(tx, &own, batch, &job.devices).await?),
        (JobKind::Release | JobKind::Undo, None) => return Err(crate::Error::Internal(cx.request)),
    };
    let over = job.done + step.done >= job.wanted;
    let row = sqlx::query!(
        "update job
         set done = done + $2, came = came + $3, after = $4, tries = 0, state = case when $5 then 'done' else state end,
             finished_at = case when $5 then $6::timestamptz end
         where id = $1
         returning came",
        job.id.0,
        step.done,
        step.came,
        step.after,
        over,
        cx.now,
    )
    .fetch_one(&mut **tx)
    .await?;
    if over {
        let event = Event::JobDone { job: job.id, kind: job.kind.as_str(), came: row.came.unsigned_abs() };
        audit::record(tx, cx, Some(job.account), event).await?;
    }
    Ok(())
}

fn devices(job: &Job, came: u32) -> Step {
    let done = i32::try_from(job.devices.len()).unwrap_or(i32::MAX);
    Step { done, came: i32::try_from(came).unwrap_or(i32::MAX), after: None }
}

async fn note_failure(cx: &Cx, id: JobId) -> Result<()> {
    sqlx::query!(
        "update job
         set tries = tries + 1, state = case when tries + 1 >= $2 then 'failed' else state end,
             finished_at = case when tries + 1 >= $2 then $3::timestamptz end
         where id = $1 and state = 'working'",
        id.0,
        TRIES,
        cx.now,
    )
    .execute(&cx.world.rw)
    .await?;
    Ok(())
}

/// The part of an export that is being read.
pub(super) fn part(job: &Job) -> Part {
    let last = Part::ALL.len() - 1;
    Part::ALL[(job.done.unsigned_abs() as usize).min(last)]
}
