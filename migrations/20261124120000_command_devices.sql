-- What people ask of a device: it learns it at its next contact and confirms it.
create table device_command (
    id uuid primary key,
    account_id uuid not null references account,
    device_id uuid not null references device on delete cascade,
    kind text not null check (kind in ('license', 'release', 'rename')),
    name text,
    asked_at timestamptz not null,
    asked_by uuid references person,
    -- the instant until which a device that stays offline can go on as before: its ticket's
    ends_by timestamptz,
    confirmed_at timestamptz,
    constraint device_command_names_the_name check ((kind = 'rename') = (name is not null))
);
create index device_command_open_idx on device_command (device_id, id) where confirmed_at is null;
create index device_command_account_idx on device_command (account_id, id desc);

alter table device_contact
    -- until when the newest ticket lets the device work offline
    add column ticket_until timestamptz,
    add column databases_at timestamptz;

-- manual databases under an ended license stop the application (R69)
alter table device add column stopped_at timestamptz;
