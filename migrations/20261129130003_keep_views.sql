-- What somebody in support shows of the queue again and again, under a name of their own.
create table saved_view (
    id uuid primary key,
    staff_id uuid not null references staff,
    name text not null constraint saved_view_name_length check (length(name) between 1 and 40),
    shown jsonb not null,
    kept_at timestamptz not null
);
create unique index saved_view_name_key on saved_view (staff_id, lower(name));
