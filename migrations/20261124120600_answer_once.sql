-- Requests that came with an Idempotency-Key and what they were answered, so that the same request is answered the same.
create table idempotent_answer (
    -- who asked for what under which key, hashed
    scope_hash bytea primary key check (length(scope_hash) = 32),
    -- the run that has, or last had, the word; a later run takes it over when the lease ends
    run_id uuid not null,
    -- the request itself, by a keyed hash: it may hold a code
    request_hash bytea not null check (length(request_hash) = 32),
    started_at timestamptz not null,
    lease_until timestamptz not null,
    status smallint check (status between 200 and 499),
    content_type text,
    location text,
    body_ct bytea,
    constraint idempotent_answer_whole check ((status is null) = (body_ct is null))
);
create index idempotent_answer_started_idx on idempotent_answer (started_at);
