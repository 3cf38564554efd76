-- Passkeys: keys that a person's device keeps, and that sign the person in instead of the password and the second step. What
-- is kept here is the public half. A challenge is answered once, within minutes.
create table passkey (
    id uuid primary key,
    person_id uuid not null references person on delete cascade,
    name text not null check (length(name) between 1 and 60),
    credential_id bytea not null constraint passkey_credential_key unique check (length(credential_id) between 1 and 1023),
    credential jsonb not null,
    -- how often the device says it has signed; zero for those that do not count
    counter bigint not null default 0 check (counter >= 0),
    added_at timestamptz not null,
    used_at timestamptz
);
create index passkey_person_idx on passkey (person_id, added_at);

create table passkey_try (
    id uuid primary key,
    -- who adds one; nobody when somebody signs in
    person_id uuid references person on delete cascade,
    name text,
    state jsonb not null,
    expires_at timestamptz not null
);
create index passkey_try_expires_idx on passkey_try (expires_at);
