//! What still works when a license does not run.

use domain::PgPool;
use domain::activation::Refusal;
use domain::code::CodeKind;
use domain::code::store::{block_code, unblock_code};
use domain::device::store::{accept_agreement, agreement, update_databases};
use domain::device_api::{ActivationRequest, AgreementAcceptance, DatabasesUpdate};
use domain::license::{Level, Standing};
use domain::seller::publish_agreement;
use domain::{Error, Fault};
use time::Duration;

use crate::harness::{Office, SKU, Sold, refused, tail};

fn databases(office: &Office, by_hand: bool, confirmed: bool) -> DatabasesUpdate {
    DatabasesUpdate { databases_at: office.now, by_hand, confirmed }
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn after_the_end_updates_stop_components_are_restricted_and_databases_by_hand_stop_all(db: PgPool) {
    let mut office = Office::open(&db).await;
    let desk = office.desktop("Desk").await;
    assert_eq!(refused(update_databases(office.cx(&desk), databases(&office, false, false)).await), Refusal::NoLicense);
    office.activate(&desk, &office.year("desktop=1").await).await.unwrap();
    update_databases(office.cx(&desk), databases(&office, false, false)).await.unwrap();
    let date = || async {
        sqlx::query_scalar::<_, Option<time::OffsetDateTime>>("select databases_at from device_contact")
            .fetch_one(&db)
            .await
            .unwrap()
    };
    let frozen = date().await;
    office.pass(Duration::days(366));
    let told = office.beat(&desk).await;
    assert_eq!((told.level, told.updates), (Level::Restricted, false));
    assert_eq!(told.restricted, ["Web protection", "Backup"]);
    let ended_at = told.license.unwrap().expires_at;
    let refusal = refused(update_databases(office.cx(&desk), databases(&office, false, false)).await);
    assert_eq!(refusal, Refusal::CodeOver { ended_at });
    assert_eq!(date().await, frozen);
    let warned = refused(update_databases(office.cx(&desk), databases(&office, true, false)).await);
    assert_eq!(warned, Refusal::ManualDatabases);
    assert_eq!(office.status(&desk).await.level, Level::Restricted);
    let stopped = update_databases(office.cx(&desk), databases(&office, true, true)).await.unwrap();
    assert_eq!(stopped.level, Level::Stopped);
    // a new code brings it back without a reinstall (R75)
    let back = office.activate(&desk, &office.year("desktop=1").await).await.unwrap();
    assert_eq!((back.device.level, back.device.updates), (Level::Full, true));
    office.pass(Duration::days(366));
    assert_eq!(office.beat(&desk).await.level, Level::Restricted, "the stop is over with the license that had it");
    office.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_blocked_license_works_for_eight_days_and_its_reserve_takes_over_then(db: PgPool) {
    let mut office = Office::open(&db).await;
    let (desk, lab) = (office.desktop("Desk").await, office.desktop("Lab").await);
    let code = office.year("desktop=2").await;
    for device in [&desk, &lab] {
        office.activate(device, &code).await.unwrap();
    }
    office.activate(&lab, &office.year("desktop=1").await).await.unwrap();
    let id = office.code_id(tail(&code)).await;
    assert_eq!(block_code(office.cx(&office.anna), id, "x".to_owned()).await, Err(Error::Forbidden));
    block_code(office.system(), id, "published on the web".to_owned()).await.unwrap();
    office.pass(Duration::days(8) - Duration::SECOND);
    let told = office.beat(&desk).await;
    assert_eq!((told.level, told.license.unwrap().standing), (Level::Full, Standing::Blocked));
    assert_eq!(office.beat(&lab).await.license.unwrap().standing, Standing::Blocked);
    office.pass(Duration::SECOND);
    assert_eq!(office.beat(&desk).await.level, Level::Restricted);
    let switched = office.beat(&lab).await;
    assert_eq!((switched.level, switched.license.unwrap().standing), (Level::Full, Standing::Active));
    unblock_code(office.system(), id, "an honest customer".to_owned()).await.unwrap();
    assert_eq!(office.beat(&desk).await.level, Level::Full);
    office.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_subscription_has_its_grace_and_ends_as_it_was_sold(db: PgPool) {
    for (protection_ends, ended) in [(false, Level::Restricted), (true, Level::Stopped)] {
        let mut office = Office::open(&db).await;
        let desk = office.desktop("Desk").await;
        let code = office.sold(Sold { kind: CodeKind::Subscription, days: 30, ..Sold::default() }).await;
        sqlx::query("update activation_code set grace_days = 5, protection_ends = $1 where code_tail = $2")
            .bind(protection_ends)
            .bind(tail(&code))
            .execute(&db)
            .await
            .unwrap();
        office.activate(&desk, &code).await.unwrap();
        office.pass(Duration::days(35) - Duration::SECOND);
        let told = office.beat(&desk).await;
        assert_eq!((told.level, told.license.unwrap().standing), (Level::Full, Standing::Grace));
        // other codes wait until the grace is over (E16)
        assert_eq!(refused(office.activate(&desk, &office.year("desktop=1").await).await), Refusal::SubscriptionRuns);
        office.pass(Duration::SECOND);
        assert_eq!(office.beat(&desk).await.level, ended);
        office.assert_sound().await;
    }
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_agreement_is_accepted_once_for_each_version_and_all_versions_are_kept(db: PgPool) {
    let mut office = Office::open(&db).await;
    let desk = office.desktop("Desk").await;
    let code = office.year("desktop=1").await;
    let bare = ActivationRequest { code: code.clone(), ..Default::default() };
    let refused_without = domain::activation::store::activate(office.cx(&desk), bare.clone()).await;
    assert_eq!(refused(refused_without), Refusal::Agreement);
    assert_eq!(agreement(office.cx(&desk)).await.unwrap().version, "2026-01");
    let other = AgreementAcceptance { version: "2025-01".to_owned() };
    let wrong = accept_agreement(office.cx(&desk), other).await;
    assert_eq!(wrong, Err(Error::field("version", Fault::NotAChoice)));
    let accepted = AgreementAcceptance { version: "2026-01".to_owned() };
    assert!(accept_agreement(office.cx(&desk), accepted).await.unwrap().agreement.accepted);
    domain::activation::store::activate(office.cx(&desk), bare.clone()).await.unwrap();
    // a new version is accepted anew; the license keeps the one it was made under
    office.pass(Duration::days(366));
    publish_agreement(&office.system(), SKU, "2027-01", "Read this too.").await.unwrap();
    assert!(!office.status(&desk).await.agreement.accepted);
    let next = ActivationRequest { code: office.year("desktop=1").await, ..Default::default() };
    let refused_again = domain::activation::store::activate(office.cx(&desk), next).await;
    assert_eq!(refused(refused_again), Refusal::Agreement);
    let versions: Vec<String> = sqlx::query_scalar(
        "select version from agreement a join product p on p.id = a.product_id where p.sku = 'NSOS' order by 1",
    )
    .fetch_all(&db)
    .await
    .unwrap();
    assert_eq!(versions, ["2026-01", "2027-01"]);
    let kept: String = sqlx::query_scalar("select agreement_version from license").fetch_one(&db).await.unwrap();
    assert_eq!(kept, "2026-01");
}
