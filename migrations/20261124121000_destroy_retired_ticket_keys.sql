-- With a key that has retired nobody signs again: its secret is destroyed when it retires.
alter table ticket_key alter column secret_ct drop not null;
update ticket_key set secret_ct = null where retired_at is not null;
