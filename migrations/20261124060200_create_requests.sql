-- A request to get a lost code back: what was claimed stands here, what is recorded stands with the license.
create table recovery (
    id uuid primary key,
    account_id uuid not null references account,
    person_id uuid not null references person,
    number text not null constraint recovery_number_key unique,
    reason text not null check (reason in ('lost', 'deleted', 'expired_early')),
    state text not null check (state in ('submitted', 'checking', 'needs_info', 'approved', 'done', 'rejected', 'withdrawn', 'timed_out')),
    license_key_ct bytea not null,
    license_key_bi bytea not null check (length(license_key_bi) = 16),
    key_version smallint not null,
    bought_at text not null,
    buyer_name text not null,
    order_number text not null,
    bought_on date not null,
    first_activated text not null,
    description text not null,
    -- found by the license key; never shown to the person who asks
    license_id uuid references license,
    assignee_id uuid references staff,
    decided_by uuid references staff,
    decided_at timestamptz,
    decision_reason text,
    disclosed_at timestamptz,
    created_at timestamptz not null,
    constraint recovery_decided_with_reason check (state not in ('approved', 'done', 'rejected') or (decided_by is not null and decided_at is not null and decision_reason is not null))
);
create index recovery_account_idx on recovery (account_id, id desc);
create index recovery_queue_idx on recovery (created_at, id) where state in ('submitted', 'checking', 'needs_info');

-- Mail leaves by the outbox: written in the transaction that caused it.
create table mail (
    id uuid primary key,
    to_address text not null,
    subject text not null,
    text text not null,
    html text not null,
    created_at timestamptz not null,
    leased_until timestamptz,
    tries integer not null default 0,
    last_error text,
    sent_at timestamptz
);
create index mail_unsent_idx on mail (created_at) where sent_at is null;

-- Tries that count against a limit; the key is a hash, never the thing itself.
create table attempt (
    bucket text not null,
    key bytea not null,
    at timestamptz not null
);
create index attempt_idx on attempt (bucket, key, at);

-- Append-only: no deed changes or removes a row.
create table audit_event (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    account_id uuid,
    actor_kind text not null check (actor_kind in ('stranger', 'person', 'staff', 'device', 'system')),
    actor_id uuid,
    event text not null,
    object_id uuid,
    facts jsonb not null,
    country text,
    request_id uuid not null
);
create index audit_event_account_idx on audit_event (account_id, id desc);
create index audit_event_object_idx on audit_event (object_id, id desc);

create function refuse_audit_change() returns trigger language plpgsql as $$
begin
    raise exception 'the audit log is append-only';
end
$$;
create trigger audit_event_is_append_only before update or delete on audit_event
    for each row execute function refuse_audit_change();
create trigger audit_event_is_kept before truncate on audit_event
    for each statement execute function refuse_audit_change();

-- Which sealing key this database was made with, without being able to guess it.
create table key_check (
    version smallint primary key,
    fingerprint bytea not null check (length(fingerprint) = 16)
);
