//! The database ends under load, politely or at once, and comes back: meanwhile a clean 503, afterwards nothing is lost.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use domain::PgPool;
use rustix::process::{Pid, Signal, kill_process};
use server::postgres::Cluster;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::office::Office;
use crate::served::Served;
use crate::wire::{Answer, Line};
use crate::{folder, size};

const HANDS: usize = 4;
/// Devices of each hand, so that none asks more often than one may.
const DEVICES: usize = 15;
/// What the server may take to serve again once its database is back.
const RECOVERY: Duration = Duration::from_secs(5);

/// A token, and the address that it calls from.
type Device = (String, String);

/// What the devices saw.
#[derive(Default)]
struct Seen {
    acknowledged: Vec<String>,
    busy: usize,
    unclean: Vec<String>,
}

struct Load {
    data: PathBuf,
    codes: Mutex<Vec<String>>,
    seen: Mutex<Seen>,
    done: watch::Sender<usize>,
    enough: AtomicBool,
}

impl Load {
    /// Notes what a device was answered, and whether it has to come back; `again` says that it has come back already.
    fn note(&self, code: &str, answer: &Answer, again: bool) -> bool {
        let mut seen = self.seen.lock().unwrap();
        if answer.status == 503 && answer.retry_after.is_some() {
            seen.busy += 1;
            return true;
        }
        // it may have been done before the database went away
        let was_done = again && answer.status == 409 && answer.body.contains("\"E19\"");
        if matches!(answer.status, 200 | 201) || was_done {
            seen.acknowledged.push(code.to_owned());
            self.done.send_modify(|done| *done += 1);
        } else {
            seen.unclean.push(format!("{answer:?}"));
        }
        false
    }
}

/// Devices in turn enter one code after the other; each takes the place of the one that waits there. Who is told to come
/// back enters the same code again when the database is there.
async fn enter_codes(load: Arc<Load>, address: String, devices: Vec<Device>) {
    let mut line = Line::open(&address).await.unwrap();
    for (token, from) in devices.iter().cycle() {
        if load.enough.load(Ordering::SeqCst) {
            return;
        }
        let Some(code) = load.codes.lock().unwrap().pop() else { return };
        let body = format!(r#"{{"code":"{code}","accept_agreement":true,"replace_reserve":true}}"#);
        let mut come_back = false;
        loop {
            let answer = line.post("/api/v1/activations", token, from, &body).await.unwrap();
            come_back = load.note(&code, &answer, come_back);
            if !come_back {
                break;
            }
            while postmaster(&load.data).is_none() {
                tokio::task::yield_now().await;
            }
            // the server hangs up on who says nothing for long
            line = Line::open(&address).await.unwrap();
        }
    }
}

/// Waits until so many activations were acknowledged.
async fn progress(hands: &mut JoinSet<()>, counted: &mut watch::Receiver<usize>, wanted: usize) {
    tokio::select! {
        done = counted.wait_for(|done| *done >= wanted) => drop(done.unwrap()),
        ended = hands.join_next() => panic!("a device gave up: {ended:?}"),
    }
}

/// The first process of the cluster in a data folder, once it is ready.
fn postmaster(data: &Path) -> Option<Pid> {
    let text = std::fs::read_to_string(data.join("postgres/postmaster.pid")).ok()?;
    let mut lines = text.lines().map(str::trim);
    let pid = Pid::from_raw(lines.next()?.parse().ok()?)?;
    (lines.nth(6) == Some("ready")).then_some(pid)
}

/// Ends the database in this way and waits until it is back; what needs none is served meanwhile. Answers when that was.
async fn restart(data: &Path, signal: Signal, line: &mut Line) -> Instant {
    let before = postmaster(data).unwrap();
    kill_process(before, signal).unwrap();
    while postmaster(data).is_none_or(|now| now == before) {
        assert_eq!(line.get("/favicon.svg").await.unwrap().status, 200);
    }
    Instant::now()
}

/// A server with a database of its own that keeps what it acknowledged, and load on it.
struct House {
    data: PathBuf,
    server: Served,
    cluster: Cluster,
    db: PgPool,
    office: Office,
}

impl House {
    async fn open(name: &str) -> Self {
        let data = folder(name);
        let server = Served::start(&data, None);
        let cluster = Cluster::join_or_start(&data).await.unwrap();
        let db = PgPool::connect(&cluster.url()).await.unwrap();
        let office = Office::open(&db).await;
        Self { data, server, cluster, db, office }
    }

    /// Ends the database so often under load, and answers what the devices saw and which acknowledged codes are gone.
    async fn restarted(&self, signals: &[Signal]) -> (Seen, Vec<String>) {
        let tokens = self.office.devices(HANDS * DEVICES).await;
        let number = |(number, token)| (token, format!("10.9.0.{number}"));
        let devices: Vec<Device> = tokens.into_iter().enumerate().map(number).collect();
        let codes = self.office.codes(signals.len() * 600).await;
        let (done, mut counted) = watch::channel(0);
        let load = Arc::new(Load {
            data: self.data.clone(),
            codes: Mutex::new(codes),
            seen: Mutex::default(),
            done,
            enough: AtomicBool::new(false),
        });
        let mut hands = JoinSet::new();
        for devices in devices.chunks(DEVICES) {
            hands.spawn(enter_codes(Arc::clone(&load), self.server.address.clone(), devices.to_vec()));
        }
        let mut line = Line::open(&self.server.address).await.unwrap();
        for signal in signals {
            let now = *counted.borrow();
            progress(&mut hands, &mut counted, now + 20).await;
            let back = restart(&self.data, *signal, &mut line).await;
            let now = *counted.borrow();
            progress(&mut hands, &mut counted, now + 1).await;
            assert!(back.elapsed() < RECOVERY, "served again only after {:?}", back.elapsed());
        }
        load.enough.store(true, Ordering::SeqCst);
        hands.join_all().await;
        let seen = std::mem::take(&mut *load.seen.lock().unwrap());
        let kept: Vec<String> = self.kept().await;
        let lost = seen.acknowledged.iter().filter(|code| !kept.contains(&code[code.len() - 5..].to_owned()));
        let lost = lost.cloned().collect();
        (seen, lost)
    }

    /// The ends of all codes that run or have waited.
    async fn kept(&self) -> Vec<String> {
        sqlx::query_scalar("select code_tail from activation_code where account_id is not null")
            .fetch_all(&self.db)
            .await
            .unwrap()
    }

    async fn close(self) {
        self.db.close().await;
        self.cluster.stop().await;
        drop(self.server);
        // the folder is given free when the last process of the database has gone
        while postmaster(&self.data).is_some() || std::fs::remove_dir_all(&self.data).is_err() {
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_database_restarts_requests_are_told_to_come_back_and_nothing_is_lost() {
    let house = House::open("restarted").await;
    let signals = [Signal::INT, Signal::QUIT, Signal::KILL].repeat(size(1, 7));
    let (seen, lost) = house.restarted(&signals).await;
    println!("{} acknowledged, {} told to come back", seen.acknowledged.len(), seen.busy);
    assert_eq!(seen.unclean, Vec::<String>::new());
    assert_eq!(lost, Vec::<String>::new());
    assert!(seen.busy > 0, "nobody noticed that the database was away");
    house.office.assert_sound().await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_waiting_for_the_disk_an_acknowledged_activation_is_lost() {
    let house = House::open("unsafe").await;
    sqlx::query("alter system set synchronous_commit = off").execute(&house.db).await.unwrap();
    sqlx::query("alter system set wal_writer_delay = '10s'").execute(&house.db).await.unwrap();
    sqlx::query("select pg_reload_conf()").execute(&house.db).await.unwrap();
    let mut lost = Vec::new();
    for _ in 0..5 {
        if lost.is_empty() {
            lost = house.restarted(&[Signal::QUIT]).await.1;
        }
    }
    assert!(!lost.is_empty(), "what is acknowledged before it is on disk was there all the same");
    house.close().await;
}
