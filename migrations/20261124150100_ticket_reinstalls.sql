-- A ticket with which a device comes back after its system was installed anew: the same record, the same seat (R91).
-- Kept as a hash. It works once, until it expires, and a newer one for the same device takes it back.
create table reinstall_ticket (
    id uuid primary key,
    account_id uuid not null references account,
    device_id uuid not null references device on delete cascade,
    made_by uuid not null references person,
    ticket_hash bytea not null constraint reinstall_ticket_hash_key unique check (length(ticket_hash) = 32),
    made_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    revoked_at timestamptz,
    constraint reinstall_ticket_lives_a_while check (expires_at > made_at),
    constraint reinstall_ticket_ends_one_way check (used_at is null or revoked_at is null)
);
-- one device has at most one that can still be used
create unique index reinstall_ticket_open_key on reinstall_ticket (device_id) where used_at is null and revoked_at is null;
create index reinstall_ticket_account_idx on reinstall_ticket (account_id, id desc);
