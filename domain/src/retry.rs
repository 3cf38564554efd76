//! Doing again what Postgres took back because two deeds crossed.

use std::cell::Cell;
use std::time::Duration;

use crate::cx::random;
use crate::{Error, Result};

/// A deed is tried so often again.
const AGAIN: u32 = 3;
/// The first wait before it, in milliseconds, at least and at most; the next ones are longer.
const WAIT: (u64, u64) = (5, 40);

tokio::task_local! {
    static CROSSED: Cell<bool>;
}

/// Notes that the running deed was taken back.
pub(crate) fn note_crossing() {
    // outside of a deed nobody tries again
    let _ = CROSSED.try_with(|crossed| crossed.set(true));
}

/// Does a deed, and does it again, up to three times and each time after a moment, when Postgres took back everything it had
/// done so that another one could go on (SQLSTATE 40001 and 40P01). Whatever else stops it stops it for good.
///
/// # Errors
/// Those of the deed; `Busy` when it was taken back four times.
pub async fn retried<T, F, Fut>(mut deed: F) -> Result<T>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<T>>,
{
    for again in 1..=AGAIN {
        let (done, crossed) = CROSSED
            .scope(Cell::new(false), {
                let trying = deed();
                async { (trying.await, CROSSED.with(Cell::get)) }
            })
            .await;
        if !(crossed && matches!(done, Err(Error::Busy))) {
            return done;
        }
        tracing::info!(again, "a deed was taken back and is tried again");
        let [jitter] = random::<1>();
        let wait = WAIT.0 + u64::from(jitter) * (WAIT.1 - WAIT.0) / 255;
        tokio::time::sleep(Duration::from_millis(wait * u64::from(again))).await;
    }
    deed().await
}
