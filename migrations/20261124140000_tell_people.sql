-- what people are told, in the console and by mail (domain §3.8)
create table notice (
    id uuid primary key,
    account_id uuid not null references account,
    person_id uuid not null references person on delete cascade,
    kind text not null check (kind in ('license_end', 'seats', 'reserve', 'code', 'people', 'request', 'device')),
    severity text not null check (severity in ('info', 'warning', 'critical')),
    title text not null,
    said text[] not null,
    path text not null,
    -- what is told once has a key: the same key tells nothing a second time
    key text,
    created_at timestamptz not null,
    read_at timestamptz,
    constraint notice_key unique (person_id, key)
);
create index notice_person_idx on notice (person_id, created_at desc, id desc);
create index notice_unread_idx on notice (person_id) where read_at is null;
create index notice_created_idx on notice (created_at);

-- what somebody does not want by mail
create table notice_mute (
    person_id uuid not null references person on delete cascade,
    kind text not null check (kind in ('license_end', 'seats', 'reserve', 'code', 'people', 'request', 'device')),
    muted_at timestamptz not null,
    primary key (person_id, kind)
);

-- how many days before the end of a license its people are told (N1)
alter table account add column notice_days integer[] not null default '{30,14,7,3,1,0}';

-- when the people of a license are told next; nothing: not looked at since its dates or the days above were set
alter table license add column notice_due_at timestamptz;

-- where a mail can be stopped, for mail programs that show a button for it (RFC 8058)
alter table mail add column unsubscribe text;
