-- people who are asked to join an office
create table invitation (
    id uuid primary key,
    account_id uuid not null references account,
    inviter_id uuid not null references person,
    email text not null check (length(email) between 3 and 254),
    role text not null check (role in ('manager', 'member')),
    -- the license that the person may use on own devices, and on how many
    license_id uuid references license,
    seats integer check (seats between 1 and 1000),
    token_hash bytea not null constraint invitation_token_key unique check (length(token_hash) = 32),
    sent_at timestamptz not null,
    expires_at timestamptz not null,
    accepted_at timestamptz,
    revoked_at timestamptz,
    constraint invitation_seats_of_a_license check ((license_id is null) = (seats is null))
);
create unique index invitation_open_key on invitation (account_id, lower(email))
    where accepted_at is null and revoked_at is null;

-- licenses that somebody may use on own devices without administering them
create table license_grant (
    license_id uuid not null references license,
    person_id uuid not null references person,
    account_id uuid not null references account,
    seats integer not null check (seats between 1 and 1000),
    granted_by uuid not null references person,
    granted_at timestamptz not null,
    primary key (license_id, person_id)
);
create index license_grant_person_idx on license_grant (account_id, person_id);

-- somebody who was taken out of the office; their devices keep their places for a week
alter table person add column removed_at timestamptz;
create index person_removed_idx on person (removed_at) where removed_at is not null;

-- places of devices that were not seen for so long are freed by themselves, where the office wants it
alter table account add column release_after_days integer check (release_after_days between 30 and 365);
