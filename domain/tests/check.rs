//! The invariants of the stored facts: each broken one is found, and every question has a fault that it finds.

mod world;

use domain::PgPool;
use domain::check;
use world::demo_office;

/// Each fault with the invariant it breaks, the beginning of what is said about it, and the statement that plants it.
const FAULTS: &[(&str, &str, &str)] = &[
    (
        "V4",
        "the seat was released without",
        "update seat set released_at = bound_at + interval '1 hour', release_reason = 'user'
         where id = (
             select s.id from seat s join license l on l.id = s.license_id
             where s.released_at is null and l.kind <> 'trial'
             order by s.id desc
             limit 1)",
    ),
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
        "the code was cancelled but its license",
        "update activation_code set cancelled_at = now()
         where id = (select code_id from license where cancelled_at is null limit 1)",
    ),
    (
        "V8",
        "the order was taken back",
        "update purchase set state = 'refunded'
         where id = (select purchase_id from activation_code where cancelled_at is null limit 1)",
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
    (
        "V9",
        "webhook_endpoint",
        "insert into webhook_endpoint (id, url, secret_ct, key_version, created_at)
         values (gen_random_uuid(), 'https://vendor.example/', '\\x00', 1, now())",
    ),
    (
        "V4",
        "the codes of the batch were handed over without",
        "insert into code_batch (id, source, bundle_id, product_id, seats, term_days, kind, start_rule, countries, seller_id,
             purchase_id, wanted, state, recipient, reason, asked_by, asked_at, handed_to, handed_at)
         select gen_random_uuid(), 'made', b.id, b.product_id, b.seats, 365, 'commercial', 'on_order', '{IN}', o.seller_id,
             o.id, 1, 'handed_over', 'age1', 'For the spring', s.id, now(), s.id, now()
         from bundle b, purchase o, staff s
         limit 1",
    ),
    (
        "V6",
        "the order was placed without exactly one",
        "update purchase set body_hash = decode(repeat('ab', 32), 'hex') where id = (select id from purchase limit 1)",
    ),
    (
        "V7",
        "the waiting code took over more than once",
        "insert into reserve (id, account_id, device_id, code_id, added_at, state, due_at, settled_at, license_id)
         select gen_random_uuid(), d.account_id, d.id, l.code_id, now(), 'promoted', now(), now(), l.id
         from device d, license l
         limit 1",
    ),
    (
        "V7",
        "the waiting code took over before",
        "with two as (
             select s.device_id, s.license_id, s.account_id, s.bound_at, e.id as earlier
             from seat s join seat e on e.device_id = s.device_id and e.license_id <> s.license_id and e.bound_at < s.bound_at
             limit 1
         ), kept as (
             update seat set released_at = two.bound_at + interval '1 day', release_reason = 'user'
             from two where seat.id = two.earlier
         )
         insert into reserve (id, account_id, device_id, code_id, added_at, state, due_at, settled_at, license_id)
         select gen_random_uuid(), two.account_id, two.device_id, l.code_id, now(), 'promoted', now(), now(), two.license_id
         from two join license l on l.id = two.license_id",
    ),
    (
        "V7",
        "a code waits on a device that holds a seat",
        "insert into reserve (id, account_id, device_id, code_id, added_at, state, due_at)
         select gen_random_uuid(), s.account_id, s.device_id, l.code_id, now(), 'waiting', now()
         from seat s join license l on l.id = s.license_id
         where s.released_at is null and not exists (
             select 1 from reserve r where r.device_id = s.device_id and r.state = 'waiting')
         limit 1",
    ),
    (
        "V8",
        "a code waits that was cancelled",
        "with blocked as (
             update activation_code set blocked_at = now(), blocked_reason = 'Published'
             where id = (select id from activation_code where account_id is null order by id desc limit 1)
             returning id
         )
         insert into reserve (id, account_id, device_id, code_id, added_at, state, due_at)
         select gen_random_uuid(), d.account_id, d.id, blocked.id, now(), 'waiting', now()
         from device d, blocked
         limit 1",
    ),
    ("V9", "recovery", "update recovery set license_key_ct = '\\x00'"),
    ("V9", "staff", "update staff set totp_ct = set_byte(totp_ct, 30, get_byte(totp_ct, 30) # 1)"),
    (
        "V9",
        "ticket_key",
        "insert into ticket_key (number, kid, public_key, secret_id, secret_ct, key_version, made_at)
         values (99, 'another', decode(repeat('00', 32), 'hex'), gen_random_uuid(), '\\x00', 1, now())",
    ),
    (
        "V9",
        "two_step",
        "insert into two_step (person_id, secret_ct, key_version, begun_at) select id, '\\x00', 1, now() from person limit 1",
    ),
    (
        "V9",
        "idempotent_answer",
        "insert into idempotent_answer (scope_hash, run_id, request_hash, started_at, lease_until, status, body_ct)
         values (decode(repeat('01', 32), 'hex'), gen_random_uuid(), decode(repeat('02', 32), 'hex'), now(), now(), 200, '\\x00')",
    ),
    (
        "V9",
        "code_import",
        "insert into code_import (id, staff_id, terms, good, bad, staged, created_at, expires_at)
         select gen_random_uuid(), id, '{}', 1, '[]', '\\x00', now(), now() from staff limit 1",
    ),
    (
        "V9",
        "code_batch",
        "insert into code_batch (id, source, bundle_id, product_id, seats, term_days, kind, start_rule, countries, seller_id,
             purchase_id, wanted, state, staged, reason, asked_by, asked_at)
         select gen_random_uuid(), 'imported', b.id, b.product_id, b.seats, 365, 'commercial', 'on_order', '{IN}', o.seller_id,
             o.id, 1, 'working', '\\x00', 'For the spring', s.id, now()
         from bundle b, purchase o, staff s
         limit 1",
    ),
    ("V9", "mail", "update mail set sealed = '\\x00' where id = (select id from mail limit 1)"),
    (
        "V10",
        "the session is open for longer",
        "insert into session (id_hash, data, created_at, expires_at)
         values (decode(repeat('01', 32), 'hex'), '{}', now(), now() + interval '13 hours')",
    ),
    (
        "V10",
        "a session is open of somebody",
        "with gone as (update person set disabled_at = now() where id = (select id from person limit 1) returning id)
         insert into session (id_hash, data, created_at, expires_at)
         select decode(repeat('02', 32), 'hex'), jsonb_build_object('signed_in', jsonb_build_object('who',
             jsonb_build_object('Person', id))), now(), now() + interval '1 hour'
         from gone",
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
    for &(invariant, what, plant) in FAULTS {
        assert!(!found(invariant, what).await, "{invariant} {what}: there before");
        let done = sqlx::query(plant).execute(&db).await.unwrap();
        assert!(done.rows_affected() > 0, "{invariant} {what}: nothing was planted");
        assert!(found(invariant, what).await, "{invariant} {what}: not found");
    }
}

#[test]
fn every_question_has_a_fault_that_it_finds() {
    for (invariant, what) in check::questions() {
        let planted = FAULTS.iter().any(|(broken, beginning, _)| *broken == invariant && what.starts_with(beginning));
        assert!(planted, "nothing is planted for {invariant}: {what}");
    }
}
