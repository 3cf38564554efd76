//! Deeds that cross: Postgres takes one back, and it is done again.
#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use domain::retry::retried;
use domain::{Error, PgPool, Result};
use tokio::sync::Barrier;

/// Adds one to both rows, in this order; on the first try not before somebody else stands between them as well.
async fn both(db: PgPool, rows: [i32; 2], between: Arc<Barrier>, tries: Arc<AtomicU32>) -> Result<()> {
    let first = tries.fetch_add(1, Ordering::Relaxed) < 2;
    let mut tx = db.begin().await?;
    for (place, row) in rows.into_iter().enumerate() {
        sqlx::query("update crossing set n = n + 1 where id = $1").bind(row).execute(&mut *tx).await?;
        if place == 0 && first {
            between.wait().await;
        }
    }
    tx.commit().await?;
    Ok(())
}

async fn crossing(db: &PgPool) {
    sqlx::raw_sql("create table crossing (id integer primary key, n integer not null); insert into crossing values (1, 0), (2, 0)")
        .execute(db)
        .await
        .unwrap();
}

async fn counted(db: &PgPool) -> Vec<i32> {
    sqlx::query_scalar("select n from crossing order by id").fetch_all(db).await.unwrap()
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn of_two_deeds_that_lock_each_other_out_both_are_done(db: PgPool) {
    crossing(&db).await;
    let (between, tries) = (Arc::new(Barrier::new(2)), Arc::new(AtomicU32::new(0)));
    let deed = |rows| {
        let (db, between, tries) = (db.clone(), Arc::clone(&between), Arc::clone(&tries));
        retried(move || both(db.clone(), rows, Arc::clone(&between), Arc::clone(&tries)))
    };
    assert_eq!(tokio::join!(deed([1, 2]), deed([2, 1])), (Ok(()), Ok(())));
    assert_eq!(counted(&db).await, [2, 2]);
    assert_eq!(tries.load(Ordering::Relaxed), 3, "one was taken back and done again");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_deed_that_is_taken_back_each_time_is_tried_four_times_and_other_failures_once(db: PgPool) {
    for (state, tries) in [("40001", 4), ("40P01", 4), ("55P03", 1), ("57014", 1)] {
        let tried = AtomicU32::new(0);
        let raise = format!("do $$ begin raise exception using errcode = '{state}'; end $$");
        let fails = || async {
            tried.fetch_add(1, Ordering::Relaxed);
            sqlx::raw_sql(sqlx::AssertSqlSafe(raise.clone())).execute(&db).await?;
            Ok(())
        };
        assert_eq!(retried(fails).await, Err(Error::Busy), "{state}");
        assert_eq!(tried.load(Ordering::Relaxed), tries, "{state}");
    }
}
