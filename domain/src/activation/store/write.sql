with kept as (
    update activation_code
    set account_id = coalesce(account_id, $2), administrator_id = coalesce(administrator_id, $3),
        first_activated_at = coalesce(first_activated_at, case when $7::timestamptz is not null then $4::timestamptz end),
        previous_code_id = coalesce(previous_code_id, $16)
    where id = $1
    returning id, administrator_id, product_id, kind, seats, protection_ends
),
started as (
    insert into license (id, account_id, administrator_id, code_id, product_id, license_key_ct, license_key_bi, key_version,
        kind, seats, agreement_version, starts_at, expires_at, grace_until, protection_ends, auto_renew, term_days, created_at)
    select $6, $2, administrator_id, id, product_id, $12, $13, $14, kind, seats, $15, $7, $8, $9, protection_ends, $10, $11, $5
    from kept
    where $7::timestamptz is not null
),
let_go as (
    update seat
    set released_at = $4, release_reason = $22
    from license other
    where $17::uuid is not null and seat.device_id = $18 and seat.released_at is null
        and other.id = seat.license_id and other.product_id = $21 and other.id <> $6
    returning seat.id, seat.license_id, seat.device_id, seat.release_reason
),
given_up as (
    update seat
    set released_at = $4, release_reason = 'replaced_hardware'
    where $17::uuid is not null and license_id = $6 and device_id = $23 and released_at is null
    returning id, license_id, device_id, release_reason
),
bound as (
    insert into seat (id, account_id, license_id, device_id, class, bound_at, bound_by)
    select $17, $2, $6, $18, $19, $4, $20
    where $17::uuid is not null
),
works_again as (
    update device set stopped_at = null where $17::uuid is not null and id = $18 and stopped_at is not null
),
removed as (
    update reserve set state = 'removed', settled_at = $5 where id = $24 and state = 'waiting' returning id
),
waits as (
    insert into reserve (id, account_id, device_id, code_id, added_at, added_by, state, due_at, rehearsed_at, trouble)
    select $25, $2, $18, $1, $5, $20, 'waiting', $26, $5, $27
    -- after the one it replaces is gone: there is one reserve per device (R45)
    where $25::uuid is not null and (select count(*) from removed) >= 0
),
promoted as (
    update reserve set state = 'promoted', settled_at = $4, license_id = $6, trouble = null
    where id = $28 and $6::uuid is not null
),
commanded as (
    insert into device_command (id, account_id, device_id, kind, asked_at, asked_by)
    select $29, $2, $18, 'license', $5, $20
    where $29::uuid is not null
),
ticketed as (
    -- the latest instant until which the device can go on if it stays offline from now on
    update device_contact
    set ticket_until = coalesce($36, ticket_until), clock_offset_seconds = coalesce($37, clock_offset_seconds)
    where device_id = $18 and ($36::timestamptz is not null or $37::bigint is not null)
),
accepted as (
    insert into agreement_acceptance (device_id, version, accepted_at)
    select $18, $15, $5
    where $30::boolean
    on conflict do nothing
)
insert into audit_event (at, account_id, actor_kind, actor_id, event, object_id, facts, country, request_id)
select $5, $2, $32, $33, e.event, e.object_id, e.facts, $34, $35
from (
    select event, object_id, facts from jsonb_to_recordset($31::jsonb) as told (event text, object_id uuid, facts jsonb)
    union all
    select 'seat_released', license_id, jsonb_build_object('device', device_id, 'seat', id, 'reason', release_reason)
    from (select * from let_go union all select * from given_up) as released
) as e
