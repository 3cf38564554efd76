//! Codes that wait, and the switch to them.

use domain::Error;
use domain::PgPool;
use domain::activation::store::{By, Occasion, Switch, rehearse, take_over};
use domain::activation::{Effect, Refusal, Wish};
use domain::code::CodeKind;
use domain::code::store::{block_code, replace_code, unblock_code};
use domain::device_api::{ActivationRequest, Outcome};
use domain::license::Level;
use domain::reserve::ReserveState;
use domain::reserve::store::{activate_now, rehearse_all, remove_reserve, switch_due};
use time::Duration;

use crate::harness::{Office, Sold, id_of, license_of, refused, tail};

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_code_entered_while_a_license_runs_waits_and_changes_nothing(db: PgPool) {
    let mut office = Office::open(&db).await;
    let desk = office.desktop("Desk").await;
    office.activate(&desk, &office.year("desktop=1").await).await.unwrap();
    let before = office.status(&desk).await;
    office.pass(Duration::days(325));
    let code = office.year("desktop=1").await;
    let added = office.activate(&desk, &code).await.unwrap();
    assert_eq!(added.outcome, Outcome::Reserved);
    let after = added.device;
    assert_eq!(license_of(&after), license_of(&before));
    let (running, reserve) = (after.license.unwrap(), after.reserve.unwrap());
    assert_eq!(running.expires_at, before.license.unwrap().expires_at);
    assert_eq!((reserve.state, reserve.takes_over_at), (ReserveState::Waiting, running.expires_at));
    assert_eq!((reserve.code_tail.as_str(), reserve.trouble, reserve.activate_now), (tail(&code), None, false));
    office.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_waiting_code_takes_over_at_the_very_end_whenever_the_worker_runs(db: PgPool) {
    let mut office = Office::open(&db).await;
    let desk = office.desktop("Desk").await;
    office.activate(&desk, &office.year("desktop=1").await).await.unwrap();
    office.activate(&desk, &office.year("desktop=1").await).await.unwrap();
    let end = office.status(&desk).await.license.unwrap().expires_at;
    office.now = end - Duration::hours(1);
    office.beat(&desk).await;
    office.now = end - Duration::SECOND;
    assert_eq!(switch_due(&office.system()).await, Ok(0));
    office.now = end + Duration::seconds(40);
    assert_eq!(switch_due(&office.system()).await, Ok(1));
    let status = office.status(&desk).await;
    let license = status.license.unwrap();
    assert_eq!((license.starts_at, license.expires_at), (end, end + Duration::days(365)));
    assert_eq!((status.level, status.reserve), (Level::Full, None));
    assert_eq!(switch_due(&office.system()).await, Ok(0));
    office.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_device_that_was_offline_at_the_end_starts_the_new_term_at_its_next_contact(db: PgPool) {
    let mut office = Office::open(&db).await;
    let desk = office.desktop("Desk").await;
    office.activate(&desk, &office.year("desktop=1").await).await.unwrap();
    office.activate(&desk, &office.year("desktop=1").await).await.unwrap();
    office.pass(Duration::days(400));
    assert_eq!(switch_due(&office.system()).await, Ok(0));
    let status = office.beat(&desk).await;
    let license = status.license.unwrap();
    assert_eq!((license.starts_at, license.expires_at), (office.now, office.now + Duration::days(365)));
    assert_eq!(status.level, Level::Full);
    office.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn one_code_waits_on_a_device_and_a_second_replaces_it_when_asked(db: PgPool) {
    let office = Office::open(&db).await;
    let desk = office.desktop("Desk").await;
    office.activate(&desk, &office.year("desktop=1").await).await.unwrap();
    let (first, second) = (office.year("desktop=1").await, office.year("desktop=1").await);
    office.activate(&desk, &first).await.unwrap();
    assert_eq!(refused(office.activate(&desk, &first).await), Refusal::AlreadyHere);
    let waiting = Refusal::ReserveWaiting { tail: tail(&first).to_owned() };
    assert_eq!(refused(office.activate(&desk, &second).await), waiting);
    let request = ActivationRequest { code: second.clone(), replace_reserve: true, ..Default::default() };
    let replaced = office.activate_with(&desk, request).await.unwrap();
    assert_eq!(replaced.device.reserve.unwrap().code_tail, tail(&second));
    // the first one is unused again, and can go elsewhere
    let other = office.desktop("Other").await;
    assert_eq!(office.activate(&other, &first).await.unwrap().outcome, Outcome::Started);
    office.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_code_that_is_taken_back_is_unused_and_never_takes_over(db: PgPool) {
    let mut office = Office::open(&db).await;
    let desk = office.desktop("Desk").await;
    office.activate(&desk, &office.year("desktop=1").await).await.unwrap();
    office.activate(&desk, &office.year("desktop=1").await).await.unwrap();
    remove_reserve(office.cx(&office.anna), id_of(&desk)).await.unwrap();
    assert_eq!(remove_reserve(office.cx(&office.anna), id_of(&desk)).await, Err(Error::NotFound));
    office.pass(Duration::days(366));
    let status = office.beat(&desk).await;
    assert_eq!((status.level, status.reserve), (Level::Restricted, None));
    assert_eq!(office.count("select count(*) from activation_code where first_activated_at is null").await, 1);
    let stranger = office.person(office.account("Other").await, "noor", domain::person::Role::Owner).await;
    assert_eq!(remove_reserve(office.cx(&stranger), id_of(&desk)).await, Err(Error::NotFound));
    office.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_blocked_reserve_fails_at_once_and_not_at_the_end(db: PgPool) {
    let mut office = Office::open(&db).await;
    let desk = office.desktop("Desk").await;
    office.activate(&desk, &office.year("desktop=1").await).await.unwrap();
    let code = office.year("desktop=1").await;
    office.activate(&desk, &code).await.unwrap();
    let id = office.code_id(tail(&code)).await;
    block_code(office.system(), id, "published on the web".to_owned()).await.unwrap();
    let reserve = office.status(&desk).await.reserve.unwrap();
    assert_eq!((reserve.state, reserve.trouble.as_deref()), (ReserveState::Failed, Some("E04")));
    assert!(!reserve.activate_now, "a license still runs");
    let early = activate_now(office.cx(&office.anna), id_of(&desk)).await;
    assert!(matches!(refused(early), Refusal::TooEarly { .. }));
    office.pass(Duration::days(366));
    let reserve = office.beat(&desk).await.reserve.unwrap();
    assert!(reserve.activate_now);
    assert_eq!(refused(activate_now(office.cx(&office.anna), id_of(&desk)).await), Refusal::Blocked);
    unblock_code(office.system(), id, "bought after all".to_owned()).await.unwrap();
    activate_now(office.cx(&office.anna), id_of(&desk)).await.unwrap();
    assert_eq!(office.status(&desk).await.level, Level::Full);
    office.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_waiting_code_that_is_replaced_is_followed_to_the_new_one(db: PgPool) {
    let mut office = Office::open(&db).await;
    let desk = office.desktop("Desk").await;
    office.activate(&desk, &office.year("desktop=1").await).await.unwrap();
    let code = office.year("desktop=1").await;
    office.activate(&desk, &code).await.unwrap();
    let old = office.code_id(tail(&code)).await;
    replace_code(office.system(), old, "became known".to_owned()).await.unwrap();
    assert!(matches!(refused(office.activate(&desk, &code).await), Refusal::Replaced { .. }));
    office.pass(Duration::days(365) + Duration::HOUR);
    assert_eq!(office.beat(&desk).await.level, Level::Full);
    office.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_rehearsal_shows_trouble_weeks_before_and_green_when_it_is_gone(db: PgPool) {
    let mut office = Office::open(&db).await;
    let (desk, lab) = (office.desktop("Desk").await, office.desktop("Lab").await);
    for device in [&desk, &lab] {
        office.activate(device, &office.year("desktop=1").await).await.unwrap();
        office.pass(Duration::HOUR);
    }
    // one place, and two devices that wait for it: the first in time gets it
    let code = office.year("desktop=1").await;
    office.activate(&desk, &code).await.unwrap();
    let second = office.activate(&lab, &code).await.unwrap().device.reserve.unwrap();
    assert_eq!(second.trouble.as_deref(), Some("E12"));
    assert_eq!(office.status(&desk).await.reserve.unwrap().trouble, None);
    remove_reserve(office.cx(&office.anna), id_of(&desk)).await.unwrap();
    office.pass(Duration::days(2));
    assert_eq!(rehearse_all(&office.system()).await, Ok(1));
    let now = office.status(&lab).await.reserve.unwrap();
    assert_eq!((now.trouble, now.rehearsed_at), (None, Some(office.now)));
    assert_eq!(rehearse_all(&office.system()).await, Ok(0), "once a day is enough");
    office.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_reserve_that_would_fail_is_mailed_about_once(db: PgPool) {
    let office = Office::open(&db).await;
    let desk = office.desktop("Desk").await;
    office.activate(&desk, &office.year("desktop=1").await).await.unwrap();
    office.activate(&desk, &office.year("desktop=1").await).await.unwrap();
    let mails = || office.count("select count(*) from mail where subject like '%needs you'");
    sqlx::query("update device_contact set country = 'GB'").execute(&db).await.unwrap();
    let reserve = sqlx::query_scalar("select id from reserve").fetch_one(&db).await.unwrap();
    for _ in 0..2 {
        let trouble = rehearse(&office.system(), domain::id::ReserveId(reserve)).await.unwrap();
        assert!(matches!(trouble, Some(Refusal::Region { .. })));
        assert_eq!(mails().await, 1);
    }
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_reserve_from_another_region_is_refused_and_one_that_moved_fails_with_its_reason(db: PgPool) {
    let mut office = Office::open(&db).await;
    let desk = office.desktop("Desk").await;
    office.activate(&desk, &office.year("desktop=1").await).await.unwrap();
    let foreign = office.sold(Sold { country: "GB", ..Sold::default() }).await;
    assert!(matches!(refused(office.activate(&desk, &foreign).await), Refusal::Region { .. }));
    office.activate(&desk, &office.year("desktop=1").await).await.unwrap();
    office.pass(Duration::days(365) - Duration::HOUR);
    office.beat(&desk).await;
    sqlx::query("update device_contact set country = 'GB'").execute(&db).await.unwrap();
    office.pass(Duration::hours(2));
    assert_eq!(switch_due(&office.system()).await, Ok(0));
    let reserve = office.status(&desk).await.reserve.unwrap();
    assert_eq!((reserve.state, reserve.trouble.as_deref()), (ReserveState::Failed, Some("E09")));
    assert!(reserve.activate_now);
    assert_eq!(office.count("select count(*) from mail where subject like '%did not take over'").await, 1);
    // it is back: the switch by hand succeeds, and the code was not lost
    sqlx::query("update device_contact set country = 'IN'").execute(&db).await.unwrap();
    activate_now(office.cx(&office.anna), id_of(&desk)).await.unwrap();
    assert_eq!(office.status(&desk).await.level, Level::Full);
    office.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_reserve_used_elsewhere_shares_the_clock_that_runs_already(db: PgPool) {
    let mut office = Office::open(&db).await;
    let (first, second) = (office.desktop("A").await, office.desktop("B").await);
    office.activate(&first, &office.year("desktop=1").await).await.unwrap();
    let code = office.year("desktop=2").await;
    office.pass(Duration::days(300));
    office.activate(&second, &code).await.unwrap();
    let used_at = office.now;
    office.activate(&first, &code).await.unwrap();
    office.pass(Duration::days(66));
    let license = office.beat(&first).await.license.unwrap();
    assert_eq!((license.starts_at, license.expires_at), (used_at, used_at + Duration::days(365)));
    office.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_can_be_no_reserve_is_refused_when_it_is_added(db: PgPool) {
    let mut office = Office::open(&db).await;
    let desk = office.desktop("Desk").await;
    office.activate(&desk, &office.year("desktop=1").await).await.unwrap();
    let trial = office.sold(Sold { kind: CodeKind::Trial, days: 30, ..Sold::default() }).await;
    assert_eq!(refused(office.activate(&desk, &trial).await), Refusal::TrialCannotRenew);
    let subscription = office.sold(Sold { kind: CodeKind::Subscription, days: 30, ..Sold::default() }).await;
    assert_eq!(refused(office.activate(&desk, &subscription).await), Refusal::ReserveIsSubscription);
    let early = office.year("desktop=2").await;
    let other = office.desktop("Other").await;
    office.pass(-Duration::days(10));
    office.activate(&other, &early).await.unwrap();
    office.pass(Duration::days(10));
    assert!(matches!(refused(office.activate(&desk, &early).await), Refusal::ReserveEndsTooEarly { .. }));
    let subscriber = office.desktop("Subscriber").await;
    office.activate(&subscriber, &subscription).await.unwrap();
    let refusal = refused(office.activate(&subscriber, &office.year("desktop=1").await).await);
    assert_eq!(refusal, Refusal::SubscriptionRuns);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_code_added_everywhere_waits_or_starts_on_each_device_by_itself(db: PgPool) {
    use domain::activation::store::{Entry, add_codes};
    let office = Office::open(&db).await;
    let (running, free, phone) =
        (office.desktop("A").await, office.desktop("B").await, office.device(&office.anna, "ios", "P").await);
    office.activate(&running, &office.year("desktop=1").await).await.unwrap();
    let by = By::Typed(office.year("desktop=3").await);
    let entry = Entry {
        device: id_of(&running),
        by,
        latin: false,
        agreement: true,
        clock: None,
        previous: None,
        wish: Wish::default(),
    };
    let devices = [&running, &free, &phone].map(id_of).to_vec();
    let added = add_codes(office.cx(&office.anna), devices, entry.clone()).await.unwrap();
    assert!(matches!(added[0].1.as_ref().unwrap().effect, Effect::Waits { .. }));
    assert!(matches!(added[1].1.as_ref().unwrap().effect, Effect::Starts { .. }));
    assert!(matches!(added[2].1, Err(Error::Refused(Refusal::NoSeatsOfClass { .. }))));
    // a code that nobody knows is one try, however many devices it was meant for
    let tries = || office.count("select count(*) from attempt where bucket = 'code_account'");
    let before = tries().await;
    let unknown = Entry { by: By::Typed("AAAAA-AAAAA-AAAAA-AAAAA".to_owned()), ..entry };
    let devices = [&running, &free, &phone].map(id_of).to_vec();
    assert!(matches!(add_codes(office.cx(&office.anna), devices, unknown).await, Err(Error::Invalid(_))));
    assert_eq!(tries().await, before + 1);
    office.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn nothing_switches_while_a_license_runs(db: PgPool) {
    let office = Office::open(&db).await;
    let desk = office.desktop("Desk").await;
    office.activate(&desk, &office.year("desktop=1").await).await.unwrap();
    office.activate(&desk, &office.year("desktop=1").await).await.unwrap();
    // whatever the entry says of its time, the license decides
    sqlx::query("update reserve set due_at = added_at").execute(&db).await.unwrap();
    for occasion in [Occasion::Clock, Occasion::Contact] {
        assert_eq!(take_over(&office.system(), id_of(&desk), occasion).await, Ok(Switch::Nothing));
    }
    let end = office.status(&desk).await.license.unwrap().expires_at;
    assert_eq!(office.status(&desk).await.reserve.unwrap().takes_over_at, end);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_row_that_fails_holds_no_other_waiting_code_back(db: PgPool) {
    let mut office = Office::open(&db).await;
    let mut devices = Vec::new();
    for name in ["A", "B", "C"] {
        let device = office.desktop(name).await;
        office.activate(&device, &office.year("desktop=1").await).await.unwrap();
        office.activate(&device, &office.year("desktop=1").await).await.unwrap();
        devices.push(device);
    }
    // the first to be due can't be read any more
    let spoil = "update activation_code set seats = '\"none\"'
                 where id = (select code_id from reserve where state = 'waiting' order by due_at, id limit 1)";
    assert_eq!(sqlx::query(spoil).execute(&db).await.unwrap().rows_affected(), 1);
    office.pass(Duration::days(2));
    assert_eq!(rehearse_all(&office.system()).await, Ok(2));
    let end = office.status(&devices[2]).await.license.unwrap().expires_at;
    office.now = end - Duration::hours(1);
    for device in &devices {
        office.beat(device).await;
    }
    office.now = end + Duration::seconds(40);
    assert_eq!(switch_due(&office.system()).await, Ok(2));
    assert_eq!(office.count("select count(*) from reserve where state = 'waiting'").await, 1);
    assert_eq!(office.count("select count(*) from reserve where state = 'promoted'").await, 2);
}
