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
    /// A connection with an open transaction is not lent again.
    Hygiene,
}

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
    use super::Protection;

    #[cfg(not(debug_assertions))]
    compile_error!("the feature `twins` is for tests: nothing that is shipped may go without a protection");

    tokio::task_local! {
        static OUT: Option<Protection>;
    }

    /// Whether the running task goes without this protection.
    #[must_use]
    pub fn is_out(protection: Protection) -> bool {
        OUT.try_with(|out| *out == Some(protection)).unwrap_or(false)
    }

    /// Does something without a protection, or with all of them. Tasks that it starts have all of them again.
    pub async fn without<F: Future>(protection: Option<Protection>, deed: F) -> F::Output {
        OUT.scope(protection, deed).await
    }
}
