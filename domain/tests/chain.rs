//! The chain over the audit log on a real database: whatever an owner of the database does to an event is found and named.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::sync::Arc;
use std::time::Instant;

use domain::PgPool;
use domain::actor::Actor;
use domain::chain::store::{link, paper};
use domain::check::{self, Finding};
use domain::cx::{Clock, Cx, World};
use domain::id::{AccountId, PersonId, RequestId};
use domain::person::Role;
use domain::person::preferences::Preferences;
use domain::seal::Seal;
use uuid::Uuid;

async fn cx_with(db: &PgPool, key: u8) -> Cx {
    let world = World {
        rw: db.clone(),
        ro: db.clone(),
        seal: Seal::new(&[key; 32]),
        tickets: Default::default(),
        clock: Clock::start(db).await.unwrap(),
        origin: "http://latchkey.test".to_owned(),
    };
    Cx::system(&Arc::new(world))
}

async fn cx(db: &PgPool) -> Cx {
    cx_with(db, 7).await
}

/// So many events, of accounts by turns and every fifth of none.
async fn happen(db: &PgPool, many: i32) {
    sqlx::query(
        "insert into audit_event (at, account_id, actor_kind, actor_id, event, object_id, facts, country, request_id)
         select now() + n * interval '1 second',
             case when n % 5 = 0 then null else ('00000000-0000-0000-0000-00000000000' || n % 5)::uuid end,
             'system', null, 'overuse_found', gen_random_uuid(), jsonb_build_object('n', n), 'IN', gen_random_uuid()
         from generate_series(1, $1) n",
    )
    .bind(many)
    .execute(db)
    .await
    .unwrap();
}

async fn found(cx: &Cx) -> Vec<String> {
    let findings = check::run(cx).await.unwrap();
    findings.into_iter().map(|Finding { what, .. }| what).collect()
}

/// As somebody who owns the tables, past every trigger.
async fn tamper(db: &PgPool, statement: &'static str) {
    let mut tx = db.begin().await.unwrap();
    sqlx::query("set local session_replication_role = replica").execute(&mut *tx).await.unwrap();
    let done = sqlx::raw_sql(statement).execute(&mut *tx).await.unwrap();
    assert!(done.rows_affected() > 0, "{statement}");
    tx.commit().await.unwrap();
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_happened_is_linked_and_the_chain_holds(db: PgPool) {
    let cx = cx(&db).await;
    assert_eq!(link(&cx).await.unwrap(), 0);
    happen(&db, 23).await;
    assert_eq!(link(&cx).await.unwrap(), 23);
    happen(&db, 7).await;
    assert_eq!(link(&cx).await.unwrap(), 7);
    assert_eq!(link(&cx).await.unwrap(), 0);
    assert_eq!(found(&cx).await, [""; 0]);
}

/// What is done to the database, and what is said of it.
const ATTACKS: [(&str, &str); 16] = [
    ("update audit_event set event = 'signed_in' where id = 4", "event 4 was changed"),
    ("update audit_event set facts = '{\"n\": 5}' where id = 4", "event 4 was changed"),
    ("update audit_event set at = at + interval '1 microsecond' where id = 4", "event 4 was changed"),
    ("update audit_event set actor_id = gen_random_uuid() where id = 4", "event 4 was changed"),
    ("update audit_event set account_id = null where id = 4", "event 4 was changed"),
    ("delete from audit_event where id = 4", "event 4 was deleted"),
    ("delete from audit_event where id = 23", "event 23 was deleted"),
    ("delete from audit_event where id = 23; delete from audit_link where number = 23", "the newest were deleted"),
    ("delete from audit_event where id = 4; delete from audit_link where number = 4", "the links 4 to 4 were deleted"),
    (
        "update audit_event a set at = b.at, object_id = b.object_id, facts = b.facts from audit_event b
         where (a.id = 4 and b.id = 9) or (a.id = 9 and b.id = 4)",
        "event 9 was changed",
    ),
    (
        "update audit_link set event_id = -event_id where number in (4, 9);
         update audit_link set event_id = case number when 4 then 9 else 4 end where number in (4, 9)",
        "event 9 was changed",
    ),
    (
        "update audit_link set number = number + 1000 where number in (4, 9);
         update audit_link set number = case number when 1004 then 9 else 4 end where number in (1004, 1009)",
        "event 9 does not stand in its place: link 4",
    ),
    ("update audit_link set hash = contents where number = 4", "event 4 does not stand in its place"),
    (
        "update audit_link set account_hash = contents where number = 4",
        "event 4 does not follow the one before it in account",
    ),
    (
        "delete from audit_link where number > 3; update audit_sealing set statement = null",
        "the newest head is not signed",
    ),
    ("update audit_head set number = 1, statement = 'x'", "is not signed by this installation"),
];

/// H08: what the superuser edits, deletes or reorders is found.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_event_that_is_changed_deleted_or_moved_is_found_and_named(db: PgPool) {
    let cx = cx(&db).await;
    happen(&db, 23).await;
    link(&cx).await.unwrap();
    let keep = "create table kept_event as table audit_event; create table kept_link as table audit_link;
                create table kept_head as table audit_head; create table kept_sealing as table audit_sealing";
    sqlx::raw_sql(keep).execute(&db).await.unwrap();
    for (attack, said) in ATTACKS {
        tamper(&db, attack).await;
        let told = found(&cx).await;
        assert!(told.iter().any(|what| what.contains(said)), "{attack}: {told:?}");
        assert!(told.len() <= 25, "{attack}: {told:?}");
        tamper(
            &db,
            "delete from audit_event; delete from audit_link; delete from audit_head; delete from audit_sealing;
             insert into audit_event overriding system value select * from kept_event;
             insert into audit_link select * from kept_link; insert into audit_head select * from kept_head;
             insert into audit_sealing select * from kept_sealing",
        )
        .await;
        assert_eq!(found(&cx).await, [""; 0]);
    }
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_past_that_was_written_anew_without_the_key_is_found(db: PgPool) {
    happen(&db, 9).await;
    link(&cx_with(&db, 8).await).await.unwrap();
    let told = found(&cx(&db).await).await;
    assert!(told.iter().any(|what| what.contains("is not signed by this installation")), "{told:?}");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_event_that_commits_late_is_linked_late_and_holds_nobody_up(db: PgPool) {
    let cx = cx(&db).await;
    let mut slow = db.begin().await.unwrap();
    let event = "insert into audit_event (at, actor_kind, event, facts, request_id)
                 values (now(), 'system', 'overuse_found', '{}', gen_random_uuid())";
    sqlx::query(event).execute(&mut *slow).await.unwrap();
    happen(&db, 3).await;
    assert_eq!(link(&cx).await.unwrap(), 3);
    slow.commit().await.unwrap();
    assert_eq!(link(&cx).await.unwrap(), 1);
    assert_eq!(found(&cx).await, [""; 0]);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_event_put_in_beside_the_log_is_found_once_the_worker_has_gone_by(db: PgPool) {
    let cx = cx(&db).await;
    happen(&db, 9).await;
    for _ in 0..2 {
        link(&cx).await.unwrap();
        sqlx::query("update audit_sealing set marked_at = now() - interval '1 hour'").execute(&db).await.unwrap();
    }
    link(&cx).await.unwrap();
    tamper(
        &db,
        "insert into audit_event (id, at, actor_kind, event, facts, request_id) overriding system value
         values (-3, now(), 'system', 'signed_in', '{}', gen_random_uuid())",
    )
    .await;
    assert_eq!(link(&cx).await.unwrap(), 0);
    assert_eq!(found(&cx).await, ["event -3 was never linked to the others: it was put in beside the log"]);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn two_workers_at_once_link_every_event_once(db: PgPool) {
    let cx = cx(&db).await;
    happen(&db, 12_000).await;
    let (one, other) = tokio::join!(link(&cx), link(&cx));
    let rest = link(&cx).await.unwrap();
    assert_eq!(one.unwrap() + other.unwrap() + rest, 12_000);
    assert_eq!(found(&cx).await, [""; 0]);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_office_proves_its_own_part_and_gets_nobody_elses(db: PgPool) {
    let cx = cx(&db).await;
    happen(&db, 50).await;
    link(&cx).await.unwrap();
    let person = |role| Cx {
        actor: Actor::Person {
            id: PersonId(Uuid::nil()),
            account: AccountId(Uuid::from_u128(3)),
            role,
            name: String::new(),
            office: String::new(),
            email: String::new(),
            preferences: Preferences::default(),
        },
        request: RequestId::generate(),
        ..cx.clone()
    };
    let made = paper(person(Role::Owner)).await.unwrap();
    assert_eq!(made.events.len(), 10);
    assert_eq!(made.verify(None).unwrap().events, 10);
    assert_eq!(paper(person(Role::Member)).await, Err(domain::Error::Forbidden));
    happen(&db, 5).await;
    link(&cx).await.unwrap();
    let later = paper(person(Role::Owner)).await.unwrap();
    assert_eq!(later.follows(&made), Ok(()));
    assert_eq!(later.verify(Some(&made.key.kid)).unwrap().events, 11);
}

/// H08: a million events are checked within ten seconds by a release build; this is the same road, at a size that an unoptimized
/// build walks in less. `LATCHKEY_TESTS_AT_LARGE=1` takes the million.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn many_events_are_checked_within_ten_seconds(db: PgPool) {
    let cx = cx(&db).await;
    let at_large = std::env::var_os("LATCHKEY_TESTS_AT_LARGE").is_some();
    let many = if at_large { 1_000_000 } else { 50_000 };
    happen(&db, many).await;
    assert_eq!(link(&cx).await.unwrap(), u64::from(many.unsigned_abs()));
    let began = Instant::now();
    assert_eq!(found(&cx).await, [""; 0]);
    let took = began.elapsed();
    println!("{many} events checked in {took:?}");
    assert!(took.as_secs() < 10, "{took:?}");
}
