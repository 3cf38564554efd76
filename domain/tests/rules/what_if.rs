//! What a preview says is what then happens, and it writes nothing.

use domain::PgPool;
use domain::activation::store::{By, Entry, add_code, preview_code};
use domain::activation::{Effect, Wish};
use domain::actor::Actor;
use domain::code::CodeKind;
use domain::seat::release::Afterwards;
use domain::seat::store::{preview_release, release_seat};
use time::Duration;

use crate::harness::{Office, Sold, id_of, license_of};

/// Numbers without randomness: every run tries the same cases.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

const ROWS: &str = "select (select count(*) from seat) + (select count(*) from license) + (select count(*) from reserve)
    + (select count(*) from audit_event) + (select count(*) from mail) + (select count(*) from device_command)
    + (select count(*) from agreement_acceptance) + (select count(*) from activation_code where account_id is not null)";

async fn code(office: &Office, dice: &mut Dice) -> String {
    let kinds = [CodeKind::Commercial, CodeKind::Commercial, CodeKind::Renewal, CodeKind::Trial, CodeKind::Promo];
    let kind = kinds[usize::try_from(dice.below(5)).unwrap()];
    let seats = ["desktop=1", "desktop=2", "desktop=1,mobile=1"][usize::try_from(dice.below(3)).unwrap()];
    let days = [30, 90, 365][usize::try_from(dice.below(3)).unwrap()];
    let country = if dice.below(8) == 0 { "GB" } else { "IN" };
    office.sold(Sold { kind, seats, days, country, ..Sold::default() }).await
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_preview_is_what_then_happens_and_writes_nothing(db: PgPool) {
    let mut office = Office::open(&db).await;
    let mut dice = Dice(20_261_124);
    let mut devices: Vec<Actor> = Vec::new();
    for (os, name) in [("windows", "A"), ("mac", "B"), ("windows", "C"), ("ios", "D")] {
        devices.push(office.device(&office.anna, os, name).await);
    }
    let mut codes = Vec::new();
    let (mut done, mut refused) = (0, 0);
    for _ in 0..300 {
        office.pass(Duration::days(i64::try_from(dice.below(40)).unwrap()));
        let device = devices[usize::try_from(dice.below(4)).unwrap()].clone();
        // a tick of the heart, so that what is due has happened before anything is told
        let before = office.beat(&device).await;
        if codes.is_empty() || dice.below(3) > 0 {
            codes.push(code(&office, &mut dice).await);
        }
        if dice.below(4) == 0
            && let Some(license) = &before.license
        {
            release(&office, &device, license.license_id, &db).await;
            done += 1;
            continue;
        }
        let typed = codes[usize::try_from(dice.below(codes.len() as u64)).unwrap()].clone();
        let wish = Wish { replace_reserve: dice.below(2) == 0, shorter_term: dice.below(2) == 0, instead_of: None };
        let entry = Entry {
            device: id_of(&device),
            by: By::Typed(typed),
            latin: false,
            agreement: true,
            clock: None,
            previous: None,
            wish,
        };
        let rows = office.count(ROWS).await;
        let previewed = preview_code(office.cx(&office.anna), entry.clone()).await;
        match previewed {
            Err(refusal) => {
                // a refusal leaves one event, whether it was asked for in earnest or not (R98)
                assert_eq!(office.count(ROWS).await, rows + 1);
                assert_eq!(add_code(office.cx(&office.anna), entry).await, Err(refusal));
                refused += 1;
            }
            Ok(preview) => {
                assert_eq!(office.count(ROWS).await, rows);
                let added = add_code(office.cx(&office.anna), entry).await.unwrap();
                assert_eq!(added.effect, preview.effect);
                let after = office.status(&device).await;
                match preview.effect {
                    Effect::Starts { starts_at, ends_at, .. } => {
                        let license = after.license.unwrap();
                        assert_eq!((license.starts_at, license.expires_at), (starts_at, ends_at));
                        assert_eq!(license.seats, preview.seats);
                    }
                    Effect::Joins { ends_at } | Effect::Reclaims { ends_at, .. } => {
                        let license = after.license.unwrap();
                        assert_eq!(license.expires_at, ends_at);
                        assert_eq!(license.seats, preview.seats);
                    }
                    Effect::Nothing => assert_eq!(after.license, before.license),
                    Effect::Waits { until, .. } => {
                        let reserve = after.reserve.unwrap();
                        assert_eq!((reserve.takes_over_at, reserve.trouble), (until, preview.trouble));
                        assert_eq!(after.license, before.license);
                    }
                }
                done += 1;
            }
        }
    }
    assert!(done > 100 && refused > 50, "{done} done, {refused} refused");
    office.assert_sound().await;
}

async fn release(office: &Office, device: &Actor, license: domain::id::LicenseId, db: &PgPool) {
    let rows = office.count(ROWS).await;
    let preview = preview_release(office.cx(&office.anna), id_of(device), license).await.unwrap();
    assert_eq!(office.count(ROWS).await, rows);
    let released = release_seat(office.cx(&office.anna), id_of(device), license).await.unwrap();
    assert_eq!(released, preview);
    let after = office.status(device).await;
    match preview.afterwards {
        Afterwards::Unlicensed => assert_eq!(after.license, None),
        Afterwards::Switched { until } => {
            assert_eq!(after.license.as_ref().unwrap().expires_at, until);
            assert_ne!(license_of(&after), license);
        }
        Afterwards::Stuck { trouble } => {
            assert_eq!(after.license, None);
            assert_eq!(after.reserve.unwrap().trouble, Some(trouble));
        }
    }
    let held: i64 = sqlx::query_scalar("select count(*) from seat where license_id = $1 and released_at is null")
        .bind(license.0)
        .fetch_one(db)
        .await
        .unwrap();
    assert_eq!(held, preview.seats.iter().map(|count| i64::from(count.used)).sum::<i64>());
}
