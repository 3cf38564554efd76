//! The server is killed again and again while devices activate: what was acknowledged is there, and nothing is there twice.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use domain::PgPool;
use domain::twins::ANSWERS_EARLY;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::office::Office;
use crate::served::Served;
use crate::wire::Line;
use crate::{below, folder, size};

/// Devices that activate at the same time.
const HANDS: usize = 4;
/// What a restarted server may take until it answers.
const RESTART: Duration = Duration::from_secs(2);

/// One device and the code it is to activate.
#[derive(Clone)]
struct Task {
    number: usize,
    token: String,
    code: String,
}

/// What is to be done, and what was.
struct Work {
    left: Mutex<VecDeque<Task>>,
    acknowledged: Mutex<Vec<usize>>,
    sent: watch::Sender<usize>,
}

/// One activation after the other; who gets no answer asks again with the same code, wherever the server then is.
async fn activate_all(work: Arc<Work>, mut address: watch::Receiver<String>) {
    let mut line = None;
    loop {
        let Some(task) = work.left.lock().unwrap().pop_front() else { return };
        let from = format!("10.9.{}.{}", task.number / 250, task.number % 250);
        let body = format!(r#"{{"code":"{}","accept_agreement":true}}"#, task.code);
        loop {
            let mut open = match line.take() {
                Some(open) => open,
                None => {
                    let here = address.borrow_and_update().clone();
                    match Line::open(&here).await {
                        Ok(open) => open,
                        // it was killed: the next one tells where it is
                        Err(_) => {
                            address.changed().await.unwrap();
                            continue;
                        }
                    }
                }
            };
            work.sent.send_modify(|sent| *sent += 1);
            if let Ok(answer) = open.post("/api/v1/activations", &task.token, &from, &body).await {
                assert!(matches!(answer.status, 200 | 201), "{} {}", answer.status, answer.body);
                work.acknowledged.lock().unwrap().push(task.number);
                line = Some(open);
                break;
            }
        }
    }
}

/// The numbers of the devices that hold a seat.
async fn seated(db: &PgPool) -> Vec<usize> {
    let names: Vec<String> = sqlx::query_scalar(
        "select d.name from seat s join device d on d.id = s.device_id where s.released_at is null order by s.bound_at",
    )
    .fetch_all(db)
    .await
    .unwrap();
    names.iter().map(|name| name.trim_start_matches("Desk ").parse().unwrap()).collect()
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_was_acknowledged_before_the_server_was_killed_is_there_and_nothing_twice(db: PgPool) {
    let (many, kills) = (size(60, 1000), size(6, 100));
    let office = Office::open(&db).await;
    let (tokens, codes) = (office.devices(many).await, office.codes(many).await);
    let tasks = tokens.into_iter().zip(codes).enumerate();
    let left = tasks.map(|(number, (token, code))| Task { number, token, code }).collect();
    let (sent, mut counted) = watch::channel(0);
    let work = Arc::new(Work { left: Mutex::new(left), acknowledged: Mutex::default(), sent });
    let (data, url) = (folder("killed"), url_of(&db));
    let mut server = Served::start(&data, Some(&url));
    let (tell, address) = watch::channel(server.address.clone());
    let mut hands = JoinSet::new();
    for _ in 0..HANDS {
        hands.spawn(activate_all(Arc::clone(&work), address.clone()));
    }
    let mut slowest = Duration::ZERO;
    for kill in 0..kills {
        // in each part of the work once, at any moment of it
        let part = many / (kills + 1);
        let moment = kill * part + 1 + below(part);
        counted.wait_for(|sent| *sent >= moment).await.unwrap();
        for _ in 0..below(200) {
            tokio::task::yield_now().await;
        }
        server.kill();
        let acknowledged = work.acknowledged.lock().unwrap().clone();
        let kept = seated(&db).await;
        let missing: Vec<_> = acknowledged.iter().filter(|number| !kept.contains(number)).collect();
        assert!(missing.is_empty(), "acknowledged and not there: {missing:?}");
        let began = Instant::now();
        server = Served::start(&data, Some(&url));
        let alive = Line::open(&server.address).await.unwrap().get("/api/v1/openapi.json").await.unwrap();
        assert_eq!(alive.status, 200);
        slowest = slowest.max(began.elapsed());
        tell.send_replace(server.address.clone());
    }
    hands.join_all().await;
    println!("{many} activations, {kills} kills, slowest start {} ms", slowest.as_millis());
    assert!(slowest < RESTART, "the server took {slowest:?} to serve again");
    let mut kept = seated(&db).await;
    kept.sort_unstable();
    assert_eq!(kept, (0..many).collect::<Vec<_>>(), "each device once");
    let licenses: i64 = sqlx::query_scalar("select count(*) from license").fetch_one(&db).await.unwrap();
    assert_eq!(licenses, many.cast_signed() as i64);
    office.assert_sound().await;
    drop(server);
    std::fs::remove_dir_all(data).unwrap();
}

/// One activation that is acknowledged, a kill, and the devices that have a seat then.
async fn seated_after_a_kill(db: &PgPool, variables: &[(&str, &str)]) -> Vec<usize> {
    let office = Office::open(db).await;
    let (token, code) = (office.devices(1).await.remove(0), office.codes(1).await.remove(0));
    let data = folder("killed-once");
    let mut server = Served::start_with(&data, Some(&url_of(db)), variables);
    let body = format!(r#"{{"code":"{code}","accept_agreement":true}}"#);
    let mut line = Line::open(&server.address).await.unwrap();
    let answer = line.post("/api/v1/activations", &token, "10.9.0.1", &body).await.unwrap();
    assert_eq!(answer.status, 201, "{}", answer.body);
    server.kill();
    let seated = seated(db).await;
    std::fs::remove_dir_all(data).unwrap();
    seated
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_one_device_was_told_survives_a_kill(db: PgPool) {
    assert_eq!(seated_after_a_kill(&db, &[]).await, [0]);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn told_before_it_is_committed_it_would_be_lost(db: PgPool) {
    assert_eq!(seated_after_a_kill(&db, &[(ANSWERS_EARLY, "1")]).await, [0; 0]);
}

/// The address of a test's own database.
fn url_of(db: &PgPool) -> String {
    use sqlx::ConnectOptions;
    db.connect_options().to_url_lossy().to_string()
}
