-- Who in support has which request open; a row is forgotten two minutes after it was last renewed.
create table presence (
    request_id uuid not null,
    staff_id uuid not null references staff,
    seen_at timestamptz not null,
    primary key (request_id, staff_id)
);
create index presence_seen_idx on presence (seen_at);

-- Notes that somebody looks at a request, and names who else does.
create function look_at_request(request uuid, reader uuid, at timestamptz, since timestamptz) returns text[]
language sql as $$
    insert into presence (request_id, staff_id, seen_at)
    values (request, reader, at)
    on conflict (request_id, staff_id) do update set seen_at = excluded.seen_at;
    select coalesce(array_agg(s.name order by s.name), '{}')
    from presence p
    join staff s on s.id = p.staff_id
    where p.request_id = request and p.staff_id <> reader and p.seen_at > since;
$$;

-- A recovery grows with every change, as a case does: whoever decides on what is no longer so is told.
alter table recovery
    add column version integer not null default 1,
    add column changed_by uuid references staff,
    add column changed_at timestamptz;
