//! Renewal codes, and other codes with conditions of their own.

use domain::PgPool;
use domain::activation::{PreviousCodeCause, Refusal};
use domain::code::store::block_code;
use domain::code::{CodeKind, StartRule};
use domain::device_api::ActivationRequest;
use domain::license::Level;
use time::Duration;

use crate::harness::{Office, Sold, refused, tail};

fn renewal(seats: &str) -> Sold<'_> {
    Sold { kind: CodeKind::Renewal, seats, ..Sold::default() }
}

async fn days_left(office: &Office, device: &domain::actor::Actor) -> u32 {
    office.status(device).await.license.unwrap().days_left
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_earlier_license_of_the_office_gives_the_full_term_without_questions(db: PgPool) {
    let mut office = Office::open(&db).await;
    let desk = office.desktop("Desk").await;
    office.activate(&desk, &office.year("desktop=3").await).await.unwrap();
    office.pass(Duration::days(400));
    office.activate(&desk, &office.sold(renewal("desktop=3")).await).await.unwrap();
    assert_eq!(days_left(&office, &desk).await, 365);
    // one earlier code backs one renewal (R79)
    let other = office.desktop("Other").await;
    let second = office.sold(renewal("desktop=3")).await;
    let used = Refusal::PreviousCode { cause: PreviousCodeCause::AlreadyUsed };
    // the first renewal itself is an earlier license of the office, and backs the second
    sqlx::query("update license set kind = 'promo' where kind = 'renewal'").execute(&db).await.unwrap();
    assert_eq!(refused(office.activate(&other, &second).await), used);
    office.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn without_an_earlier_license_the_previous_code_or_consent_is_needed(db: PgPool) {
    let office = Office::open(&db).await;
    let (desk, lab) = (office.desktop("Desk").await, office.desktop("Lab").await);
    let code = office.sold(renewal("desktop=1")).await;
    sqlx::query("update activation_code set reduced_term_days = 270 where kind = 'renewal'")
        .execute(&db)
        .await
        .unwrap();
    assert_eq!(refused(office.activate(&desk, &code).await), Refusal::NoEarlierLicense);
    let with = |previous: &str, shorter: bool| ActivationRequest {
        code: code.clone(),
        previous_code: Some(previous.to_owned()),
        accept_shorter_term: shorter,
        ..Default::default()
    };
    let unknown = domain::code::ActivationCode::from_symbols([3; 19]).reveal();
    let (promo, other_product, foreign) = (
        office.sold(Sold { kind: CodeKind::Promo, ..Sold::default() }).await,
        office.sold_of("NHS", Sold::default()).await,
        office.sold(Sold { country: "GB", ..Sold::default() }).await,
    );
    let blocked = office.year("desktop=1").await;
    block_code(office.system(), office.code_id(tail(&blocked)).await, "stolen".to_owned()).await.unwrap();
    for (previous, cause) in [
        ("ABC".to_owned(), PreviousCodeCause::Malformed),
        (unknown, PreviousCodeCause::Unknown),
        (promo, PreviousCodeCause::FreePromo),
        (other_product, PreviousCodeCause::OtherProduct),
        (foreign, PreviousCodeCause::OtherRegion),
        (blocked, PreviousCodeCause::Blocked),
        (office.year("mobile=1").await, PreviousCodeCause::FewerDevices),
    ] {
        let refusal = refused(office.activate_with(&desk, with(&previous, false)).await);
        assert_eq!(refusal, Refusal::PreviousCode { cause });
    }
    let previous = office.year("desktop=1").await;
    office.activate_with(&desk, with(&previous, false)).await.unwrap();
    assert_eq!(days_left(&office, &desk).await, 365);
    let second = office.sold(renewal("desktop=5")).await;
    sqlx::query("update activation_code set reduced_term_days = 270 where kind = 'renewal'")
        .execute(&db)
        .await
        .unwrap();
    let request = ActivationRequest { code: second, accept_shorter_term: true, ..Default::default() };
    office.activate_with(&lab, request).await.unwrap();
    assert_eq!(days_left(&office, &lab).await, 270);
    office.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_renewal_code_waits_as_a_reserve_and_finds_the_license_it_follows(db: PgPool) {
    let mut office = Office::open(&db).await;
    let desk = office.desktop("Desk").await;
    office.activate(&desk, &office.year("desktop=1").await).await.unwrap();
    let added = office.activate(&desk, &office.sold(renewal("desktop=1")).await).await.unwrap();
    assert_eq!(added.device.reserve.unwrap().trouble, None);
    office.pass(Duration::days(365) + Duration::HOUR);
    let status = office.beat(&desk).await;
    assert_eq!((status.level, status.license.unwrap().kind), (Level::Full, CodeKind::Renewal));
    office.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_term_from_the_order_and_a_last_day_of_use_are_kept(db: PgPool) {
    let office = Office::open(&db).await;
    let (desk, lab) = (office.desktop("Desk").await, office.desktop("Lab").await);
    let from_order = Sold { start_rule: StartRule::OnOrder, ordered_ago: Duration::days(100), ..Sold::default() };
    office.activate(&desk, &office.sold(from_order).await).await.unwrap();
    assert_eq!(days_left(&office, &desk).await, 265);
    let late = office.sold(Sold { redeem_in: Some(Duration::ZERO), ..Sold::default() }).await;
    assert_eq!(refused(office.activate(&lab, &late).await), Refusal::RedeemBy { by: office.now });
    assert_eq!(office.count("select count(*) from license").await, 1);
    office.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_trial_works_once_on_a_device_and_never_after_a_bought_license(db: PgPool) {
    let mut office = Office::open(&db).await;
    let trial = Sold { kind: CodeKind::Trial, days: 30, ..Sold::default() };
    let desk = office.desktop("Desk").await;
    assert!(office.status(&desk).await.trial_offered);
    office.activate(&desk, &office.sold(trial).await).await.unwrap();
    let used_at = office.now;
    office.pass(Duration::days(31));
    assert_eq!(office.beat(&desk).await.level, Level::Stopped);
    let again = refused(office.activate(&desk, &office.sold(trial).await).await);
    assert_eq!(again, Refusal::TrialUsed { at: used_at });
    // a second device of the office has its own (edge case 32)
    let lab = office.desktop("Lab").await;
    office.activate(&lab, &office.sold(trial).await).await.unwrap();
    let bought = office.desktop("Bought").await;
    office.activate(&bought, &office.year("desktop=1").await).await.unwrap();
    office.pass(Duration::days(366));
    assert_eq!(refused(office.activate(&bought, &office.sold(trial).await).await), Refusal::TrialCannotRenew);
    assert!(!office.status(&bought).await.trial_offered);
    office.assert_sound().await;
}
