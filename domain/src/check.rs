//! The invariants of the stored facts, each as a question whose answer must be empty.

use sqlx::{Executor, PgConnection, Row};
use uuid::Uuid;

use crate::Result;
use crate::cx::Cx;
use crate::seal::Sealed;

/// A broken invariant and the row that breaks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The invariant, V2 to V10.
    pub invariant: &'static str,
    /// What is wrong.
    pub what: String,
}

/// Each invariant with the query that finds what breaks it; the first column names the row.
const QUESTIONS: &[(&str, &str, &str)] = &[
    (
        "V2",
        "more devices hold seats than the license has",
        "select s.license_id from seat s join license l on l.id = s.license_id where s.released_at is null
         group by s.license_id, s.class, l.seats having count(*) > coalesce((l.seats ->> s.class)::bigint, 0)",
    ),
    (
        "V3",
        "the license's start is not its code's first activation",
        "select l.id from license l join activation_code c on c.id = l.code_id
         where c.first_activated_at is null or (c.start_rule = 'on_first_activation' and l.starts_at <> c.first_activated_at)",
    ),
    (
        "V3",
        "the license does not end with its term",
        "select l.id from license l join activation_code c on c.id = l.code_id
         where l.kind <> 'subscription' and l.term_changed_at is null
           and l.expires_at <> l.starts_at + make_interval(hours => coalesce(l.term_days, c.term_days) * 24)",
    ),
    (
        "V3",
        "the code was activated but there is no license",
        "select c.id from activation_code c
         where c.first_activated_at is not null and not exists (select 1 from license l where l.code_id = c.id)",
    ),
    (
        "V4",
        "the license began without exactly one audit event",
        "select l.id from license l
         where (select count(*) from audit_event e where e.object_id = l.id and e.event = 'license_started') <> 1",
    ),
    (
        "V4",
        "the seat was bound without an audit event",
        "select s.id from seat s where not exists (
             select 1 from audit_event e where e.object_id = s.license_id and e.event = 'seat_bound'
               and e.facts ->> 'seat' = s.id::text)",
    ),
    (
        "V4",
        "the seat was released without exactly one audit event",
        "select s.id from seat s where s.released_at is not null and (
             select count(*) from audit_event e where e.object_id = s.license_id and e.event = 'seat_released'
               and e.facts ->> 'seat' = s.id::text) <> 1",
    ),
    (
        "V7",
        "the waiting code took over more than once, or on a device that has no seat of it",
        "select r.id from reserve r where r.state = 'promoted' and (
             select count(*) from audit_event e where e.object_id = r.id and e.event = 'reserve_promoted') <> 1
         union all
         select r.id from reserve r where r.state = 'promoted' and not exists (
             select 1 from seat s where s.license_id = r.license_id and s.device_id = r.device_id)",
    ),
    (
        "V7",
        "the waiting code took over before the running license had ended",
        "select r.id from reserve r
         join seat s on s.license_id = r.license_id and s.device_id = r.device_id
         join seat earlier on earlier.device_id = r.device_id and earlier.license_id <> r.license_id
         where r.state = 'promoted' and earlier.bound_at < s.bound_at
           and earlier.released_at > s.bound_at",
    ),
    (
        "V8",
        "a code waits that was cancelled, blocked or replaced",
        "select r.id from reserve r join activation_code c on c.id = r.code_id
         where r.state = 'waiting' and (c.cancelled_at is not null or c.blocked_at is not null or c.replaced_at is not null)",
    ),
    (
        "V4",
        "the code was disclosed without an audit event",
        "select r.id from recovery r where r.disclosed_at is not null
         and not exists (select 1 from audit_event e where e.object_id = r.id and e.event = 'recovery_disclosed')",
    ),
    (
        "V8",
        "the license was cancelled but devices hold its seats",
        "select l.id from license l join seat s on s.license_id = l.id
         where l.cancelled_at is not null and s.released_at is null",
    ),
    (
        "V8",
        "the code was cancelled but its license was not",
        "select l.id from license l join activation_code c on c.id = l.code_id
         where c.cancelled_at is not null and l.cancelled_at is null",
    ),
    (
        "V8",
        "the order was taken back but a code of it was not cancelled",
        "select c.id from activation_code c join purchase o on o.id = c.purchase_id
         where o.state in ('cancelled', 'refunded') and c.cancelled_at is null",
    ),
    (
        "V8",
        "the seat belongs to another account than its license or device",
        "select s.id from seat s join license l on l.id = s.license_id join device d on d.id = s.device_id
         where s.account_id <> l.account_id or s.account_id <> d.account_id",
    ),
];

/// Asks every question of one snapshot; an empty answer means that all invariants hold in it.
///
/// # Errors
/// Those of the database.
pub async fn run(cx: &Cx) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let mut snapshot = crate::cx::begin(&cx.world.ro).await?;
    snapshot.execute("set transaction isolation level repeatable read, read only").await?;
    for (invariant, what, question) in QUESTIONS {
        for row in sqlx::query(*question).fetch_all(&mut *snapshot).await? {
            let id: Uuid = row.try_get(0)?;
            findings.push(Finding { invariant, what: format!("{what} ({id})") });
        }
    }
    findings.extend(unreadable(&mut snapshot, cx).await?);
    snapshot.rollback().await?;
    Ok(findings)
}

/// V9: every sealed value opens, and is found by the index of what is inside.
async fn unreadable(db: &mut PgConnection, cx: &Cx) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let sealed = sqlx::query!(
        r#"select 'activation_code' as "table!", id as "id!", code_ct as "sealed!", code_bi as "index" from activation_code
           union all select 'license', id, license_key_ct, license_key_bi from license
           union all select 'recovery', id, license_key_ct, license_key_bi from recovery where license_key_ct is not null
           union all select 'webhook_endpoint', id, secret_ct, null from webhook_endpoint
           union all select 'two_step', person_id, secret_ct, null from two_step
           union all select 'mail', id, sealed, null from mail where sealed is not null"#
    )
    .fetch_all(db)
    .await?;
    for row in sealed {
        let what = match row.table.as_str() {
            "activation_code" => Sealed::Code,
            "license" => Sealed::LicenseKey,
            "webhook_endpoint" => Sealed::Endpoint,
            "two_step" => Sealed::PersonTotp,
            "mail" => Sealed::Mail,
            _ => Sealed::ClaimedKey,
        };
        let found_by_index = cx.world.seal.open(what, row.id, &row.sealed).map(|secret| {
            // what nobody looks for has no index
            row.index.is_none_or(|index| cx.world.seal.index(what, &secret)[..] == index)
        });
        match found_by_index {
            Ok(true) => {}
            Ok(false) => findings.push(Finding {
                invariant: "V9",
                what: format!("the index of {} {} is another secret's", row.table, row.id),
            }),
            Err(_) => {
                findings.push(Finding { invariant: "V9", what: format!("{} {} does not open", row.table, row.id) })
            }
        }
    }
    Ok(findings)
}
