-- Support changes how somebody signs in who can't do it themselves: two people agree, then three days pass (H07).
create table account_change (
    id uuid primary key,
    account_id uuid not null references account,
    person_id uuid not null references person on delete cascade,
    change text not null constraint account_change_known check (change in ('address', 'second_step')),
    old_email text not null check (length(old_email) between 3 and 254),
    new_email text check (length(new_email) between 3 and 254),
    -- the case or recovery it is done for, by its number
    request text not null,
    reason text not null constraint account_change_reason_length check (length(reason) between 10 and 500),
    started_by uuid not null references staff,
    started_at timestamptz not null,
    stop_hash bytea not null constraint account_change_stop_key unique check (length(stop_hash) = 32),
    confirmed_by uuid references staff,
    confirmed_at timestamptz,
    due_at timestamptz,
    -- the mail that tells of the second yes has a link of its own; the first one goes on working
    second_stop_hash bytea constraint account_change_second_stop_key unique check (length(second_stop_hash) = 32),
    called_off_at timestamptz,
    done_at timestamptz,
    constraint account_change_new_address check ((change = 'address') = (new_email is not null)),
    constraint account_change_by_two check (confirmed_by <> started_by),
    constraint account_change_confirmed_whole check (
        (confirmed_by is null) = (confirmed_at is null)
        and (confirmed_by is null) = (due_at is null)
        and (confirmed_by is null) = (second_stop_hash is null)),
    constraint account_change_waits check (due_at >= confirmed_at + interval '72 hours'),
    constraint account_change_done_when_due check (done_at is null or (done_at >= due_at and called_off_at is null and due_at is not null))
);
create unique index account_change_open_key on account_change (person_id) where done_at is null and called_off_at is null;
create index account_change_account_idx on account_change (account_id, id) where done_at is null and called_off_at is null;
create index account_change_due_idx on account_change (due_at) where done_at is null and called_off_at is null;
