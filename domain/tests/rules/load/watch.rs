//! Activations against all that takes seats away, while somebody looks at one snapshot after the other.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::activation::Refusal;
use domain::activation::store::activate;
use domain::actor::Actor;
use domain::check::{self, Finding};
use domain::code::store::block_code;
use domain::cx::Cx;
use domain::device::store::release;
use domain::id::LicenseId;
use domain::person::Email;
use domain::refund::store::{ask_refund, decide_refund};
use domain::seat::store::release_seat;
use domain::staff::StaffRole;
use domain::staff::store::{NewStaff, create};
use domain::twins::{Protection, without};
use domain::{Error, PgPool, Result};
use sqlx::postgres::PgPoolOptions;
use tokio::task::{JoinHandle, JoinSet};
use uuid::Uuid;

use super::{TRIES, request, size};
use crate::harness::{Office, id_of, license_of, tail};

/// Looks at the invariants of one snapshot after the other until told to stop; stops by itself when one is broken.
struct Watcher {
    enough: Arc<AtomicBool>,
    watching: JoinHandle<(usize, Vec<Finding>)>,
}

impl Watcher {
    async fn begin(office: &Office) -> Self {
        let options = office.db.connect_options().as_ref().clone();
        let db = PgPoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
        let cx = office.system_on(db).await;
        let enough = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&enough);
        let watching = tokio::spawn(async move {
            let (mut looked, mut blocked) = (0, HashMap::new());
            loop {
                // the last look comes after everything was done
                let last = told.load(Ordering::SeqCst);
                let mut findings = check::run(&cx).await.unwrap();
                findings.extend(grown(&cx, &mut blocked).await);
                looked += 1;
                if last || !findings.is_empty() {
                    cx.world.rw.close().await;
                    return (looked, findings);
                }
            }
        });
        Self { enough, watching }
    }

    async fn end(self) -> (usize, Vec<Finding>) {
        self.enough.store(true, Ordering::SeqCst);
        self.watching.await.unwrap()
    }
}

/// V8: a blocked license keeps the devices that it had (R20), and no further one joins them.
async fn grown(cx: &Cx, before: &mut HashMap<Uuid, i64>) -> Vec<Finding> {
    let now: Vec<(Uuid, i64)> = sqlx::query_as(
        "select l.id, count(s.id) from license l left join seat s on s.license_id = l.id and s.released_at is null
         where l.blocked_at is not null group by l.id",
    )
    .fetch_all(&cx.world.ro)
    .await
    .unwrap();
    let grown = now.iter().filter(|(license, seats)| before.get(license).is_some_and(|known| seats > known));
    let found = grown
        .map(|(license, _)| Finding {
            invariant: "V8",
            what: format!("the blocked license {license} has a new device"),
        })
        .collect();
    before.extend(now);
    found
}

/// A lead of support.
async fn lead(office: &Office) -> Actor {
    let (role, name, email) = (StaffRole::Lead, "Lena Fischer".to_owned(), "lena@northwall.example".to_owned());
    let address = Email::parse(&email).unwrap();
    let new = NewStaff { email: address, name: name.clone(), role, password_hash: "-".to_owned() };
    let (id, _) = create(office.system(), new).await.unwrap();
    Actor::Staff { id, role, name, email, enrolled: true }
}

/// Asks for the money back; the number of the case in which that is decided.
async fn asked_back(office: &Office, license: LicenseId, number: usize) -> String {
    // so many in one hour would be too many
    sqlx::query("delete from attempt").execute(&office.db).await.unwrap();
    ask_refund(office.cx(&office.anna), license, format!("It does not run, {number}."), Vec::new()).await.unwrap()
}

async fn granted(lead: Cx, number: String) {
    let reason = "The computers are older than the product allows.".to_owned();
    decide_refund(lead, number, "approved".to_owned(), reason).await.unwrap();
}

/// A device comes and goes.
async fn come_and_go(come: Cx, go: Cx, code: String, times: usize) {
    for _ in 0..times {
        let _ = activate(come.clone(), request(&code)).await;
        let _: Result<_> = release(go.clone()).await;
    }
    let _ = activate(come, request(&code)).await;
}

/// Devices come and go and are sent away, until the code is blocked or refunded in the middle of it.
async fn round(office: &Office, devices: &[Actor], lead: &Actor, number: usize, out: Option<Protection>) {
    let code = office.year("desktop=3").await;
    let (first, rest) = devices.split_first().unwrap();
    let license: LicenseId = license_of(&office.activate(first, &code).await.unwrap().device);
    let id = office.code_id(tail(&code)).await;
    let mut all = JoinSet::new();
    for device in rest {
        all.spawn(without(out, come_and_go(office.cx(device), office.cx(device), code.clone(), 3)));
        let (anna, device) = (office.cx(&office.anna), id_of(device));
        all.spawn(async move {
            let _ = release_seat(anna, device, license).await;
        });
    }
    if number.is_multiple_of(2) {
        let case = asked_back(office, license, number).await;
        all.spawn(granted(office.cx(lead), case));
    } else {
        let system = office.system();
        all.spawn(async move { block_code(system, id, "published on the web".to_owned()).await.unwrap() });
    }
    all.join_all().await;
    // what is still held of a blocked license is given up, for the next round
    for device in devices {
        let _ = release(office.cx(device)).await;
    }
}

async fn watched(office: &Office, devices: &[Actor], rounds: usize, out: Option<Protection>) -> (usize, Vec<Finding>) {
    let (watcher, lead) = (Watcher::begin(office).await, lead(office).await);
    for number in 0..rounds {
        round(office, devices, &lead, number, out).await;
        if watcher.watching.is_finished() {
            break;
        }
    }
    watcher.end().await
}

async fn desktops(office: &Office) -> Vec<Actor> {
    let mut devices = Vec::new();
    for number in 0..9 {
        devices.push(office.desktop(&format!("Desk {number}")).await);
    }
    devices
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn no_snapshot_shows_more_devices_than_seats_whatever_is_taken_away_meanwhile(db: PgPool) {
    let office = Office::open(&db).await;
    let devices = desktops(&office).await;
    let (looked, findings) = watched(&office, &devices, size(10, 300), None).await;
    assert_eq!(findings, []);
    assert!(looked >= size(10, 300), "only {looked} snapshots were looked at");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn without_the_row_locks_a_snapshot_shows_what_must_not_be(db: PgPool) {
    let office = Office::open(&db).await;
    let devices = desktops(&office).await;
    let (_, findings) = watched(&office, &devices, TRIES, Some(Protection::RowLocks)).await;
    assert!(findings.iter().any(|finding| ["V2", "V8"].contains(&finding.invariant)), "{findings:?}");
}

/// J04: whichever comes first, no device holds a place of what was given back.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_refund_and_activations_at_once_leave_nobody_with_what_was_given_back(db: PgPool) {
    let office = Office::open(&db).await;
    let (devices, lead) = (desktops(&office).await, lead(&office).await);
    let [first, second, third, ..] = &devices[..] else { panic!("too few devices") };
    for number in 0..size(100, 300) {
        let code = office.year("desktop=3").await;
        let license = license_of(&office.activate(first, &code).await.unwrap().device);
        let case = asked_back(&office, license, number).await;
        let mut all = JoinSet::new();
        for device in [second, third] {
            let (cx, code) = (office.cx(device), code.clone());
            all.spawn(async move {
                match activate(cx, request(&code)).await {
                    Ok(_) | Err(Error::Refused(Refusal::Cancelled)) => {}
                    Err(error) => panic!("{error:?}"),
                }
            });
        }
        all.spawn(granted(office.cx(&lead), case));
        all.join_all().await;
        assert_eq!(office.count("select count(*) from seat where released_at is null").await, 0);
    }
    office.assert_sound().await;
}
