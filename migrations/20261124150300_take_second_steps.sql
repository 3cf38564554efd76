-- A second step at sign-in, for people who want one: the secret of their one-time-code generator, and ten codes for the day
-- it is lost. It asks for nothing until it was switched on with a first code.
create table two_step (
    person_id uuid primary key references person on delete cascade,
    secret_ct bytea not null,
    key_version smallint not null,
    -- the last time step that was used: a one-time code works once
    last_step bigint not null default 0,
    begun_at timestamptz not null,
    on_since timestamptz
);

-- Hashed with a key: they are short enough to be found out from a plain hash.
create table two_step_spare (
    person_id uuid not null references two_step on delete cascade,
    code_hash bytea not null check (length(code_hash) = 32),
    used_at timestamptz,
    primary key (person_id, code_hash)
);
