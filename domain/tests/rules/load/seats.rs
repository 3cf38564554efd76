//! Many devices, few seats.

use domain::activation::Refusal;
use domain::activation::store::activate;
use domain::actor::Actor;
use domain::device_api::{ActivationRequest, Outcome};
use domain::seat::store::release_seat;
use domain::twins::Protection;
use domain::{Error, PgPool, check};

use super::{Answer, TRIES, at_once, request, size};
use crate::harness::{Office, id_of, license_of};

const SEATS: usize = 5;

/// So many devices enter the same code at the same moment.
async fn released_together(office: &Office, devices: &[Actor], out: Option<Protection>) -> Vec<Answer> {
    let code = office.year(&format!("desktop={SEATS}")).await;
    at_once(out, devices.iter().map(|device| activate(office.cx(device), request(&code)))).await
}

async fn desktops(office: &Office, many: usize) -> Vec<Actor> {
    let mut devices = Vec::with_capacity(many);
    for number in 0..many {
        devices.push(office.desktop(&format!("Desk {number}")).await);
    }
    devices
}

/// Every device gives up what it has, so that the next round begins as the first.
async fn give_everything_up(db: &PgPool) {
    let release = "with given_up as (
            update seat set released_at = now(), release_reason = 'user' where released_at is null
            returning id, account_id, license_id, device_id
        )
        insert into audit_event (at, account_id, actor_kind, event, object_id, facts, request_id)
        select now(), account_id, 'system', 'seat_released', license_id,
            jsonb_build_object('device', device_id, 'seat', id, 'reason', 'user'), gen_random_uuid()
        from given_up";
    sqlx::query(release).execute(db).await.unwrap();
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn of_many_devices_released_together_exactly_as_many_succeed_as_there_are_seats(db: PgPool) {
    let office = Office::open(&db).await;
    let devices = desktops(&office, size(40, 200)).await;
    for _ in 0..size(5, 50) {
        let (mut seated, mut full) = (0, 0);
        for answer in released_together(&office, &devices, None).await {
            match answer {
                Ok(activated) => seated += usize::from(activated.outcome != Outcome::Reserved),
                Err(Error::Refused(Refusal::SeatsFull { total, holders, .. })) => {
                    assert!(total as usize == SEATS && holders.len() == SEATS);
                    full += 1;
                }
                Err(error) => panic!("{error:?}"),
            }
        }
        assert_eq!((seated, full), (SEATS, devices.len() - SEATS));
        office.assert_sound().await;
        give_everything_up(&db).await;
    }
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn without_the_row_locks_more_devices_are_seated_than_there_are_seats(db: PgPool) {
    let office = Office::open(&db).await;
    let devices = desktops(&office, 40).await;
    for _ in 0..TRIES {
        released_together(&office, &devices, Some(Protection::RowLocks)).await;
        let findings = check::run(&office.system()).await.unwrap();
        if findings.iter().any(|finding| finding.invariant == "V2") {
            return;
        }
        give_everything_up(&db).await;
    }
    panic!("the row locks protect nothing that this scenario would see");
}

/// Two devices enter an unused code at the same moment.
async fn first_twice(office: &Office, devices: [&Actor; 2], out: Option<Protection>) -> Vec<Answer> {
    let code = office.year("desktop=2").await;
    at_once(out, devices.map(|device| activate(office.cx(device), request(&code)))).await
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn two_first_activations_at_once_make_one_license(db: PgPool) {
    let office = Office::open(&db).await;
    let devices = desktops(&office, 2).await;
    let rounds = size(10, 200);
    for _ in 0..rounds {
        let answers = first_twice(&office, [&devices[0], &devices[1]], None).await;
        let mut outcomes: Vec<Outcome> = answers.into_iter().map(|answer| answer.unwrap().outcome).collect();
        outcomes.sort();
        assert_eq!(outcomes, [Outcome::Started, Outcome::Joined]);
        give_everything_up(&db).await;
    }
    assert_eq!(office.count("select count(*) from license").await, rounds.cast_signed() as i64);
    office.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn without_the_row_locks_a_second_first_activation_is_turned_away(db: PgPool) {
    let office = Office::open(&db).await;
    let devices = desktops(&office, 2).await;
    for _ in 0..TRIES {
        let answers = first_twice(&office, [&devices[0], &devices[1]], Some(Protection::RowLocks)).await;
        if answers.iter().any(Result::is_err) {
            return;
        }
        give_everything_up(&db).await;
    }
    panic!("the row locks protect nothing that this scenario would see");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_seat_that_is_released_and_given_away_at_once_is_given_up_once(db: PgPool) {
    let office = Office::open(&db).await;
    let devices = desktops(&office, 2).await;
    let code = office.year("desktop=1").await;
    let license = license_of(&office.activate(&devices[0], &code).await.unwrap().device);
    for round in 0..size(30, 300) {
        let (holder, other) = (&devices[round % 2], &devices[1 - round % 2]);
        let instead = ActivationRequest { instead_of: Some(id_of(holder)), ..request(&code) };
        let released = release_seat(office.cx(&office.anna), id_of(holder), license);
        let (released, moved) = tokio::join!(tokio::spawn(released), tokio::spawn(activate(office.cx(other), instead)));
        assert!(matches!(released.unwrap(), Ok(_) | Err(Error::NotFound)));
        assert!(matches!(moved.unwrap().unwrap().outcome, Outcome::Joined | Outcome::Reclaimed));
    }
    office.assert_sound().await;
}
