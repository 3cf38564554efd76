//! A device with each kind of license, and what its windows say.

use super::*;
use domain::code::CodeKind;
use domain::device::OsFamily;
use domain::device_api::AgreementState;
use domain::id::{DeviceId, LicenseId};
use domain::license::LicenseKey;
use domain::seat::{SeatClass, SeatCount};
use time::macros::datetime;
use uuid::Uuid;

pub const NOW: OffsetDateTime = datetime!(2026-02-27 09:30 UTC);

pub fn window() -> LicenseWindow {
    LicenseWindow {
        license_id: LicenseId(Uuid::from_u128(1)),
        license_key: LicenseKey(Uuid::from_u128(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef)),
        kind: CodeKind::Commercial,
        product: "Office Security".to_owned(),
        code_tail: "NPQR5".to_owned(),
        standing: Standing::Expiring,
        days_left: 2,
        starts_at: datetime!(2025-02-28 12:00 +2),
        expires_at: datetime!(2026-02-28 10:00 UTC),
        seats: vec![
            SeatCount { class: SeatClass::Desktop, total: 5, used: 2 },
            SeatCount { class: SeatClass::FileServer, total: 1, used: 0 },
        ],
        seat_class: SeatClass::Desktop,
    }
}

pub fn device(license: Option<LicenseWindow>) -> DeviceStatus {
    DeviceStatus {
        device_id: DeviceId(Uuid::from_u128(2)),
        name: "Reception".to_owned(),
        os_family: OsFamily::Windows,
        office: "Northwind".to_owned(),
        level: Level::Full,
        updates: true,
        restricted: Vec::new(),
        license,
        reserve: None,
        trial_offered: false,
        agreement: AgreementState { version: "2026-01".to_owned(), accepted: true },
        commands: Vec::new(),
        server_time: NOW,
    }
}

#[test]
fn the_window_shows_what_domain_7_lists() {
    assert_eq!(
        licensing(&device(Some(window())), NOW),
        "License key        01234567-89ab-cdef-0123-456789abcdef\n\
         License type       Commercial\n\
         Product            Office Security\n\
         Number of devices  Computers: 2 of 5 in use, this device among them\n\
         \x20                  File servers: 0 of 1 in use\n\
         Activation code    •••••-•••••-•••••-NPQR5\n\
         Activation date    2025-02-28 10:00 UTC\n\
         Expiry             2026-02-28 10:00 UTC\n\
         Days remaining     2 days\n\
         Status             Ends soon\n\
         Works              in full\n\
         Updates            databases and modules are updated"
    );
}

#[test]
fn after_the_end_the_window_names_what_is_restricted() {
    let ended = LicenseWindow { standing: Standing::Expired, days_left: 0, ..window() };
    let device = DeviceStatus {
        level: Level::Restricted,
        updates: false,
        restricted: vec!["Web filter".to_owned(), "Backup".to_owned()],
        ..device(Some(ended))
    };
    let shown = licensing(&device, NOW);
    let last = "\
         Works              in part: databases are no longer updated\n\
         Updates            none: databases stay as they are\n\
         Restricted         Web filter\n\
         \x20                  Backup";
    assert!(shown.ends_with(last), "{shown}");
}

fn reserve(state: ReserveState, trouble: Option<&str>, activate_now: bool) -> String {
    let reserve = ReserveWindow {
        code_tail: "WXYZ2".to_owned(),
        kind: CodeKind::Renewal,
        term_days: 365,
        state,
        takes_over_at: datetime!(2026-02-28 10:00 UTC),
        rehearsed_at: Some(NOW),
        trouble: trouble.map(str::to_owned),
        activate_now,
    };
    licensing(&DeviceStatus { reserve: Some(reserve), ..device(Some(window())) }, NOW)
}

#[test]
fn a_waiting_code_has_its_own_lines() {
    let shown = reserve(ReserveState::Waiting, None, false);
    let last = "\
         Reserve code       •••••-•••••-•••••-WXYZ2\n\
         \x20 Kind and term    Commercial, renewal, 365 days\n\
         \x20 Status           Waits\n\
         \x20 Takes over       2026-02-28 10:00 UTC\n\
         \x20 Checked          2026-02-27 09:30 UTC: it would succeed";
    assert!(shown.ends_with(last), "{shown}");
}

#[test]
fn a_switch_by_hand_is_offered_only_after_the_one_by_itself_failed() {
    let failed = reserve(ReserveState::Failed, Some("E12"), true);
    assert!(failed.ends_with("Activate now       latchkey-client reserve --activate-now"), "{failed}");
    assert!(failed.contains("Stands against it  E12") && !failed.contains("Takes over"), "{failed}");
    assert!(!reserve(ReserveState::Waiting, Some("E12"), false).contains("Activate now"));
}

#[test]
fn days_are_told_in_the_words_of_r26() {
    let told = |standing, days_left, now| remaining(&LicenseWindow { standing, days_left, ..window() }, now);
    let (before, after) = (datetime!(2026-02-28 09:00 UTC), datetime!(2026-02-28 10:00 UTC));
    assert_eq!(told(Standing::Expiring, 2, before), "2 days");
    assert_eq!(told(Standing::Active, 365, before), "365 days");
    assert_eq!(told(Standing::Expiring, 0, before), "ends today");
    assert_eq!(told(Standing::Expired, 0, after), "ended 2026-02-28");
    assert_eq!(told(Standing::Grace, 0, after), "ended 2026-02-28");
    assert_eq!(told(Standing::Suspended, 0, before), "ends today");
    assert_eq!(told(Standing::Blocked, 0, after), "ended 2026-02-28");
    assert_eq!(told(Standing::Cancelled, 0, before), "ended");
}

#[test]
fn the_servers_standing_outweighs_a_wrong_clock() {
    let expired = LicenseWindow { standing: Standing::Expired, days_left: 0, ..window() };
    assert_eq!(remaining(&expired, datetime!(2001-01-01 0:00 UTC)), "ended 2026-02-28");
    let running = LicenseWindow { standing: Standing::Expiring, days_left: 0, ..window() };
    assert_eq!(remaining(&running, datetime!(2099-01-01 0:00 UTC)), "ends today");
}

#[test]
fn a_device_without_a_license_is_told_the_next_step() {
    assert!(licensing(&device(None), NOW).contains("latchkey-client activate CODE"));
    assert_eq!(summary(&device(None), NOW), "It has no license.");
}

#[test]
fn durations_are_told_in_one_unit() {
    assert_eq!(duration(3_600), "1 hour");
    assert_eq!(duration(86_400), "1 day");
    assert_eq!(duration(90), "90 seconds");
    assert_eq!(duration(3_923), "about 66 minutes");
    assert_eq!(duration(120), "2 minutes");
    assert_eq!(duration(0), "0 seconds");
}
