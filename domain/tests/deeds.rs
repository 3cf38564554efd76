//! What the deeds leave behind in a real database: every invariant holds, and each broken one is found.

mod world;

use domain::PgPool;
use domain::check;
use domain::cx::Cx;
use domain::demo;
use domain::seal::{KeyTrouble, Seal, verify};
use domain::seat::store::{find_overuse, tell_of_filling};
use world::{demo_office, world};

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

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_demo_office_is_in_use(db: PgPool) {
    demo_office(&db).await;
    let count = |question: &'static str| {
        let db = db.clone();
        async move { sqlx::query_scalar::<_, i64>(question).fetch_one(&db).await.unwrap() }
    };
    let devices =
        "select count(*) from device_contact where databases_at < last_seen_at and ticket_until > last_seen_at";
    assert_eq!(count(devices).await, 7);
    assert_eq!(count("select count(*) from person where last_sign_in_at is null").await, 0);
    let rehearsed =
        "select count(*) from reserve where state = 'waiting' and rehearsed_at is not null and trouble is null";
    assert_eq!(count(rehearsed).await, 1);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_busy_week_has_requests_in_every_state_and_a_pattern_to_find(db: PgPool) {
    let cx = Cx::system(&world(&db).await);
    demo::fill_busy(&cx, "no password has this hash").await.expect("the week is filled");
    demo::fill_busy(&cx, "another").await.expect("a second call changes nothing");
    let all = |question: &'static str| {
        let db = db.clone();
        async move { sqlx::query_scalar::<_, String>(question).fetch_all(&db).await.unwrap() }
    };
    assert_eq!(
        all("select distinct state from support_case order by state").await,
        ["closed", "new", "on_hold", "open", "pending", "solved"]
    );
    assert_eq!(
        all("select distinct state from recovery order by state").await,
        ["approved", "checking", "done", "needs_info", "rejected", "submitted", "timed_out", "withdrawn"]
    );
    let requests = all("select number from support_case union all select number from recovery").await.len();
    assert!((34..=46).contains(&requests), "{requests}");
    assert_eq!(all("select id::text from audit_event where event = 'sharing_found'").await.len(), 1);
    assert_eq!(all("select state from refund order by state").await, ["denied", "paid", "requested", "under_review"]);
    assert_eq!(all("select distinct state from code_batch order by state").await, ["finished", "handed_over", "ready"]);
    assert_eq!(all("select found_at from code_block where blocked_at is not null").await.len(), 1);
    assert_eq!(all("select article from feedback where handled_at is null").await.len(), 8);
    let out_of_order =
        "select event from (select event, at, lag(at) over (order by id) as before from audit_event) as e
        where at < before";
    assert_eq!(all(out_of_order).await, Vec::<String>::new(), "the trail is in order of time");
    assert_eq!(check::run(&cx).await, Ok(vec![]));
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn many_offices_at_once_break_no_invariant_either(db: PgPool) {
    let cx = demo_office(&db).await;
    let mut told = Vec::new();
    demo::large::add(&cx, 1_050, |done| told.push(done)).await.expect("the offices are added");
    assert_eq!(told, [1_000, 1_050]);
    let accounts: i64 = sqlx::query_scalar("select count(*) from account").fetch_one(&db).await.unwrap();
    assert_eq!(accounts, 1_051);
    assert_eq!(check::run(&cx).await, Ok(vec![]));
    let kinds = "select array_agg(distinct kind order by kind) from license";
    let kinds: Vec<String> = sqlx::query_scalar(kinds).fetch_one(&db).await.unwrap();
    assert_eq!(kinds, ["commercial", "renewal", "subscription", "trial"]);
    for table in ["reserve", "recovery", "refund", "support_case", "subscription_payment", "notice"] {
        let question = sqlx::AssertSqlSafe(format!("select count(*) from {table}"));
        let rows: i64 = sqlx::query_scalar(question).fetch_one(&db).await.unwrap();
        assert!(rows > 0, "{table} is empty");
    }
}

/// More licenses than a job looks at in one stretch.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn jobs_come_to_the_last_of_many_licenses(db: PgPool) {
    let cx = demo_office(&db).await;
    demo::large::add(&cx, 1_050, |_| ()).await.expect("the offices are added");
    assert_eq!(find_overuse(&cx).await, Ok(0));
    let shrink = r#"update license set seats = '{"desktop": 0}' where id in (
                        (select license_id from seat where released_at is null order by license_id limit 1)
                        union all
                        (select license_id from seat where released_at is null order by license_id desc limit 1))"#;
    sqlx::query(shrink).execute(&db).await.unwrap();
    assert_eq!(find_overuse(&cx).await, Ok(2));
    assert_eq!(find_overuse(&cx).await, Ok(0));
    let full = "select count(*) from (
                    select 1 from seat s join license l on l.id = s.license_id
                    where s.released_at is null and l.expires_at > now() and s.class = 'desktop'
                        and (l.seats ->> 'desktop')::bigint > 1
                    group by l.id having count(*) * 10 >= (l.seats ->> 'desktop')::bigint * 9
                ) as full_ones";
    let full: i64 = sqlx::query_scalar(full).fetch_one(&db).await.unwrap();
    assert!(full > 50, "{full}");
    assert_eq!(tell_of_filling(&cx).await, Ok(usize::try_from(full).unwrap()));
    assert_eq!(tell_of_filling(&cx).await, Ok(0));
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
        format!("insert into session values ('\\x{:064}', '{{}}', now(), now() - interval '25 hours')", 2),
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
