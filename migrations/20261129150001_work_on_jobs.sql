-- Long work that people asked for: an export of everything, seats that are released together. A job counts what is done in
-- the transaction that does it, so that it goes on where it stood, whatever happened in between.
create table job (
    id uuid primary key,
    account_id uuid not null references account on delete cascade,
    person_id uuid not null references person on delete cascade,
    kind text not null constraint job_kind_known check (kind in ('export', 'release', 'undo')),
    state text not null constraint job_state_known check (state in ('working', 'done', 'failed')),
    -- of an export parts, else devices
    done integer not null default 0,
    wanted integer not null constraint job_wanted check (wanted > 0),
    -- what came of it: rows of an export, seats that changed
    came integer not null default 0,
    -- where the part of an export stands that is being read
    after text,
    -- the devices whose seats are released or given back, and what they were released by
    devices uuid[],
    release_batch_id uuid references release_batch,
    -- steps in a row that did not come to their end
    tries integer not null default 0,
    asked_at timestamptz not null,
    finished_at timestamptz,
    constraint job_counts check (done <= wanted),
    constraint job_has_devices check ((kind = 'export') = (devices is null) and (kind = 'export') = (release_batch_id is null)),
    constraint job_finished check ((state = 'working') = (finished_at is null))
);
create index job_working_idx on job (tries, id) where state = 'working';
create index job_person_idx on job (account_id, person_id, id);
create index job_finished_idx on job (finished_at) where finished_at is not null;

-- What an export has so far, sealed: it holds names, addresses and what people did.
create table job_piece (
    id uuid primary key,
    job_id uuid not null references job on delete cascade,
    number integer not null,
    sealed bytea not null,
    constraint job_piece_number unique (job_id, number)
);
