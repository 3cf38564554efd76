-- The keys that sign tickets: one signs, one is published to sign next, the others have retired.
create table ticket_key (
    id uuid primary key,
    public_key bytea not null check (length(public_key) = 32),
    -- sealed, and gone once the key has retired: nobody can sign with it again
    secret_ct bytea,
    key_version smallint not null,
    made_at timestamptz not null,
    signs_from timestamptz,
    retired_at timestamptz,
    constraint ticket_key_retires_after_signing check (retired_at is null or signs_from is not null),
    constraint ticket_key_has_its_secret check ((retired_at is null) = (secret_ct is not null))
);
-- two nodes that make the first keys at once: one wins
create unique index ticket_key_signing_key on ticket_key ((1)) where signs_from is not null and retired_at is null;
create unique index ticket_key_next_key on ticket_key ((1)) where signs_from is null;
