-- An account is an office: people, devices and licenses belong to exactly one.
create table account (
    id uuid primary key,
    name text not null check (length(name) between 1 and 120),
    country text not null check (country ~ '^[A-Z]{2}$'),
    created_at timestamptz not null
);

create table person (
    id uuid primary key,
    account_id uuid not null references account,
    role text not null check (role in ('owner', 'manager', 'member')),
    email text not null check (length(email) between 3 and 254),
    name text not null check (length(name) between 1 and 120),
    password_hash text not null,
    -- renewed with every new password: a session made under another stamp is over
    credential_stamp uuid not null,
    email_verified_at timestamptz,
    disabled_at timestamptz,
    last_sign_in_at timestamptz,
    created_at timestamptz not null
);
-- PostgreSQL 15 without ICU has no case-insensitive collation to rely on
create unique index person_email_key on person (lower(email));
create index person_account_idx on person (account_id, id);

-- Support is a realm of its own: no account, always a second factor.
create table staff (
    id uuid primary key,
    role text not null check (role in ('agent', 'lead', 'auditor')),
    email text not null check (length(email) between 3 and 254),
    name text not null check (length(name) between 1 and 120),
    password_hash text not null,
    credential_stamp uuid not null,
    totp_ct bytea not null,
    key_version smallint not null,
    -- the last time step that was used: a one-time code signs in once
    totp_last_step bigint not null default 0,
    disabled_at timestamptz,
    last_sign_in_at timestamptz,
    created_at timestamptz not null
);
create unique index staff_email_key on staff (lower(email));

-- The id in the cookie is stored hashed: a copy of this table signs nobody in.
create table session (
    id_hash bytea primary key check (length(id_hash) = 32),
    data jsonb not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null
);
create index session_expires_at_idx on session (expires_at);

-- Links sent by mail: one use each, hashed like passwords.
create table mail_link (
    token_hash bytea primary key check (length(token_hash) = 32),
    purpose text not null check (purpose in ('confirm', 'reset', 'disclose')),
    person_id uuid not null references person on delete cascade,
    -- what is disclosed, for links that show a recovered code once
    subject_id uuid,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
);
create index mail_link_person_idx on mail_link (person_id, purpose);
