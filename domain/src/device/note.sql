update device_contact c
set last_seen_at = $1, country = coalesce(n.country, c.country),
    clock_offset_seconds = coalesce(n.clock_offset, c.clock_offset_seconds),
    ticket_until = coalesce(n.ticket_until, c.ticket_until)
from unnest($2::uuid[], $3::text[], $4::bigint[], $5::timestamptz[])
    as n (device_id, country, clock_offset, ticket_until)
where c.device_id = n.device_id
