//! Codes that wait: when they are tried, what stops them, and what brings them back.

use domain::activation::store::By;
use domain::activation::{Refusal, Wish};
use domain::code::store::{block_code, unblock_code};
use domain::device::CommandKind;
use domain::device::store::details;
use domain::device_api::{ActivationRequest, Outcome};
use domain::license::Level;
use domain::reserve::ReserveState;
use domain::reserve::store::{activate_now, switch_due};
use domain::{PgPool, check};
use time::Duration;

use crate::harness::{Office, Sold, id_of, license_of, refused, tail};

/// R46: its running license was taken from it, by whatever road.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_device_whose_place_is_given_away_switches_at_once_and_is_told(db: PgPool) {
    let mut office = Office::open(&db).await;
    let (silent, new) = (office.desktop("Silent").await, office.desktop("New").await);
    let code = office.year("desktop=1").await;
    let lost = license_of(&office.activate(&silent, &code).await.unwrap().device);
    office.activate(&silent, &office.year("desktop=1").await).await.unwrap();
    office.pass(Duration::days(60));
    office.beat(&silent).await;
    let instead_of = Some(id_of(&silent));
    let request = ActivationRequest { code, instead_of, ..Default::default() };
    assert_eq!(office.activate_with(&new, request).await.unwrap().outcome, Outcome::Reclaimed);
    let told = office.status(&silent).await;
    let license = told.license.as_ref().unwrap();
    assert_ne!(license.license_id, lost);
    assert_eq!((told.level, license.starts_at, &told.reserve), (Level::Full, office.now, &None));
    let page = details(office.cx(&office.anna), id_of(&silent)).await.unwrap();
    let [command] = &page.commands[..] else { panic!("{:?}", page.commands) };
    assert_eq!((command.kind, command.confirmed_at), (CommandKind::Release, None));
    assert!(command.ends_by.is_some_and(|until| until > office.now), "how long it may go on offline is known");
    office.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_very_code_that_waits_can_be_typed_when_nothing_runs(db: PgPool) {
    let mut office = Office::open(&db).await;
    let (desk, lab) = (office.desktop("Desk").await, office.desktop("Lab").await);
    let running = office.year("desktop=1").await;
    office.activate(&desk, &office.year("desktop=1").await).await.unwrap();
    office.activate(&lab, &running).await.unwrap();
    let waits = [office.year("desktop=1").await, office.year("desktop=1").await];
    office.activate(&desk, &waits[0]).await.unwrap();
    office.activate(&lab, &waits[1]).await.unwrap();
    // tolerated after a block, it is no running license either
    block_code(office.system(), office.code_id(tail(&running)).await, "stolen".to_owned()).await.unwrap();
    assert_eq!(office.activate(&lab, &waits[1]).await.unwrap().outcome, Outcome::Started);
    office.pass(Duration::days(400));
    assert_eq!(office.activate(&desk, &waits[0]).await.unwrap().outcome, Outcome::Started);
    assert_eq!(office.count("select count(*) from reserve where state = 'promoted'").await, 2);
    // the place for a waiting code is free, and what waited does not fail a year later
    let next = office.activate(&desk, &office.year("desktop=1").await).await.unwrap();
    assert_eq!(next.outcome, Outcome::Reserved);
    assert_eq!(office.count("select count(*) from reserve where state = 'failed'").await, 0);
    office.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_code_that_waits_where_it_runs_is_found_by_the_check(db: PgPool) {
    let office = Office::open(&db).await;
    let desk = office.desktop("Desk").await;
    office.activate(&desk, &office.year("desktop=1").await).await.unwrap();
    office.activate(&desk, &office.year("desktop=1").await).await.unwrap();
    office.assert_sound().await;
    sqlx::query("update reserve set code_id = (select code_id from license)").execute(&db).await.unwrap();
    let findings = check::run(&office.system()).await.unwrap();
    assert!(findings.iter().any(|finding| finding.what.starts_with("a code waits on a device that holds")));
}

/// N5, edge case 17: the administrator and whoever uses the devices, each once.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_code_that_is_blocked_while_it_waits_is_told_of_and_waits_again_afterwards(db: PgPool) {
    let mut office = Office::open(&db).await;
    let desks = [office.desktop("Desk").await, office.desktop("Lab").await];
    let (mac, code) = (office.device(&office.mia, "mac", "Mac").await, office.year("desktop=4").await);
    let all = [&desks[0], &desks[1], &mac];
    let mut by = None;
    for device in all {
        let running = office.year("desktop=1").await;
        office.add(&office.anna, device, By::Typed(running), Wish::default()).await.unwrap();
        let entered = by.take().unwrap_or_else(|| By::Typed(code.clone()));
        office.add(&office.anna, device, entered, Wish::default()).await.unwrap();
        by = Some(By::Kept(office.code_id(tail(&code)).await));
    }
    let id = office.code_id(tail(&code)).await;
    block_code(office.system(), id, "stolen".to_owned()).await.unwrap();
    let told: Vec<(String, String)> = sqlx::query_as(
        "select p.name, n.title from notice n join person p on p.id = n.person_id
         where n.title like '%waits no more' order by 1",
    )
    .fetch_all(&db)
    .await
    .unwrap();
    let (anna, mia) = ("The reserve code on 3 devices waits no more", "The reserve code on Mac waits no more");
    assert_eq!(told, [("anna".to_owned(), anna.to_owned()), ("mia".to_owned(), mia.to_owned())]);
    // another code has taken the place on one of them
    let other = office.year("desktop=1").await;
    office.activate(&desks[1], &other).await.unwrap();
    office.pass(Duration::DAY);
    unblock_code(office.system(), id, "an honest customer".to_owned()).await.unwrap();
    for device in [&desks[0], &mac] {
        let reserve = office.status(device).await.reserve.unwrap();
        assert_eq!((reserve.state, reserve.trouble), (ReserveState::Waiting, None));
    }
    assert_eq!(office.status(&desks[1]).await.reserve.unwrap().code_tail, tail(&other));
    office.pass(Duration::days(364) - Duration::HOUR);
    for device in all {
        office.beat(device).await;
    }
    office.pass(Duration::hours(2));
    assert_eq!(switch_due(&office.system()).await, Ok(3));
    office.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_waits_behind_a_blocked_license_waits_for_its_end_again_when_that_is_accepted(db: PgPool) {
    let mut office = Office::open(&db).await;
    let (desk, code) = (office.desktop("Desk").await, office.year("desktop=1").await);
    let end = office.activate(&desk, &code).await.unwrap().device.license.unwrap().expires_at;
    office.activate(&desk, &office.year("desktop=1").await).await.unwrap();
    let due = async || office.status(&desk).await.reserve.unwrap().takes_over_at;
    let id = office.code_id(tail(&code)).await;
    block_code(office.system(), id, "stolen".to_owned()).await.unwrap();
    assert_eq!(due().await, office.now + Duration::days(8));
    unblock_code(office.system(), id, "an honest customer".to_owned()).await.unwrap();
    assert_eq!(due().await, end);
    office.pass(Duration::HOUR);
    office.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_switch_that_is_tried_again_and_again_by_hand_is_mailed_about_once_for_each_cause(db: PgPool) {
    let mut office = Office::open(&db).await;
    let desk = office.desktop("Desk").await;
    office.activate(&desk, &office.year("desktop=1").await).await.unwrap();
    let code = office.year("desktop=1").await;
    office.activate(&desk, &code).await.unwrap();
    sqlx::query("update device_contact set country = 'GB'").execute(&db).await.unwrap();
    office.pass(Duration::days(366));
    let mails = || office.count("select count(*) from mail where subject like '%did not take over'");
    let click = async || refused(activate_now(office.cx(&office.anna), id_of(&desk)).await).code();
    for _ in 0..3 {
        assert_eq!(click().await, "E09");
        assert_eq!(mails().await, 1);
    }
    sqlx::query("update activation_code set suspended_at = now() where code_tail = $1")
        .bind(tail(&code))
        .execute(&db)
        .await
        .unwrap();
    for _ in 0..2 {
        assert_eq!(click().await, "E35");
        assert_eq!(mails().await, 2);
    }
}

/// §3.1: a reserve that was to be used before a day fails when it is switched by hand after it (E11).
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_waiting_code_that_has_lapsed_is_refused_by_hand(db: PgPool) {
    let mut office = Office::open(&db).await;
    let desk = office.desktop("Desk").await;
    office.activate(&desk, &office.year("desktop=1").await).await.unwrap();
    let by = office.now + Duration::days(100);
    let lapses = office.sold(Sold { redeem_in: Some(Duration::days(100)), ..Sold::default() }).await;
    let added = office.activate(&desk, &lapses).await.unwrap().device.reserve.unwrap();
    assert_eq!(added.trouble.as_deref(), Some("E11"), "the rehearsal sees it a year before");
    office.pass(Duration::days(366));
    assert_eq!(refused(activate_now(office.cx(&office.anna), id_of(&desk)).await), Refusal::RedeemBy { by });
    assert_eq!(office.status(&desk).await.level, Level::Restricted);
    office.assert_sound().await;
}

/// R58, R104: what is answered to a code entered again, without reading, is what a look at the device tells: its seats, its
/// commands, the code that waits, and the one that failed.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_code_that_is_entered_again_is_answered_as_a_look_at_the_device(db: PgPool) {
    let office = Office::open(&db).await;
    let (desk, other) = (office.desktop("Desk").await, office.desktop("Other").await);
    let (code, next) = (office.year("desktop=3").await, office.year("desktop=1").await);
    let again = async || {
        let answered = office.activate(&desk, &code).await.unwrap();
        assert_eq!(answered.outcome, Outcome::Repeated);
        assert_eq!(answered.device, office.status(&desk).await);
        answered.device
    };
    office.activate(&desk, &code).await.unwrap();
    assert_eq!(seats_in_use(&again().await), 1);
    office.activate(&other, &code).await.unwrap();
    assert_eq!(seats_in_use(&again().await), 2);
    office.add(&office.anna, &desk, By::Typed(next.clone()), Wish::default()).await.unwrap();
    assert!(again().await.reserve.is_some());
    let id = office.code_id(tail(&next)).await;
    block_code(office.system(), id, "stolen".to_owned()).await.unwrap();
    assert_eq!(again().await.reserve.map(|reserve| reserve.state), Some(ReserveState::Failed));
    office.assert_sound().await;
}

/// Seats in use of the license that a device tells.
fn seats_in_use(told: &domain::device_api::DeviceStatus) -> u32 {
    told.license.as_ref().unwrap().seats.iter().map(|count| count.used).sum()
}
