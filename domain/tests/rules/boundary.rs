//! What lies at the edge of a rule: grace, suspension, clocks, trials after something bought, other products.

use domain::activation::Refusal;
use domain::code::CodeKind;
use domain::code::store::{block_code, unblock_code};
use domain::device::store::{details, release};
use domain::device_api::{ActivationRequest, Outcome};
use domain::license::Level;
use domain::reserve::store::activate_now;
use domain::{Error, PgPool};
use time::Duration;

use crate::harness::{Office, Sold, id_of, license_of, refused, tail};

/// R35: what is suspended protects nothing, so a bought code does not wait for it.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn under_a_suspended_subscription_a_bought_code_starts_at_once(db: PgPool) {
    let office = Office::open(&db).await;
    let desk = office.desktop("Desk").await;
    let subscription = office.sold(Sold { kind: CodeKind::Subscription, days: 30, ..Sold::default() }).await;
    office.activate(&desk, &subscription).await.unwrap();
    for table in ["license", "activation_code"] {
        let suspended = format!("update {table} set suspended_at = $1 where kind = 'subscription'");
        sqlx::query(sqlx::AssertSqlSafe(suspended)).bind(office.now).execute(&db).await.unwrap();
    }
    assert_eq!(refused(office.activate(&desk, &subscription).await), Refusal::Suspended);
    let bought = office.activate(&desk, &office.year("desktop=1").await).await.unwrap();
    assert_eq!((bought.outcome, bought.device.level), (Outcome::Started, Level::Full));
    office.assert_sound().await;
}

/// R58 in the days in which everything still works.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_subscription_in_grace_is_repeated_and_joined(db: PgPool) {
    let mut office = Office::open(&db).await;
    let (desk, lab, late) = (office.desktop("Desk").await, office.desktop("Lab").await, office.desktop("Late").await);
    let code =
        office.sold(Sold { kind: CodeKind::Subscription, days: 30, seats: "desktop=3", ..Sold::default() }).await;
    let ended_at = office.activate(&desk, &code).await.unwrap().device.license.unwrap().expires_at;
    office.now = ended_at + Duration::days(7) - Duration::SECOND;
    assert_eq!(office.activate(&desk, &code).await.unwrap().outcome, Outcome::Repeated);
    let joined = office.activate(&lab, &code).await.unwrap();
    assert_eq!((joined.outcome, joined.device.level), (Outcome::Joined, Level::Full));
    office.pass(Duration::SECOND);
    assert_eq!(refused(office.activate(&late, &code).await), Refusal::CodeOver { ended_at });
    office.assert_sound().await;
}

/// R70 and R73: what has ended here can't be renewed by a trial, and where something was before there is none.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_trial_renews_nothing_and_does_not_come_after_a_bought_license(db: PgPool) {
    let mut office = Office::open(&db).await;
    let (ended, given_up) = (office.desktop("Ended").await, office.desktop("Given up").await);
    let since = office.now;
    for desk in [&ended, &given_up] {
        office.activate(desk, &office.year("desktop=1").await).await.unwrap();
    }
    release(office.cx(&given_up)).await.unwrap();
    office.pass(Duration::days(366));
    let trial = office.sold(Sold { kind: CodeKind::Trial, days: 30, ..Sold::default() }).await;
    assert_eq!(refused(office.activate(&ended, &trial).await), Refusal::TrialCannotRenew);
    assert_eq!(refused(office.activate(&given_up, &trial).await), Refusal::TrialAfterLicense { at: since });
    for desk in [&ended, &given_up] {
        assert!(!office.status(desk).await.trial_offered);
    }
}

/// J08, edge case 1: the device's clock moves no date, and people see how far it is off.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_clock_of_a_device_stretches_no_term_and_is_kept(db: PgPool) {
    let mut office = Office::open(&db).await;
    let off = Duration::days(7);
    for (name, clock, shown) in [
        ("Fast", off, Some(off)),
        ("Slow", -off, Some(-off)),
        ("Nearly right", Duration::hours(24), None),
        ("A little more", Duration::hours(24) + Duration::SECOND, Some(Duration::hours(24) + Duration::SECOND)),
    ] {
        let desk = office.desktop(name).await;
        let device_time = Some(office.now + clock);
        let request = ActivationRequest { code: office.year("desktop=1").await, device_time, ..Default::default() };
        let license = office.activate_with(&desk, request).await.unwrap().device.license.unwrap();
        assert_eq!((license.starts_at, license.expires_at), (office.now, office.now + Duration::days(365)));
        let page = details(office.cx(&office.anna), id_of(&desk)).await.unwrap();
        assert_eq!(page.clock_off(), shown, "{name}");
    }
    // what its clock says when the term is over changes nothing either
    let late = office.desktop("Late").await;
    let code = office.year("desktop=1").await;
    office.activate(&late, &code).await.unwrap();
    office.pass(Duration::days(365));
    let device_time = Some(office.now - Duration::days(6));
    let again = office.activate_with(&late, ActivationRequest { code, device_time, ..Default::default() }).await;
    assert_eq!(refused(again), Refusal::CodeOver { ended_at: office.now });
    assert_eq!(office.status(&late).await.level, Level::Restricted);
}

/// Edge case 33: a device that had a trial first falls to the level of what was bought.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn after_a_trial_and_a_bought_license_the_level_is_that_of_the_bought_one(db: PgPool) {
    let mut office = Office::open(&db).await;
    let desk = office.desktop("Desk").await;
    let trial = office.sold(Sold { kind: CodeKind::Trial, days: 30, ..Sold::default() }).await;
    office.activate(&desk, &trial).await.unwrap();
    office.pass(Duration::days(31));
    assert_eq!(office.beat(&desk).await.level, Level::Stopped);
    office.activate(&desk, &office.year("desktop=1").await).await.unwrap();
    office.pass(Duration::days(366));
    assert_eq!(office.beat(&desk).await.level, Level::Restricted);
    office.assert_sound().await;
}

/// Edge case 57: licenses of other products are none of this one's business.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_runs_of_another_product_neither_makes_a_code_wait_nor_is_let_go(db: PgPool) {
    let office = Office::open(&db).await;
    let desk = office.desktop("Desk").await;
    let other = license_of(&office.activate(&desk, &office.year("desktop=1").await).await.unwrap().device);
    sqlx::query("update license set product_id = (select id from product where sku = 'NHS')")
        .execute(&db)
        .await
        .unwrap();
    assert_eq!(office.activate(&desk, &office.year("desktop=1").await).await.unwrap().outcome, Outcome::Started);
    let held = sqlx::query_scalar::<_, uuid::Uuid>("select license_id from seat where released_at is null")
        .fetch_all(&db)
        .await
        .unwrap();
    assert!(held.len() == 2 && held.contains(&other.0));
}

/// E27 comes before what is wrong with the code, and names nobody to another office.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn who_may_not_give_a_place_away_is_told_so_before_anything_else(db: PgPool) {
    let office = Office::open(&db).await;
    let code = office.year("desktop=1").await;
    let desk = office.desktop("Desk").await;
    office.activate(&desk, &code).await.unwrap();
    let instead_of = Some(id_of(&desk));
    let request = ActivationRequest { code: code.clone(), instead_of, ..Default::default() };
    let macs = office.device(&office.mia, "mac", "Mac").await;
    block_code(office.system(), office.code_id(tail(&code)).await, "stolen".to_owned()).await.unwrap();
    let anna = Refusal::NotAdministrator { administrator: "anna".to_owned() };
    assert_eq!(refused(office.activate_with(&macs, request.clone()).await), anna);
    unblock_code(office.system(), office.code_id(tail(&code)).await, "an honest customer".to_owned()).await.unwrap();
    let noor = office.person(office.account("Other").await, "noor", domain::person::Role::Owner).await;
    let theirs = office.device(&noor, "windows", "Theirs").await;
    assert_eq!(refused(office.activate_with(&theirs, request).await), Refusal::CodeInOtherAccount);
    assert_eq!(activate_now(office.cx(&noor), id_of(&desk)).await, Err(Error::NotFound));
}
