//! The way of a request from one state to the next (§3.4): who moves it, and what only time does.

use time::{Duration, OffsetDateTime};

use super::RecoveryState;

/// So long a request waits for what is missing, and so long after that an answer still opens it again.
pub const ANSWER_WITHIN: Duration = Duration::days(30);

/// Until when the holder's answer is waited for.
#[must_use]
pub fn answer_until(asked_at: OffsetDateTime) -> OffsetDateTime {
    asked_at.saturating_add(ANSWER_WITHIN)
}

/// Until when an answer opens a request that timed out.
#[must_use]
pub fn reopen_until(asked_at: OffsetDateTime) -> OffsetDateTime {
    answer_until(asked_at).saturating_add(ANSWER_WITHIN)
}

impl RecoveryState {
    /// The state at this instant: what waits for an answer times out by itself, whether a job has noted it or not
    /// (edge case 53).
    #[must_use]
    pub fn at(self, asked_at: Option<OffsetDateTime>, now: OffsetDateTime) -> Self {
        match (self, asked_at) {
            (Self::NeedsInfo, Some(asked_at)) if now >= answer_until(asked_at) => Self::TimedOut,
            _ => self,
        }
    }

    /// What the holder's answer makes of it: what was missing is looked at, also when it comes up to 30 days too late. None
    /// where no answer is taken any more.
    #[must_use]
    pub fn answered(self, asked_at: Option<OffsetDateTime>, now: OffsetDateTime) -> Option<Self> {
        match self {
            Self::NeedsInfo => Some(Self::Checking),
            Self::TimedOut if asked_at.is_some_and(|asked_at| now < reopen_until(asked_at)) => Some(Self::Checking),
            Self::Submitted | Self::Checking => Some(self),
            Self::TimedOut | Self::Approved | Self::Done | Self::Rejected | Self::Withdrawn => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const ASKED: OffsetDateTime = datetime!(2026-03-01 10:00 UTC);
    const OVER: OffsetDateTime = datetime!(2026-03-31 10:00 UTC);
    const LAST: OffsetDateTime = datetime!(2026-04-30 10:00 UTC);

    #[test]
    fn a_request_without_an_answer_times_out_after_thirty_days_to_the_instant() {
        assert_eq!((answer_until(ASKED), reopen_until(ASKED)), (OVER, LAST));
        let at = |now| RecoveryState::NeedsInfo.at(Some(ASKED), now);
        assert_eq!(at(OVER - Duration::MICROSECOND), RecoveryState::NeedsInfo);
        assert_eq!(at(OVER), RecoveryState::TimedOut);
        for state in RecoveryState::ALL.iter().filter(|state| **state != RecoveryState::NeedsInfo) {
            assert_eq!(state.at(Some(ASKED), LAST), *state, "time alone moves nothing else");
        }
    }

    #[test]
    fn an_answer_opens_what_timed_out_for_thirty_days_more() {
        let answered = |state: RecoveryState, now| state.answered(Some(ASKED), now);
        assert_eq!(answered(RecoveryState::NeedsInfo, ASKED), Some(RecoveryState::Checking));
        assert_eq!(answered(RecoveryState::TimedOut, LAST - Duration::MICROSECOND), Some(RecoveryState::Checking));
        assert_eq!(answered(RecoveryState::TimedOut, LAST), None);
        assert_eq!(RecoveryState::TimedOut.answered(None, ASKED), None);
    }

    #[test]
    fn more_can_be_told_until_it_is_decided() {
        for (state, after) in [
            (RecoveryState::Submitted, Some(RecoveryState::Submitted)),
            (RecoveryState::Checking, Some(RecoveryState::Checking)),
            (RecoveryState::Approved, None),
            (RecoveryState::Done, None),
            (RecoveryState::Rejected, None),
            (RecoveryState::Withdrawn, None),
        ] {
            assert_eq!(state.answered(Some(ASKED), ASKED), after, "{state}");
        }
    }
}
