//! How much a ticket grants, instant by instant.

use super::*;

fn license(kind: CodeKind) -> LicenseFacts {
    LicenseFacts {
        kind,
        starts_at: NOW - Duration::days(10),
        expires_at: NOW + Duration::days(5),
        grace_until: None,
        blocked_at: None,
        cancelled_at: None,
        suspended_at: None,
    }
}

fn under(license: &LicenseFacts) -> Grant {
    let holds_until = holds_until(license);
    Grant {
        standing: license.standing(NOW),
        license_expires_at: license.expires_at,
        level: license.level(NOW),
        holds_until,
        after: license.level(holds_until),
        ..grant()
    }
}

#[test]
fn seven_days_in_full_then_three_in_part_then_nothing() {
    let ticket = ticket(&grant());
    assert_eq!(stands(&ticket, NOW), (Level::Full, Why::Ticket));
    assert_eq!(stands(&ticket, NOW + LIFE - SECOND), (Level::Full, Why::Ticket));
    assert_eq!(stands(&ticket, NOW + LIFE), (Level::Restricted, Why::Overdue));
    assert_eq!(stands(&ticket, NOW + LIFE + GRACE - SECOND), (Level::Restricted, Why::Overdue));
    assert_eq!(stands(&ticket, NOW + LIFE + GRACE), (Level::Stopped, Why::Over));
    assert_eq!(ticket.works_until(), NOW + LIFE + GRACE);
}

#[test]
fn the_next_turn_for_the_worse_is_told() {
    let ticket = ticket(&grant());
    assert_eq!(seen(&ticket, &[NOW]).until, Some(NOW + LIFE));
    assert_eq!(seen(&ticket, &[NOW + LIFE]).until, Some(NOW + LIFE + GRACE));
    assert_eq!(seen(&ticket, &[NOW + LIFE + GRACE]).until, None);
}

#[test]
fn in_its_last_days_a_ticket_gives_no_updates_and_restricts_as_after_the_end() {
    let overdue = seen(&ticket(&grant()), &[NOW + LIFE]);
    assert!(!overdue.updates);
    assert_eq!(overdue.restricted, ["Web filter"]);
    assert!(seen(&ticket(&grant()), &[NOW]).updates);
}

#[test]
fn a_license_that_ends_offline_is_over_in_the_same_second() {
    let license = license(CodeKind::Commercial);
    let ticket = ticket(&under(&license));
    let end = license.expires_at;
    assert_eq!(seen(&ticket, &[NOW]).until, Some(end));
    assert_eq!(stands(&ticket, end - SECOND), (Level::Full, Why::Ticket));
    assert_eq!(stands(&ticket, end), (Level::Restricted, Why::LicenseEnded));
    assert_eq!(seen(&ticket, &[end]).restricted, ["Web filter"]);
    assert_eq!(stands(&ticket, NOW + LIFE + GRACE), (Level::Stopped, Why::Over));
}

#[test]
fn a_trial_that_ends_offline_stops_the_application() {
    let license = license(CodeKind::Trial);
    let ticket = ticket(&under(&license));
    assert_eq!(stands(&ticket, license.expires_at), (Level::Stopped, Why::LicenseEnded));
    assert_eq!(ticket.works_until(), license.expires_at);
}

#[test]
fn a_blocked_code_works_offline_for_its_eight_days_and_no_longer() {
    let blocked = LicenseFacts { blocked_at: Some(NOW - Duration::days(6)), ..license(CodeKind::Commercial) };
    let ticket = ticket(&under(&blocked));
    let falls = NOW + Duration::days(2);
    assert_eq!(stands(&ticket, falls - SECOND), (Level::Full, Why::Ticket));
    assert_eq!(stands(&ticket, falls), (Level::Restricted, Why::LicenseEnded));
}

#[test]
fn a_subscription_works_to_the_end_of_its_grace() {
    let grace_until = Some(NOW + Duration::days(6));
    let ticket = ticket(&under(&LicenseFacts { grace_until, ..license(CodeKind::Subscription) }));
    assert_eq!(stands(&ticket, NOW + Duration::days(6) - SECOND), (Level::Full, Why::Ticket));
    assert_eq!(stands(&ticket, NOW + Duration::days(6)), (Level::Restricted, Why::LicenseEnded));
}

#[test]
fn where_nothing_works_there_is_no_ticket() {
    let none = |grant: Grant| Ticket::of(&grant, Uuid::from_u128(1), NOW).is_none();
    assert!(none(Grant { level: Level::Stopped, ..grant() }));
    assert!(none(Grant { holds_until: NOW, after: Level::Stopped, ..grant() }));
    assert!(none(under(&LicenseFacts { cancelled_at: Some(NOW), ..license(CodeKind::Commercial) })));
    assert!(!none(Grant { holds_until: NOW, ..grant() }));
}

#[test]
fn a_ticket_of_an_ended_license_gives_what_it_still_allows() {
    let ended = LicenseFacts { expires_at: NOW - SECOND, ..license(CodeKind::Commercial) };
    let ticket = ticket(&under(&ended));
    assert_eq!(stands(&ticket, NOW), (Level::Restricted, Why::LicenseEnded));
    assert_eq!(stands(&ticket, NOW + LIFE + GRACE), (Level::Stopped, Why::Over));
}

#[test]
fn fractions_of_a_second_never_prolong() {
    let now = NOW + Duration::milliseconds(999);
    let ticket = Ticket::of(&Grant { holds_until: now + SECOND, ..grant() }, Uuid::nil(), now).unwrap();
    assert_eq!(ticket.issued_at, NOW);
    assert_eq!(ticket.holds_until, NOW + SECOND);
}
