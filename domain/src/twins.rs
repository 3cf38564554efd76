//! Lets a test take a protection out to see that its test fails then. Without the feature `twins`, which no shipped build
//! has, nothing can be taken out.

/// What can be taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// The rows of the device and the code stay locked from looking at them to writing (R58, edge cases 20 and 21).
    RowLocks,
    /// The switch looks again, under the lock, whether the code still waits (edge case 18).
    Recheck,
    /// A code that is added as reserve is tried dry (R38).
    Rehearsal,
    /// A deed runs in a task of its own and outlives whoever asked.
    OwnTask,
    /// A transaction is begun in a task of its own, so that no connection is lent again with one open.
    Hygiene,
    /// Forms of strangers are answered after the same time, whatever there was to do (F01).
    EvenTime,
    /// What a device is told has been committed.
    CommitFirst,
}

/// The variable of the environment that lets a whole process go without [`Protection::CommitFirst`].
pub const ANSWERS_EARLY: &str = "LATCHKEY_TWIN_ANSWERS_EARLY";

/// Whether the running task goes without this protection.
#[cfg(not(feature = "twins"))]
#[must_use]
pub const fn is_out(_: Protection) -> bool {
    false
}

#[cfg(feature = "twins")]
pub use on::{is_out, without};

#[cfg(feature = "twins")]
mod on {
    use std::sync::LazyLock;

    use super::Protection;

    #[cfg(not(debug_assertions))]
    compile_error!("the feature `twins` is for tests: nothing that is shipped may go without a protection");

    tokio::task_local! {
        static OUT: Option<Protection>;
    }

    static ANSWERS_EARLY: LazyLock<bool> = LazyLock::new(|| std::env::var_os(super::ANSWERS_EARLY).is_some());

    /// Whether the running task goes without this protection.
    #[must_use]
    pub fn is_out(protection: Protection) -> bool {
        if protection == Protection::CommitFirst && *ANSWERS_EARLY {
            return true;
        }
        OUT.try_with(|out| *out == Some(protection)).unwrap_or(false)
    }

    /// Does something without a protection, or with all of them. Tasks that it starts have all of them again.
    pub async fn without<F: Future>(protection: Option<Protection>, deed: F) -> F::Output {
        OUT.scope(protection, deed).await
    }
}
