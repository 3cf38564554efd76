//! Whoever hangs up in the middle of a request harms nobody: deeds come to their end, and no connection goes back into
//! the pool with a transaction open, in which the next borrower's write would be lost.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Instant;

use domain::PgPool;

use crate::harness::{ANNA, Browser, House};

/// Drives a future and drops it when it was asked so many times.
pub async fn drop_after<F: Future>(polls: usize, future: F) -> bool {
    let mut future = pin!(future);
    let mut left = polls;
    poll_fn(move |context| {
        if future.as_mut().poll(context).is_ready() {
            return Poll::Ready(true);
        }
        left -= 1;
        if left == 0 { Poll::Ready(false) } else { Poll::Pending }
    })
    .await
}

/// Waits until every connection is back, each seen at rest.
pub async fn all_at_rest(db: &PgPool) {
    let mut connections = Vec::new();
    for _ in 0..db.options().get_max_connections() {
        connections.push(db.acquire().await.unwrap());
    }
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_write_deed_comes_to_its_end_when_the_caller_is_gone(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let device = house.linked(&mut anna, "windows").await;
    let code = house.code("desktop=1").await;
    let id: String = device.get("/api/v1/device", 200).await.json()["device_id"].as_str().unwrap().to_owned();
    let mut gone = 0;
    for round in 0..200_usize {
        let polls = 1 + (round * 7 / 4) % 6;
        let finished = match round % 4 {
            0 => drop_after(polls, device.post("/api/v1/heartbeat", "{}", "application/json")).await,
            1 => drop_after(polls, device.try_activate(&code)).await,
            2 => {
                let fields = [("device", id.as_str()), ("code", &code), ("agreement", "true")];
                drop_after(polls, anna.clone().try_call("preview_code", &fields)).await
            }
            _ => drop_after(polls, house.device().ask_to_be_linked("windows")).await,
        };
        gone += usize::from(!finished);
        if round % 20 == 19 {
            all_at_rest(&house.db).await;
        }
    }
    assert!(gone > 20, "only {gone} of 200 requests were dropped on the way");
    all_at_rest(&house.db).await;

    let idle = "select count(*) from pg_stat_activity
                where datname = current_database() and state like 'idle in transaction%'";
    // what is done in batches may be at it this moment; what was left open stays open
    let mut open = house.count(idle).await;
    for _ in 0..50 {
        if open == 0 {
            break;
        }
        all_at_rest(&house.db).await;
        open = house.count(idle).await;
    }
    assert_eq!(open, 0);
    sqlx::query("create table note (id int primary key)").execute(&house.db).await.unwrap();
    let writes = i64::from(house.db.options().get_max_connections()) * 4;
    for number in 0..writes {
        sqlx::query("insert into note values ($1)")
            .bind(i32::try_from(number).unwrap())
            .execute(&house.db)
            .await
            .unwrap();
    }
    let options = house.db.connect_options().as_ref().clone();
    let outside = PgPool::connect_with(options).await.unwrap();
    let kept: i64 = sqlx::query_scalar("select count(*) from note").fetch_one(&outside).await.unwrap();
    assert_eq!(kept, writes, "a plain write was lost in somebody else's transaction");
    outside.close().await;

    // what was asked for was carried out, though nobody waited for it
    device.activate(&code, 200).await;
    house.assert_sound().await;
}

/// So many requests are given up, each at a random moment of its time; after each of them somebody else writes. Answers
/// how many acknowledged writes nobody else sees.
///
/// A person asks, in a browser: a device would soon be told that it asks too often, and that touches no connection.
async fn unseen_writes(house: &House, asker: &Browser, fields: &[(&str, &str)], requests: usize) -> usize {
    let outside = PgPool::connect_with(house.db.connect_options().as_ref().clone()).await.unwrap();
    sqlx::query("create table if not exists note (id bigserial primary key)").execute(&outside).await.unwrap();
    let mut began = Instant::now();
    asker.clone().call("preview_code", fields, 200).await;
    // how long a request takes whose answer is waited for; the first ones take longer than those after them
    let mut whole = began.elapsed();
    let (mut gone, mut unseen) = (0, 0);
    for _ in 0..requests {
        let moment = f64::from(u16::from_le_bytes(domain::cx::random())) / f64::from(u16::MAX);
        began = Instant::now();
        let until = began + whole.mul_f64(moment);
        let patience = async {
            while Instant::now() < until {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            biased;
            answer = async { asker.clone().try_call("preview_code", fields).await } => {
                assert_eq!(answer.status, 200, "{}", answer.text());
                whole = began.elapsed();
            }
            () = patience => gone += 1,
        }
        let note: i64 =
            sqlx::query_scalar("insert into note default values returning id").fetch_one(&house.db).await.unwrap();
        let seen: bool = sqlx::query_scalar("select exists (select from note where id = $1)")
            .bind(note)
            .fetch_one(&outside)
            .await
            .unwrap();
        unseen += usize::from(!seen);
    }
    assert!(gone > requests / 10, "only {gone} of {requests} requests were given up on the way");
    outside.close().await;
    unseen
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_next_write_is_kept_whenever_a_request_is_given_up(db: PgPool) {
    let house = House::demo(db).await;
    let (anna, device, code) = asker(&house).await;
    let fields = [("device", device.as_str()), ("code", &code), ("agreement", "true")];
    assert_eq!(unseen_writes(&house, &anna, &fields, 300).await, 0);
    all_at_rest(&house.db).await;
    house.assert_sound().await;
}

/// Somebody who asks what a code would do on a device.
async fn asker(house: &House) -> (Browser, String, String) {
    let mut anna = house.signed_in(ANNA).await;
    let device = house.linked(&mut anna, "windows").await;
    let id = device.get("/api/v1/device", 200).await.json()["device_id"].as_str().unwrap().to_owned();
    (anna, id, house.code("desktop=1").await)
}

/// A device asks for a license and hangs up while the deed waits for a row that somebody else holds. Answers whether it was
/// carried out all the same, once the row is free.
async fn carried_out(house: &House) -> bool {
    let mut anna = house.signed_in(ANNA).await;
    let device = house.linked(&mut anna, "windows").await;
    let code = house.code("desktop=1").await;
    let before = house.count("select count(*) from seat").await;
    let outside = PgPool::connect_with(house.db.connect_options().as_ref().clone()).await.unwrap();
    let mut holder = outside.begin().await.unwrap();
    sqlx::query("select id from device for update").execute(&mut *holder).await.unwrap();
    tokio::select! {
        answer = device.try_activate(&code) => panic!("nothing held it up: {}", answer.text()),
        () = somebody_waits(&outside) => (),
    }
    holder.rollback().await.unwrap();
    all_at_rest(&house.db).await;
    outside.close().await;
    house.count("select count(*) from seat").await == before + 1
}

/// Comes back when an activation waits for the rows that it locks.
async fn somebody_waits(outside: &PgPool) {
    let waiting = "select exists (
        select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and query like '%as queued%')";
    while !sqlx::query_scalar::<_, bool>(waiting).fetch_one(outside).await.unwrap() {
        tokio::task::yield_now().await;
    }
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_deed_that_has_begun_is_carried_out_though_the_device_hangs_up(db: PgPool) {
    let house = House::demo(db).await;
    assert!(carried_out(&house).await);
    house.assert_sound().await;
}

#[cfg(feature = "twins")]
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn without_a_task_of_its_own_a_deed_ends_with_whoever_asked(db: PgPool) {
    use domain::twins::{Protection, without};
    let house = House::demo(db).await;
    assert!(!without(Some(Protection::OwnTask), carried_out(&house)).await);
    house.assert_sound().await;
}
