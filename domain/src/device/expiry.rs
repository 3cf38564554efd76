//! What still works on a device when its license does not run: data of each version family of a product (R67–R71).

use time::OffsetDateTime;

use crate::license::{Level, LicenseFacts};

/// What still works after the end of a license, for one version family of a product.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExpiryRule {
    /// Whether databases and modules are still updated; they are not, unless the vendor says so (R67).
    pub updates: bool,
    /// The components that are restricted then, by their names (R68).
    pub restricted: Vec<String>,
}

/// What works on a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Works {
    /// How much of the application.
    pub level: Level,
    /// Whether databases and modules are updated.
    pub updates: bool,
    /// The components that are restricted.
    pub restricted: Vec<String>,
}

/// What works at `now` under this license, or without any (R4). `stopped_at` is when databases were installed by hand
/// under an ended license (R69): the application stays stopped until a license runs again.
#[must_use]
pub fn works(
    license: Option<&LicenseFacts>,
    stopped_at: Option<OffsetDateTime>,
    rule: &ExpiryRule,
    now: OffsetDateTime,
) -> Works {
    let level = match license.map(|license| license.level(now)) {
        None => Level::Stopped,
        Some(Level::Restricted) if stopped_at.is_some() => Level::Stopped,
        Some(level) => level,
    };
    match level {
        Level::Full => Works { level, updates: true, restricted: Vec::new() },
        Level::Restricted => Works { level, updates: rule.updates, restricted: rule.restricted.clone() },
        Level::Stopped => Works { level, updates: false, restricted: Vec::new() },
    }
}

#[cfg(test)]
mod tests {
    use time::Duration;
    use time::macros::datetime;

    use super::*;
    use crate::code::CodeKind;

    const START: OffsetDateTime = datetime!(2026-05-01 10:00 UTC);
    const END: OffsetDateTime = datetime!(2027-05-01 10:00 UTC);

    fn license(kind: CodeKind) -> LicenseFacts {
        LicenseFacts {
            kind,
            starts_at: START,
            expires_at: END,
            grace_until: None,
            blocked_at: None,
            cancelled_at: None,
            suspended_at: None,
            protection_ends: false,
        }
    }

    fn rule() -> ExpiryRule {
        ExpiryRule { updates: false, restricted: vec!["Web filter".to_owned(), "Backup".to_owned()] }
    }

    fn at(license: &LicenseFacts, stopped_at: Option<OffsetDateTime>, now: OffsetDateTime) -> Works {
        works(Some(license), stopped_at, &rule(), now)
    }

    #[test]
    fn updates_stop_and_named_components_are_restricted_at_the_end() {
        let bought = license(CodeKind::Commercial);
        let before = at(&bought, None, END - Duration::SECOND);
        assert_eq!(before, Works { level: Level::Full, updates: true, restricted: vec![] });
        let after = at(&bought, None, END);
        assert_eq!(after, Works { level: Level::Restricted, updates: false, restricted: rule().restricted });
    }

    #[test]
    fn a_trial_stops_and_so_does_a_device_without_a_license() {
        assert_eq!(at(&license(CodeKind::Trial), None, END).level, Level::Stopped);
        assert_eq!(works(None, None, &rule(), END).level, Level::Stopped);
    }

    #[test]
    fn databases_installed_by_hand_stop_an_ended_license_and_no_running_one() {
        let bought = license(CodeKind::Commercial);
        assert_eq!(at(&bought, Some(END), END).level, Level::Stopped);
        assert_eq!(at(&bought, Some(START), END - Duration::SECOND).level, Level::Full);
    }

    #[test]
    fn a_subscription_ends_as_it_was_sold() {
        let updates_only = license(CodeKind::Subscription);
        let protection = LicenseFacts { protection_ends: true, ..updates_only };
        let grace_until = Some(END + Duration::days(7));
        for (subscription, ended) in [(updates_only, Level::Restricted), (protection, Level::Stopped)] {
            let subscription = LicenseFacts { grace_until, ..subscription };
            assert_eq!(at(&subscription, None, END + Duration::days(7) - Duration::SECOND).level, Level::Full);
            assert_eq!(at(&subscription, None, END + Duration::days(7)).level, ended);
        }
    }
}
