//! Where an activation code stands, derived from what happened to it (domain §3.1).

use time::OffsetDateTime;

crate::choice! {
    /// Where an activation code stands.
    pub enum CodeState {
        /// Never activated; no clock runs (R6).
        Unused = "unused",
        /// Activated, and its license has not ended.
        Active = "active",
        /// Its license has ended: no new activations.
        Expired = "expired",
        /// No longer accepted: agreement broken, stolen or published (R13).
        Blocked = "blocked",
        /// Cancelled by a refund (R87).
        Cancelled = "cancelled",
        /// Another code took its place in a recovery.
        Replaced = "replaced",
        /// Not activated by the last day on which it could be (R7).
        Lapsed = "lapsed",
    }
}

/// What happened to a code, as far as its state depends on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CodeHistory {
    /// When it was first activated.
    pub first_activated_at: Option<OffsetDateTime>,
    /// When its license ends; known before the first activation if the term runs from the order (R7).
    pub expires_at: Option<OffsetDateTime>,
    /// The instant from which it can no longer be activated for the first time.
    pub redeem_by: Option<OffsetDateTime>,
    /// When it was blocked, if it still is.
    pub blocked_at: Option<OffsetDateTime>,
    /// When it was cancelled.
    pub cancelled_at: Option<OffsetDateTime>,
    /// When another code took its place.
    pub replaced_at: Option<OffsetDateTime>,
}

impl CodeHistory {
    /// The state at `now`. Of several side states the one that an activation would be refused with comes first (§3.5).
    #[must_use]
    pub fn state(&self, now: OffsetDateTime) -> CodeState {
        let passed = |at: Option<OffsetDateTime>| at.is_some_and(|at| at <= now);
        if self.blocked_at.is_some() {
            CodeState::Blocked
        } else if self.cancelled_at.is_some() {
            CodeState::Cancelled
        } else if self.replaced_at.is_some() {
            CodeState::Replaced
        } else if self.first_activated_at.is_none() && passed(self.redeem_by) {
            CodeState::Lapsed
        } else if passed(self.expires_at) {
            CodeState::Expired
        } else if self.first_activated_at.is_some() {
            CodeState::Active
        } else {
            CodeState::Unused
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-05-01 10:00 UTC);
    const BEFORE: Option<OffsetDateTime> = Some(datetime!(2026-04-01 10:00 UTC));
    const LATER: Option<OffsetDateTime> = Some(datetime!(2026-06-01 10:00 UTC));

    #[test]
    fn a_code_bought_years_ago_and_never_used_is_unused() {
        assert_eq!(CodeHistory::default().state(NOW), CodeState::Unused);
    }

    #[test]
    fn a_code_is_active_until_the_instant_its_license_ends() {
        let mut history = CodeHistory { first_activated_at: BEFORE, expires_at: LATER, ..Default::default() };
        assert_eq!(history.state(NOW), CodeState::Active);
        history.expires_at = Some(NOW + time::Duration::SECOND);
        assert_eq!(history.state(NOW), CodeState::Active);
        history.expires_at = Some(NOW);
        assert_eq!(history.state(NOW), CodeState::Expired);
    }

    #[test]
    fn a_term_that_ran_from_the_order_ends_an_unused_code() {
        assert_eq!(CodeHistory { expires_at: BEFORE, ..Default::default() }.state(NOW), CodeState::Expired);
        assert_eq!(CodeHistory { expires_at: LATER, ..Default::default() }.state(NOW), CodeState::Unused);
    }

    #[test]
    fn only_unused_codes_lapse() {
        let unused = CodeHistory { redeem_by: Some(NOW), ..Default::default() };
        assert_eq!(unused.state(NOW), CodeState::Lapsed);
        assert_eq!(unused.state(NOW - time::Duration::SECOND), CodeState::Unused);
        let used = CodeHistory { first_activated_at: BEFORE, expires_at: LATER, ..unused };
        assert_eq!(used.state(NOW), CodeState::Active);
    }

    #[test]
    fn side_states_win_in_the_order_of_the_activation_checks() {
        let mut history = CodeHistory {
            first_activated_at: BEFORE,
            expires_at: BEFORE,
            redeem_by: BEFORE,
            blocked_at: BEFORE,
            cancelled_at: BEFORE,
            replaced_at: BEFORE,
        };
        assert_eq!(history.state(NOW), CodeState::Blocked);
        history.blocked_at = None;
        assert_eq!(history.state(NOW), CodeState::Cancelled);
        history.cancelled_at = None;
        assert_eq!(history.state(NOW), CodeState::Replaced);
        history.replaced_at = None;
        assert_eq!(history.state(NOW), CodeState::Expired);
    }
}
