//! The questions, each in words and as a query.

/// Each invariant with the query that finds what breaks it; the first column names the row.
pub(super) const QUESTIONS: &[(&str, &str, &str)] = &[
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
        "select l.id from license l left join (
             select object_id, count(*) as times from audit_event where event = 'license_started' group by object_id
         ) as began on began.object_id = l.id
         where coalesce(began.times, 0) <> 1",
    ),
    (
        "V4",
        "the seat was bound without exactly one audit event",
        "select s.id from seat s left join (
             select facts ->> 'seat' as seat, count(*) as times from audit_event where event = 'seat_bound' group by 1
         ) as bound on bound.seat = s.id::text
         where coalesce(bound.times, 0) <> 1",
    ),
    (
        "V4",
        "the seat was released without exactly one audit event",
        "select s.id from seat s left join (
             select facts ->> 'seat' as seat, count(*) as times from audit_event where event = 'seat_released' group by 1
         ) as released on released.seat = s.id::text
         where s.released_at is not null and coalesce(released.times, 0) <> 1",
    ),
    (
        "V4",
        "the codes of the batch were handed over without exactly one audit event",
        "select b.id from code_batch b where b.handed_at is not null and (
             select count(*) from audit_event e where e.object_id = b.id and e.event = 'batch_handed_over') <> 1",
    ),
    (
        "V6",
        "the order was placed without exactly one effect that is told",
        "select o.id from purchase o where o.body_hash is not null and (
             select count(*) from audit_event e where e.object_id = o.id and e.event = 'order_placed') <> 1",
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
        "V7",
        "a code waits on a device that holds a seat of its license",
        "select r.id from reserve r
         join license l on l.code_id = r.code_id
         join seat s on s.license_id = l.id and s.device_id = r.device_id
         where r.state = 'waiting' and s.released_at is null",
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
         where s.account_id <> d.account_id or s.account_id <> l.account_id and s.released_at is null",
    ),
    (
        "V10",
        "the session is open for longer than twelve hours and the half hour of its last use",
        "select coalesce(public_id, encode(substr(id_hash, 1, 16), 'hex')::uuid) from session
         where expires_at > created_at + interval '12 hours 30 minutes'",
    ),
    (
        "V10",
        "a session is open of somebody who is no longer let in",
        "select p.id from session s join person p on p.id = s.person_id where p.disabled_at is not null",
    ),
];
