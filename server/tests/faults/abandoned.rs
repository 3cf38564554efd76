//! A connection whose borrower has gone while `begin` waited for its answer: the next borrower's write is kept all the same.

use std::time::{Duration, Instant};

use domain::PgPool;
use domain::twins::{Protection, without};

use crate::{below, size};

/// Asks for a transaction and goes away at a random moment of the time that the last one took, whatever has come of it
/// until then. Answers whether it went away before the answer.
async fn go_away(db: &PgPool, whole: &mut Duration) -> bool {
    let began = Instant::now();
    let gone_at = began + whole.mul_f64(below(1000) as f64 / 1000.0);
    let patience = async {
        while Instant::now() < gone_at {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        biased;
        begun = domain::cx::begin(db) => {
            *whole = began.elapsed();
            begun.is_err()
        }
        () = patience => true,
    }
}

/// After each of so many who went away somebody else writes. Answers how many of the acknowledged writes are not there.
async fn lost(options: sqlx::postgres::PgConnectOptions, rounds: usize) -> usize {
    let db = server::database::pool(options.clone());
    sqlx::query("create table if not exists note (id bigint primary key)").execute(&db).await.unwrap();
    let (mut gone, mut written, mut whole) = (0, Vec::new(), Duration::from_millis(1));
    for number in 0..rounds.cast_signed() as i64 {
        gone += usize::from(go_away(&db, &mut whole).await);
        let note = sqlx::query("insert into note values ($1)").bind(number).execute(&db).await;
        if note.is_ok() {
            written.push(number);
        }
    }
    assert!(gone > rounds / 10, "only {gone} of {rounds} went away in the middle");
    // every connection ends, and with it what was not committed
    db.close().await;
    let outside = PgPool::connect_with(options).await.unwrap();
    let kept: Vec<i64> = sqlx::query_scalar("select id from note").fetch_all(&outside).await.unwrap();
    sqlx::query("drop table note").execute(&outside).await.unwrap();
    outside.close().await;
    written.iter().filter(|number| !kept.contains(number)).count()
}

#[sqlx::test(migrations = false)]
async fn a_write_is_kept_on_a_connection_whose_last_borrower_went_away(db: PgPool) {
    let options = db.connect_options().as_ref().clone();
    assert_eq!(lost(options, size(300, 1000)).await, 0);
}

#[sqlx::test(migrations = false)]
async fn without_a_task_for_it_a_write_is_lost_on_a_connection_whose_last_borrower_went_away(db: PgPool) {
    let options = db.connect_options().as_ref().clone();
    for _ in 0..10 {
        if without(Some(Protection::Hygiene), lost(options.clone(), 300)).await > 0 {
            return;
        }
    }
    panic!("beginning in a task of its own protects nothing that this scenario would see");
}
