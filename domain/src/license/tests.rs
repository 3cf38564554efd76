use proptest::prelude::*;
use time::macros::datetime;

use super::*;

const START: OffsetDateTime = datetime!(2025-03-01 10:00 UTC);
const END: OffsetDateTime = datetime!(2026-03-01 10:00 UTC);
const SECOND: Duration = Duration::SECOND;

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

#[test]
fn the_end_is_exclusive() {
    let license = license(CodeKind::Commercial);
    assert_eq!(license.standing(END - SECOND), Standing::Expiring);
    assert_eq!(license.level(END - SECOND), Level::Full);
    assert_eq!(license.standing(END), Standing::Expired);
    assert_eq!(license.level(END), Level::Restricted);
}

#[test]
fn the_renewal_is_offered_from_thirty_days_before_the_end() {
    let license = license(CodeKind::Commercial);
    let from = END - Duration::days(30);
    assert_eq!(license.standing(from - SECOND), Standing::Active);
    assert!(!license.renewal_offered(from - SECOND));
    assert_eq!(license.standing(from), Standing::Expiring);
    assert!(license.renewal_offered(from));
    assert!(license.renewal_offered(END + Duration::days(400)));
}

#[test]
fn a_warning_comes_fourteen_days_before_the_end_unless_a_reserve_waits() {
    let license = license(CodeKind::Renewal);
    let from = END - Duration::days(14);
    assert!(!license.warns(from - SECOND, false));
    assert!(license.warns(from, false));
    assert!(!license.warns(from, true));
    assert!(!license.warns(END, false));
}

#[test]
fn the_application_stops_when_a_trial_ends() {
    let license = license(CodeKind::Trial);
    assert_eq!((license.standing(END - SECOND), license.level(END - SECOND)), (Standing::Trial, Level::Full));
    assert_eq!((license.standing(END), license.level(END)), (Standing::Expired, Level::Stopped));
    assert!(!license.renewal_offered(END));
}

#[test]
fn a_subscription_works_through_its_grace_period() {
    let grace_until = END + Duration::days(7);
    let license = LicenseFacts { grace_until: Some(grace_until), ..license(CodeKind::Subscription) };
    assert_eq!(license.standing(END - SECOND), Standing::Active);
    assert_eq!((license.standing(END), license.level(END)), (Standing::Grace, Level::Full));
    assert_eq!(license.standing(grace_until - SECOND), Standing::Grace);
    assert_eq!((license.standing(grace_until), license.level(grace_until)), (Standing::Expired, Level::Restricted));
}

#[test]
fn only_subscriptions_have_a_grace_period() {
    let license = LicenseFacts { grace_until: Some(END + Duration::days(7)), ..license(CodeKind::Commercial) };
    assert_eq!(license.standing(END), Standing::Expired);
}

#[test]
fn a_suspended_subscription_gets_no_updates_until_it_ends() {
    let license = LicenseFacts { suspended_at: Some(START + SECOND), ..license(CodeKind::Subscription) };
    let now = START + Duration::days(10);
    assert_eq!((license.standing(now), license.level(now)), (Standing::Suspended, Level::Restricted));
    assert_eq!(license.standing(END), Standing::Expired);
}

#[test]
fn a_blocked_license_keeps_working_for_eight_days() {
    let blocked_at = START + Duration::days(100);
    let blocked = LicenseFacts { blocked_at: Some(blocked_at), ..license(CodeKind::Commercial) };
    for (days, level) in [(0, Level::Full), (7, Level::Full), (8, Level::Restricted)] {
        let now = blocked_at + Duration::days(days);
        assert_eq!((blocked.standing(now), blocked.level(now)), (Standing::Blocked, level), "day {days}");
    }
    assert_eq!(blocked.level(blocked_at + Duration::days(8) - SECOND), Level::Full);
    assert_eq!(blocked.functions_until(), Some(blocked_at + Duration::days(8)));
}

#[test]
fn a_block_never_makes_a_license_work_longer() {
    let blocked = LicenseFacts { blocked_at: Some(END - Duration::DAY), ..license(CodeKind::Commercial) };
    assert_eq!((blocked.standing(END), blocked.level(END)), (Standing::Blocked, Level::Restricted));
    let trial = LicenseFacts { blocked_at: Some(START), ..license(CodeKind::Trial) };
    assert_eq!(trial.level(START + Duration::days(8)), Level::Stopped);
}

#[test]
fn a_refund_ends_a_license_at_once() {
    let cancelled_at = START + Duration::days(100);
    let cancelled = LicenseFacts {
        cancelled_at: Some(cancelled_at),
        blocked_at: Some(cancelled_at),
        ..license(CodeKind::Commercial)
    };
    assert_eq!(
        (cancelled.standing(cancelled_at), cancelled.level(cancelled_at)),
        (Standing::Cancelled, Level::Stopped)
    );
    assert_eq!(cancelled.remaining(cancelled_at), Remaining::Ended(cancelled_at));
    assert_eq!(cancelled.days_left(cancelled_at), 0);
}

#[test]
fn days_left_are_rounded_up_and_the_last_day_is_today() {
    let license = license(CodeKind::Commercial);
    let left = |left: Duration| license.remaining(END - left);
    assert_eq!(left(Duration::hours(25)), Remaining::Days(2));
    assert_eq!(left(Duration::hours(48)), Remaining::Days(2));
    assert_eq!(left(Duration::hours(48) + SECOND), Remaining::Days(3));
    assert_eq!(left(Duration::DAY + Duration::NANOSECOND), Remaining::Days(2));
    assert_eq!(left(Duration::DAY), Remaining::Today);
    assert_eq!(left(Duration::HOUR), Remaining::Today);
    assert_eq!(left(Duration::NANOSECOND), Remaining::Today);
    assert_eq!(left(Duration::ZERO), Remaining::Ended(END));
    assert_eq!(left(Duration::days(-30)), Remaining::Ended(END));
    assert_eq!(license.remaining(START), Remaining::Days(365));
}

#[test]
fn only_what_is_on_makes_a_new_code_wait() {
    let running: Vec<_> = Standing::ALL.iter().filter(|standing| standing.runs()).map(|s| s.as_str()).collect();
    assert_eq!(running, ["trial", "active", "expiring", "grace"]);
}

#[test]
fn facts_of_a_license_survive_the_wire() {
    let facts = LicenseFacts { blocked_at: Some(START), ..license(CodeKind::Commercial) };
    let json = serde_json::to_string(&facts).unwrap();
    assert_eq!(serde_json::from_str::<LicenseFacts>(&json).unwrap(), facts);
    let ended = Remaining::Ended(END);
    assert_eq!(serde_json::to_string(&ended).unwrap(), r#"{"Ended":"2026-03-01T10:00:00Z"}"#);
}

proptest! {
    #[test]
    fn days_left_never_grow(first in 0i64..40_000_000, later in 0i64..40_000_000) {
        let license = license(CodeKind::Commercial);
        let (first, later) = (first.min(later), first.max(later));
        let days = |seconds| license.days_left(START + Duration::seconds(seconds));
        prop_assert!(days(first) >= days(later));
    }

    #[test]
    fn days_left_cover_the_time_left(seconds in 86_401i64..400_000_000) {
        let license = license(CodeKind::Commercial);
        let days = i64::from(license.days_left(END - Duration::seconds(seconds)));
        prop_assert!(days * 86_400 >= seconds && (days - 1) * 86_400 < seconds);
    }

    #[test]
    fn an_application_never_gets_back_by_waiting(
        kind in prop::sample::select(CodeKind::ALL),
        blocked in prop::option::of(0i64..400),
        grace in prop::option::of(0i64..30),
        first in 0i64..500,
        later in 0i64..500,
    ) {
        let facts = LicenseFacts {
            grace_until: grace.map(|days| END + Duration::days(days)),
            blocked_at: blocked.map(|days| START + Duration::days(days)),
            ..license(kind)
        };
        let level = |days| facts.level(START + Duration::days(days));
        prop_assert!(level(first.min(later)) <= level(first.max(later)));
    }
}
