//! The end of a license, at which everybody may come at once.

use domain::activation::Refusal;
use domain::actor::Actor;
use domain::device::store::status;
use domain::reserve::store::{activate_now, remove_reserve, switch_due};
use domain::twins::{Protection, without};
use domain::{Error, PgPool, Result};
use time::Duration;
use tokio::task::JoinSet;

use super::{TRIES, at_once, size};
use crate::harness::{Office, id_of};

/// Devices whose license ends in an hour, each with a code that waits and a contact a moment ago.
async fn before_the_end(office: &mut Office, many: usize) -> Vec<Actor> {
    let mut devices = Vec::new();
    for number in 0..many {
        let desk = office.desktop(&format!("Desk {number}")).await;
        office.activate(&desk, &office.year("desktop=1").await).await.unwrap();
        office.activate(&desk, &office.year("desktop=1").await).await.unwrap();
        devices.push(desk);
    }
    office.pass(Duration::days(365) - Duration::HOUR);
    for desk in &devices {
        office.beat(desk).await;
    }
    devices
}

/// Two workers, and for each device its own contact and somebody's click.
async fn everybody_comes(office: &Office, devices: &[Actor], out: Option<Protection>) -> Vec<Result<()>> {
    let mut all = JoinSet::new();
    for _ in 0..2 {
        let cx = office.system();
        all.spawn(without(out, async move { switch_due(&cx).await.map(drop) }));
    }
    for desk in devices {
        let (contact, click, id) = (office.cx(desk), office.cx(&office.anna), id_of(desk));
        all.spawn(without(out, async move { status(contact).await.map(drop) }));
        all.spawn(without(out, async move {
            match activate_now(click, id).await {
                // somebody else was faster
                Err(Error::Refused(Refusal::TooEarly { .. }) | Error::NotFound) => Ok(()),
                done => done,
            }
        }));
    }
    all.join_all().await
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn at_the_end_two_workers_a_contact_and_a_click_make_one_switch(db: PgPool) {
    let mut office = Office::open(&db).await;
    let many = size(10, 200);
    let devices = before_the_end(&mut office, many).await;
    office.pass(Duration::hours(2));
    for done in everybody_comes(&office, &devices, None).await {
        done.unwrap();
    }
    let many = many.cast_signed() as i64;
    assert_eq!(office.count("select count(*) from reserve where state = 'promoted'").await, many);
    assert_eq!(office.count("select count(*) from license").await, many * 2);
    assert_eq!(office.count("select count(*) from audit_event where event = 'reserve_promoted'").await, many);
    office.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn without_the_row_locks_the_end_is_not_one_switch_for_everybody(db: PgPool) {
    let mut office = Office::open(&db).await;
    for _ in 0..TRIES {
        let devices = before_the_end(&mut office, 5).await;
        office.pass(Duration::hours(2));
        let done = everybody_comes(&office, &devices, Some(Protection::RowLocks)).await;
        if done.iter().any(Result::is_err) {
            return;
        }
    }
    panic!("the row locks protect nothing that this scenario would see");
}

/// At the end a worker switches each device, and somebody takes its waiting code back. Answers how many codes were both.
async fn taken_back_at_the_end(office: &Office, devices: &[Actor], out: Option<Protection>) -> i64 {
    let worker = office.system();
    let clicks = devices.iter().map(|desk| {
        let (anna, id) = (office.cx(&office.anna), id_of(desk));
        async move {
            match remove_reserve(anna, id).await {
                Ok(()) | Err(Error::NotFound) => {}
                Err(error) => panic!("{error:?}"),
            }
        }
    });
    let workers = at_once(out, [async move { switch_due(&worker).await.map(drop) }]);
    let (switched, _) = tokio::join!(workers, at_once(None, clicks));
    assert!(switched.iter().all(Result::is_ok), "{switched:?}");
    office
        .count(
            "select count(*) from audit_event taken join audit_event removed using (object_id)
             where taken.event = 'reserve_promoted' and removed.event = 'reserve_removed'",
        )
        .await
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_code_that_is_taken_back_at_the_end_takes_over_or_is_unused_and_never_both(db: PgPool) {
    let mut office = Office::open(&db).await;
    for _ in 0..size(3, 30) {
        let devices = before_the_end(&mut office, 10).await;
        office.pass(Duration::hours(2));
        assert_eq!(taken_back_at_the_end(&office, &devices, None).await, 0);
        let settled = "select count(*) from reserve where state in ('removed', 'promoted')";
        assert_eq!(office.count(settled).await, office.count("select count(*) from reserve").await);
    }
    office.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn without_looking_again_under_the_lock_a_code_takes_over_that_was_taken_back(db: PgPool) {
    let mut office = Office::open(&db).await;
    for _ in 0..TRIES {
        let devices = before_the_end(&mut office, 10).await;
        office.pass(Duration::hours(2));
        if taken_back_at_the_end(&office, &devices, Some(Protection::Recheck)).await > 0 {
            return;
        }
    }
    panic!("looking again protects nothing that this scenario would see");
}
