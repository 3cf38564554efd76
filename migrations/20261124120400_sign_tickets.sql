-- The keys that tickets are signed with. The newest of those that sign is the one in use; the one after it is published
-- before it signs, so that a device which was offline over a change knows it already.
create table ticket_key (
    number integer primary key check (number > 0),
    kid text not null constraint ticket_key_kid_key unique,
    public_key bytea not null check (length(public_key) = 32),
    secret_id uuid not null,
    secret_ct bytea not null,
    key_version smallint not null,
    made_at timestamptz not null,
    signs_from timestamptz,
    retired_at timestamptz,
    constraint ticket_key_retired_after_signing check (retired_at is null or signs_from is not null)
);
