-- The machine a device runs on, known by what it is made of; it outlives reinstalls, links and accounts (R58, R72).
create table machine (
    id uuid primary key,
    first_seen_at timestamptz not null
);

-- Hashed on the device, and once more here: a copy of this table impersonates no machine.
create table machine_component (
    machine_id uuid not null references machine on delete cascade,
    kind text not null check (kind in ('board', 'disk', 'network', 'system')),
    hash bytea not null check (length(hash) = 32),
    primary key (machine_id, kind)
);
-- finds the machines that share a component, the first ones only
create index machine_component_hash_idx on machine_component (kind, hash, machine_id);

alter table device add column machine_id uuid references machine;
-- finds every device that ever ran on a machine, in whatever account
create index device_machine_idx on device (machine_id) where machine_id is not null;

-- the machine takes the place of the one hash
drop index device_fingerprint_idx;
alter table device drop column fingerprint_hash;
alter table device_link
    drop column fingerprint_hash,
    -- what the machine that asks is made of, each component under its kind, hashed once more
    add column components jsonb;
