-- A code that waits on one device (R36). The code itself belongs to the account, so it is not lost with the device (R34).
create table reserve (
    id uuid primary key,
    account_id uuid not null references account,
    device_id uuid not null references device,
    code_id uuid not null references activation_code,
    added_at timestamptz not null,
    added_by uuid references person,
    state text not null check (state in ('waiting', 'promoted', 'failed', 'removed')),
    -- when the running license ends; by it the worker finds what is due, the rules look at the license itself
    due_at timestamptz not null,
    settled_at timestamptz,
    license_id uuid references license,
    -- the switch tried dry: when, and what would refuse it
    rehearsed_at timestamptz,
    trouble jsonb,
    constraint reserve_settled check ((state = 'waiting') = (settled_at is null)),
    constraint reserve_promoted_to_a_license check ((state = 'promoted') = (license_id is not null)),
    constraint reserve_failed_with_reason check (state <> 'failed' or trouble is not null)
);
-- one reserve per device (R45)
create unique index reserve_waiting_key on reserve (device_id) where state = 'waiting';
create index reserve_due_idx on reserve (due_at) where state = 'waiting';
create index reserve_code_idx on reserve (code_id) where state = 'waiting';
create index reserve_device_idx on reserve (device_id, id desc);

alter table activation_code
    -- renewal codes: the term without a usable previous code (R78), and the code that backs the renewal (R79)
    add column reduced_term_days integer check (reduced_term_days between 1 and 3660),
    add column previous_code_id uuid references activation_code,
    -- subscriptions: days in which everything works after the end, and whether protection ends with it (§3.2)
    add column grace_days integer check (grace_days between 0 and 90),
    add column protection_ends boolean not null default false;
-- one previous code backs one renewal (R79)
create unique index activation_code_previous_key on activation_code (previous_code_id);

alter table license
    add column protection_ends boolean not null default false,
    add column auto_renew boolean not null default false,
    -- the term it was started with: for a renewal without a previous code the shorter one (R78)
    add column term_days integer,
    -- more devices than seats, found by the nightly count and never silently punished (R61)
    add column overused_at timestamptz,
    -- corrected dates, with their reason, in words for the invariants: the end then need not be start + term
    add column term_changed_at timestamptz;
create index license_expiry_idx on license (expires_at, id) where cancelled_at is null;

alter table seat add column bound_by uuid references person;
create index seat_license_idx on seat (license_id, class) where released_at is null;

-- What a license's standing depends on, in the words of the rules: in one place for all that read it.
create function license_facts(l license) returns jsonb language sql stable parallel safe as $$
    select case when l.id is not null then jsonb_build_object(
        'kind', l.kind, 'starts_at', l.starts_at, 'expires_at', l.expires_at, 'grace_until', l.grace_until,
        'blocked_at', l.blocked_at, 'cancelled_at', l.cancelled_at, 'suspended_at', l.suspended_at,
        'protection_ends', l.protection_ends) end
$$;
