//! How much a ticket grants, instant by instant.

use super::*;

const END: OffsetDateTime = datetime!(2026-05-06 10:00 UTC);

/// For a license that ends two days before the ticket does.
fn ends_offline(level_after: Level) -> Ticket {
    Ticket { license_expires_at: END, level_until: END, level_after, ..ticket() }
}

#[test]
fn seven_days_in_full_then_three_in_part_then_nothing() {
    let ticket = ticket();
    assert_eq!(stands(&ticket, NOW), (Level::Full, Why::Ticket));
    assert_eq!(stands(&ticket, NOW + LIFE - SECOND), (Level::Full, Why::Ticket));
    assert_eq!(stands(&ticket, NOW + LIFE), (Level::Restricted, Why::Overdue));
    assert_eq!(stands(&ticket, NOW + LIFE + GRACE - SECOND), (Level::Restricted, Why::Overdue));
    assert_eq!(stands(&ticket, NOW + LIFE + GRACE), (Level::Stopped, Why::Over));
    assert_eq!(ticket.works_until(), NOW + LIFE + GRACE);
}

#[test]
fn the_next_turn_for_the_worse_is_told() {
    let until = |ticket: &Ticket, clock| seen(ticket, &[clock]).until;
    assert_eq!(until(&ticket(), NOW), Some(NOW + LIFE));
    assert_eq!(until(&ticket(), NOW + LIFE), Some(NOW + LIFE + GRACE));
    assert_eq!(until(&ticket(), NOW + LIFE + GRACE), None);
    assert_eq!(until(&ends_offline(Level::Restricted), NOW), Some(END));
    assert_eq!(until(&ends_offline(Level::Restricted), END), Some(NOW + LIFE + GRACE));
    let restricted = Ticket { level: Level::Restricted, ..ends_offline(Level::Restricted) };
    assert_eq!(until(&restricted, NOW), Some(NOW + LIFE + GRACE));
    let stops = Ticket { level: Level::Restricted, ..ends_offline(Level::Stopped) };
    assert_eq!(until(&stops, NOW), Some(END));
}

#[test]
fn in_its_last_days_a_ticket_gives_no_updates() {
    assert!(seen(&ticket(), &[NOW]).updates);
    assert!(!seen(&ticket(), &[NOW + LIFE]).updates);
    assert!(!seen(&Ticket { updates: false, ..ticket() }, &[NOW]).updates);
}

#[test]
fn a_license_that_ends_offline_is_over_in_the_same_second() {
    let ticket = ends_offline(Level::Restricted);
    assert_eq!(stands(&ticket, END - SECOND), (Level::Full, Why::Ticket));
    assert_eq!(stands(&ticket, END), (Level::Restricted, Why::LicenseEnded));
    assert_eq!(stands(&ticket, NOW + LIFE + GRACE - SECOND), (Level::Restricted, Why::LicenseEnded));
    assert_eq!(stands(&ticket, NOW + LIFE + GRACE), (Level::Stopped, Why::Over));
    assert_eq!(ticket.works_until(), NOW + LIFE + GRACE);
}

#[test]
fn a_trial_that_ends_offline_stops_the_application() {
    let ticket = ends_offline(Level::Stopped);
    assert_eq!(stands(&ticket, END - SECOND), (Level::Full, Why::Ticket));
    assert_eq!(stands(&ticket, END), (Level::Stopped, Why::LicenseEnded));
    assert_eq!(ticket.works_until(), END);
}

#[test]
fn the_end_of_a_ticket_comes_before_a_license_that_runs_on() {
    let long = Ticket { level_after: Level::Stopped, ..ticket() };
    assert_eq!(stands(&long, NOW + LIFE + GRACE), (Level::Stopped, Why::Over));
    assert_eq!(long.works_until(), NOW + LIFE + GRACE);
}

#[test]
fn the_components_that_go_are_named_offline_too() {
    let restricted = vec!["Web filter".to_owned()];
    let ticket = Ticket { restricted_after: restricted.clone(), ..ends_offline(Level::Restricted) };
    assert_eq!(seen(&ticket, &[END - SECOND]).restricted, Vec::<String>::new());
    assert_eq!(seen(&ticket, &[END]).restricted, restricted);
    assert_eq!(seen(&ticket, &[NOW + LIFE + GRACE]).restricted, Vec::<String>::new());
    let runs_on = Ticket { restricted_after: restricted.clone(), ..super::ticket() };
    assert_eq!(seen(&runs_on, &[NOW + LIFE]).restricted, restricted);
}

#[test]
fn what_was_restricted_when_the_ticket_was_made_stays_so() {
    let restricted = vec!["Web filter".to_owned()];
    let ticket = Ticket { level: Level::Restricted, updates: false, restricted: restricted.clone(), ..ticket() };
    assert_eq!(seen(&ticket, &[NOW]).restricted, restricted);
    assert_eq!(stands(&ticket, NOW), (Level::Restricted, Why::Ticket));
    assert_eq!(stands(&ticket, NOW + LIFE), (Level::Restricted, Why::Overdue));
}
