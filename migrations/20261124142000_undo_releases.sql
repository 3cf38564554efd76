-- places that were released together, and can be given back together for a day
create table release_batch (
    id uuid primary key,
    account_id uuid not null references account,
    person_id uuid not null references person,
    released_at timestamptz not null,
    undone_at timestamptz
);
create index release_batch_account_idx on release_batch (account_id, released_at desc);
alter table seat add column release_batch_id uuid references release_batch;
create index seat_release_batch_idx on seat (release_batch_id) where release_batch_id is not null;
