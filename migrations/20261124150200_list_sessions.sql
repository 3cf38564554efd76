-- What people see of their signed-in browsers. Both are read out of what the session remembers, so that they can't differ
-- from it: whose it is, and the name it is ended by, which opens nothing.
alter table session
    add column person_id uuid generated always as ((data #>> '{signed_in,who,Person}')::uuid) stored,
    add column public_id uuid generated always as ((data #>> '{signed_in,id}')::uuid) stored;
create index session_person_idx on session (person_id) where person_id is not null;
