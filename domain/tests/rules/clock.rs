//! Many devices live through the end of their licenses, hour by hour: nobody whose waiting code was tried and found good
//! is unprotected for a second.

use std::collections::HashMap;

use domain::activation::store::activate;
use domain::actor::Actor;
use domain::code::CodeKind;
use domain::code::store::block_code;
use domain::device_api::{Activated, ActivationRequest};
use domain::id::DeviceId;
use domain::license::Level;
use domain::reserve::ReserveState;
use domain::reserve::store::switch_due;
use domain::twins::{Protection, without};
use domain::{Error, PgPool, Result};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::harness::{Office, SKU, Sold, id_of, tail};
use crate::load::size;

/// What a device is given to wait behind its license.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Given {
    /// A code of its own.
    Good,
    /// The code of the device before, which has one place.
    Shared,
    /// A code that has to be used by a day before the license ends.
    TooLate,
    /// A code of another region.
    Foreign,
    /// A code that was published.
    Blocked,
    /// A trial.
    Trial,
}

impl Given {
    /// Of ten devices five are given a code that can't take over.
    fn to(number: usize) -> Self {
        match number % 10 {
            1 => Self::Shared,
            3 => Self::TooLate,
            5 => Self::Foreign,
            7 => Self::Blocked,
            8 => Self::Trial,
            _ => Self::Good,
        }
    }
}

/// A device, what it was given, and what it was told then.
struct Life {
    device: Actor,
    given: Given,
    ends_at: OffsetDateTime,
    told: Result<Activated>,
}

impl Life {
    fn is_flagged(&self) -> bool {
        match &self.told {
            Ok(activated) => activated.device.reserve.as_ref().unwrap().trouble.is_some(),
            Err(Error::Refused(_)) => true,
            Err(error) => panic!("{error:?}"),
        }
    }

    fn waits(&self) -> bool {
        self.told.is_ok()
    }
}

/// Devices of Anna that have not called yet.
async fn devices(office: &Office, many: usize) -> Vec<Actor> {
    let (account, owner) = (office.anna.account().unwrap(), office.anna.person().unwrap());
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "insert into device (id, account_id, owner_id, product_id, name, os_family, os_version, app_version, connected_at,
             created_at)
         select gen_random_uuid(), $1, $2, p.id, 'Desk ' || n, 'windows', '11', '7.2.1', $3, $3
         from product p, generate_series(1, $4::bigint) as n
         where p.sku = $5
         returning id",
    )
    .bind(account.0)
    .bind(owner.0)
    .bind(office.now)
    .bind(many.cast_signed() as i64)
    .bind(SKU)
    .fetch_all(&office.db)
    .await
    .unwrap();
    ids.into_iter().map(|id| Actor::Device { id: DeviceId(id), account }).collect()
}

/// Every device has run a license for 300 days, the licenses end at any minute of one day, and something waits behind each.
async fn prepare(office: &mut Office, many: usize, out: Option<Protection>) -> Vec<Life> {
    let begin = office.now;
    let devices = devices(office, many).await;
    let first = office.sold_together(SKU, Sold::default(), many).await;
    let mut ends = Vec::with_capacity(many);
    for (number, (device, code)) in devices.iter().zip(&first).enumerate() {
        let minutes = (number % 24) * 60 + number * 7 % 60;
        office.now = begin + Duration::minutes(minutes.cast_signed() as i64);
        ends.push(office.activate(device, code).await.unwrap().device.license.unwrap().expires_at);
    }
    office.now = begin + Duration::days(300);
    let mut next = Codes::buy(office, many).await;
    let mut lives = Vec::with_capacity(many);
    for (number, (device, ends_at)) in devices.into_iter().zip(ends).enumerate() {
        let given = Given::to(number);
        let code = next.give(office, given).await;
        let request = ActivationRequest { code, accept_agreement: true, ..Default::default() };
        let told = without(out, activate(office.cx(&device), request)).await;
        lives.push(Life { device, given, ends_at, told });
    }
    lives
}

/// The codes that are given, bought together.
struct Codes {
    by_kind: HashMap<CodeKind, Vec<String>>,
    late: Vec<String>,
    foreign: Vec<String>,
    last: String,
}

impl Codes {
    async fn buy(office: &Office, many: usize) -> Self {
        let few = many / 10 + 1;
        let trial = Sold { kind: CodeKind::Trial, days: 30, ..Sold::default() };
        let late = Sold { redeem_in: Some(Duration::days(30)), ..Sold::default() };
        Self {
            by_kind: HashMap::from([
                (CodeKind::Commercial, office.sold_together(SKU, Sold::default(), many).await),
                (CodeKind::Trial, office.sold_together(SKU, trial, few).await),
            ]),
            late: office.sold_together(SKU, late, few).await,
            foreign: office.sold_together(SKU, Sold { country: "GB", ..Sold::default() }, few).await,
            last: String::new(),
        }
    }

    async fn give(&mut self, office: &Office, given: Given) -> String {
        let kind = if given == Given::Trial { CodeKind::Trial } else { CodeKind::Commercial };
        let code = match given {
            Given::Shared => self.last.clone(),
            Given::TooLate => self.late.pop().unwrap(),
            Given::Foreign => self.foreign.pop().unwrap(),
            Given::Good | Given::Blocked | Given::Trial => self.by_kind.get_mut(&kind).unwrap().pop().unwrap(),
        };
        if given == Given::Blocked {
            let id = office.code_id(tail(&code)).await;
            block_code(office.system(), id, "published on the web".to_owned()).await.unwrap();
        }
        self.last.clone_from(&code);
        code
    }
}

/// The day on which the licenses end, hour by hour: whoever is near its end calls, and the worker makes its round.
async fn live_through(office: &mut Office, lives: &[Life]) {
    let first = lives.iter().map(|life| life.ends_at).min().unwrap();
    office.now = first - Duration::hours(2);
    for hour in 0..28 {
        office.pass(Duration::HOUR);
        let worker_first = hour % 2 == 0;
        if worker_first {
            switch_due(&office.system()).await.unwrap();
        }
        for life in lives.iter().filter(|life| life.waits()) {
            let left = life.ends_at - office.now;
            if left > -Duration::HOUR && left < Duration::hours(2) {
                let status = office.beat(&life.device).await;
                let works = left > Duration::ZERO || !life.is_flagged();
                assert_eq!(status.level == Level::Full, works, "{:?}: {status:?}", life.given);
            }
        }
        if !worker_first {
            switch_due(&office.system()).await.unwrap();
        }
    }
}

/// For how many seconds of its time until now each device held no seat of a license that ran.
async fn unprotected(office: &Office) -> HashMap<DeviceId, i64> {
    let gaps: Vec<(Uuid, i64)> = sqlx::query_as(
        "select device_id, coalesce((
             select sum(extract(epoch from upper(gap) - lower(gap)))
             from unnest(tstzmultirange(tstzrange(since, $1)) - covered) as gap
         ), 0)::bigint
         from (
             select s.device_id, min(s.bound_at) as since,
                 range_agg(tstzrange(least(began, ended), ended)) as covered
             from seat s
             join license l on l.id = s.license_id
             cross join lateral (select greatest(s.bound_at, l.starts_at) as began,
                 least(coalesce(s.released_at, 'infinity'), l.expires_at) as ended) as span
             group by s.device_id
         ) as lived",
    )
    .bind(office.now)
    .fetch_all(&office.db)
    .await
    .unwrap();
    gaps.into_iter().map(|(id, seconds)| (DeviceId(id), seconds)).collect()
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn no_device_whose_waiting_code_was_found_good_is_unprotected_for_a_second(db: PgPool) {
    let mut office = Office::open(&db).await;
    let lives = prepare(&mut office, size(300, 10_000), None).await;
    for life in &lives {
        assert_eq!(life.is_flagged(), life.given != Given::Good, "{:?}: {:?}", life.given, life.told);
    }
    live_through(&mut office, &lives).await;
    let gaps = unprotected(&office).await;
    let mut failed = 0;
    for life in &lives {
        let gap = gaps[&id_of(&life.device)];
        if life.given == Given::Good {
            assert_eq!(gap, 0);
        } else {
            assert_eq!(gap, (office.now - life.ends_at).whole_seconds(), "{:?}", life.given);
            failed += usize::from(life.waits());
        }
    }
    let states: Vec<(String, i64)> =
        sqlx::query_as("select state, count(*) from reserve group by state").fetch_all(&db).await.unwrap();
    let states: HashMap<String, i64> = states.into_iter().collect();
    let good = lives.iter().filter(|life| life.given == Given::Good).count();
    assert_eq!(states[ReserveState::Promoted.as_str()], good.cast_signed() as i64);
    assert_eq!(states[ReserveState::Failed.as_str()], failed.cast_signed() as i64);
    office.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn without_the_worker_and_without_contacts_everybody_is_unprotected(db: PgPool) {
    let mut office = Office::open(&db).await;
    let lives = prepare(&mut office, 30, None).await;
    office.now = lives.iter().map(|life| life.ends_at).max().unwrap() + Duration::HOUR;
    let gaps = unprotected(&office).await;
    assert!(lives.iter().all(|life| gaps[&id_of(&life.device)] >= 3600));
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn without_the_rehearsal_a_code_that_can_not_take_over_is_found_good(db: PgPool) {
    let mut office = Office::open(&db).await;
    let lives = prepare(&mut office, 30, Some(Protection::Rehearsal)).await;
    let missed: Vec<Given> =
        lives.iter().filter(|life| life.given != Given::Good && !life.is_flagged()).map(|life| life.given).collect();
    assert_eq!(missed.len(), 6, "{missed:?}");
    assert!(missed.iter().all(|given| [Given::Shared, Given::TooLate].contains(given)));
}
