//! What runs beside the requests: mails and messages leave, the clock follows Postgres, waiting codes take over, what is
//! over is cleared away.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use domain::cx::{Cx, World};
use domain::{
    batch, case, chain, code, device, figure, housekeeping, job, license, order, person, recovery, reserve, seat,
    thread,
};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use crate::mail::Mailer;
use crate::webhook::Courier;

/// How often the clock is read again and the house is kept.
const ROUND: Duration = Duration::from_secs(60);
/// How often codes take over whose time has come; their licenses start at that time whenever this runs.
const SWITCH: Duration = Duration::from_secs(5);
/// How often what happened is linked to what happened before, and long work is looked for.
const LINKING: Duration = Duration::from_secs(2);
/// How often waiting codes are tried dry that were not tried for a day, and overuse is looked for.
const REVIEW: Duration = Duration::from_secs(900);

/// How often it is looked for what people have to be told: ends that come near, places that fill up, silent devices.
const TELLING: Duration = Duration::from_secs(300);

/// The jobs that run.
#[derive(Debug)]
pub struct Jobs(JoinSet<()>);

/// Starts all jobs.
#[must_use]
pub fn start(world: &Arc<World>, mailer: Mailer, courier: Courier) -> Jobs {
    let mut jobs = JoinSet::new();
    jobs.spawn(mailer.run(Arc::clone(world)));
    jobs.spawn(courier.run(Arc::clone(world)));
    jobs.spawn(rounds(Arc::clone(world), ROUND, "housekeeping", |cx| async move {
        cx.world.clock.sync(&cx.world.rw).await?;
        person::store::close_due(&cx).await?;
        person::store::carry_out_account_changes(&cx).await?;
        figure::store::tally(&cx).await?;
        housekeeping::run(&cx).await
    }));
    jobs.spawn(rounds(Arc::clone(world), ROUND, "the closing of requests", |cx| async move {
        case::store::close_solved(&cx).await?;
        case::store::solve_unanswered(&cx).await?;
        case::store::remind_waiting(&cx).await?;
        recovery::store::time_out(&cx).await?;
        thread::store::delete_files(&cx).await.map(drop)
    }));
    jobs.spawn(rounds(Arc::clone(world), SWITCH, "the mails about orders", |cx| async move {
        order::store::send_order_mails(&cx).await.map(drop)
    }));
    jobs.spawn(rounds(Arc::clone(world), SWITCH, "the weighing of requests", |cx| async move {
        recovery::store::weigh_new(&cx).await.map(drop)
    }));
    jobs.spawn(rounds(Arc::clone(world), SWITCH, "codes in batches", |cx| async move {
        batch::store::work(&cx).await.map(drop)
    }));
    jobs.spawn(rounds(
        Arc::clone(world),
        LINKING,
        "long work",
        |cx| async move { job::store::work(&cx).await.map(drop) },
    ));
    jobs.spawn(rounds(Arc::clone(world), SWITCH, "the switch to reserve codes", |cx| async move {
        reserve::store::switch_due(&cx).await.map(drop)
    }));
    jobs.spawn(rounds(Arc::clone(world), LINKING, "the chain of the audit log", |cx| async move {
        chain::store::link(&cx).await.map(drop)
    }));
    jobs.spawn(rounds(Arc::clone(world), REVIEW, "the nightly review", |cx| async move {
        reserve::store::rehearse_all(&cx).await?;
        seat::store::find_overuse(&cx).await?;
        figure::store::count_ends(&cx).await?;
        code::store::find_sharing(&cx).await.map(drop)
    }));
    jobs.spawn(rounds(Arc::clone(world), TELLING, "telling people", |cx| async move {
        license::store::tell_of_endings(&cx).await?;
        seat::store::tell_of_filling(&cx).await?;
        device::store::tell_of_silence(&cx).await?;
        seat::store::release_surplus(&cx).await?;
        seat::store::warn_of_release(&cx).await?;
        seat::store::release_unattended(&cx).await.map(drop)
    }));
    Jobs(jobs)
}

impl Jobs {
    /// Ends all jobs. What one was doing is taken up again after the next start: every job keeps its place in the
    /// database.
    pub async fn stop(mut self) {
        self.0.shutdown().await;
    }
}

/// Does a job again and again, the first time at once.
async fn rounds<F, Fut>(world: Arc<World>, every: Duration, job: &'static str, run: F)
where
    F: Fn(Cx) -> Fut + Send + 'static,
    Fut: Future<Output = domain::Result<()>> + Send + 'static,
{
    let mut round = interval(every);
    round.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        round.tick().await;
        // In a task of its own, so that a panic ends this round and not all rounds; a set ends its task with itself.
        let mut once = JoinSet::new();
        once.spawn(run(Cx::system(&world)));
        match once.join_next().await {
            Some(Ok(Ok(()))) | None => {}
            Some(Ok(Err(error))) => tracing::warn!(%error, job, "a job did not finish and is tried again"),
            Some(Err(error)) => tracing::error!(%error, job, "a job ended early"),
        }
    }
}
