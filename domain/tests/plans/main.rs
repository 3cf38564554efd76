//! How Postgres reads: every statement of the product, planned as the server has it planned, on a large demo. None reads a
//! table whole that grows with the number of accounts, sorts much, skips rows or counts them all.
#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod judge;
mod statements;

use domain::PgPool;
use domain::cx::{Clock, Cx, World};
use domain::demo;
use domain::seal::Seal;
use std::sync::Arc;

use judge::{Finding, indexes, judge};
use statements::{Statement, all};

/// So many offices are enough for Postgres to prefer an index where there is one. `LATCHKEY_TESTS_AT_LARGE=1` takes more.
const OFFICES: u32 = 4_000;
const AT_LARGE: u32 = 100_000;

/// What grows with the catalog or with the vendor's own people, and never with the number of accounts.
const SMALL: &[&str] = &[
    "agreement",
    "audit_head",
    "audit_sealing",
    "bundle",
    "catalog_version",
    "code_batch",
    "code_block",
    "code_import",
    "expiry_rule",
    "key_check",
    "presence",
    "price_list",
    "product",
    "saved_reply",
    "seller",
    "seller_key",
    "staff",
    "staff_invitation",
    "tally",
    "ticket_key",
    "webhook_endpoint",
];

/// Who may read more, and why. A name ends anywhere.
const EXCEPT: &[(&str, &str)] = &[
    ("check::", "the check reads everything, outside the server"),
    ("chain::store::verify::", "the check reads the whole log, outside the server"),
    ("demo::", "a demo is filled once, at a terminal"),
    ("webhook::store::replay_any", "an operator asks at a terminal"),
    ("figure::store::count_ends", "a job counts what ends in the weeks ahead, once in a quarter of an hour"),
    ("figure::store::waiting", "a lead looks at how much waits: what is open is counted, and what is done is not read"),
    ("figure::store::step", "a job counts a part of the log that is limited"),
    ("activation::store::", "counts the seats and grants of one license"),
    ("device::status", "counts the seats of one license"),
    ("license::store::read", "counts the seats of the licenses of one page"),
    ("lookup::store::read::code", "counts the seats of one license"),
    ("request::store::view::keep_view", "counts the views of one person, at most ten"),
    ("overview::store::", "counts the devices, seats and unread notices of one office, which its first page names"),
    ("license::store::details", "counts the seats of one license and of its grants"),
    ("code::store::rotate::holders", "counts the seats of one license"),
    ("license::store::endings::tell_of_endings", "a job counts the seats of licenses, five hundred at a time"),
    ("offer::store::read", "counts the seats of one license"),
    ("seat::store::", "counts the seats of one license, or of a stretch of licenses"),
    ("device::store::searching::aside", "counts the seats that were released together, at most a hundred"),
    ("device::machine::look_alikes", "counts machines among the candidates that are read anyway"),
    ("person::store::two_step::two_step", "counts at most ten spare codes"),
    ("code::store::bulk::", "counts the codes of a list of at most five hundred, and the seats of one license"),
    ("webhook::store::outbox::for_delivery", "counts the few messages of an endpoint that are on their way"),
];

async fn large(db: &PgPool) {
    let clock = Clock::start(db).await.unwrap();
    let world = World {
        rw: db.clone(),
        ro: db.clone(),
        seal: Seal::new(&[7; 32]),
        tickets: Default::default(),
        clock,
        origin: "http://latchkey.test".to_owned(),
    };
    let cx = Cx::system(&Arc::new(world));
    demo::fill(&cx, "no password has this hash").await.unwrap();
    let offices = if std::env::var_os("LATCHKEY_TESTS_AT_LARGE").is_some() { AT_LARGE } else { OFFICES };
    demo::large::add(&cx, offices, |_| ()).await.unwrap();
    let mut one = db.acquire().await.unwrap();
    let small = format!("set latchkey.small = '{}'", SMALL.join(","));
    sqlx::raw_sql(sqlx::AssertSqlSafe(small)).execute(&mut *one).await.unwrap();
    sqlx::raw_sql(include_str!("fill.sql")).execute(&mut *one).await.unwrap();
    sqlx::raw_sql("analyze").execute(&mut *one).await.unwrap();
}

/// As the server has it; and an index is as cheap for a page here as it is beside a table that is a hundred times as large.
const PLANNED: &str = "set plan_cache_mode = force_generic_plan; set random_page_cost = 1";

async fn findings(db: &PgPool, statements: &[Statement]) -> Vec<Finding> {
    let mut one = db.acquire().await.unwrap();
    sqlx::raw_sql(PLANNED).execute(&mut *one).await.unwrap();
    let mut found = Vec::new();
    for statement in statements {
        found.extend(judge(&mut one, statement, SMALL).await);
    }
    found
}

fn is_excepted(name: &str) -> bool {
    EXCEPT.iter().any(|(known, _)| name.starts_with(known))
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn no_statement_reads_what_it_does_not_need(db: PgPool) {
    large(&db).await;
    let statements = all();
    assert!(statements.len() > 400, "only {} statements were found", statements.len());
    let found = findings(&db, &statements).await;
    let unknown: Vec<String> =
        found.iter().filter(|finding| !is_excepted(&finding.name)).map(ToString::to_string).collect();
    assert!(unknown.is_empty(), "{}", unknown.join("\n"));
    for (name, _) in EXCEPT {
        assert!(found.iter().any(|finding| finding.name.starts_with(name)), "{name} needs no exception any more");
    }
    missing_indexes_are_noticed(&db, &statements).await;
    the_queue_is_read_along_what_fits(&db, &statements).await;
}

/// Each part of the queue has an index of what fits, in its order: read along the primary key, a page would go past all that
/// does not.
async fn the_queue_is_read_along_what_fits(db: &PgPool, statements: &[Statement]) {
    let queue: Vec<&Statement> =
        statements.iter().filter(|statement| statement.name.starts_with("request::store::queue")).collect();
    assert_eq!(queue.len(), 8);
    let done = "drop index support_case_done_idx, support_case_done_by_idx, support_case_done_by_nobody_idx";
    for without in ["", done] {
        let mut tx = db.begin().await.unwrap();
        sqlx::raw_sql(PLANNED).execute(&mut *tx).await.unwrap();
        sqlx::raw_sql(without).execute(&mut *tx).await.unwrap();
        let mut past = Vec::new();
        for statement in &queue {
            let used = indexes(&mut tx, statement).await;
            past.extend(
                used.into_iter().filter(|index| ["support_case_pkey", "recovery_pkey"].contains(&index.as_str())),
            );
        }
        assert_eq!(past.is_empty(), without.is_empty(), "{without}: {past:?}");
        tx.rollback().await.unwrap();
    }
}

/// Without the index that a statement needs, the same look at it finds something.
async fn missing_indexes_are_noticed(db: &PgPool, statements: &[Statement]) {
    for (index, name) in [
        ("activation_code_replaced_by_idx", "activity::store::of_license"),
        ("support_case_parent_idx", "case::store::look::look"),
        ("attempt_at_idx", "housekeeping::run"),
    ] {
        let mut tx = db.begin().await.unwrap();
        sqlx::raw_sql(PLANNED).execute(&mut *tx).await.unwrap();
        let drop = sqlx::AssertSqlSafe(format!("drop index {index}"));
        sqlx::raw_sql(drop).execute(&mut *tx).await.unwrap();
        let mut noticed = false;
        for statement in statements.iter().filter(|statement| statement.name.starts_with(name)) {
            noticed |= !judge(&mut tx, statement, SMALL).await.is_empty();
        }
        assert!(noticed, "{name} goes on without {index}, and nothing is said");
        tx.rollback().await.unwrap();
    }
}

/// Whoever is forgotten may be named nowhere, and Postgres looks for that in every table that could name them.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_is_deleted_is_looked_for_along_an_index(db: PgPool) {
    let deleted: Vec<String> = all().iter().flat_map(|statement| statement.deletes_from()).collect();
    assert!(deleted.len() > 10 && deleted.contains(&"person".to_owned()), "{deleted:?}");
    let unindexed: Vec<String> = sqlx::query_scalar(
        "select c.conrelid::regclass || ' (' || a.attname || ')' from pg_constraint c
         join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
         where c.contype = 'f' and c.confrelid::regclass::text = any ($1)
             and not c.conrelid::regclass::text = any ($2)
             and not exists (select 1 from pg_index i where i.indrelid = c.conrelid and i.indkey[0] = c.conkey[1])
         order by 1",
    )
    .bind(&deleted)
    .bind(SMALL)
    .fetch_all(&db)
    .await
    .unwrap();
    assert_eq!(unindexed, [""; 0]);
}
