//! Renewal codes, and other codes with conditions of their own.

use domain::PgPool;
use domain::activation::store::{activate, preview};
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

/// A code that was activated in the office, where it was bought.
async fn had(office: &Office, os: &str, sold: Sold<'_>) -> String {
    let code = office.sold(sold).await;
    let device = office.device(&office.anna, os, "Earlier").await;
    let mut cx = office.cx(&device);
    cx.country = Some(sold.country.parse().unwrap());
    let request = ActivationRequest { code: code.clone(), accept_agreement: true, ..Default::default() };
    activate(cx, request).await.unwrap();
    code
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
    // what the office never had is unknown, whatever it is: nothing is learned by guessing
    let strangers = [
        office.sold(Sold { kind: CodeKind::Promo, ..Sold::default() }).await,
        office.sold_of("NHS", Sold::default()).await,
        office.year("desktop=1").await,
    ];
    let promo = had(&office, "windows", Sold { kind: CodeKind::Promo, ..Sold::default() }).await;
    let foreign = had(&office, "windows", Sold { country: "GB", ..Sold::default() }).await;
    let small = had(&office, "ios", Sold { seats: "mobile=1", ..Sold::default() }).await;
    let [blocked, other_product] =
        [had(&office, "windows", Sold::default()).await, had(&office, "windows", Sold::default()).await];
    block_code(office.system(), office.code_id(tail(&blocked)).await, "stolen".to_owned()).await.unwrap();
    sqlx::query("update activation_code set product_id = (select id from product where sku = 'NHS') where id = $1")
        .bind(office.code_id(tail(&other_product)).await.0)
        .execute(&db)
        .await
        .unwrap();
    // it waits in the office, and started nothing
    let unused = office.year("desktop=1").await;
    let running = office.desktop("Running").await;
    office.activate(&running, &office.year("desktop=1").await).await.unwrap();
    office.activate(&running, &unused).await.unwrap();
    let wrong = strangers.into_iter().map(|code| (code, PreviousCodeCause::Unknown));
    let own = [
        ("ABC".to_owned(), PreviousCodeCause::Malformed),
        (unknown, PreviousCodeCause::Unknown),
        (promo, PreviousCodeCause::FreePromo),
        (other_product, PreviousCodeCause::OtherProduct),
        (foreign, PreviousCodeCause::OtherRegion),
        (blocked, PreviousCodeCause::Blocked),
        (small, PreviousCodeCause::FewerDevices),
        (unused, PreviousCodeCause::NeverActivated),
    ];
    let tries = || office.count("select count(*) from attempt where bucket = 'code_account'");
    for (previous, cause) in wrong.chain(own) {
        sqlx::query("delete from attempt").execute(&db).await.unwrap();
        let refusal = refused(office.activate_with(&desk, with(&previous, false)).await);
        assert_eq!(refusal, Refusal::PreviousCode { cause });
        let counts = matches!(cause, PreviousCodeCause::Malformed | PreviousCodeCause::Unknown);
        assert_eq!(tries().await, i64::from(counts), "{cause}");
    }
    let previous = had(&office, "windows", Sold::default()).await;
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

/// J05: once on a device.
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

/// R99: the sixth wrong previous code is not looked at, be it for an activation or for its preview.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn wrong_previous_codes_are_counted_as_wrong_codes_are(db: PgPool) {
    let office = Office::open(&db).await;
    let desk = office.desktop("Desk").await;
    let code = office.sold(renewal("desktop=1")).await;
    for number in 0..6_u8 {
        let previous = domain::code::ActivationCode::from_symbols([number + 3; 19]).reveal();
        let request = ActivationRequest { code: code.clone(), previous_code: Some(previous), ..Default::default() };
        let refusal = if number % 2 == 0 {
            refused(office.activate_with(&desk, request).await)
        } else {
            let request = ActivationRequest { accept_agreement: true, ..request };
            refused(preview(office.cx(&desk), request).await)
        };
        let expected = if number < 5 {
            Refusal::PreviousCode { cause: PreviousCodeCause::Unknown }
        } else {
            Refusal::Attempts { until: office.now + Duration::minutes(15) }
        };
        assert_eq!(refusal, expected);
    }
    office.assert_sound().await;
}
