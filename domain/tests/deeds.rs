//! What the deeds leave behind in a real database: every invariant holds, and each broken one is found.

use std::sync::Arc;

use domain::PgPool;
use domain::check;
use domain::cx::{Clock, Cx, World};
use domain::demo;
use domain::seal::{KeyTrouble, Seal, verify};

async fn world(db: &PgPool) -> Arc<World> {
    let clock = Clock::start(db).await.expect("the database tells the time");
    Arc::new(World {
        rw: db.clone(),
        ro: db.clone(),
        seal: Seal::new(&[7; 32]),
        tickets: Default::default(),
        clock,
        origin: "http://latchkey.test".to_owned(),
    })
}

async fn demo_office(db: &PgPool) -> Cx {
    let cx = Cx::system(&world(db).await);
    demo::fill(&cx, "no password has this hash").await.expect("the demo is filled");
    cx
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_demo_office_breaks_no_invariant(db: PgPool) {
    let cx = demo_office(&db).await;
    assert_eq!(check::run(&cx).await, Ok(vec![]));
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn filling_the_demo_again_changes_nothing(db: PgPool) {
    let cx = demo_office(&db).await;
    let events =
        || async { sqlx::query_scalar::<_, i64>("select count(*) from audit_event").fetch_one(&db).await.unwrap() };
    let before = events().await;
    demo::fill(&cx, "another").await.unwrap();
    assert_eq!(events().await, before);
}

/// Each fault with the invariant it breaks, the beginning of what is said about it, and the statement that plants it.
const FAULTS: [(&str, &str, &str); 11] = [
    (
        "V4",
        "the seat was bound without",
        "insert into seat (id, account_id, license_id, device_id, class, bound_at, released_at, release_reason)
         select gen_random_uuid(), account_id, license_id, device_id, class, bound_at - interval '1 hour', bound_at, 'user'
         from seat limit 1",
    ),
    (
        "V2",
        "more devices hold seats",
        "insert into seat (id, account_id, license_id, device_id, class, bound_at)
         select gen_random_uuid(), l.account_id, l.id, d.id, 'desktop', l.starts_at
         from device d, (select * from license where kind = 'trial' limit 1) as l
         where not exists (select 1 from seat s where s.license_id = l.id and s.device_id = d.id)
         limit 1",
    ),
    (
        "V3",
        "the license's start is not",
        "update activation_code set first_activated_at = first_activated_at - interval '1 second'
         where id = (select code_id from license order by id limit 1)",
    ),
    (
        "V3",
        "the license does not end with its term",
        "update license set expires_at = expires_at + interval '1 second' where id = (select id from license order by id limit 1)",
    ),
    (
        "V3",
        "the code was activated but there is no license",
        "update activation_code set first_activated_at = now()
         where id = (select id from activation_code where account_id is null limit 1)",
    ),
    (
        "V4",
        "the license began without",
        "insert into audit_event (at, actor_kind, event, object_id, facts, request_id)
         select now(), 'system', 'license_started', id, '{}', gen_random_uuid() from license limit 1",
    ),
    ("V4", "the code was disclosed without", "update recovery set disclosed_at = now()"),
    (
        "V8",
        "the license was cancelled",
        "update license set cancelled_at = now()
         where id = (select license_id from seat where released_at is null limit 1)",
    ),
    (
        "V8",
        "the seat belongs to another account",
        "with other as (
             insert into account (id, name, country, created_at) values (gen_random_uuid(), 'Other', 'IN', now()) returning id
         )
         update seat set account_id = other.id from other where seat.id = (select id from seat limit 1)",
    ),
    (
        "V9",
        "the index of",
        "update activation_code set code_bi = decode(md5(id::text), 'hex')
         where id = (select id from activation_code order by id limit 1)",
    ),
    (
        "V9",
        "license",
        "update license set license_key_ct = set_byte(license_key_ct, 30, get_byte(license_key_ct, 30) # 1)
         where id = (select id from license order by id limit 1)",
    ),
];

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn each_planted_fault_is_found(db: PgPool) {
    let cx = demo_office(&db).await;
    let found = |invariant: &'static str, what: &'static str| {
        let cx = cx.clone();
        async move {
            let findings = check::run(&cx).await.unwrap();
            findings.iter().any(|finding| finding.invariant == invariant && finding.what.starts_with(what))
        }
    };
    for (invariant, what, plant) in FAULTS {
        assert!(!found(invariant, what).await, "{invariant} {what}: there before");
        let done = sqlx::query(plant).execute(&db).await.unwrap();
        assert!(done.rows_affected() > 0, "{invariant} {what}: nothing was planted");
        assert!(found(invariant, what).await, "{invariant} {what}: not found");
    }
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_audit_log_can_be_neither_changed_nor_removed(db: PgPool) {
    demo_office(&db).await;
    for attack in ["update audit_event set event = 'x'", "delete from audit_event", "truncate audit_event"] {
        let refused = sqlx::query(attack).execute(&db).await.unwrap_err();
        assert!(refused.to_string().contains("append-only"), "{attack}: {refused}");
    }
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_database_made_with_another_key_is_refused(db: PgPool) {
    let (own, other) = (Seal::new(&[7; 32]), Seal::new(&[8; 32]));
    assert_eq!(verify(&db, &own).await, Ok(()));
    assert_eq!(verify(&db, &own).await, Ok(()));
    assert_eq!(verify(&db, &other).await, Err(KeyTrouble::OtherKey));
    assert_eq!(verify(&db, &own).await, Ok(()));
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn no_secret_stands_in_the_database_in_plain(db: PgPool) {
    let cx = demo_office(&db).await;
    let facts = demo::facts(&cx).await.unwrap();
    let tables = ["activation_code", "license", "recovery", "audit_event", "mail", "device", "device_link"];
    for table in tables {
        let question = sqlx::AssertSqlSafe(format!("select coalesce(string_agg(t::text, ' '), '') from {table} as t"));
        let text: String = sqlx::query_scalar(question).fetch_one(&db).await.unwrap();
        for code in &facts.codes {
            let bare = code.code.replace('-', "");
            assert!(!text.contains(&code.code) && !text.contains(&bare), "{table} holds a code");
        }
    }
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn housekeeping_forgets_what_is_over_and_nothing_else(db: PgPool) {
    let cx = demo_office(&db).await;
    let old = "now() - interval '8 days'";
    for statement in [
        format!("insert into account values ('{}', 'Never confirmed', 'IN', {old})", uuid::Uuid::from_u128(1)),
        format!("insert into account values ('{}', 'Still waits', 'IN', now())", uuid::Uuid::from_u128(2)),
        "insert into person (id, account_id, role, email, name, password_hash, credential_stamp, created_at)
             select gen_random_uuid(), id, 'owner', id || '@x.example', 'Nobody', '-', gen_random_uuid(), created_at
             from account where name in ('Never confirmed', 'Still waits')"
            .to_owned(),
        format!("insert into session values ('\\x{:064}', '{{}}', {old}, now() + interval '1 hour')", 1),
        format!("insert into session values ('\\x{:064}', '{{}}', now(), now() - interval '1 second')", 2),
        format!("insert into session values ('\\x{:064}', '{{}}', now(), now() + interval '1 hour')", 3),
        format!("insert into attempt values ('x', '\\x00', {old}), ('x', '\\x01', now())"),
    ] {
        sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&db).await.unwrap();
    }
    domain::housekeeping::run(&cx).await.unwrap();
    let left = |question: &'static str| sqlx::query_scalar::<_, i64>(question).fetch_one(&db);
    assert_eq!(left("select count(*) from session").await.unwrap(), 1);
    assert_eq!(left("select count(*) from attempt where bucket = 'x'").await.unwrap(), 1);
    assert_eq!(left("select count(*) from account where name = 'Never confirmed'").await.unwrap(), 0);
    assert_eq!(left("select count(*) from account").await.unwrap(), 2);
    assert_eq!(left("select count(*) from person where name <> 'Nobody'").await.unwrap(), 3);
    assert_eq!(check::run(&cx).await, Ok(vec![]));
}
