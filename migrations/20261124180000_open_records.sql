-- Support finds records by what customers read out, exactly.
create index activation_code_tail_idx on activation_code (code_tail);
create index purchase_number_idx on purchase (order_number) where order_number is not null;
create index purchase_buyer_email_idx on purchase (lower(buyer_email)) where buyer_email is not null;
create index device_name_idx on device (lower(name));
-- what was refused of one code, for its page
create index audit_event_refused_code_idx on audit_event ((facts ->> 'code'), id desc) where event = 'activation_refused';

-- Somebody in support may look at the records of an account, or at a code that nobody has, for a while and for a case.
create table support_access (
    id uuid primary key,
    staff_id uuid not null references staff,
    -- the account, or a code that is in no account
    subject_id uuid not null,
    account_id uuid references account,
    -- the case or recovery it was opened for, by its number
    request text not null,
    reason text not null constraint support_access_reason_length check (length(reason) between 10 and 500),
    opened_at timestamptz not null,
    ends_at timestamptz not null
);
create index support_access_idx on support_access (staff_id, subject_id, ends_at desc);
create index support_access_account_idx on support_access (account_id, id) where account_id is not null;
