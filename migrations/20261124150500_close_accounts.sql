-- A person closes their account: it is over at this instant, unless they sign in before.
alter table person add column closing_at timestamptz;
create index person_closing_idx on person (closing_at) where closing_at is not null and disabled_at is null;
