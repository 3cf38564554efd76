-- Support is a team: its leads ask people to join, and nobody does anything before their second factor is set up.
alter table staff add column enrolled_at timestamptz;
update staff set enrolled_at = created_at;

create table staff_invitation (
    id uuid primary key,
    email text not null constraint staff_invitation_email_length check (length(email) between 3 and 254),
    role text not null constraint staff_invitation_role_check check (role in ('agent', 'lead', 'auditor')),
    token_hash bytea not null constraint staff_invitation_token_key unique,
    inviter_id uuid not null references staff,
    sent_at timestamptz not null,
    expires_at timestamptz not null,
    accepted_at timestamptz,
    revoked_at timestamptz
);
-- one that is open for each address
create unique index staff_invitation_open_key on staff_invitation (lower(email))
    where accepted_at is null and revoked_at is null;

-- Whether an account is somebody's own who works in support: their address is in it, or a machine of theirs is (H03).
create function is_own_account(account uuid, staff_email text) returns boolean language sql stable as $$
    select exists (select 1 from person where account_id = account and lower(email) = lower(staff_email))
        or exists (
            select 1
            from person own
            join device mine on mine.account_id = own.account_id and mine.owner_id = own.id
            join device theirs on theirs.machine_id = mine.machine_id
            where lower(own.email) = lower(staff_email) and theirs.account_id = account
        )
$$;
