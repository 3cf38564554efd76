//! What runs beside the requests: mails and messages leave, the clock follows Postgres, what is over is cleared away.

use std::sync::Arc;
use std::time::Duration;

use domain::cx::{Cx, World};
use domain::housekeeping;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use crate::mail::Mailer;
use crate::webhook::Courier;

/// How often the clock is read again and the house is kept.
const ROUND: Duration = Duration::from_secs(60);

/// The jobs that run.
#[derive(Debug)]
pub struct Jobs(JoinSet<()>);

/// Starts all jobs.
#[must_use]
pub fn start(world: &Arc<World>, mailer: Mailer, courier: Courier) -> Jobs {
    let mut jobs = JoinSet::new();
    jobs.spawn(mailer.run(Arc::clone(world)));
    jobs.spawn(courier.run(Arc::clone(world)));
    jobs.spawn(rounds(Arc::clone(world)));
    Jobs(jobs)
}

impl Jobs {
    /// Ends all jobs. What one was doing is taken up again after the next start: every job keeps its place in the
    /// database.
    pub async fn stop(mut self) {
        self.0.shutdown().await;
    }
}

async fn rounds(world: Arc<World>) {
    let mut round = interval(ROUND);
    round.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        round.tick().await;
        if let Err(error) = world.clock.sync(&world.rw).await {
            tracing::warn!(%error, "the database's clock could not be read");
        }
        // In a task of its own, so that a panic ends this round and not all rounds; a set ends its task with itself.
        let cx = Cx::system(&world);
        let mut once = JoinSet::new();
        once.spawn(async move { housekeeping::run(&cx).await });
        match once.join_next().await {
            Some(Ok(Ok(()))) | None => {}
            Some(Ok(Err(error))) => {
                tracing::warn!(%error, "housekeeping did not finish and is tried again in a minute")
            }
            Some(Err(error)) => tracing::error!(%error, "housekeeping ended early"),
        }
    }
}
