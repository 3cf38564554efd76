//! Heartbeats are collected: while one batch is at work the next one gathers, so that a busy server asks the database a few
//! times for hundreds of devices, and an idle one answers a single device at once.

use std::sync::Arc;

use domain::Error;
use domain::device::beats::{Beat, heartbeats};
use domain::device_api::HeartbeatAnswer;
use domain::id::RequestId;
use tokio::sync::{mpsc, oneshot};

/// The most heartbeats in one batch.
const BATCH: usize = 500;
/// The most heartbeats that wait; those beyond are told to come again.
const QUEUE: usize = 2000;

/// How many batches there were.
pub const BATCHES: &str = "latchkey_heartbeat_batches_total";
/// How many heartbeats were in a batch.
pub const SIZE: &str = "latchkey_heartbeat_batch_size";

type Answer = domain::Result<HeartbeatAnswer>;

struct Waiting {
    beat: Beat,
    answer: oneshot::Sender<Answer>,
}

/// Where requests hand in their heartbeats. The task behind it ends with the last of these.
#[derive(Clone, Debug)]
pub struct Beats(mpsc::Sender<Waiting>);

impl Beats {
    /// Starts the task that takes batches.
    #[must_use]
    pub fn start() -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE);
        tokio::spawn(take_batches(receiver));
        Self(sender)
    }

    /// Hands in a heartbeat and waits for its answer.
    ///
    /// # Errors
    /// `Busy` when too many wait already; those of the deed.
    pub async fn answer(&self, beat: Beat) -> Answer {
        let request = beat.cx.request;
        let (answer, answered) = oneshot::channel();
        self.0.try_send(Waiting { beat, answer }).map_err(|_| Error::Busy)?;
        answered.await.unwrap_or(Err(Error::Internal(request)))
    }
}

async fn take_batches(mut waiting: mpsc::Receiver<Waiting>) {
    let mut batch = Vec::with_capacity(BATCH);
    while waiting.recv_many(&mut batch, BATCH).await > 0 {
        let (beats, answers): (Vec<Beat>, Vec<_>) =
            // whoever has given up waiting beats again; in a flood only those who wait are worth the work
            batch.drain(..).filter(|one| !one.answer.is_closed()).map(|one| (one.beat, one.answer)).unzip();
        let Some(first) = beats.first() else { continue };
        metrics::counter!(BATCHES).increment(1);
        metrics::histogram!(SIZE).record(u32::try_from(beats.len()).map_or(f64::MAX, f64::from));
        // in a task of its own, so that what breaks down is this batch and not all that come after it
        let world = Arc::clone(&first.cx.world);
        let now = world.clock.now();
        let done = tokio::spawn(heartbeats(world, now, beats)).await;
        match done {
            Ok(done) => {
                for (answer, done) in answers.into_iter().zip(done) {
                    let _ = answer.send(done);
                }
            }
            Err(error) => {
                tracing::error!(%error, cause_id = %RequestId::generate(), "a batch of heartbeats broke down")
            }
        }
    }
}
