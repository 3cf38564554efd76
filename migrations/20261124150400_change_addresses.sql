-- A person takes another e-mail address: the new one confirms it, the old one can stop it, and take it back for three days.
create table email_change (
    id uuid primary key,
    person_id uuid not null references person on delete cascade,
    old_email text not null check (length(old_email) between 3 and 254),
    new_email text not null check (length(new_email) between 3 and 254),
    confirm_hash bytea not null constraint email_change_confirm_key unique check (length(confirm_hash) = 32),
    -- renewed with the mail that tells of the change
    stop_hash bytea not null constraint email_change_stop_key unique check (length(stop_hash) = 32),
    asked_at timestamptz not null,
    expires_at timestamptz not null,
    confirmed_at timestamptz,
    undo_until timestamptz,
    stopped_at timestamptz,
    constraint email_change_undone_for_a_while check ((confirmed_at is null) = (undo_until is null))
);
create index email_change_person_idx on email_change (person_id, id desc);
-- an address that may still be taken back is nobody else's
create index email_change_old_idx on email_change (lower(old_email), undo_until) where stopped_at is null and confirmed_at is not null;
