//! Long work that a person of an account asked for: an export of everything the office has, or seats that are released
//! together. It goes on without whoever asked, and they find it again.

mod rows;
#[cfg(feature = "postgres")]
pub mod store;

pub use rows::{Part, Rows};

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::id::JobId;

/// How long a prepared export can be downloaded; then it is gone.
pub const KEPT_FOR: Duration = Duration::DAY;

crate::choice! {
    /// What a job does.
    pub enum JobKind {
        /// Puts together what the office has, to take it along.
        Export = "export",
        /// Releases the seats of many devices (R53).
        Release = "release",
        /// Gives back what was released together.
        Undo = "undo",
    }
}

crate::choice! {
    /// Where a job stands.
    pub enum JobState {
        /// It is worked on.
        Working = "working",
        /// It is done.
        Done = "done",
        /// It was tried several times and did not come to its end.
        Failed = "failed",
    }
}

/// How far a job is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The job.
    pub id: JobId,
    /// What it does.
    pub kind: JobKind,
    /// Where it stands.
    pub state: JobState,
    /// How much is done: of an export parts, else devices.
    pub done: u32,
    /// Of how much.
    pub wanted: u32,
    /// What came of it: rows of an export, seats that changed.
    pub came: u32,
    /// When it was asked for.
    #[serde(with = "time::serde::rfc3339")]
    pub asked_at: OffsetDateTime,
    /// When it was over.
    #[serde(with = "time::serde::rfc3339::option")]
    pub finished_at: Option<OffsetDateTime>,
}

impl Progress {
    /// Whether something is still to happen to it.
    #[must_use]
    pub fn goes_on(&self) -> bool {
        self.state == JobState::Working
    }

    /// The instant from which a prepared export is gone; nothing while there is none.
    #[must_use]
    pub fn gone_at(&self) -> Option<OffsetDateTime> {
        let ready = self.kind == JobKind::Export && self.state == JobState::Done;
        self.finished_at.filter(|_| ready).map(|at| at + KEPT_FOR)
    }

    /// Whether there is a file to download at `now`.
    #[must_use]
    pub fn has_file(&self, now: OffsetDateTime) -> bool {
        self.gone_at().is_some_and(|gone_at| now < gone_at)
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;
    use uuid::Uuid;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2027-03-14 10:00 UTC);

    fn finished(kind: JobKind, state: JobState) -> Progress {
        Progress {
            id: JobId(Uuid::nil()),
            kind,
            state,
            done: 8,
            wanted: 8,
            came: 12,
            asked_at: NOW,
            finished_at: (state != JobState::Working).then_some(NOW),
        }
    }

    #[test]
    fn a_prepared_export_is_there_for_a_day_to_the_second() {
        let export = finished(JobKind::Export, JobState::Done);
        assert!(export.has_file(NOW) && export.has_file(NOW + KEPT_FOR - Duration::SECOND));
        assert!(!export.has_file(NOW + KEPT_FOR));
    }

    #[test]
    fn what_is_worked_on_has_failed_or_is_no_export_has_no_file() {
        for (kind, state) in [
            (JobKind::Export, JobState::Working),
            (JobKind::Export, JobState::Failed),
            (JobKind::Release, JobState::Done),
            (JobKind::Undo, JobState::Done),
        ] {
            assert!(!finished(kind, state).has_file(NOW), "{kind} {state}");
        }
    }
}
