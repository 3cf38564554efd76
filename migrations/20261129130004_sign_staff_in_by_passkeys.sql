-- Passkeys of people in support: each counts as both factors, as its device has made sure who holds it.
create table staff_passkey (
    id uuid primary key,
    staff_id uuid not null references staff,
    name text not null check (length(name) between 1 and 60),
    credential_id bytea not null constraint staff_passkey_credential_key unique check (length(credential_id) between 1 and 1023),
    credential jsonb not null,
    counter bigint not null default 0 check (counter >= 0),
    added_at timestamptz not null,
    used_at timestamptz
);
create index staff_passkey_staff_idx on staff_passkey (staff_id, added_at);
-- who in support adds one
alter table passkey_try add column staff_id uuid references staff;
